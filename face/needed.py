"""A field that has to be filled in only where another one says so: the mark at its label and the check are made of one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True)
class Needed:
    """A field is needed where one of the fields ``by`` is filled in, or holds one of ``values``, and ``only`` (of what was typed)
    says so too; without ``by`` that alone decides.

    ``mark`` is the condition in words, for the label; ``message`` the error, if not that of a required field.
    """

    mark: str | Promise
    by: tuple[str, ...] = ()
    values: frozenset[str] = frozenset()
    only: Callable[[Mapping[str, Any]], bool] | None = None
    message: str | Promise = ""

    def holds(self, typed: Mapping[str, Any]) -> bool:
        """Whether the field is needed beside what was typed (cleaned values by field name)."""
        given = [typed[name] for name in self.by if typed.get(name)]
        if self.values:
            given = [value for value in given if self.values & set(_several(value))]
        return (bool(given) or not self.by) and (self.only is None or self.only(typed))


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
