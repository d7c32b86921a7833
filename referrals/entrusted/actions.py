"""Entrusting a plan, the steps of both offices, the sessions that the other one keeps, and what it sends back.

The database asks the same rules again, and tells each side what the other one did (``wall.entrusted_tells``).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.clocks.rules import end_of
from cases.counseling.actions import owner_of
from cases.counseling.codes import GoalState
from cases.counseling.models import CounselingPlan
from cases.counseling.queries import all_plans_of
from cases.duties.actions import leave_duty, settle_duties
from cases.duties.codes import DutyKind
from cases.records.actions import locked
from cases.records.models import Case
from cases.sessions.codes import MET, Attendance
from face.lines import Line
from referrals.disclosures.actions import new_reference
from referrals.disclosures.codes import Item
from referrals.entrusted import rules
from referrals.entrusted.codes import (
    ANSWER_DAYS,
    OVER,
    READ_DAYS,
    Basis,
    EntrustState,
    NamingReason,
    ReturnKind,
    ReturnState,
)
from referrals.entrusted.models import (
    Entrusted,
    EntrustedItem,
    EntrustedNaming,
    EntrustedReturn,
    EntrustedSession,
    EntrustedWord,
)
from referrals.entrusted.queries import (
    disclosure_for,
    entrusted_here,
    entrusted_rows,
    goal_codes,
    officers_of,
    tellable,
    to_name,
)
from security.encryption.keyring import current
from security.walls import clock

S, R = EntrustState, ReturnState


def _after(case: UUID, cause: UUID) -> Line | None:
    """The entrusted plan that a duty follows from, or what was sent back on it."""
    row = Entrusted.objects.filter(case=case, pk=cause).first()
    if row is None:
        sent = EntrustedReturn.objects.filter(case=case, pk=cause).select_related("entrusted").first()
        row = sent.entrusted if sent else None
    if row is None:
        return None
    return Line(reverse("entrusted", args=[case, row.pk]), _("Entrusted plan"), row.reference, at=row.sent_at)


ANSWER = DutyKind(
    code="entrusted_answer",
    label=_("see to it that the other office answers on an entrusted plan"),
    days=lambda _office: ANSWER_DAYS,
    after=_after,
    by_act=True,
)
"""Until the day that the center named. The answer of the other office does it, or what it sends anew; a withdrawal too."""

READ = DutyKind(
    code="entrusted_read",
    label=_("accept or ask back what the other office sent on an entrusted plan"),
    days=lambda _office: READ_DAYS,
    after=_after,
    by_act=True,
)
"""Left by the database with whoever is in charge when something comes back (``wall.entrusted_owes``)."""

REPORT = DutyKind(
    code="entrusted_report",
    label=_("see to it that the other office tells attendance on an entrusted plan"),
    days=lambda office: office.session_gap_days,
    after=_after,
    by_act=True,
)
"""Left by the database when the other office accepts, and with each return anew (``wall.entrusted_owing``)."""

REVIEW = DutyKind(
    code="entrusted_review",
    label=_("see to it that the other office sends its review of an entrusted plan"),
    days=lambda office: office.plan_review_months * 30,
    after=_after,
    by_act=True,
)
"""Left by the database until the day on which the plan is reviewed, where the other office is told that day."""


@dataclass(frozen=True, kw_only=True)
class EntrustFacts:
    """What is sent with a plan. ``texts`` by item; ``not_told`` is what the child does not want told there."""

    provider: Position
    basis: Basis
    child_words: str
    answer_by: date
    texts: Mapping[str, str]
    not_told: Collection[Item] = ()


@transaction.atomic
def entrust(plan: CounselingPlan, facts: EntrustFacts, *, by: Position) -> Entrusted:
    """Entrust a plan to a position of the office that gives its help. Whoever is in charge owes that it is answered.

    Raises Refused, with the name of the field that is wrong.
    """
    now, case = clock.now(), locked(Case.objects.filter(pk=plan.case_id))
    # An end or an amendment is decided while the case is locked: what was read before may be over by now.
    plan = all_plans_of(case).get(pk=plan.pk)
    plan.case = case
    rules.check_may_entrust(case, plan, list(entrusted_rows(case)), by)
    office = plan.other_office
    if office is None:
        raise Refused("plan", _("This plan has ended."))
    rules.check_giver(facts.provider, office, clock.today())
    rules.check_basis(plan, facts.basis)
    rules.check_answer_by(facts.answer_by, clock.today())
    texts = {code: text for code, text in facts.texts.items() if text.strip()}
    disclosure = disclosure_for(case, office, now)
    rules.check_disclosure(office, disclosure)
    if disclosure is None:
        allowed = tellable(case.office, office, clock.today())
        rules.check_texts(case, texts, facts.not_told, allowed)
        rules.check_cautions(case, texts, facts.not_told, allowed, now)
    else:
        rules.check_officer(facts.provider, officers_of(disclosure))
        texts = {}  # the package of the disclosure tells it
    row = Entrusted(case=case, plan=plan, reference=new_reference(), center_id=case.office_id, office=office)
    row.disclosure = disclosure
    row.provider, row.goal_codes, row.state = facts.provider, goal_codes(plan), S.SENT
    row.sent_by, row.sent_at, row.answer_by = by, now, end_of(facts.answer_by)
    row.basis, row.child_words, row.not_told = facts.basis, facts.child_words, list(facts.not_told)
    row.save(force_insert=True)
    current().create(row.shared_scope(), by.office_id)
    for code, text in texts.items():
        part = EntrustedItem(case=case, entrusted=row, item=code)
        part.content = text
        part.save(force_insert=True)
    leave_duty(case, ANSWER, cause=row.pk, owner=owner_of(plan), due_at=row.answer_by)
    return row


def _fresh(row: Entrusted) -> Entrusted:
    """The plan, held: of two who act at once the second sees what the first did. Raises Refused where it is not seen any more."""
    found = Entrusted.objects.select_for_update().filter(pk=row.pk).first()
    if found is None:
        raise Refused("gone", rules.GONE)
    return found


def _open(row: Entrusted, by: Position) -> Entrusted:
    """The same for the position that gives the help, of a plan that it may read now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s IN (SELECT wall.my_entrusted())", [row.pk])
        if not cursor.fetchone()[0]:
            raise Refused("gone", rules.GONE)
    found = _fresh(row)
    rules.check_gives(found, by)
    return found


def _move(row: Entrusted, to: EntrustState, **more: Any) -> None:
    row.state = to
    names = ["state", *more]
    if to in OVER:
        row.ended_at = clock.now()
        names.append("ended_at")
    if to in (S.ACCEPTED, S.DECLINED):
        row.answered_at = clock.now()
        names.append("answered_at")
    for name, value in more.items():
        setattr(row, name, value)
    row.save(update_fields=names)


def _say(row: Entrusted, text: str, by: Position, *, from_center: bool) -> None:
    word = EntrustedWord(case_id=row.case_id, entrusted=row, from_center=from_center)
    word.written_by, word.written_at = by, clock.now()
    word.text = text
    word.save(force_insert=True)


@transaction.atomic
def note_opened(row: Entrusted, *, by: Position) -> None:
    """The position that gives the help reads the plan for the first time. Raises Refused."""
    fresh = _open(row, by)
    if fresh.opened_at is None:
        fresh.opened_at = clock.now()
        fresh.save(update_fields=["opened_at"])


@transaction.atomic
def accept(row: Entrusted, *, by: Position) -> None:
    """The other office accepts the plan. Raises Refused."""
    fresh = _open(row, by)
    rules.check_follows(fresh, S.ACCEPTED, center=False)
    _move(fresh, S.ACCEPTED)


@transaction.atomic
def ask_back(row: Entrusted, text: str, *, by: Position) -> None:
    """The other office asks something before it accepts. Raises Refused."""
    fresh = _open(row, by)
    rules.check_follows(fresh, S.ASKED_BACK, center=False)
    _say(fresh, text, by, from_center=False)
    _move(fresh, S.ASKED_BACK)


@transaction.atomic
def decline(row: Entrusted, text: str, *, by: Position) -> None:
    """The other office cannot give the help, and says why. Raises Refused."""
    fresh = _open(row, by)
    rules.check_follows(fresh, S.DECLINED, center=False)
    _say(fresh, text, by, from_center=False)
    _move(fresh, S.DECLINED)


@transaction.atomic
def answer(row: Entrusted, text: str, *, by: Position) -> None:
    """The center answers the question; the other office owes its own answer within some days again. Raises Refused."""
    fresh = _fresh(row)
    rules.check_of_case(fresh, by)
    rules.check_follows(fresh, S.SENT, center=True)
    rules.check_withheld(row.case, {"text": text})
    _say(fresh, text, by, from_center=True)
    until = end_of(clock.today() + timedelta(days=ANSWER_DAYS))
    _move(fresh, S.SENT, answer_by=until)
    leave_duty(row.case, ANSWER, cause=row.pk, owner=owner_of(row.plan), due_at=until)


@transaction.atomic
def withdraw(row: Entrusted, *, by: Position) -> None:
    """The center withdraws what it told: at the next request the other office reads nothing of it. Raises Refused."""
    fresh = _fresh(row)
    rules.check_of_case(fresh, by)
    rules.check_follows(fresh, S.WITHDRAWN, center=True)
    _move(fresh, S.WITHDRAWN)


# --- At the office that gives the help


@transaction.atomic
def plan_session(row: Entrusted, at: datetime, *, by: Position) -> EntrustedSession:
    """Plan a session there. Raises Refused, with the name of the field."""
    fresh = _open(row, by)
    rules.check_giving(fresh, by)
    rules.check_session_ahead(at, clock.now())
    session = EntrustedSession(entrusted=fresh, planned_for=at, planned_by=by, planned_at=clock.now())
    session.save(force_insert=True)
    return session


@dataclass(frozen=True, kw_only=True)
class SessionFacts:
    """What became of a session: ``note`` stays at the office, ``summary`` and a sign of danger (``danger``) are sent back."""

    attendance: Attendance
    summary: str
    note: str = ""
    danger: str = ""


@transaction.atomic
def record_session(session: EntrustedSession, facts: SessionFacts, *, by: Position) -> EntrustedSession:
    """Record a session there; send the center its attendance with two lines, and a sign of danger. Raises Refused."""
    row, now = _open(session.entrusted, by), clock.now()
    held = EntrustedSession.objects.select_for_update().filter(pk=session.pk, entrusted=row).first()
    if held is None:
        raise Refused("gone", rules.GONE)
    rules.check_may_record(row, held, by)
    rules.check_has_come(held, facts.attendance, now)
    if not current().can_open(row.notes_scope()):
        current().create(row.notes_scope(), by.office_id)
    held.recorded_at, held.attendance = now, facts.attendance
    held.note = facts.note or None
    held.save(update_fields=["recorded_at", "attendance", "note"])
    if facts.attendance in MET and row.state == S.ACCEPTED:
        _move(row, S.RUNNING)
    told = ReturnFacts(
        kind=ReturnKind.SESSION,
        happened_at=held.planned_for,
        attendance=facts.attendance,
        summary=facts.summary,
    )
    _send_back(row, told, by)
    if facts.danger:
        seen = min(held.planned_for, now)
        _send_back(row, ReturnFacts(kind=ReturnKind.DANGER, happened_at=seen, summary=facts.danger), by)
    return held


@dataclass(frozen=True, kw_only=True)
class ReturnFacts:
    """What is sent back. ``goal_states`` by the codes of the goals, of a review and an end report."""

    kind: ReturnKind
    happened_at: datetime
    summary: str
    attendance: Attendance | None = None
    goal_states: Mapping[str, GoalState] = field(default_factory=dict)


@transaction.atomic
def send_back(
    row: Entrusted, facts: ReturnFacts, *, by: Position, corrects: EntrustedReturn | None = None
) -> EntrustedReturn:
    """Send something back, or anew what the center asked back (``corrects``). Raises Refused, with the name of the field."""
    fresh = _open(row, by)
    rules.check_giving(fresh, by)
    rules.check_past(facts.happened_at, clock.now())
    rules.check_goals(fresh, facts.kind, facts.goal_states)
    if corrects is not None:
        corrects = EntrustedReturn.objects.filter(pk=corrects.pk, entrusted=fresh).first()
    rules.check_anew(corrects, facts.kind)
    return _send_back(fresh, facts, by, corrects)


def _send_back(
    row: Entrusted, facts: ReturnFacts, by: Position, corrects: EntrustedReturn | None = None
) -> EntrustedReturn:
    sent = EntrustedReturn(case_id=row.case_id, entrusted=row, kind=facts.kind, corrects=corrects)
    sent.written_by, sent.written_at = by, clock.now()
    sent.happened_at, sent.summary = facts.happened_at, facts.summary
    sent.attendance = facts.attendance
    sent.goal_states = {code: state.value for code, state in facts.goal_states.items()} or None
    sent.save(force_insert=True)
    return sent


@transaction.atomic
def name_giver(row: Entrusted, provider: Position, why: NamingReason, *, by: Position) -> None:
    """The head of the office names another person of it: who gave the help reads nothing of it from now on, the other one does.

    Raises Refused, with the name of the field. The database asks again, and tells both and the center.
    """
    fresh = entrusted_here(by).filter(pk=row.pk).first()
    if fresh is None:
        raise Refused("gone", rules.GONE)
    rules.check_may_name(fresh, by)
    rules.check_named(fresh, provider, to_name(fresh))
    naming = EntrustedNaming(entrusted=fresh, before=fresh.provider, provider=provider, why=why)
    naming.named_by, naming.named_at = by, clock.now()
    try:
        with transaction.atomic():
            naming.save(force_insert=True)
    except (
        IntegrityError
    ) as refused:  # named at once by another head, or excluded from the case, which nobody here learns
        raise Refused("provider", rules.NOT_NAMED) from refused


# --- What the center says to it


def _fresh_return(sent: EntrustedReturn, to: ReturnState, by: Position) -> EntrustedReturn:
    entrusted = _fresh(sent.entrusted)
    row = EntrustedReturn.objects.select_for_update().filter(pk=sent.pk).first()
    if row is None:
        raise Refused("gone", rules.GONE)
    row.entrusted = entrusted
    rules.check_answerable(row, to, by)
    row.state, row.read_by, row.read_at = to, by, clock.now()
    return row


def _settle_read(row: EntrustedReturn, note: str, by: Position) -> None:
    settle_duties(row.case_id, row.pk, READ, note=note, by=by)


@transaction.atomic
def accept_return(sent: EntrustedReturn, *, by: Position) -> None:
    """Accept what was sent back. With an accepted end report the help there ends. Raises Refused."""
    row = _fresh_return(sent, R.ACCEPTED, by)
    row.save(update_fields=["state", "read_by", "read_at"])
    with override("ja"):
        note = gettext("It was accepted.")
    _settle_read(row, note, by)
    if row.kind == ReturnKind.END and row.entrusted.ended_at is None:
        _move(row.entrusted, S.ENDED)


@transaction.atomic
def ask_return_back(sent: EntrustedReturn, text: str, *, by: Position) -> None:
    """Ask back on what was sent: it is owed anew within some days, which this position sees to. Raises Refused."""
    row = _fresh_return(sent, R.ASKED_BACK, by)
    rules.check_withheld(sent.case, {"text": text})
    row.question = text
    row.save(update_fields=["state", "read_by", "read_at", "question"])
    with override("ja"):
        note = gettext("It was asked back.")
    _settle_read(row, note, by)
    leave_duty(sent.case, ANSWER, cause=row.pk, owner=by.pk)
