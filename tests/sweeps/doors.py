"""The doors of Python: every query that filters by who asks, and what it answers when it filters nothing.

The walls-alone sweep opens all of them. A new query of that kind belongs into :data:`DOORS`, unless it asks by ``held_by`` or
``probed_by``: those lookups are the door of all cases and are opened as one.
"""

import sys
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db.models import QuerySet
from django.http import Http404

from agencies.staff.models import Position
from cases.intake import filing_views
from cases.intake import queries as intake
from cases.intake.models import Filing
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.queries import HeldBy, ProbedBy, level_on
from referrals.disclosures.models import Envelope
from referrals.police import queries as police

PACKAGES = ("config", "desk", "referrals", "cases", "agencies", "security", "face")


def _held_by_anybody(
    self: HeldBy | ProbedBy, compiler: object, connection: object
) -> tuple[str, tuple[object, ...]]:
    return "true", ()


def _all_filings(by: Position) -> list[Filing]:
    return list(Filing.objects.select_related("sender", "recipient", "received_by__staff"))


def _any_filing(request: object, filing_id: UUID) -> Filing:
    found = Filing.objects.select_related(
        "sender", "filed_by__staff", "recipient", "received_by__staff"
    ).filter(pk=filing_id)
    if not found:
        raise Http404
    return found[0]


def _all_envelopes(by: Position) -> QuerySet[Envelope]:
    return Envelope.objects.select_related("sender", "taken_by__staff")


def _level_on_what_is_visible(position: Position, case_id: UUID) -> Level | None:
    return Level.MANAGE if Case.objects.filter(pk=case_id).exists() else None


DOORS: tuple[tuple[Callable[..., Any], Callable[..., Any]], ...] = (
    (intake.incoming_filings, _all_filings),
    (filing_views._filing_or_404, _any_filing),
    (police.envelopes_of, _all_envelopes),
    (level_on, _level_on_what_is_visible),
)


def open_doors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace every door, in every module that has imported it by name."""
    for lookup in (HeldBy, ProbedBy):
        monkeypatch.setattr(lookup, "as_sql", _held_by_anybody)
    for door, opened in DOORS:
        replaced = 0
        for name, module in list(sys.modules.items()):
            if name.split(".")[0] in PACKAGES and getattr(module, door.__name__, None) is door:
                monkeypatch.setattr(module, door.__name__, opened)
                replaced += 1
        assert replaced, door.__name__
