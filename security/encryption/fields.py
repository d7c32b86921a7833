"""Encrypted columns. A model holds :class:`Secret` values, which nothing but an explicit act shows: :func:`reveal`,
:func:`value_of`, :func:`words_of`. ``typed`` has columns of codes, dates and the like.

Every model class with such columns derives from :class:`SealedModel` and declares its clear columns, ``CLEAR
= frozenset({...})``; each concrete field is either named there or an :class:`EncryptedTextField` (a test
compares).
"""

import copy
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NoReturn, overload
from uuid import UUID

from django.apps import apps
from django.core import checks
from django.core.exceptions import FieldError, ValidationError
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from security.encryption import envelope, keyring, places
from security.encryption.envelope import DecryptionError
from security.encryption.keyring import Scope
from security.encryption.secret import MASK, ROW, Row, Secret, Typed, V, row_of, row_under

__all__ = [
    "MASK", "EncryptedTextField", "SealedModel", "Secret", "reveal", "reveal_all", "sealed_text", "unseal_envelope", "value_of",
    "values_of", "words_of",
]  # fmt: skip

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    # What may be assigned to a column, and what an instance holds.
    Set_contra = TypeVar("Set_contra", contravariant=True, default=Any)
    Get_co = TypeVar("Get_co", covariant=True, default=Any)
    _TextField = models.TextField
else:
    Set_contra = Get_co = None

    class _TextField(models.TextField):
        """Django's own takes no type arguments when it runs."""

        def __class_getitem__(cls, _types: object) -> type["_TextField"]:
            return cls


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


class EncryptedTextField(_TextField[Set_contra, Get_co]):
    """Text encrypted under its object's key. NULL stays NULL and '' is encrypted; nothing but ``isnull`` can
    be asked of it.

    Its place, "table.column" when it was made, is bound into every value and locked (``places``): a field whose table or
    column is renamed keeps it by ``place=``, or its values are sealed again (``security.walls.migrating.Reseal``).
    """

    place: bytes
    place_name: str

    # What may be assigned, and what an instance holds (django-stubs adds None where ``null=True``).
    _pyi_private_set_type: "str | Secret[str]"  # type: ignore[assignment]  # Django's is text
    _pyi_private_get_type: "Secret[str]"  # type: ignore[assignment]  # Django's is text
    descriptor_class = _SealedAttribute
    empty_values = (None,)  # a Secret is compared with nothing else

    def __init__(self, *args: Any, place: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.frozen_place = place

    def meaning(self, text: str) -> Any:
        """What the text means (:class:`secret.Column`)."""
        return text

    def words(self, text: str) -> str:
        """The text as a reader understands it."""
        return text

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        # Django would keep the descriptor of an abstract parent, whose field is of no table.
        setattr(cls, self.attname, self.descriptor_class(self))
        self._stand_at(self.frozen_place or f"{cls._meta.db_table}.{self.column}")

    def _stand_at(self, place: str) -> None:
        self.place, self.place_name = envelope.column_place(*place.split(".")), place

    def at(self, place: str) -> "EncryptedTextField":
        """The same column as it was sealed at another place."""
        other = copy.copy(self)
        other._stand_at(place)
        return other

    def deconstruct(self) -> Any:
        """In a migration every encrypted column is text: what a text means is today's code, not the schema's."""
        name, _path, args, kwargs = super().deconstruct()
        if self.frozen_place:
            kwargs["place"] = self.frozen_place
        return name, f"{EncryptedTextField.__module__}.{EncryptedTextField.__name__}", args, kwargs

    def clone(self) -> "EncryptedTextField":
        """The same column as text, for the state of a migration."""
        _name, _path, args, kwargs = self.deconstruct()
        return EncryptedTextField(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        """Django's checks, and: an index, a choice or a database default on ciphertext means nothing."""
        found = super().check(**kwargs)
        if self.unique or getattr(self, "db_index", False) or self.choices or self.has_db_default():
            reason = "an encrypted field has no index, choices or database default"
            found.append(checks.Error(reason, obj=self, id="security.E001"))
        return found

    def seal(self, row: Row, typed: Typed) -> Secret[Any]:
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

    def from_db_value(self, value: str | None, expression: object, connection: object) -> Secret[Any] | None:
        return None if value is None else Secret(value, self)

    def pre_save(self, model_instance: models.Model, add: bool) -> _Written | None:
        held = model_instance.__dict__
        typed = held.get(self.attname)
        if type(typed) is Typed:
            value = held[self.attname] = self.seal(row_of(model_instance), typed)
            return _Written(value.sealed)
        value = getattr(model_instance, self.attname)
        if value is None:
            return None
        if not value.sealed:
            raise DecryptionError
        if not value.is_of(self, row_of(model_instance)):
            raise TypeError(f"this Secret belongs to another row or column than {self}")
        return _Written(value.sealed)

    def get_prep_value(self, value: Any) -> str | None:
        if value is None:
            return None
        if type(value) is not _Written:
            raise TypeError(f"{self} is written by saving its object only")
        return str.__str__(value)

    def to_python(self, value: Any) -> Any:
        """As it is: Django would make text of a Secret."""
        return value

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


def value_of(secret: Secret[V] | None) -> V | None:
    """What an encrypted value means: a text, a code, a date ... None for NULL, nothing written, and an unknown code."""
    return None if secret is None else secret.field.meaning(secret.reveal())


def values_of(obj: models.Model, fields: Iterable[str]) -> dict[str, Any]:
    """What several encrypted fields mean, by name, for instance as a form's ``initial``."""
    return {field: value_of(getattr(obj, field)) for field in fields}


def words_of(secret: Secret[Any] | None) -> str:
    """What a reader sees of an encrypted value: a code's label, a date in words; '' for NULL."""
    return "" if secret is None else secret.field.words(secret.reveal())


@overload
def sealed_text(secret: Secret[Any]) -> str: ...
@overload
def sealed_text(secret: None) -> None: ...
def sealed_text(secret: Secret[Any] | None) -> str | None:
    """The ciphertext of a value as its column holds it, for a statement of our own that writes it; None for NULL."""
    return None if secret is None else secret.sealed


def write_envelope(rows: "models.QuerySet[Any]", field: EncryptedTextField, secret: Secret[Any]) -> None:
    """Write a value that was sealed for the one row of ``rows``, past its object: for a migration."""
    rows.update(**{field.name: _Written(secret.sealed)})


def reveal_all(obj: models.Model, fields: Iterable[str]) -> dict[str, str]:
    """The plaintext of several encrypted fields by name, for instance as a form's ``initial``; '' for NULL."""
    return {field: reveal(obj, field) or "" for field in fields}


def unseal_envelope(model_label: str, column: str, row_id: UUID, scope: Scope, envelope_text: str) -> str:
    """The plaintext of an old ciphertext, as an audit diff keeps it, for a reader who may see the key of
    ``scope``; also one that was sealed at a place the column had before (``places``).
    """
    field = apps.get_model(model_label)._meta.get_field(column)
    if not isinstance(field, EncryptedTextField):
        raise TypeError(f"{column} of {model_label} is not an encrypted field")
    row = row_under(row_id, scope)
    former = (Secret(envelope_text, field.at(place), row) for place in places.former_places(field))
    return next((secret for secret in former if secret.opens()), Secret(envelope_text, field, row)).reveal()
