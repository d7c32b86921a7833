"""The keys of one request: unwrapped when first needed, kept in a context variable, gone when the request
ends.

Which wrapped keys can be loaded is decided by the database: row-level security on ``keys.data_key`` shows the
keys of what the acting person may see, and no others.
"""

import os
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple
from uuid import UUID

from django.db import connections

from security.encryption.envelope import KEY_BYTES, DecryptionError, Key, parts
from security.encryption.models import DataKey
from security.encryption.providers import get_provider

# Plain SQL: a list asks for fifty keys, and fifty model instances cost as much as unwrapping them.
VISIBLE_KEYS = """
SELECT kind, owner_id, id, wrapped, commitment FROM keys.data_key WHERE owner_id = ANY(%s) AND destroyed_at IS NULL
"""

_current: ContextVar["Keyring | None"] = ContextVar("keyring", default=None)
_listeners: list[Callable[["Failure"], None]] = []


class Scope(NamedTuple):
    """Whose key it is: ``kind`` is case, child, disclosure, compartment, handover, filed, shelter, rights, childword, findings,
    session, placeask, entrusted, entrustnote, reliance, reliancedraft or office; ``owner`` the id of that object.
    """

    kind: str
    owner: UUID


class Failure(NamedTuple):
    """A decryption that failed: where, under whose key, and the kind of error. No data."""

    place: str
    row: UUID
    scope: Scope
    error: str


class KeyNotVisible(DecryptionError):
    """The key is destroyed, was never made, or may not be seen by the person who acts: the three look the same."""

    def __init__(self) -> None:
        super().__init__("The key of this record is not available.")


class NoKeyring(RuntimeError):
    """Encrypted fields are read and written only where a keyring is open (a request, a command, a test)."""


class Keyring:
    """Unwrapped keys by scope, and the columns whose plaintext was shown (``revealed``: scope →
    {"table.column"}).
    """

    def __init__(self, using: str = "default") -> None:
        self._using = using
        self._keys: dict[Scope, Key] = {}
        self.revealed: dict[Scope, set[str]] = {}
        # The row a page is reading: its fields ask one after another, with the very same scope.
        self._asked: tuple[Scope, Key] | None = None
        self._noted: tuple[Scope, set[str]] | None = None

    def __repr__(self) -> str:
        return f"<Keyring of {len(self._keys)} keys>"

    def key(self, scope: Scope) -> Key:
        """The key of ``scope``; :class:`KeyNotVisible` if the database shows none."""
        asked = self._asked
        if asked is not None and asked[0] is scope:
            return asked[1]
        found = self._keys.get(scope)
        if found is None:
            self.prefetch([scope])
            found = self._keys.get(scope)
            if found is None:
                raise KeyNotVisible
        self._asked = scope, found
        return found

    def note(self, scope: Scope, place: str) -> None:
        """The plaintext of the column ``place`` of an object of ``scope`` is being shown."""
        noted = self._noted
        if noted is None or noted[0] is not scope:
            noted = self._noted = scope, self.revealed.setdefault(scope, set())
        noted[1].add(place)

    def prefetch(self, scopes: Iterable[Scope]) -> None:
        """Load the keys of many scopes in one query. A scope without a visible key is passed over, a key that
        does not unwrap is reported: the person who then reads a value under it meets :class:`KeyNotVisible`.
        """
        wanted = {scope for scope in scopes if scope not in self._keys}
        if not wanted:
            return
        with connections[self._using].cursor() as cursor:
            cursor.execute(VISIBLE_KEYS, [list({scope.owner for scope in wanted})])
            rows = cursor.fetchall()
        for kind, owner, key_id, wrapped, commitment in rows:
            scope = Scope(kind, owner)
            if scope not in wanted:
                continue
            try:
                self._keys[scope] = _unwrap(scope, key_id, wrapped, commitment)
            except DecryptionError as error:
                report_failure(Failure(DataKey._meta.db_table, key_id, scope, type(error).__name__))

    def can_open(self, scope: Scope) -> bool:
        """Load the key of ``scope`` and say whether it is visible. What a page shows under it is then decided in one
        statement: a page that begins to render can finish.
        """
        self.prefetch([scope])
        return scope in self._keys

    def create(self, scope: Scope, office_id: UUID) -> DataKey:
        """Make and store a new key for ``scope``. The row is inserted, not read back: it may not be visible
        yet.

        If the surrounding transaction (or savepoint) rolls back, throw this keyring away too: values sealed
        under the key would outlive it.
        """
        secret, provider = os.urandom(KEY_BYTES), get_provider()
        key = Key(uuid.uuid4(), secret)
        row = DataKey(
            id=key.id,
            kind=scope.kind,
            owner_id=scope.owner,
            office_id=office_id,
            root_version=provider.primary,
            wrapped=provider.wrap(secret, context_of(scope, key.id)),
            commitment=key.commitment,
        )
        row.save(using="default", force_insert=True)
        self.keep(scope, key)
        return row

    def keep(self, scope: Scope, key: Key) -> None:
        """Hold ``key``, which the caller made or unwrapped, for ``scope`` until the keyring closes."""
        self._keys[scope], self._asked = key, None

    def forget(self) -> None:
        """Drop every key."""
        self._keys.clear()
        self._asked = None


@contextmanager
def open_keyring(using: str = "default") -> Iterator[Keyring]:
    """Open a keyring for this context and drop its keys at the end; ``revealed`` stays readable for the
    audit. ``using``: whose login reads the wrapped keys (a migration's is the owner's).
    """
    ring = Keyring(using)
    token = _current.set(ring)
    try:
        yield ring
    finally:
        _current.reset(token)
        ring.forget()


def current() -> Keyring:
    """The open keyring; :class:`NoKeyring` if there is none."""
    ring = _current.get()
    if ring is None:
        raise NoKeyring("no keyring is open")
    return ring


def on_failure(listener: Callable[[Failure], None]) -> None:
    """Call ``listener`` for every decryption that fails, before the error is raised on. Registered twice it raises ValueError."""
    if listener in _listeners:
        raise ValueError("this listener is registered already")
    _listeners.append(listener)


def report_failure(failure: Failure) -> None:
    """Tell every listener."""
    for listener in _listeners:
        listener(failure)


def _unwrap(scope: Scope, key_id: UUID, wrapped: bytes, commitment: bytes) -> Key:
    key = Key(key_id, get_provider().unwrap(wrapped, context_of(scope, key_id)))
    key.check(commitment)
    return key


def context_of(scope: Scope, key_id: UUID) -> bytes:
    return parts(scope.kind.encode(), scope.owner.bytes, key_id.bytes)
