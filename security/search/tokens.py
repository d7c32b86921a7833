"""Search tokens: keyed hashes cut so short that each is shared by a few objects, and so long that a search
stays quick.

A token is HMAC-SHA256 under the index root over version, kind, office and search key. Cut to ``bits``, a
token names about ``rows / 2**bits`` objects, so the person who steals the table cannot say that two rows hold the
same name. Two offices' tokens for one child differ.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from math import floor, log2, sqrt
from uuid import UUID

from security.encryption.envelope import parts
from security.encryption.providers import get_provider
from security.search import names

SMALLEST_POPULATION = 16
ROWS = 20_000
"""Objects one office is planned to hold. Changing it, like a new :data:`names.VERSION`, needs all tokens made
again.
"""

Value = str | tuple[str, date]


class NotIndexable(ValueError):
    """The values are too few or too common to be searched by token without telling them to the person who holds the
    table.
    """


def plan(rows: int, population: int) -> int:
    """How many bits a token keeps, for ``rows`` objects with ``population`` different values.

    The most bits for which the coincidences to expect, rows / min(2**bits, population), are at least 2; the
    rule 2 ≤ coincidences ≤ √rows must hold then, and a population under 16 (sex, kind of harm) is refused:
    :class:`NotIndexable`.
    """
    if population < SMALLEST_POPULATION:
        raise NotIndexable(f"{population} different values are too few for search tokens")
    bits = floor(log2(rows / 2)) if rows >= 2 else 0
    coincidences = rows / min(2**bits, population)
    if bits < 1 or not 2 <= coincidences <= sqrt(rows):
        raise NotIndexable(f"{rows} rows of {population} values give {coincidences:.1f} coincidences")
    return bits


@dataclass(frozen=True)
class Kind:
    """One way of searching: how a value becomes a search key, and how many different values there are."""

    search_key: Callable[[Value], str]
    population: int
    whole: bool = False


def _kana_birth(value: Value) -> str:
    kana, born = _pair(value)
    return f"{names.name_key(kana)} {born.isoformat()}"


def _pair(value: Value) -> tuple[str, date]:
    if isinstance(value, str):
        raise TypeError("kana_birth takes the full kana and the birth date")
    return value


def _text(normalise: Callable[[str], str]) -> Callable[[Value], str]:
    def search_key(value: Value) -> str:
        if not isinstance(value, str):
            raise TypeError("this kind takes text")
        return normalise(value)

    return search_key


# Sex, kind of harm and school are never indexed: too few values, and too much told by a match.
KINDS: dict[str, Kind] = {
    "kana_birth": Kind(_kana_birth, population=1_000_000_000),
    # Whole, and so exact: read by the definer function behind the glass alone, where nothing can be
    # decrypted to check.
    "child_exact": Kind(_kana_birth, population=1_000_000_000, whole=True),
    "kana": Kind(_text(names.name_key), population=1_000_000),
    "case_number": Kind(_text(names.number_key), population=1_000_000),
    "phone": Kind(_text(names.phone_key), population=100_000_000),
}


def token(office_id: UUID, kind: str, value: Value) -> bytes:
    """The token of ``value``; KeyError for an unknown kind, ValueError if nothing searchable is left of the
    value.
    """
    found = KINDS[kind]
    search_key = found.search_key(value)
    if not search_key.strip():
        raise ValueError(f"an empty {kind} cannot be searched")
    message = parts(names.VERSION, kind.encode(), office_id.bytes, search_key.encode())
    digest = hmac.new(get_provider().derive("search"), message, hashlib.sha256).digest()
    return digest if found.whole else _cut(digest, plan(ROWS, found.population))


def keyed_name(purpose: str, which: UUID) -> str:
    """A name for an object that only the person who holds the index root can trace back to it; 32 hex digits."""
    return hmac.new(get_provider().derive(purpose), which.bytes, hashlib.sha256).hexdigest()[:32]


def _cut(digest: bytes, bits: int) -> bytes:
    """The first ``bits`` bits, as whole bytes with the rest zero."""
    size = (bits + 7) // 8
    return (int.from_bytes(digest[:size], "big") >> (size * 8 - bits) << (size * 8 - bits)).to_bytes(
        size, "big"
    )
