"""Encrypted columns in migrations: reading and writing them in ``RunPython``, and sealing them again after a rename.

A migration's models know columns and no methods, so it says itself whose key seals a row. It reads as the owner, who sees the
wrapped keys, and the root keys must be at hand as at any start.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, models, transaction
from django.db.migrations.operations.base import Operation

from security.encryption.fields import EncryptedTextField, write_envelope
from security.encryption.keyring import Keyring, Scope, open_keyring
from security.encryption.models import DataKey
from security.encryption.secret import Secret, Typed, row_under
from security.walls.seeder import seeding

BATCH = 500
RECORDS = "a_record"
"""The trigger that records every change (security.walls.apply): it alone goes on while values are sealed again."""
ScopeOf = Callable[[Any], Scope]


class ResealError(Exception):
    """Why values cannot be sealed again, in one sentence that names rows and no data."""


@contextmanager
def seeding_with_keys(using: str) -> Iterator[Keyring]:
    """A transaction of the seeder, with a keyring that may load every key; what follows in a larger one is the owner's again."""
    with seeding(using), connections[using].cursor() as cursor, open_keyring(using) as ring:
        yield ring
        cursor.execute("RESET ROLE")


def with_scope(model: Any, scope: ScopeOf) -> Any:
    """A migration's model, whose encrypted columns are read and written within :func:`seeding_with_keys` like any.

    ``scope(row)`` says whose key seals it: ``lambda row: Scope("case", row.case_id)``.
    """
    model.key_scope = scope
    return model


class Reseal(Operation):
    """Seal an encrypted column again, from the place ``place_from`` to the one its field has now; backwards the other way round.

    In batches of :data:`BATCH`, each a transaction of its own where the migration says ``atomic = False``. What is sealed at
    the new place already is left, so that an interrupted one goes on. Every batch is recorded like any change.
    """

    reversible = True
    reduces_to_sql = False

    def __init__(self, model: str, field: str, *, place_from: str, scope: ScopeOf) -> None:
        self.model, self.field, self.place_from, self.scope = model, field, place_from, scope

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The schema stays."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        to_state.clear_delayed_apps_cache()  # what is read here is seen whole, as by a step in Python (states.py)
        model = to_state.apps.get_model(app_label, self.model)
        field = model._meta.get_field(self.field)
        self._move(model, field.at(self.place_from), field, schema_editor.connection.alias)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        from_state.clear_delayed_apps_cache()
        model = from_state.apps.get_model(app_label, self.model)
        field = model._meta.get_field(self.field)
        self._move(model, field, field.at(self.place_from), schema_editor.connection.alias)

    def describe(self) -> str:
        return f"Seal {self.model}.{self.field} again, until now at {self.place_from}"

    def _move(self, model: Any, old: EncryptedTextField, new: EncryptedTextField, using: str) -> None:
        rows = model._base_manager.using(using).filter(**{f"{old.name}__isnull": False}).order_by("pk")
        last: Any = None
        while True:
            with without_triggers(model, using), seeding_with_keys(using) as ring:
                batch = list((rows if last is None else rows.filter(pk__gt=last))[:BATCH])
                ring.prefetch(self.scope(row) for row in batch)
                for row in batch:
                    self._move_row(row, old, new, using)
            if len(batch) < BATCH:
                return
            last = batch[-1].pk

    def _move_row(self, row: Any, old: EncryptedTextField, new: EncryptedTextField, using: str) -> None:
        place = row_under(row.pk, self.scope(row))
        envelope = row.__dict__[old.attname].sealed
        if Secret(envelope, new, place).opens():
            return
        former: Secret[Any] = Secret(envelope, old, place)
        if not former.opens():
            if _is_erased(place.scope, using):
                return
            raise ResealError(f"Row {row.pk} does not open at {old.place_name} nor at {new.place_name}.")
        sealed = new.seal(place, Typed(former.open()))
        write_envelope(type(row)._base_manager.using(using).filter(pk=row.pk), new, sealed)


def _is_erased(scope: Scope, using: str) -> bool:
    """Whether no key of the scope is left: what it sealed is erased, and stays as it is."""
    kept = DataKey.objects.using(using).filter(kind=scope.kind, owner_id=scope.owner, destroyed_at=None)
    return not kept.exists()


@contextmanager
def without_triggers(model: type[models.Model], using: str) -> Iterator[None]:
    """A transaction in which the table's triggers are off, all but the record of changes: for rows whose meaning does not change.

    The seeder is no way: triggers that keep what was decided or sent bind it too. Cut off anywhere, they are on again.
    """
    table = connections[using].ops.quote_name(model._meta.db_table)
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(tgname) FROM pg_trigger"
            " WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgenabled = 'O'",
            [table],
        )
        names = [name for (name,) in cursor.fetchall()]
        if RECORDS not in names:
            raise ResealError(f"Changes of {table} are not recorded: seal again while the walls are up.")
        names.remove(RECORDS)
        for name in names:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        yield
        for name in names:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {name}")
