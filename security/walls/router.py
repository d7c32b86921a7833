"""Which database alias does what: the application reads and writes on ``default``; only ``owner`` migrates."""

from typing import Any

from django.db.models import Model


class WallRouter:
    """Migrations run on ``owner`` alone. Other aliases (``audit``, ``gate``) are always named at the call, so that an object read
    over the gate at sign-in is not written there."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return "default"

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return "default"

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        """All aliases are logins to the same database, so objects read through different ones may be related."""
        return True
