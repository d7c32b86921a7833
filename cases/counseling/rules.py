"""Who plans counseling and guidance, on what it rests, and which days fit."""

from calendar import monthrange
from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.conferences.models import ConferenceItem
from cases.counseling.codes import DECIDED_AS, FactInterview, LegalForm
from cases.counseling.content import Asked, asked_in
from cases.counseling.models import CounselingPlan
from cases.counseling.queries import (
    current_plans,
    fact_interview,
    measures_of,
    plan_at,
    plans_of,
    providers_of,
    to_ask,
)
from cases.decisions.codes import State
from cases.decisions.rules import check_may_draft
from cases.records.codes import PersonRole, StayKind
from cases.records.models import Case
from cases.records.queries import everybody_around
from face.wareki import format_date
from security.encryption.fields import reveal, value_of, words_of

PLACED = frozenset({StayKind.INSTITUTION, StayKind.FOSTER})


def check_may_draft_plan(case: Case, by: Position, now: datetime) -> None:
    """Those who work on the case and draft decisions. Several plans may wait: a child and its caregiver are helped apart."""
    check_may_draft(case, by, (), now)


def check_current(plan: CounselingPlan) -> None:
    """The plan was approved, and neither amended nor ended."""
    if not plan.approved:
        raise Refused("plan", _("This plan has not been approved."))
    if plan.ended_at is not None:
        raise Refused("plan", _("This plan has ended."))
    if plan.superseded_at is not None:
        raise Refused("plan", _("This plan has been amended. Open the one that took its place."))


def latest_review(case: Case, starts_on: date) -> date:
    """The last day on which a plan that starts then may be reviewed first: the office says after how many months, of a child that
    is placed and of any other."""
    placed = value_of(case.place_of_stay) in PLACED
    months = case.office.plan_review_months_placed if placed else case.office.plan_review_months
    month = starts_on.month + months - 1
    year, month = starts_on.year + month // 12, month % 12 + 1
    return date(year, month, min(starts_on.day, monthrange(year, month)[1]))


def check_days(
    case: Case, starts_on: date, ends_on: date | None, review_on: date, *, today: date | None = None
) -> None:
    """It starts on a day to come, is reviewed while it lasts and as soon as the office wants, and ends after that.

    ``today``: of a draft; what waits for its decision may have begun meanwhile. Raises Refused naming the field.
    """
    if today is not None and starts_on < today:
        raise Refused("starts_on", _("A plan is for days to come. “From” lies before today."))
    if ends_on is not None and ends_on < starts_on:
        raise Refused("ends_on", _("“Expected to end on” lies before “From”. Correct one of the two."))
    if review_on < starts_on:
        raise Refused("review_on", _("“To be reviewed on” lies before “From”. Correct one of the two."))
    if ends_on is not None and review_on > ends_on:
        raise Refused(
            "review_on",
            _("“To be reviewed on” lies after “Expected to end on”. Review the plan while it lasts."),
        )
    last = latest_review(case, starts_on)
    if review_on > last:
        raise Refused(
            "review_on",
            _("By the rules of the office this plan is reviewed on %(day)s at the latest.")
            % {"day": format_date(last)},
        )


def check_provider(case: Case, provider: Position | None, office: Office | None) -> None:
    """One position of the team, held today, or another office that is in use. Raises Refused naming the field."""
    if (provider is None) == (office is None):
        raise Refused("provider", _("Name who gives the help: a colleague of the team, or another office."))
    if provider is not None and provider.pk not in {one.pk for one in providers_of(case)}:
        raise Refused(
            "provider",
            _(
                "This person is not on the team of the case, or the position has ended. Choose another one, or let this"
                " person join the team first."
            ),
        )
    if office is not None and (not office.active or office.pk == case.office_id):
        raise Refused("other_office", _("Choose another office that is in use."))


def check_legal_form(case: Case, form: LegalForm, item: ConferenceItem | None) -> None:
    """Guidance as a measure was decided in a support policy conference, and the child was heard before it begins
    (児童福祉法33条の3の3). Raises Refused naming the field."""
    measure = DECIDED_AS.get(form)
    if measure is None:
        if item is not None:
            raise Refused("item", _("Help that is no measure rests on no conference. Leave this empty."))
        return
    decided = {row.pk: row for row in measures_of(case)}
    if item is None or item.pk not in decided:
        raise Refused(
            "item",
            _(
                "Guidance as a measure is decided in a conference, and the child is heard before it begins (Child Welfare Act,"
                " Art. 33-3-3). Choose the conference; if there is none, it has to be held first."
            ),
        )
    if measure not in (value_of(decided[item.pk].measures) or ()):
        raise Refused("item", _("This conference did not decide this legal form. Choose again."))


def check_asked(case: Case, asked: Collection[Asked], on: date) -> None:
    """Each custodian was asked, or it is said why not; a suspect never. Raises Refused naming the field of that person."""
    around = {person.pk: person for person in everybody_around(case)}
    for one in asked:
        person = around.get(one.person)
        if person is None:
            raise Refused("asked", _("Choose one of the people around the child."))
        if PersonRole.SUSPECT in person.roles:
            raise Refused(
                "asked", _("A suspect is not asked about the help of the child. Open the form again.")
            )
    answered = {one.person for one in asked}
    for person in to_ask(case, on):
        if person.pk not in answered:
            raise Refused(
                f"stand_{person.pk}",
                _("Every custodian is asked, or it is written why not: %(name)s is missing.")
                % {"name": words_of(person.name)},
            )


def check_said(child_said_at: datetime, asked: Iterable[Asked], now: datetime) -> None:
    """What was said has been said. Raises Refused naming the field."""
    if child_said_at > now:
        raise Refused("child_said_at", _("“When the child said it” lies in the future."))
    for one in asked:
        if one.at > now:
            raise Refused(f"at_{one.person}", _("“When it was said” lies in the future."))


def check_risks(case: Case, risks: str, now: datetime) -> None:
    """While the child is still to be asked about the facts, it is written what the help does not touch before that: talk about
    them beforehand harms the child's account."""
    if fact_interview(case, now) is FactInterview.AHEAD and not risks.strip():
        raise Refused(
            "risks",
            _("An interview on the facts is still ahead. Write what is not to be touched before it is over."),
        )


def check_holds(row: CounselingPlan, _by: Position, now: datetime) -> None:
    """When it is approved, everything that allowed the draft still holds."""
    today = localdate(now)
    check_days(row.case, row.starts_on, row.ends_on, row.review_on)
    if row.review_on < today:
        raise Refused("over", _("The day of the review has passed. Return the draft."))
    check_provider(row.case, row.provider, row.other_office)
    check_legal_form(row.case, LegalForm(row.legal_form), row.item)
    check_asked(row.case, asked_in(reveal(row, "asked")), today)
    check_risks(row.case, words_of(row.risks), now)
    if row.amends is not None and (row.amends.ended_at or row.amends.superseded_at):
        raise Refused("amends", _("The plan that this draft amends has ended or been amended meanwhile."))


def check_runs(row: CounselingPlan, at: datetime) -> CounselingPlan:
    """Help of its course is given at a moment: by an approved plan, from its first day on and until the help is ended. For what
    is recorded of a session. Gives the plan that was in force then, which may have been amended since. Raises Refused."""
    if not row.approved:
        raise Refused("plan", _("This plan has not been approved."))
    found = plan_at(row, at)
    if found is None and row.ended_at is not None and localdate(row.ended_at) < localdate(at):
        raise Refused("plan", _("This plan has ended before that day."))
    if found is None:
        raise Refused("plan", _("This plan had not begun, or was not approved yet, on that day."))
    return found


def what_waits(case: Case, now: datetime) -> str | Promise:
    """The draft that prevents closing a case, in a sentence; '' where there is none."""
    if any(row.state_at(now) is State.WAITING for row in plans_of(case)):
        return _("A draft of a counseling plan waits for its decision.")
    if current_plans(case):
        return _("A counseling plan runs. Have its end decided first.")
    return ""
