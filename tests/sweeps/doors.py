"""The doors of Python: every query that filters by who asks, and what it answers when it filters nothing.

The walls-alone sweep opens all of them. A new query of that kind belongs into :data:`DOORS`.
"""

import sys
from collections.abc import Callable
from typing import Any

import pytest

from cases.records import queries as records
from cases.records.models import Case

PACKAGES = ("config", "desk", "referrals", "cases", "agencies", "security", "face")


def _all_cases(post: object, level: str = "view") -> Any:
    return Case.objects.all()


DOORS: tuple[tuple[Callable[..., Any], Callable[..., Any]], ...] = ((records.cases_for, _all_cases),)


def open_doors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace every door, in every module that has imported it by name."""
    for door, opened in DOORS:
        replaced = 0
        for name, module in list(sys.modules.items()):
            if name.split(".")[0] in PACKAGES and getattr(module, door.__name__, None) is door:
                monkeypatch.setattr(module, door.__name__, opened)
                replaced += 1
        assert replaced, door.__name__
