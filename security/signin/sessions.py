"""Session store whose rows are found by the SHA-256 of the session key; a reader of the table cannot act as another person."""

import hashlib
from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.db import connection

from security.signin.models import Session


def stored_key(session_key: str) -> str:
    """SHA-256 of the raw key, shortened to the 40 characters of Django's column (160 bits)."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:40]


class SessionStore(DatabaseSessionStore):
    """Django's database sessions with a hashed primary key. The raw key is in the cookie and in this object only.

    No login has a right to the table: functions of the wall reach one row by its key.
    """

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        data = _ask("wall.session_data(%s)", stored_key(self.session_key or ""))
        if data is None:
            self._session_key = None
            return {}
        return self.decode(data)

    def exists(self, session_key: str) -> bool:
        return _ask("wall.session_data(%s)", stored_key(session_key)) is not None

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            self.create()
            return
        data = self.encode(self._get_session(no_load=must_create))  # type: ignore[attr-defined]  # Django's own; stubs lack it
        key = stored_key(self.session_key)
        if not _ask("wall.put_session(%s, %s, %s, %s)", key, data, self.get_expiry_date(), must_create):
            raise CreateError if must_create else UpdateError

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            _ask("wall.drop_session(%s)", stored_key(key))


def _ask(function: str, *values: str | datetime | bool) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}", values)
        return cursor.fetchone()[0]
