"""The baseline without encryption: the same models, with Django's ordinary text columns in place of the encrypted ones."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from bench.people import sealed_fields
from security.encryption.fields import EncryptedTextField, Secret
from security.encryption.keyring import Keyring, Scope


class Plain(Secret):
    """Plaintext as it came from the column; the templates' ``reveal`` takes nothing but a Secret."""

    __slots__ = ()

    def __new__(cls, text: str) -> "Plain":
        """Nothing is checked and nothing is bound to a row."""
        return str.__new__(cls, text)

    def reveal(self) -> str:
        """The text itself."""
        return str.__str__(self)


def _plain_value(
    self: EncryptedTextField, value: str | None, expression: object, connection: object
) -> Plain | None:
    return None if value is None else Plain(value)


def _no_keys(self: Keyring, scopes: Iterable[Scope]) -> None:
    return None


class Switch:
    """Turns every encrypted column of the process into a plain one and back."""

    def __init__(self) -> None:
        found: list[tuple[type[models.Model], EncryptedTextField]] = [
            (model, field) for model in apps.get_models() for field in sealed_fields(model)
        ]
        self._sealed: list[tuple[Any, str, Any]] = [(m, f.attname, m.__dict__[f.attname]) for m, f in found]
        self._sealed += [
            (EncryptedTextField, "from_db_value", EncryptedTextField.from_db_value),
            (Keyring, "prefetch", Keyring.prefetch),
        ]
        self._plain: list[tuple[Any, str, Any]] = [(m, f.attname, DeferredAttribute(f)) for m, f in found]
        self._plain += [(EncryptedTextField, "from_db_value", _plain_value), (Keyring, "prefetch", _no_keys)]

    def plain(self) -> None:
        """From now on columns are read as they are."""
        self._put(self._plain)

    def sealed(self) -> None:
        """From now on columns are encrypted, as in the product."""
        self._put(self._sealed)

    def _put(self, attributes: list[tuple[Any, str, Any]]) -> None:
        for holder, name, value in attributes:
            setattr(holder, name, value)
