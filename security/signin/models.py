"""Sessions: the table knows the SHA-256 of a session key; the key itself lives only in the cookie."""

from typing import ClassVar

from django.contrib.sessions.base_session import AbstractBaseSession


class Session(AbstractBaseSession):
    """Django's session row, keyed by a hash."""

    CLEAR: ClassVar[frozenset[str]] = frozenset({"session_key", "session_data", "expire_date"})

    class Meta(AbstractBaseSession.Meta):
        app_label = "security"
        db_table = "security_session"

    @classmethod
    def get_session_store_class(cls) -> type:
        from security.signin.sessions import SessionStore

        return SessionStore
