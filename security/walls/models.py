"""The demo mark. The identities have no model: only SQL functions read them."""

from typing import ClassVar

from django.db import models


class Mark(models.Model):
    """What kind of database this is: a row with ``demo`` true is written by the demo's seeder, and production refuses it."""

    CLEAR: ClassVar[frozenset[str]] = frozenset({"id", "demo", "made_at"})

    demo = models.BooleanField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "security"
        db_table = "security_mark"
        constraints = [models.UniqueConstraint(fields=["demo"], name="one_mark")]
