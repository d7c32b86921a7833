"""The baseline without encryption: the same models, with Django's ordinary text columns in place of the encrypted ones.

What is shown is noted on both sides, so that both record the same look; the difference is the encryption alone.
"""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from bench.people import sealed_fields
from config.postgresql import selected
from security.encryption.fields import EncryptedTextField, Secret
from security.encryption.keyring import Keyring, Scope, current
from security.encryption.secret import row_of


class Plain(Secret[Any]):
    """Plaintext as it came from the column; the templates' ``reveal`` takes nothing but a Secret."""

    __slots__ = ()

    def __init__(self, text: str, field: EncryptedTextField) -> None:
        """Nothing is checked."""
        self.sealed, self.field, self.row = text, field, None

    def reveal(self) -> str:
        """The text itself, noted as shown."""
        if self.row is not None:
            current().revealed.setdefault(self.row.scope, set()).add(self.field.place_name)
        return self.sealed


class PlainAttribute(DeferredAttribute):
    """Django's own attribute, which also says whose row a value is of: the look asks for it."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, Plain) and value.row is None:
            value.row = row_of(instance)
        return value


def _plain_value(
    self: EncryptedTextField, value: str | None, expression: object, connection: object
) -> Plain | None:
    return None if value is None else Plain(value, self)


def _as_it_is(self: EncryptedTextField, instance: models.Model, add: bool) -> str | None:
    return self.get_prep_value(getattr(instance, self.attname))


def _text_of(self: EncryptedTextField, value: Plain | str | None) -> str | None:
    return value.sealed if isinstance(value, Plain) else value


def _no_keys(self: Keyring, scopes: Iterable[Scope]) -> None:
    return None


def _without_key(self: Keyring, scope: Scope) -> bool:
    return True


class Switch:
    """Turns every encrypted column of the process into a plain one and back."""

    def __init__(self) -> None:
        found: list[tuple[type[models.Model], EncryptedTextField]] = [
            (model, field) for model in apps.get_models() for field in sealed_fields(model)
        ]
        self._sealed: list[tuple[Any, str, Any]] = [(m, f.attname, m.__dict__[f.attname]) for m, f in found]
        self._sealed += [
            (EncryptedTextField, "from_db_value", EncryptedTextField.from_db_value),
            (EncryptedTextField, "pre_save", EncryptedTextField.pre_save),
            (EncryptedTextField, "get_prep_value", EncryptedTextField.get_prep_value),
            (Keyring, "prefetch", Keyring.prefetch),
            (Keyring, "can_open", Keyring.can_open),
        ]
        self._plain: list[tuple[Any, str, Any]] = [(m, f.attname, PlainAttribute(f)) for m, f in found]
        self._plain += [
            (EncryptedTextField, "from_db_value", _plain_value),
            (EncryptedTextField, "pre_save", _as_it_is),
            (EncryptedTextField, "get_prep_value", _text_of),
            (Keyring, "prefetch", _no_keys),
            (Keyring, "can_open", _without_key),
        ]

    def plain(self) -> None:
        """From now on columns are read and written as they are."""
        self._put(self._plain)

    def sealed(self) -> None:
        """From now on columns are encrypted, as in the product."""
        self._put(self._sealed)

    def _put(self, attributes: list[tuple[Any, str, Any]]) -> None:
        for holder, name, value in attributes:
            setattr(holder, name, value)
        selected.kept.clear()  # what turns a value of a column into an object is kept with what a list selects
