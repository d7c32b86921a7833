"""Rows as an attacker writes them: a copy of a row that is known, with other columns, by SQL of the application's login."""

import json
import uuid
from typing import Any

from django.db import DatabaseError, connection, connections, transaction

from tests.cast import as_owner

UNDECIDED = dict.fromkeys(
    ("decided_at", "decided_by_id", "decided_person_id", "approved", "note", "taken_back_at")
)
"""The columns of a two-person act, as an undecided draft has them."""


def known_row(table: str, pk: uuid.UUID) -> dict[str, Any]:
    """A row with all its columns, past the walls."""
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t WHERE id = %s", [pk])
        row: dict[str, Any] = json.loads(cursor.fetchone()[0])
    return row


def refusal(table: str, row: dict[str, Any], tail: str = "", **other: object) -> tuple[str, str]:
    """How the database answers who writes such a row under a new id: SQLSTATE and words, ("", "") if it does not refuse.

    ``tail``: how the statement ends (RETURNING …, ON CONFLICT …).
    """
    columns = row | {"id": uuid.uuid4()} | other
    with connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(
                    f"INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::{table}, %s::jsonb) {tail}",
                    [json.dumps(columns, default=str)],
                )
                transaction.set_rollback(True)
        except DatabaseError as error:
            said = error.__cause__
            return str(getattr(said, "sqlstate", "")), str(error).splitlines()[0]
    return "", ""
