"""Drafting and deciding the texts for children."""

from datetime import date

from django.db import transaction
from django.urls import reverse

from agencies.notices.actions import tell
from agencies.notices.codes import NoticeKind
from agencies.staff.models import Position
from agencies.staff.roles import Role
from agencies.wordings import rules
from agencies.wordings.codes import About, Band
from agencies.wordings.models import Wording
from security.walls import clock


@transaction.atomic
def draft_wording(
    band: Band, text: str, starts_on: date, *, by: Position, about: About = About.POLICE
) -> Wording:
    """Draft a text of the own office for one age; its directors are told. Raises Refused."""
    rules.check_may_draft_wording(by)
    rules.check_says(about, text)
    rules.check_first_day(starts_on, clock.today())
    row = Wording(
        office=by.office, about=about, band=band, text=text, starts_on=starts_on, number=0
    )  # numbered by the wall
    row.draft_as(by, clock.now())
    row.save(force_insert=True)
    directors = Position.objects.current(clock.today()).filter(office=by.office_id, role=Role.DIRECTOR)
    told = directors.exclude(staff=by.staff_id).values_list("pk", flat=True)
    tell(told, NoticeKind.DECISION_WAITING, "", reverse("wording", args=[row.pk]), cause=str(row.pk))
    return row


@transaction.atomic
def decide_wording(wording: Wording, *, approved: bool, by: Position) -> None:
    """Approve a text, which is read out from its first day, or do not; the person who drafted it is told. Raises Refused."""
    rules.check_may_decide_wording(wording, by)
    row = Wording.objects.select_for_update().get(
        pk=wording.pk
    )  # another director may have decided meanwhile
    rules.check_may_decide_wording(row, by)
    row.decide_as(by, clock.now(), approved=approved)
    row.save(update_fields=["decided_by", "decided_person", "decided_at", "approved"])
    kind = NoticeKind.DECISION_APPROVED if approved else NoticeKind.DECISION_REFUSED
    tell([row.drafted_by_id], kind, "", reverse("wording", args=[row.pk]), cause=str(row.pk))
