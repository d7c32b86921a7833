"""Putting tokens beside a record and finding the records a value may mean, within one office.

A row of the table holds a token and a sealed pointer: which record it is of, only the person who holds the index root can read.
What takes a row away is a secret derived from the record, of which the row keeps the SHA-256. No login of the application
reads the table: functions of the wall write it, and answer with the pointers under a token.

Many readings share a token. Beside its pointer the row of a reading holds, sealed as well, whole hashes of the reading and of
what else is known of the record: so the same reading is told from another (:func:`alike`) without a record's key, and by nobody
who has the table alone.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection

from security.encryption.envelope import NONCE_BYTES, parts
from security.encryption.keyring import Failure, Scope, report_failure
from security.encryption.providers import get_provider
from security.search.tokens import FIRST, TAG_BYTES, Plan, Value, tokens, within

EXACT = "child_exact"
"""Full kana and birth date in a whole token: what the search before a broken glass uses."""
SCHOOL = "child_school"
"""Full kana and school in a whole token: the same where no birth date is known."""
READING = "kana"
"""Full kana in a token that others share."""
WITHIN = (READING, EXACT, SCHOOL)
"""Of what the row of a reading holds a whole hash; nothing but zeros of what is not known."""
MOST = 5_000
"""Pointers a search reads at most: an office that has long outgrown its plan."""


class Entry(NamedTuple):
    """A row to be written: all of it but its id and office."""

    kind: str
    token: bytes
    pointer: bytes
    release: bytes
    version: int


class Row(NamedTuple):
    """A row that was found."""

    id: UUID
    token: bytes
    pointer: bytes | None
    object_id: UUID | None


class Alike(NamedTuple):
    """A record of wholly the same reading. Whether birth date and school are the same too: None where one side has none."""

    record: UUID
    birth_date: bool | None
    school: bool | None


def put_tokens(
    office_id: UUID, object_id: UUID, values: Mapping[str, Value], *, instead_of: Collection[str] = ()
) -> None:
    """Make the record findable in ``office_id``, the caller's own, by each kind → value given, in place of what it had for these
    kinds and those of ``instead_of``.

    Leave out a kind whose value is not known (birth date 不詳). The row of the reading says what else ``values`` know: give all.
    IntegrityError (``indexed_by_right``) for a record that is not the caller's to write.
    """
    plans = plans_of_office()
    kinds = {*instead_of, *values}
    given_up = releases(office_id, object_id, kinds, plans)
    entries = [entry for plan in plans for entry in entries_of(office_id, object_id, values, plan)]
    columns = [list(column) for column in zip(*entries, strict=True)] or [[]] * len(Entry._fields)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT wall.put_tokens(%s, %s::text[], %s::bytea[],"
            " %s::text[], %s::bytea[], %s::bytea[], %s::bytea[], %s::smallint[])",
            [object_id, sorted(kinds), given_up, *columns],
        )


def plans_of_office() -> list[Plan]:
    """The plans by which tokens of the caller's office are written, the one that searches use first. A plan that is made or
    finished while this transaction lasts waits for its end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT version, bits, parts, is_ready FROM wall.search_plans()")
        rows = cursor.fetchall()
    plans = [Plan(*row[:3]) for row in rows]
    return plans if rows and rows[0][3] else [FIRST, *plans]


def entries_of(office_id: UUID, object_id: UUID, values: Mapping[str, Value], plan: Plan) -> Iterable[Entry]:
    """The rows of one record under ``plan``; which part of a frequent name it gets is left to chance."""
    for kind, value in values.items():
        content = object_id.bytes + (b"".join(_hashes(office_id, values)) if kind == READING else b"")
        token = secrets.choice(tokens(office_id, kind, value, plan))
        nonce = os.urandom(NONCE_BYTES)
        sealed = nonce + _cipher(office_id).encrypt(nonce, content, _place(office_id, kind, token))
        release = hashlib.sha256(_release(office_id, object_id, kind, plan)).digest()
        yield Entry(kind, token, sealed, release, plan.version)


def releases(office_id: UUID, object_id: UUID, kinds: Iterable[str], plans: Iterable[Plan]) -> list[bytes]:
    """The secrets whose knowledge takes the record's rows of these kinds away."""
    kinds = list(kinds)
    return [_release(office_id, object_id, kind, plan) for plan in plans for kind in kinds]


def candidates(office_id: UUID, kind: str, value: Value) -> list[UUID]:
    """Records of the caller's office that may have ``value``: all that have it, and of a kind that is cut some that do not.

    The caller asks for them through the walls, which leave the own ones, decrypts the field of each and compares search keys
    before showing anything.
    """
    return sorted({UUID(bytes=content[:16]) for content in _under(office_id, kind, value)})


def alike(office_id: UUID, values: Mapping[str, Value]) -> list[Alike]:
    """The records of the caller's office that have wholly the reading of ``values``, as they can be told without their keys.

    Rows without hashes, as they were written before, say nothing until ``manage.py plan_search --rebuild``, and are passed over.
    """
    wanted = _hashes(office_id, values)
    found: dict[UUID, Alike] = {}
    for content in _under(office_id, READING, values[READING]):
        has = [content[at : at + TAG_BYTES] for at in range(16, len(content), TAG_BYTES)]
        if has[:1] == wanted[:1]:
            same = (a == b if any(a) and any(b) else None for a, b in zip(has[1:], wanted[1:], strict=True))
            record = UUID(bytes=content[:16])
            found[record] = Alike(record, *same)
    return sorted(found.values())


def _hashes(office_id: UUID, values: Mapping[str, Value]) -> list[bytes]:
    return [within(office_id, kind, values[kind]) if kind in values else bytes(TAG_BYTES) for kind in WITHIN]


def _under(office_id: UUID, kind: str, value: Value) -> list[bytes]:
    """What the rows under the tokens of ``value`` hold: a record's id, and in the row of a reading its hashes."""
    plan = plans_of_office()[0]
    wanted = tokens(office_id, kind, value, plan)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM wall.pointers(%s, %s::bytea[], %s, %s)", [kind, wanted, plan.version, MOST]
        )
        rows = cursor.fetchall()
    opened = (_open(office_id, kind, Row(*row)) for row in rows)
    return [found for found in opened if found]


def _open(office_id: UUID, kind: str, row: Row) -> bytes | None:
    """What a row holds. None for one that does not open, which is recorded: it was not written by the application."""
    if row.pointer is None:  # of version 0.1.0; tokens made again have none
        return row.object_id.bytes if row.object_id else None
    sealed, place = bytes(row.pointer), _place(office_id, kind, bytes(row.token))
    try:
        return _cipher(office_id).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place)
    except (InvalidTag, ValueError) as error:
        owner = Scope("office", office_id)
        report_failure(Failure("security_searchtoken.pointer", row.id, owner, type(error).__name__))
        return None


def _cipher(office_id: UUID) -> AESGCM:
    return AESGCM(get_provider().derive(f"search-pointer/{office_id}"))


def _place(office_id: UUID, kind: str, token: bytes) -> bytes:
    return parts(office_id.bytes, kind.encode(), token)


def _release(office_id: UUID, object_id: UUID, kind: str, plan: Plan) -> bytes:
    message = parts(office_id.bytes, object_id.bytes, kind.encode(), plan.version.to_bytes(2, "big"))
    return hmac.new(get_provider().derive("search-release"), message, hashlib.sha256).digest()
