"""Search tokens: keyed hashes of a child's name. A whole one is of a value that nearly nobody shares; any other is cut so short
that each is shared by a few children, and so long that a search stays quick.

A token is HMAC-SHA256 under the index root over version, kind, office, part and search key. Cut to ``bits``, a token stands for
about ``rows / 2**bits`` children, so the person who steals the table cannot say that two rows hold the same name. How many bits
is planned from the office's own number of children (:class:`Plan`). Two offices' tokens for one child differ.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, log2, sqrt
from uuid import UUID

from security.encryption.envelope import parts
from security.encryption.providers import get_provider
from security.search import names

Value = str | tuple[str, date] | tuple[str, str]


@dataclass(frozen=True)
class Plan:
    """How an office's tokens are cut: ``bits`` of each are kept, and a frequent name is spread over ``parts`` of them.

    ``version`` counts the office's plans; two stand side by side while tokens are made again.
    """

    version: int
    bits: int
    parts: int = 1


FIRST_ROWS = 256
"""The size an office is planned for until ``manage.py plan_search`` counts it."""


def bits_for(rows: int) -> int:
    """How many bits a token keeps among ``rows`` children: the most for which at least 8 have the same, and so at most √rows.

    None below 256 children: all are read at each search. With 2 instead of 8, a thousand probes let a thief of 20,000 rows
    name ten children by guesses that are more likely right than not; with 8 there is no such guess.
    """
    return floor(log2(rows / 8)) if rows >= FIRST_ROWS else 0


def parts_for(rows: int, hottest: int) -> int:
    """Over how many tokens a name is spread, so that none stands for more than √rows children; ``hottest`` have the same name."""
    return max(1, ceil(hottest / sqrt(rows))) if rows else 1


FIRST = Plan(0, bits_for(FIRST_ROWS))


@dataclass(frozen=True)
class Kind:
    """One way of searching: how a value becomes a search key, and whether its token stays whole."""

    search_key: Callable[..., str]
    whole: bool = False


def _kana_birth(kana: str, born: date) -> str:
    return f"{names.name_key(kana)} {born.isoformat()}"


def _kana_school(kana: str, school: str) -> str:
    key = names.school_key(school)
    return f"{names.name_key(kana)} {key}" if key else ""


# Sex, kind of harm and school by itself are never indexed: too few values, and too much told by a match.
KINDS: dict[str, Kind] = {
    # Whole, and so exact: it also answers the search before the glass, where nothing can be decrypted to check.
    "child_exact": Kind(_kana_birth, whole=True),
    "child_school": Kind(_kana_school, whole=True),
    "kana": Kind(names.name_key),
}


TAG_BYTES = 16
POINTER_BYTES = 12 + 16 + 16
"""A sealed pointer: nonce, the record's id, tag of AES-GCM."""
READING_BYTES = POINTER_BYTES + len(KINDS) * TAG_BYTES
"""That of a reading, which holds one more hash of each kind (:func:`within`)."""

MOST_ROWS = 2 * len(KINDS) + 2
"""Tokens of one record at most: of each kind by two plans while they are made again, and two more, so that a row whose secret is
lost keeps nobody from writing."""


def search_key(kind: str, value: Value) -> str:
    """The search key of ``value``; KeyError for an unknown kind, TypeError for a value of another kind, ValueError if nothing
    searchable is left of it."""
    arguments = (value,) if isinstance(value, str) else value
    key = KINDS[kind].search_key(*arguments)
    if not key.strip() or key.startswith(" "):
        raise ValueError(f"an empty {kind} cannot be searched")
    return key


def tokens(office_id: UUID, kind: str, value: Value, plan: Plan) -> list[bytes]:
    """Every token that ``value`` may have under ``plan``; raises as :func:`search_key`."""
    key, whole = search_key(kind, value), KINDS[kind].whole
    if whole:
        return [_digest("search", kind, office_id, key)]
    found: dict[bytes, None] = {}
    part = 0
    while len(found) < min(
        plan.parts, 2**plan.bits
    ):  # parts that fell together would stand for twice as many
        found[_cut(_digest("search", kind, office_id, key, part), plan.bits)] = None
        part += 1
    return list(found)


def within(office_id: UUID, kind: str, value: Value) -> bytes:
    """What stands inside the sealed row of a reading, and nowhere else: the same for the same search key, and no token."""
    return _digest("search-within", kind, office_id, search_key(kind, value))[:TAG_BYTES]


def term(office_id: UUID, kind: str, key: str) -> str:
    """What the access log keeps of a searched term: the same for the same search key, and no token. '' for an empty one."""
    return _digest("search-term", kind, office_id, key).hex() if key else ""


def keyed_name(purpose: str, which: UUID) -> str:
    """A name for an object that only the person who holds the index root can trace back to it; 32 hex digits."""
    return hmac.new(get_provider().derive(purpose), which.bytes, hashlib.sha256).hexdigest()[:32]


def _digest(purpose: str, kind: str, office_id: UUID, key: str, part: int = 0) -> bytes:
    message = parts(names.VERSION, kind.encode(), office_id.bytes, key.encode())
    if part:
        message += parts(part.to_bytes(2, "big"))
    return hmac.new(get_provider().derive(purpose), message, hashlib.sha256).digest()


def _cut(digest: bytes, bits: int) -> bytes:
    """The first ``bits`` bits, as whole bytes with the rest zero."""
    size = (bits + 7) // 8
    kept = int.from_bytes(digest[:size], "big") >> (size * 8 - bits) << (size * 8 - bits)
    return kept.to_bytes(size, "big")
