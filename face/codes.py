"""A stored code as the code itself; one that this version does not know is shown as it is."""

from typing import TypeVar

from django.db.models import TextChoices

Code = TypeVar("Code", bound=TextChoices)


class UnknownCode(str):
    """A code that an older or newer version stored: its own label."""

    __slots__ = ()

    @property
    def label(self) -> str:
        """The code, since nobody has words for it."""
        return str(self)


def stored_code(codes: type[Code], text: str) -> Code | UnknownCode:
    """The code among ``codes`` that was stored as ``text``."""
    return codes(text) if text in codes.values else UnknownCode(text)
