"""Receiving a juvenile victim, and notifying the child guidance center with what is written already."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from agencies.directory.models import Office
from agencies.staff.models import Position
from cases.decisions.actions import Decision
from cases.duties.actions import leave_duty, settle_duties
from cases.intake.codes import UrgencyItem
from cases.intake.pages import file_notification
from cases.records.actions import CaseFacts, ChildFacts, begin_support, locked, open_case
from cases.records.codes import Stage, StayKind, Track, Urgency
from cases.records.models import Case
from cases.records.rules import check_not_there
from cases.support import codes, rules
from cases.support.codes import Aid, Danger, End
from cases.support.duties import DECIDE, FOLLOW, FOLLOW_DAYS, NOTIFY, REPORT, REVIEW, tonight
from cases.support.models import (
    Designation,
    Release,
    Supporter,
    SupporterReport,
    SupportNotice,
    SupportReception,
    SupportReview,
)
from cases.support.queries import reception_of, running
from face.consequences import Consequences
from security.encryption.fields import value_of
from security.walls import clock


@transaction.atomic
def receive(child: ChildFacts, facts: Mapping[str, Any], *, by: Position) -> Case:
    """Open a support case at once with what was received, in the charge of whoever received it. Raises Refused.

    ``facts`` are ``SupportReception.FACTS``. The headquarters is told on the same day, and so is the child guidance center of
    a child who is to be notified.
    """
    now, today = clock.now(), clock.today()
    rules.check_may_receive(by)
    rules.check_is_juvenile(child.birth_date, today)
    rules.check_duty_asked(child.birth_date, facts["aid"], today)
    rules.check_parts(facts)
    rules.check_has_come(facts["happened_at"], now)
    case = open_case(child, _begins_with(facts), in_charge=by, by=by)
    row = SupportReception(case=case, received_by=by, received_at=now)
    for name in SupportReception.FACTS:
        setattr(row, name, facts[name] or None)
    row.save(force_insert=True)
    for kind in (REPORT, *([NOTIFY] if rules.is_owed(row) else [])):
        leave_duty(case, kind, cause=row.pk, owner=by.pk, due_at=tonight())
    leave_duty(case, DECIDE, cause=row.pk, owner=by.pk)
    return case


def _begins_with(facts: Mapping[str, Any]) -> CaseFacts:
    """The case in the words of every case: the track of abuse where it is suspected; who may kill themselves comes first."""
    presses = facts["danger"] is Danger.PRESSING
    watched = facts["danger"] is not Danger.NONE or facts["aid"] is not Aid.NEITHER
    with override("ja"):
        harm = str(facts["harm"].label)
    return CaseFacts(
        track=Track.ABUSE if facts["aid"] is Aid.ABUSE else Track.THIRD_PARTY,
        urgency=Urgency.A if presses else Urgency.B if watched else Urgency.C,
        harm_type=harm,
        outline=facts["situation"],
        place_of_stay=StayKind.UNKNOWN,
    )


@transaction.atomic
def notify_center(
    case: Case,
    recipient: Office,
    child: ChildFacts,
    told: Mapping[str, Any],
    *,
    grounds: tuple[UrgencyItem, ...],
    about: Mapping[str, str],
    police: Mapping[str, Any],
    by: Position,
) -> SupportNotice:
    """File the notification of a child (児童通告書) by the door of every filing of the police (docs/adr/0091). Raises Refused."""
    rules.check_may_notify(case, by, clock.today())
    filing = file_notification(recipient, child, told, grounds=grounds, about=about, police=police, by=by)
    row = SupportNotice(case=case, sent_by=by, sent_at=clock.now())
    row.reference, row.recipient = filing.reference, recipient
    row.save(force_insert=True)
    reception = reception_of(case)
    if reception is not None:
        settle_duties(case.pk, reception.pk, NOTIFY, note=filing.reference, by=by)
    return row


@transaction.atomic
def draft_designation(
    case: Case, facts: Mapping[str, Any], *, by: Position, earlier: Designation | None = None
) -> Designation:
    """Draft that the juvenile is supported continuously; the supervisor of the support center decides. Raises Refused.

    ``facts`` are ``Designation.CONTENT``. ``earlier``: the drafter's own draft to be changed, or a returned one.
    """
    row = DESIGNATE.begin(case, by, clock.now(), earlier)
    rules.check_guardian(case, facts, clock.today())
    rules.check_next(facts["next_on"], clock.today())
    for name in Designation.CONTENT:
        setattr(row, name, facts[name] or None)
    return DESIGNATE.submit(row, by)


def _locked(rows: QuerySet[Any]) -> Any:
    """The case is locked before it is looked at: a designation and a release that are decided at once see each other."""
    row = locked(rows)
    row.case = locked(Case.objects.filter(pk=row.case_id))
    return row


def _designated(row: Designation, by: Position) -> None:
    if row.case.stage == Stage.RECEPTION:
        begin_support(row.case, by=by)
    reception = reception_of(row.case)
    if reception is not None:
        settle_duties(row.case_id, reception.pk, DECIDE, note=str(codes.DESIGNATION.label), by=by)
    leave_duty(row.case, REVIEW, cause=row.pk, owner=row.drafted_by_id)


@transaction.atomic
def review(case: Case, facts: Mapping[str, Any], *, by: Position) -> SupportReview:
    """Write how far the plan came; the next review is due in the days of the office. Raises Refused."""
    rules.check_may_review(case, by)
    rules.check_next(facts["next_on"], clock.today())
    row = SupportReview(case=case, reviewed_by=by, reviewed_at=clock.now())
    for name in (*SupportReview.TEXTS, "next_on"):
        setattr(row, name, facts[name] or None)
    row.save(force_insert=True)
    designed = running(case)
    if designed is not None:
        settle_duties(case.pk, designed.pk, REVIEW, note=str(_("reviewed")), by=by)
        leave_duty(case, REVIEW, cause=designed.pk, owner=by.pk)
    return row


@transaction.atomic
def name_supporter(case: Case, facts: Mapping[str, Any], *, by: Position) -> Supporter:
    """Write down a volunteer who accompanies the juvenile (``Supporter.FACTS``). Nothing of the case is told. Raises Refused."""
    rules.check_may_name(case, by)
    rules.check_commissioned(facts["commissioned_until"], clock.today())
    row = Supporter(case=case, named_by=by, named_at=clock.now())
    for name in Supporter.FACTS:
        setattr(row, name, facts[name] or None)
    check_not_there(row, Supporter.objects.filter(case=case), Supporter.FACTS)
    row.save(force_insert=True)
    return row


@transaction.atomic
def write_supporters_report(
    supporter: Supporter, facts: Mapping[str, Any], *, by: Position
) -> SupporterReport:
    """Write what a supporter told of one meeting (``SupporterReport.FACTS``). Raises Refused."""
    rules.check_may_name(supporter.case, by)
    rules.check_met(supporter, facts["met_on"], clock.today())
    row = SupporterReport(case=supporter.case, supporter=supporter, told_by=by, told_at=clock.now())
    for name in SupporterReport.FACTS:
        setattr(row, name, facts[name])
    check_not_there(row, SupporterReport.objects.filter(supporter=supporter), SupporterReport.FACTS)
    row.save(force_insert=True)
    return row


@transaction.atomic
def draft_release(
    case: Case, facts: Mapping[str, Any], *, by: Position, earlier: Release | None = None
) -> Release:
    """Draft that continuing support ends, after the talk with juvenile and guardian. Raises Refused."""
    now = clock.now()
    row = FREE.begin(case, by, now, earlier)
    rules.check_release(case, facts, now)
    for name in Release.CONTENT:
        setattr(row, name, facts[name] or None)
    return FREE.submit(row, by)


def _released(row: Release, by: Position) -> None:
    """Open reviews end; of whoever reached the aims it is asked again after one month and after three."""
    for designed in Designation.objects.filter(case=row.case_id, approved=True):
        settle_duties(row.case_id, designed.pk, REVIEW, note=str(codes.RELEASE.label), by=by)
    if value_of(row.ending) is End.REACHED:
        for days in FOLLOW_DAYS:
            leave_duty(
                row.case,
                FOLLOW,
                cause=row.pk,
                owner=row.drafted_by_id,
                due_at=clock.now() + timedelta(days=days),
            )


DESIGNATE = Decision(
    act=codes.DESIGNATION,
    model=Designation,
    check_may_draft=rules.check_may_designate,
    content=Designation.CONTENT,
    form_url="support_designate",
    template="cases/support/designated.html",
    context=lambda row, _by: {"d": row},
    panels=lambda _row: ("support_plan",),
    consequences=Consequences(
        _("The juvenile is supported by the plan. It is reviewed within three months."),
        _("The person who drafted it is told. Nobody outside the office learns of it."),
        _("It stays on record. The support ends by a release, decided by two people too."),
    ),
    related=("guardian",),
    lock=_locked,
    still_holds=rules.check_still_fits,
    effect=_designated,
)

FREE = Decision(
    act=codes.RELEASE,
    model=Release,
    check_may_draft=rules.check_may_release,
    content=Release.CONTENT,
    form_url="support_release",
    template="cases/support/released.html",
    context=lambda row, _by: {"d": row},
    panels=lambda _row: ("support_plan",),
    consequences=Consequences(
        _(
            "Continuing support ends. Where the aims were reached, the juvenile is asked again after one month and three."
        ),
        _("The person who drafted it is told. Nobody outside the office learns of it."),
        _("It stays on record. Continuing support can be designated anew."),
    ),
    lock=_locked,
    still_holds=rules.check_still_runs,
    effect=_released,
)
