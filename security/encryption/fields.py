"""Encrypted columns. A model holds :class:`Secret` values, which print as •••; showing one is an explicit act (:func:`reveal`).

Every model class with such columns derives from :class:`SealedModel` and declares its clear columns, ``CLEAR =
frozenset({...})``; each concrete field is either named there or an :class:`EncryptedTextField` (a test compares).
"""

import uuid
from collections.abc import Iterable
from typing import Any, NamedTuple, NoReturn
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

MASK = "•••"


class Row(NamedTuple):
    """One row and whose key seals it; ``place`` is the row's part of the associated data."""

    id: UUID
    scope: Scope
    place: bytes


class Secret(str):
    """An encrypted value. Its characters are the envelope (base64), so that joins, diffs and JSON carry ciphertext;
    everything that prints gives •••. A column that holds no envelope gives an empty, unreadable Secret."""

    __slots__ = ("field", "row")
    field: "EncryptedTextField"
    row: Row | None

    def __new__(cls, text: str, field: "EncryptedTextField", row: Row | None = None) -> "Secret":
        self = super().__new__(cls, text if envelope.looks_sealed(text) else "")
        self.field, self.row = field, row
        return self

    def reveal(self) -> str:
        """The plaintext, noted in the open keyring as shown. DecryptionError if it cannot be read here; TypeError for a value
        that belongs to no row (``values()``, ``values_list()``)."""
        data = self.open()
        if self.row is not None:
            keyring.current().revealed.setdefault(self.row.scope, set()).add(self.field.place_name)
        return data.decode()

    def open(self) -> bytes:
        """The plaintext's UTF-8 bytes, without noting it as shown. A failure is reported to the keyring's listeners."""
        field, row = self.field, self.row
        if row is None:
            raise TypeError("this Secret belongs to no row: load the object, not its values()")
        try:
            key = keyring.current().key(row.scope)
            bound_to = envelope.associated_data(field.place, row.place, key.id_bytes)
            return envelope.unpad(key.open("fields", bound_to, envelope.from_text(self)))
        except DecryptionError as error:
            keyring.report_failure(keyring.Failure(field.place_name, row.id, row.scope, type(error).__name__))
            raise

    def is_of(self, field: "EncryptedTextField", row: Row) -> bool:
        """Whether this value was sealed for, or loaded from, that column of that row."""
        return self.row == row and self.field.place == field.place

    def __str__(self) -> str:
        return MASK

    __repr__ = __html__ = __str__

    def __format__(self, spec: str) -> str:
        return MASK

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a Secret is never written out")

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, memo: object) -> "Secret":
        return self


class _Pending:
    """Plaintext of an object that has no row yet; it is sealed when it is read or saved."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = data

    def __repr__(self) -> str:
        return MASK

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("plaintext is never written out")


class _Written(str):
    """An envelope on its way into its own row; the field writes nothing else, so ``update(name=...)`` cannot misplace one."""

    __slots__ = ()


class _SealedAttribute(DeferredAttribute):
    """Seals what is assigned, binds what was loaded, and keeps the old envelope while the plaintext stays the same."""

    field: "EncryptedTextField"

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        value = instance.__dict__.get(self.field.attname, self)
        if value is self:
            return super().__get__(instance, cls)
        if type(value) is _Pending:
            value = instance.__dict__[self.field.attname] = self.field.seal(_row_of(instance), value)
        elif value is not None and value.row is None and not instance._state.adding:
            value.row = _row_of(instance)
        return value

    @sensitive_variables("value")
    def __set__(self, instance: Any, value: Any) -> None:
        field, held, adding = self.field, instance.__dict__, instance._state.adding
        if value is None:
            held[field.attname] = None
        elif isinstance(value, Secret):
            if not adding and not value.is_of(field, _row_of(instance)):
                raise TypeError(f"this Secret belongs to another row or column than {field}")
            held[field.attname] = value
        else:
            typed = field.encode(value)
            old = None if adding or field.attname not in held else self.__get__(instance)
            if adding:
                held[field.attname] = typed
            elif old is None or old.open() != typed.data:
                held[field.attname] = field.seal(_row_of(instance), typed)


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]  # its Python side is Secret | str | None, given below
    """Text encrypted under its object's key. NULL stays NULL and '' is encrypted; nothing but ``isnull`` can be asked of it.

    Table and column name are bound into every value: renaming either means sealing the values again.
    """

    descriptor_class = _SealedAttribute
    _pyi_private_set_type: str | None
    _pyi_private_get_type: Secret | None

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(
            cls, self.attname, self.descriptor_class(self)
        )  # Django would keep the one of an abstract parent
        table = cls._meta.db_table
        self.place, self.place_name = envelope.column_place(table, self.column), f"{table}.{self.column}"

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        """Django's checks, and: an index, a choice or a database default on ciphertext means nothing."""
        wrong = self.primary_key or self.unique or self.db_index or self.choices or self.has_db_default()
        error = checks.Error(
            "an encrypted field has no index, choices or database default", obj=self, id="security.E001"
        )
        return [*super().check(**kwargs), *([error] if wrong else [])]

    def seal(self, row: Row, typed: _Pending) -> Secret:
        """A new envelope of what was typed, for this column of ``row``."""
        key = keyring.current().key(row.scope)
        bound_to = envelope.associated_data(self.place, row.place, key.id_bytes)
        return Secret(envelope.to_text(key.seal("fields", bound_to, envelope.pad(typed.data))), self, row)

    def encode(self, text: object) -> _Pending:
        """The bytes to seal. ValidationError for what cannot be stored, and for ••• (from a form that did not reveal)."""
        if not isinstance(text, str):
            raise TypeError(f"{self} takes text, None or its own Secret")
        if text == MASK or "\0" in text or (self.max_length is not None and len(text) > self.max_length):
            del text  # an error page shows the variables of this frame
            raise ValidationError(
                _("This text cannot be saved: it is masked, too long or has characters that are not text.")
            )
        try:
            return _Pending(text.encode())
        except UnicodeEncodeError:
            del text
            raise ValidationError(_("This text has characters that are not text.")) from None

    def from_db_value(self, value: str | None, expression: object, connection: object) -> Secret | None:
        return None if value is None else Secret(value, self)

    def pre_save(self, model_instance: models.Model, add: bool) -> _Written | None:
        value = getattr(model_instance, self.attname)
        if value is None:
            return None
        if not value:
            raise DecryptionError
        if not value.is_of(self, _row_of(model_instance)):
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
    """A row with encrypted columns: its id is made here, so what a value is bound to exists before the row does."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True

    def key_scope(self) -> Scope:
        """Whose key seals this row. It never changes and reads columns of this row only (``self.case_id``)."""
        raise NotImplementedError


def reveal(obj: models.Model, field: str) -> str | None:
    """The plaintext of one encrypted field of ``obj``, noted as shown; None for NULL."""
    value = getattr(obj, field)
    if value is not None and not isinstance(value, Secret):
        raise TypeError(f"{field} is not an encrypted field")
    return None if value is None else value.reveal()


def reveal_all(obj: models.Model, fields: Iterable[str]) -> dict[str, str | None]:
    """The plaintext of several encrypted fields by name, for instance as a form's ``initial``."""
    return {field: reveal(obj, field) for field in fields}


def unseal_envelope(model_label: str, column: str, row_id: UUID, scope: Scope, envelope_text: str) -> str:
    """The plaintext of an old ciphertext, as an audit diff keeps it, for a reader who may see the key of ``scope``."""
    field = apps.get_model(model_label)._meta.get_field(column)
    if not isinstance(field, EncryptedTextField):
        raise TypeError(f"{column} of {model_label} is not an encrypted field")
    return Secret(envelope_text, field, _row(row_id, scope)).reveal()


def _row(row_id: UUID, scope: Scope) -> Row:
    return Row(row_id, scope, envelope.row_place(row_id, scope.owner))


def _row_of(instance: Any) -> Row:
    """The instance's row, remembered on it while id and key owner stay; TypeError while either is unknown."""
    scope, row = instance.key_scope(), instance.__dict__.get("_sealed_row")
    if row is None or row[:2] != (instance.id, scope):
        if instance.id is None or scope.owner is None:
            raise TypeError(
                f"{instance._meta.label} is sealed only once it has its id and the owner of its key"
            )
        row = instance.__dict__["_sealed_row"] = _row(instance.id, scope)
    return row
