"""Hearing the child after a conference whose decision could not wait (児童福祉法33条の3の3: promptly afterwards)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.conferences.codes import ChildHeard
from cases.conferences.models import ConferenceItem, ItemHearing
from cases.duties.actions import settle_duties
from cases.hearings import actions as hearings
from cases.hearings.actions import hearing_duty
from cases.records.actions import locked
from cases.records.rules import check_may_edit
from face.lines import Line
from security.encryption.fields import value_of
from security.walls import clock


def _item(case: UUID, cause: UUID) -> Line | None:
    row = ConferenceItem.objects.filter(case=case, pk=cause).select_related("entry__sitting").first()
    if row is None:
        return None
    url = reverse("conference_hearing", args=[case, row.pk])
    return Line(url, row.entry.sitting.get_kind_display(), at=row.decided_at)


HEARING = hearing_duty("conference_hearing", _("hear the child on the decision of a conference"), _item)


def leave_hearing(row: ConferenceItem) -> None:
    """Minutes take effect while the child is still to be heard: the person they name owes it, within the hours of the office."""
    if value_of(row.heard) is ChildHeard.URGENT:
        hearings.leave_hearing(
            row.case,
            HEARING,
            cause=row.pk,
            since=row.decided_at or clock.now(),
            owner=row.hear_owner_id,
            otherwise=row.drafted_by_id,
        )


def check_may_hear(row: ConferenceItem, *, was_written: bool, by: Position) -> None:
    """How the child was heard afterwards is written once, on what was approved, by those who work on the case."""
    check_may_edit(row.case, by)
    if was_written:
        raise Refused("heard", _("How the child was heard has been recorded already."))
    if not row.approved or value_of(row.heard) is not ChildHeard.URGENT:
        raise Refused("nothing", _("On this decision nothing is owed to the child any more."))


@transaction.atomic
def record_hearing(
    row: ConferenceItem, facts: Mapping[str, Any], *, opinion: str, by: Position
) -> ItemHearing:
    """Record how the child was heard, and what it said. It is owed no longer. Raises Refused."""
    fresh = locked(ConferenceItem.objects.filter(pk=row.pk))
    was_written = ItemHearing.objects.filter(item=fresh).exists()
    check_may_hear(fresh, was_written=was_written, by=by)
    if not opinion.strip():
        raise Refused("opinion", _("Write down the child's opinion in the child's own words."))
    hearing = ItemHearing(case=fresh.case, item=fresh)
    hearing.opinion = opinion
    hearings.record(hearing, facts, by=by, now=clock.now())
    with override("ja"):
        note = gettext("The child's opinion was recorded.")
    settle_duties(fresh.case_id, fresh.pk, HEARING, note=note, by=by)
    return hearing
