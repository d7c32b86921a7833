"""Encrypted columns. A model holds :class:`Secret` values, which print as •••; showing one is an explicit act
(:func:`reveal`).

Every model class with such columns derives from :class:`SealedModel` and declares its clear columns, ``CLEAR
= frozenset({...})``; each concrete field is either named there or an :class:`EncryptedTextField` (a test
compares).
"""

import uuid
from collections.abc import Iterable
from typing import Any, NoReturn
from uuid import UUID

from django.apps import apps
from django.core import checks
from django.core.exceptions import FieldError, ValidationError
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from security.encryption import envelope, keyring
from security.encryption.envelope import DecryptionError
from security.encryption.keyring import Scope
from security.encryption.secret import MASK, ROW, Row, Secret, Typed, row_of, row_under

__all__ = ["MASK", "EncryptedTextField", "SealedModel", "Secret", "reveal", "reveal_all", "unseal_envelope"]


class _Written(str):
    """An envelope on its way into its own row; the field writes nothing else, so ``update(name=...)`` cannot
    misplace one.
    """

    __slots__ = ()


class _SealedAttribute(DeferredAttribute):
    """Seals what is assigned, binds what was loaded, and keeps the old envelope while the plaintext stays the
    same.
    """

    field: "EncryptedTextField"

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        held = instance.__dict__
        value = held.get(self.field.attname, self)
        if value is self:
            return super().__get__(instance, cls)
        if type(value) is Typed:
            value = held[self.field.attname] = self.field.seal(row_of(instance), value)
        elif value is not None and value.row is None and not instance._state.adding:
            # It was loaded with its row, whatever has been assigned to the row's id since: saving asks row_of again.
            value.row = held.get(ROW) or row_of(instance)
        return value

    @sensitive_variables("value")
    def __set__(self, instance: Any, value: Any) -> None:
        field, held, adding = self.field, instance.__dict__, instance._state.adding
        if value is None:
            held[field.attname] = None
        elif isinstance(value, Secret):
            if not adding and not value.is_of(field, row_of(instance)):
                raise TypeError(f"this Secret belongs to another row or column than {field}")
            held[field.attname] = value
        else:
            typed = field.encode(value)
            old = None if adding or field.attname not in held else self.__get__(instance)
            if adding:
                held[field.attname] = typed
            elif old is None or old.open() != typed.data:
                held[field.attname] = field.seal(row_of(instance), typed)


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]  # Django's own take none at run time
    """Text encrypted under its object's key. NULL stays NULL and '' is encrypted; nothing but ``isnull`` can
    be asked of it.

    Table and column name are bound into every value: renaming either means sealing the values again.
    """

    descriptor_class = _SealedAttribute

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        # Django would keep the descriptor of an abstract parent, whose field is of no table.
        setattr(cls, self.attname, self.descriptor_class(self))
        table, column = cls._meta.db_table, str(self.column)
        self.place, self.place_name = envelope.column_place(table, column), f"{table}.{column}"

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        """Django's checks, and: an index, a choice or a database default on ciphertext means nothing."""
        found = super().check(**kwargs)
        if self.unique or getattr(self, "db_index", False) or self.choices or self.has_db_default():
            reason = "an encrypted field has no index, choices or database default"
            found.append(checks.Error(reason, obj=self, id="security.E001"))
        return found

    def seal(self, row: Row, typed: Typed) -> Secret:
        """A new envelope of what was typed, for this column of ``row``."""
        key = keyring.current().key(row.scope)
        bound_to = envelope.associated_data(self.place, row.place, key.id_bytes)
        return Secret(envelope.to_text(key.seal("fields", bound_to, envelope.pad(typed.data))), self, row)

    def encode(self, text: object) -> Typed:
        """The bytes to seal. ValidationError for what cannot be stored, and for ••• (from a form that did not
        reveal).
        """
        if not isinstance(text, str):
            raise TypeError(f"{self} takes text, None or its own Secret")
        if text == MASK or "\0" in text or (self.max_length is not None and len(text) > self.max_length):
            del text  # an error page shows the variables of this frame
            raise ValidationError(
                _("This text cannot be saved: it is masked, too long or has characters that are not text.")
            )
        try:
            return Typed(text.encode())
        except UnicodeEncodeError:
            del text
            raise ValidationError(_("This text has characters that are not text.")) from None

    def from_db_value(self, value: str | None, expression: object, connection: object) -> Secret | None:
        return None if value is None else Secret(value, self)

    def pre_save(self, model_instance: models.Model, add: bool) -> _Written | None:
        held = model_instance.__dict__
        typed = held.get(self.attname)
        if type(typed) is Typed:
            value = held[self.attname] = self.seal(row_of(model_instance), typed)
            return _Written(str.__str__(value))
        value = getattr(model_instance, self.attname)
        if value is None:
            return None
        if not value:
            raise DecryptionError
        if not value.is_of(self, row_of(model_instance)):
            raise TypeError(f"this Secret belongs to another row or column than {self}")
        return _Written(str.__str__(value))

    def get_prep_value(self, value: Any) -> str | None:
        if value is None:
            return None
        if type(value) is not _Written:
            raise TypeError(f"{self} is written by saving its object only")
        return str.__str__(value)

    def run_validators(self, value: Any) -> None:
        """A Secret was checked when it was sealed; its envelope has nothing to validate."""
        if not isinstance(value, Secret):
            super().run_validators(value)

    def value_to_string(self, obj: models.Model) -> str:
        return MASK

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self} is encrypted; it can only be asked whether it is null")
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name: str) -> NoReturn:
        raise FieldError(f"{self} is encrypted; it can only be asked whether it is null")


class SealedModel(models.Model):
    """A row with encrypted columns: its id is made here, so what a value is bound to exists before the row
    does.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True

    def key_scope(self) -> Scope:
        """Whose key seals this row. It never changes and reads columns of this row only
        (``self.case_id``).
        """
        raise NotImplementedError


def reveal(obj: models.Model, field: str) -> str | None:
    """The plaintext of one encrypted field of ``obj``, noted as shown; None for NULL."""
    value = getattr(obj, field)
    if isinstance(value, Secret):
        return value.reveal()
    if value is not None:
        raise TypeError(f"{field} is not an encrypted field")
    return None


def reveal_all(obj: models.Model, fields: Iterable[str]) -> dict[str, str | None]:
    """The plaintext of several encrypted fields by name, for instance as a form's ``initial``."""
    return {field: reveal(obj, field) for field in fields}


def unseal_envelope(model_label: str, column: str, row_id: UUID, scope: Scope, envelope_text: str) -> str:
    """The plaintext of an old ciphertext, as an audit diff keeps it, for a reader who may see the key of
    ``scope``.
    """
    field = apps.get_model(model_label)._meta.get_field(column)
    if not isinstance(field, EncryptedTextField):
        raise TypeError(f"{column} of {model_label} is not an encrypted field")
    return Secret(envelope_text, field, row_under(row_id, scope)).reveal()
