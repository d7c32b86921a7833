"""Encrypted columns of something other than free text: a code, several codes, a date, a moment, a flag.

They store text as any encrypted column does, take and give the typed value, and know the words a reader sees. A text that an
older version wrote and this one does not know means nothing (``value_of`` gives None) and is shown as it is.
"""

import json
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from face.codes import stored_code
from face.wareki import format_date, format_datetime
from security.encryption.fields import EncryptedTextField, Get_co, Set_contra, reveal_all
from security.encryption.secret import Secret, Typed

Code = TypeVar("Code", bound=models.TextChoices)
YES = "yes"


class AsKept(str):
    """A text as another encrypted column has kept it, perhaps of an older version; it is copied without being understood."""

    __slots__ = ()


def as_kept(obj: models.Model, fields: Iterable[str]) -> dict[str, AsKept]:
    """The texts of several encrypted fields by name, to be written into another row as they are; '' for NULL."""
    return {name: AsKept(text) for name, text in reveal_all(obj, fields).items()}


class _TypedField(EncryptedTextField[Set_contra, Get_co]):
    """Base: ``text_of`` and ``meaning`` go to the text and back. '' says that nothing was said; ``unknown`` is a further
    text of that kind, for instance 不詳.
    """

    def __init__(self, *args: Any, unknown: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unknown = unknown

    def encode(self, value: object) -> Typed:
        """The bytes to seal of a typed value or its text. ValidationError for a text without a known meaning."""
        if not isinstance(value, str) or isinstance(value, models.TextChoices):
            return Typed(self.text_of(value).encode())
        if value not in ("", self.unknown) and not isinstance(value, AsKept) and not self._knows(value):
            del value  # an error page shows the variables of this frame
            raise ValidationError(_("This value is not one of those that can be saved here."))
        return super().encode(value)

    def text_of(self, value: Any) -> str:
        """The text stored of a typed value. TypeError for a value of another type."""
        raise NotImplementedError

    def _knows(self, text: str) -> bool:
        return self.meaning(text) is not None

    def _wrong(self, value: object) -> TypeError:
        return TypeError(f"{self} does not take a {type(value).__name__}")


class _OfCodes(_TypedField[Set_contra, Get_co]):
    """Base of the two columns of codes."""

    def __init__(self, codes: type[models.TextChoices], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = codes

    def _code_of(self, value: object) -> str:
        if not isinstance(value, self.codes):
            raise self._wrong(value)
        return str(value.value)

    def _label_of(self, code: object) -> str:
        return str(stored_code(self.codes, str(code)).label)


class EncryptedCodeField(_OfCodes[Set_contra, Get_co]):
    """One code of ``codes``."""

    if TYPE_CHECKING:

        @overload
        def __init__(
            self: "EncryptedCodeField[Code | str | Secret[Code], Secret[Code]]", codes: type[Code], *args: Any
        ) -> None: ...
        @overload
        def __init__(
            self: "EncryptedCodeField[Code | str | Secret[Code] | None, Secret[Code] | None]",
            codes: type[Code],
            *args: Any,
            null: Literal[True],
        ) -> None: ...
        def __init__(self, codes: Any, *args: Any, **kwargs: Any) -> None: ...

    def text_of(self, value: object) -> str:
        return self._code_of(value)

    def meaning(self, text: str) -> models.TextChoices | None:
        return self.codes(text) if text in self.codes.values else None

    def words(self, text: str) -> str:
        return self._label_of(text)


class EncryptedCodesField(_OfCodes[Set_contra, Get_co]):
    """Several codes of ``codes``, as a JSON list. Unknown ones mean nothing and are shown."""

    if TYPE_CHECKING:

        @overload
        def __init__(
            self: "EncryptedCodesField[Iterable[str] | Secret[list[Code]], Secret[list[Code]]]",
            codes: type[Code],
            *args: Any,
        ) -> None: ...
        @overload
        def __init__(
            self: "EncryptedCodesField[Iterable[str] | Secret[list[Code]] | None, Secret[list[Code]] | None]",
            codes: type[Code],
            *args: Any,
            null: Literal[True],
        ) -> None: ...
        def __init__(self, codes: Any, *args: Any, **kwargs: Any) -> None: ...

    def text_of(self, value: Any) -> str:
        if not isinstance(value, (list, tuple)):
            raise self._wrong(value)
        return json.dumps([self._code_of(self.codes(one)) for one in value])

    def meaning(self, text: str) -> list[models.TextChoices] | None:
        kept = self._kept(text)
        return None if kept is None else [self.codes(code) for code in kept if code in self.codes.values]

    def words(self, text: str) -> str:
        kept = self._kept(text)
        return text if kept is None else "\n".join(map(self._label_of, kept))

    def _knows(self, text: str) -> bool:
        kept = self._kept(text)
        return kept is not None and set(kept) <= set(self.codes.values)

    def _kept(self, text: str) -> list[str] | None:
        try:
            kept = json.loads(text)
        except ValueError:
            return None
        return kept if isinstance(kept, list) and all(isinstance(code, str) for code in kept) else None


def _object(text: str) -> dict[str, Any] | None:
    try:
        kept = json.loads(text)
    except ValueError:
        return None
    return kept if isinstance(kept, dict) else None


class EncryptedCountsField(_TypedField[Set_contra, Get_co]):
    """How many of several kinds of things, as a JSON object of codes and numbers. ``said(code, n)`` puts one into words."""

    _pyi_private_set_type: "dict[str, int] | Secret[dict[str, int]]"  # type: ignore[assignment]  # not text
    _pyi_private_get_type: "Secret[dict[str, int]]"  # type: ignore[assignment]  # not text

    def __init__(self, said: Callable[[str, int], str] = "{} {}".format, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.said = said

    def text_of(self, value: object) -> str:
        if not isinstance(value, dict) or any(type(n) is not int for n in value.values()):
            raise self._wrong(value)
        return json.dumps(value)

    def meaning(self, text: str) -> dict[str, int] | None:
        kept = _object(text)
        return kept if kept is not None and all(type(n) is int for n in kept.values()) else None

    def words(self, text: str) -> str:
        kept = self.meaning(text)
        return text if kept is None else "\n".join(self.said(code, n) for code, n in kept.items())


class EncryptedReasonsField(_TypedField[Set_contra, Get_co]):
    """A text for each of several codes, as a JSON object. ``label_of`` gives a code's heading."""

    _pyi_private_set_type: "dict[str, str] | Secret[dict[str, str]]"  # type: ignore[assignment]  # not text
    _pyi_private_get_type: "Secret[dict[str, str]]"  # type: ignore[assignment]  # not text

    def __init__(self, label_of: Callable[[str], str] = str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_of = label_of

    def text_of(self, value: object) -> str:
        if not isinstance(value, dict):
            raise self._wrong(value)
        return json.dumps(value, ensure_ascii=False)

    def meaning(self, text: str) -> dict[str, str] | None:
        return _object(text)

    def words(self, text: str) -> str:
        kept = self.meaning(text)
        if kept is None:
            return text
        colon = _(": ")
        return "\n".join(f"{self.label_of(code)}{colon}{self.said(why)}" for code, why in kept.items())

    def said(self, text: str) -> str:
        """What stands beside a heading."""
        return text


class EncryptedStatesField(EncryptedReasonsField[Set_contra, Get_co]):
    """A code of ``codes`` for each of several things, as a JSON object. An unknown one is shown as it is."""

    def __init__(
        self, codes: type[models.TextChoices], label_of: Callable[[str], str] = str, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(label_of, *args, **kwargs)
        self.codes = codes

    def text_of(self, value: object) -> str:
        if not isinstance(value, dict) or not set(value.values()) <= set(self.codes.values):
            raise self._wrong(value)
        return super().text_of(value)

    def said(self, text: str) -> str:
        """The label of the code."""
        return str(stored_code(self.codes, text).label)


class EncryptedDateField(_TypedField[Set_contra, Get_co]):
    """A day, as ISO 8601 has it."""

    _pyi_private_set_type: "date | str | Secret[date]"  # type: ignore[assignment]  # not text
    _pyi_private_get_type: "Secret[date]"  # type: ignore[assignment]  # not text

    def text_of(self, value: object) -> str:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self._wrong(value)
        return value.isoformat()

    def meaning(self, text: str) -> date | None:
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None

    def words(self, text: str) -> str:
        day = self.meaning(text)
        return text if day is None else format_date(day, style="day")


class EncryptedMomentField(_TypedField[Set_contra, Get_co]):
    """A moment with its offset, as ISO 8601 has it; given in the time of the place."""

    _pyi_private_set_type: "datetime | str | Secret[datetime]"  # type: ignore[assignment]  # not text
    _pyi_private_get_type: "Secret[datetime]"  # type: ignore[assignment]  # not text

    def text_of(self, value: object) -> str:
        if not isinstance(value, datetime) or timezone.is_naive(value):
            raise self._wrong(value)
        return value.isoformat()

    def meaning(self, text: str) -> datetime | None:
        try:
            return timezone.localtime(datetime.fromisoformat(text))
        except ValueError:  # also of a moment without an offset
            return None

    def words(self, text: str) -> str:
        moment = self.meaning(text)
        return text if moment is None else format_datetime(moment)


class EncryptedFlagField(_TypedField[Set_contra, Get_co]):
    """Yes or no. Anything written counts as yes: a flag that hides something hides it also where it is not understood."""

    _pyi_private_set_type: "bool | Secret[bool]"  # type: ignore[assignment]  # not text
    _pyi_private_get_type: "Secret[bool]"  # type: ignore[assignment]  # not text

    def encode(self, value: object) -> Typed:
        if not isinstance(value, (bool, AsKept)) and value not in ("", YES):
            raise self._wrong(value)
        return super().encode(value)

    def text_of(self, value: object) -> str:
        return YES if value else ""

    def meaning(self, text: str) -> bool:
        return text != ""

    def words(self, text: str) -> str:
        return {YES: _("yes"), "": _("no")}.get(text, text)
