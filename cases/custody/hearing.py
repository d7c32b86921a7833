"""Hearing the child on a custody decision (児童福祉法33条の3の3).

What is owed afterwards has an owner and a moment, and is done by recording it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.custody.models import ChildHearing, CustodyDecision, HearingAnswer
from cases.custody.rules import check_opinion_open
from cases.duties.actions import settle_duties
from cases.hearings import actions as hearings
from cases.hearings.actions import hearing_duty
from cases.hearings.rules import check_heard_at
from cases.records.actions import locked
from cases.records.rules import check_may_edit
from face.lines import Line
from security.encryption.fields import value_of
from security.walls import clock


def _decision(case: UUID, cause: UUID) -> Line | None:
    row = CustodyDecision.objects.filter(case=case, pk=cause).first()
    if row is None:
        return None
    url = reverse("custody_opinion", args=[case, row.pk])
    return Line(url, row.get_kind_display(), at=row.effective_at)


HEARING = hearing_duty("custody_hearing", _("hear the child on temporary custody"), _decision)


def leave_hearing(row: CustodyDecision) -> None:
    """A decision takes effect on which the child is still to be heard: whoever is in charge owes it."""
    if row.opinion is None:
        hearings.leave_hearing(
            row.case, HEARING, cause=row.pk, since=row.effective_at, otherwise=row.drafted_by_id
        )


def drop_hearing(row: CustodyDecision, by: Position) -> None:
    """The decision came to nothing, and so did what was owed on it."""
    note = gettext("The decision was not approved.")
    settle_duties(row.case_id, row.pk, HEARING, note=note, by=by)


@transaction.atomic
def record_opinion(row: CustodyDecision, opinion: str, *, by: Position) -> CustodyDecision:
    """Add the child's opinion that was to be heard promptly after an urgent decision. It is owed no longer."""
    fresh = locked(CustodyDecision.objects.filter(pk=row.pk))
    check_opinion_open(fresh, by)
    fresh.opinion = opinion
    fresh.save(update_fields=["opinion"])
    note = gettext("The child's opinion was recorded.")
    settle_duties(fresh.case_id, fresh.pk, HEARING, note=note, by=by)
    return fresh


def check_may_record(row: CustodyDecision, *, was_written: bool, by: Position) -> None:
    """How the child was heard is written once, on a decision that has not come to nothing."""
    check_may_edit(row.case, by)
    if was_written:
        raise Refused("heard", _("How the child was heard has been recorded already."))
    if not row.may_be_heard:
        raise Refused("nothing", _("This draft was not approved: nothing is recorded on it any more."))


def check_opinion_given(row: CustodyDecision, opinion: str) -> None:
    """What was not heard before is written with the hearing, and what was heard before is not written again."""
    if row.opinion is None and not opinion.strip():
        raise Refused("opinion", _("Write down the child's opinion in the child's own words."))


@transaction.atomic
def record_hearing(
    row: CustodyDecision, facts: dict[str, Any], *, by: Position, opinion: str = ""
) -> ChildHearing:
    """Record how the child was heard (``facts``: ``ChildHearing.FACTS``).

    ``opinion``: what the child said, where it was not heard before. Raises Refused.
    """
    fresh, now = locked(CustodyDecision.objects.filter(pk=row.pk)), clock.now()
    was_written = ChildHearing.objects.filter(decision=fresh).exists()
    check_may_record(fresh, was_written=was_written, by=by)
    check_opinion_given(fresh, opinion)
    check_heard_at(facts["heard_at"], now)
    if fresh.opinion is None:
        record_opinion(fresh, opinion, by=by)
    return hearings.record(ChildHearing(case=fresh.case, decision=fresh), facts, by=by, now=now)


@transaction.atomic
def record_answer(
    hearing: ChildHearing, *, answered_at: datetime, answer: str, by: Position
) -> HearingAnswer:
    """Record what the child was told became of its opinion. Raises Refused."""
    now = clock.now()
    check_may_edit(hearing.case, by)
    check_answered(value_of(hearing.heard_at), answered_at, now)
    row = HearingAnswer(case=hearing.case, hearing=hearing, recorded_by=by, recorded_at=now)
    row.answered_at, row.answer = answered_at, answer
    row.save(force_insert=True)
    return row


def check_answered(heard_at: datetime | None, answered_at: datetime, now: datetime) -> None:
    """A child is answered after it was heard, and not in the future."""
    if answered_at > now:
        raise Refused("answered_at", _("“When the child was answered” lies in the future."))
    if heard_at is not None and answered_at < heard_at:
        raise Refused(
            "answered_at", _("“When the child was answered” lies before “When the child was heard”.")
        )
