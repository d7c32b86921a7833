"""Putting tokens beside a record and finding the records a value may mean, within one office.

No login of the application reads the table: functions of the wall write it, and answer with what the caller sees anyway.
"""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db import connection

from security.search.tokens import Value, token

EXACT = "child_exact"
"""Full kana and birth date in a whole token: what the search before a broken glass uses."""


def put_tokens(
    office_id: UUID, object_id: UUID, values: Mapping[str, Value], *, instead_of: Collection[str] = ()
) -> None:
    """Make the record findable in ``office_id``, the caller's own, by each kind → value given, in place of what it had for these
    kinds and those of ``instead_of``.

    Leave out a kind whose value is not known (birth date 不詳). IntegrityError (``indexed_by_right``) for a record that is not
    the caller's to write.
    """
    tokens = [token(office_id, kind, value) for kind, value in values.items()]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT wall.put_tokens(%s, %s::text[], %s::text[], %s::bytea[])",
            [object_id, [*instead_of, *values], list(values), tokens],
        )


def candidates(office_id: UUID, kind: str, value: Value) -> list[UUID]:
    """Records within the caller's reach that may have ``value``: all that have it, and some that do not.

    The caller decrypts the field of each and compares search keys (``names.name_key`` …) before showing anything.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.children_by_token(%s, %s)", [kind, token(office_id, kind, value)])
        return sorted(row[0] for row in cursor.fetchall())


def exact_token(office_id: UUID, value: Value) -> bytes:
    """The whole token of full kana and birth date, to be handed to the database's own search."""
    return token(office_id, EXACT, value)
