"""The demo's cases in varied states, each brought there by the actions of daily work at its own past times."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from agencies.directory.models import Office, OfficeKind
from agencies.staff.models import Position
from agencies.staff.roles import Role
from cases.closing.actions import CLOSING, draft_closing
from cases.closing.codes import ClosingReason
from cases.custody import actions as custody_actions
from cases.custody.actions import EndFacts, Opinion, StartFacts
from cases.custody.codes import Consent, DecisionKind, Heard, Place
from cases.custody.codes import Ground as CustodyGround
from cases.custody.models import CustodyDecision
from cases.decisions.codes import Verdict
from cases.intake.actions import accept, record_safety_check, register_call
from cases.intake.codes import Conference, Outcome
from cases.intake.filing import file_notification, open_filing, register_filing
from cases.intake.models import Filing
from cases.records.actions import block_person, break_glass, move_stage, save_person, write_progress
from cases.records.codes import ContactMethod, PersonRole, Stage, StayKind, Urgency
from cases.records.models import Case
from desk.demo.owner import at, leave_trace
from desk.demo.texts import child_of, facts_of, received_at, texts
from referrals.consent.actions import (
    EXCEPTION,
    explain_withdrawal,
    record_intention,
    request_exception,
    withdraw,
)
from referrals.consent.codes import Ground, Result
from referrals.consent.models import ExceptionRequest, Intention
from referrals.consent.queries import text_now
from referrals.consent.rules import allowed_items, basis_for
from referrals.disclosures.actions import REPORT, draft_report, send_report
from referrals.disclosures.catalogue import ceiling
from referrals.disclosures.codes import Item
from referrals.disclosures.models import Disclosure
from referrals.police.actions import assign, note_opened, record_contact, tell_of_look
from referrals.police.queries import Letter, letter_at_desk
from security.audit.verbs import Verb
from security.walls import clock

Positions = dict[tuple[str, str], Position]
ITEMS = (Item.IDENTITY_MIN, Item.SAFETY_STATE, Item.CUSTODY_DATES, Item.INCIDENT_OUTLINE, Item.CONSIDERATIONS)


@dataclass
class Telling:
    """One case while it is told: who works on it, how late it is in its story, and what it has so far."""

    number: int
    row: dict[str, Any]
    positions: Positions
    lead: Position
    now: datetime
    limit: datetime
    case: Case = field(init=False)
    intention: Intention = field(init=False)
    exception: ExceptionRequest = field(init=False)
    report: Disclosure = field(init=False)
    filing: Filing = field(init=False)
    custody: CustodyDecision = field(init=False)

    def of_role(self, role: Role) -> Position:
        """A colleague of the lead's office in this role, of the lead's section where there is one."""
        same = [
            position
            for position in self.positions.values()
            if position.office_id == self.lead.office_id and position.role == role
        ]
        return next((position for position in same if position.section_id == self.lead.section_id), same[0])

    def police(self, role: Role) -> Position:
        """The officer of the support center that this office works with."""
        return next(p for p in self.positions.values() if p.office_id == self.recipient.pk and p.role == role)

    @property
    def recipient(self) -> Office:
        """The support center of the lead's region."""
        code = "ssc2" if self.lead.office.code == "umi" else "ssc1"
        return next(position.office for position in self.positions.values() if position.office.code == code)

    def later(self, **passed: float) -> datetime:
        """Let time pass, never beyond the present; the new moment."""
        self.now = min(self.now + timedelta(**passed), self.limit)
        self.limit += timedelta(seconds=1)
        return self.now


Step = Callable[[Telling], None]


def tell(telling: Telling) -> None:
    """Tell one case to the state its row names."""
    for step in STATES[telling.row["state"]]:
        step(telling)


def register(t: Telling) -> None:
    """The call; the case opens in stage reception."""
    with at(t.now, t.lead):
        received = received_at(t.now, t.number)
        t.case = register_call(child_of(t.row), facts_of(t.row), received, in_charge=t.lead, by=t.lead).case


def filed(t: Telling) -> None:
    """A school files the notification from its own page; it has not been opened yet."""
    school = t.positions["school", "wakaba"]
    with at(t.now, school):
        received = received_at(t.now, t.number)
        t.filing = file_notification(
            t.lead.office,
            child_of(t.row),
            received.told,
            grounds=received.grounds,
            about=texts()["filing"],
            by=school,
        )


def registered(t: Telling) -> None:
    """The supervisor opens what was filed, and opens a case with it."""
    supervisor = t.of_role(Role.SUPERVISOR)
    with at(t.later(minutes=40), supervisor):
        filing, facts = Filing.objects.get(pk=t.filing.pk), facts_of(t.row)
        open_filing(filing, by=supervisor)
        filing.refresh_from_db()
        t.case = register_filing(
            filing, track=facts.track, urgency=facts.urgency, in_charge=t.lead, by=supervisor
        ).case


def accepted(t: Telling) -> None:
    """The emergency intake conference."""
    words = texts()["conference"]
    supervisor = t.of_role(Role.SUPERVISOR)
    with at(t.later(hours=1), supervisor):
        fresh = Case.objects.get(pk=t.case.pk)
        accept(fresh, kind=Conference.EMERGENCY, held_at=t.now, in_charge=t.lead, by=supervisor, **words)


def seen(t: Telling) -> None:
    """The child is seen within the limit."""
    words = texts()["safety"]
    with at(t.later(hours=20), t.lead):
        fresh = Case.objects.get(pk=t.case.pk)
        record_safety_check(
            fresh, outcome=Outcome.SEEN, seen_at=t.now, texts={**words, "late_reason": ""}, by=t.lead
        )
        save_person(fresh, {"role": PersonRole.CUSTODIAN, **texts()["person"]}, by=t.lead)


def progress(t: Telling) -> None:
    """An entry of the progress record, and a colleague's look at the page."""
    words = texts()["progress"]
    with at(t.later(days=2), t.lead):
        whom = words["with_whom"][t.number % len(words["with_whom"])]
        body = words["body"][t.number % len(words["body"])]
        fresh = Case.objects.get(pk=t.case.pk)
        write_progress(
            fresh, happened_at=t.now, method=ContactMethod.VISIT, with_whom=whom, body=body, by=t.lead
        )
    supervisor = t.of_role(Role.SUPERVISOR)
    with at(t.later(hours=3), supervisor) as look:
        look.note_shown(t.case.pk, "child", "progress", verb=Verb.CASE_VIEW)
        leave_trace(look)


def custody_drafted(t: Telling) -> None:
    """The start of temporary custody, drafted by the one in charge."""
    words = texts()["custody"]
    with at(t.later(hours=3), t.lead):
        facts = StartFacts(
            effective_at=t.now,
            grounds=(CustodyGround.ABUSE, CustodyGround.ASKS),
            place_kind=Place.FACILITY,
            place=words["place"],
            place_withheld=True,
            consent=Consent.OBJECTS,
            expected_until=t.now.date() + timedelta(days=50),
            reason=words["reason"],
            opinion=Opinion(Heard.BEFORE, words["opinion"]),
        )
        t.custody = custody_actions.draft_start(Case.objects.get(pk=t.case.pk), facts, by=t.lead)


def custody_decided(t: Telling) -> None:
    """The director decides; the clock of the warrant starts, and in older cases it was met."""
    director = t.of_role(Role.DIRECTOR)
    with at(t.later(minutes=30), director):
        t.custody = _decide(t.custody, director)
    if t.limit - t.now > timedelta(days=7):
        with at(t.later(days=3), t.lead):
            fresh = CustodyDecision.objects.get(pk=t.custody.pk)
            papers = texts()["warrant"]
            custody_actions.request_warrant(fresh, requested_at=t.now, texts=papers, by=t.lead)


def custody_over(t: Telling) -> None:
    """The end of custody, drafted and decided."""
    words, director = texts()["custody"], t.of_role(Role.DIRECTOR)
    with at(t.later(days=20), t.lead):
        facts = EndFacts(
            effective_at=t.now,
            reason=words["end_reason"],
            stay_after=StayKind.HOME,
            place="",
            opinion=Opinion(Heard.BEFORE, words["end_opinion"]),
        )
        row = custody_actions.draft_end(Case.objects.get(pk=t.case.pk), facts, by=t.lead)
    with at(t.later(minutes=40), director):
        _decide(row, director)


def _decide(row: CustodyDecision, director: Position) -> CustodyDecision:
    fresh = CustodyDecision.objects.get(pk=row.pk)
    kind = custody_actions.START if fresh.kind == DecisionKind.START else custody_actions.END
    return kind.decide(fresh, Verdict.APPROVE, by=director)


def asked(result: Result) -> Step:
    """The child's intention, recorded with this answer."""

    def step(t: Telling) -> None:
        words = {**texts()["intention"], "words": texts()["intention"]["words"][result]}
        with at(t.later(days=1), t.lead):
            t.intention = record_intention(
                Case.objects.get(pk=t.case.pk),
                result=result,
                recipient=t.recipient,
                items=ITEMS,
                asked_at=t.now,
                valid_until=t.now + timedelta(days=90),
                texts=words,
                by=t.lead,
            )

    return step


def drafted(t: Telling) -> None:
    """The draft of the report; it waits for the director."""
    with at(t.later(hours=4), t.lead):
        case = Case.objects.get(pk=t.case.pk)
        given = {item.value: text_now(case, item.value) for item in ITEMS} | texts()["report"]
        wanted = {item.value: given[item.value] for item in ITEMS if given.get(item.value)}
        now = clock.now()
        basis = basis_for(case, t.recipient, now)
        allowed = allowed_items(basis, ceiling(OfficeKind(t.recipient.kind)), now) if basis else set()
        wanted = {item: text for item, text in wanted.items() if item in allowed}
        due = t.now + timedelta(days=3)
        t.report = draft_report(
            case, recipient=t.recipient, texts=wanted, urgency=Urgency(case.urgency), due_at=due, by=t.lead
        )


def decided_and_sent(t: Telling) -> None:
    """The director approves, the one in charge sends."""
    director = t.of_role(Role.DIRECTOR)
    with at(t.later(hours=2), director):
        REPORT.decide(
            Disclosure.objects.get(pk=t.report.pk), Verdict.APPROVE, version=t.report.version, by=director
        )
    with at(t.later(hours=1), t.lead):
        send_report(Disclosure.objects.get(pk=t.report.pk), by=t.lead)


def read_by_police(t: Telling) -> None:
    """The supervisor of the support center assigns an officer, who reads the report."""
    chief, officer = t.police(Role.POLICE_SUPERVISOR), t.police(Role.JUVENILE_OFFICER)
    with at(t.later(hours=5), chief):
        assign(_letter(t, chief), officer, by=chief)
    with at(t.later(hours=2), officer) as look:
        tell_of_look(_letter(t, officer), look.request_id)
        note_opened(_letter(t, officer))
        look.note_shown(t.case.pk, "package", verb=Verb.DISCLOSURE_VIEW)
        look.note(Verb.DISCLOSURE_VIEW, purpose=t.report.purpose, object_pk=str(t.report.pk))
        leave_trace(look)


def _letter(t: Telling, by: Position) -> Letter:
    letter = letter_at_desk(by, t.report.pk)
    if letter is None:
        raise LookupError("the story sends the report to this desk before it is read there")
    return letter


def withdrawn(t: Telling) -> None:
    """The child withdraws."""
    with at(t.later(days=2), t.lead):
        withdraw(t.intention, by=t.lead)
        explain_withdrawal(t.intention, reason=texts()["withdrawal"]["reason"], by=t.lead)


def exception_asked(t: Telling) -> None:
    """An exception for danger to life or body is asked for."""
    with at(t.later(hours=6), t.lead):
        case, words = Case.objects.get(pk=t.case.pk), texts()["exception"]
        t.exception = request_exception(
            case, ground=Ground.DANGER, recipient=t.recipient, items=ITEMS, by=t.lead, **words
        )


def exception_approved(t: Telling) -> None:
    """The director approves it: used once, within a day, with two duties left."""
    director = t.of_role(Role.DIRECTOR)
    with at(t.later(minutes=30), director):
        t.exception = EXCEPTION.decide(t.exception, Verdict.APPROVE, by=director)


def contact(t: Telling) -> None:
    """A contact with the police by telephone is written down."""
    with at(t.later(hours=2), t.lead):
        words = {**texts()["contact"], "happened_at": t.now}
        record_contact(Case.objects.get(pk=t.case.pk), words, by=t.lead)


def glass(t: Telling) -> None:
    """The duty officer opens the case at night with broken glass."""
    duty = t.positions["duty", "hoshi"]
    with at(t.later(hours=9), duty) as look:
        break_glass(t.case.pk, texts()["glass"]["reason"], by=duty)
        look.note_shown(t.case.pk, "child", "basics", verb=Verb.CASE_VIEW)
        leave_trace(look)


def blocked(t: Telling) -> None:
    """A colleague with a conflict of interest is kept away."""
    supervisor = t.of_role(Role.SUPERVISOR)
    with at(t.later(hours=2), supervisor):
        block_person(Case.objects.get(pk=t.case.pk), t.positions["kishi", "hoshi"].staff, by=supervisor)


def supported(t: Telling) -> None:
    """Support begins."""
    with at(t.later(days=10), t.lead):
        move_stage(Case.objects.get(pk=t.case.pk), Stage.SUPPORT, by=t.lead)


def closed(t: Telling) -> None:
    """The support is over: the closing drafted by the one in charge and approved by the director."""
    words, director = texts()["closing"], t.of_role(Role.DIRECTOR)
    with at(t.later(days=120), t.lead):
        case = Case.objects.get(pk=t.case.pk)
        row = draft_closing(case, kind=ClosingReason.FINISHED, by=t.lead, **words)
    with at(t.later(hours=5), director):
        CLOSING.decide(row, Verdict.APPROVE, by=director)


OPEN = (register, accepted)
SAFE = (*OPEN, seen, progress)
WISHES = (*SAFE, asked(Result.WISHES))
REPORTED = (*WISHES, drafted, decided_and_sent)
STATES: dict[str, tuple[Step, ...]] = {
    "filed": (filed,),
    "registered": (filed, registered, accepted),
    "reception": (register,),
    "accepted": OPEN,
    "safety_overdue": OPEN,
    "safety_soon": OPEN,
    "safe": SAFE,
    "custody_draft": (*SAFE, custody_drafted),
    "custody": (*SAFE, custody_drafted, custody_decided, progress),
    "custody_ended": (*SAFE, custody_drafted, custody_decided, progress, custody_over),
    "wishes": WISHES,
    "declines": (*SAFE, asked(Result.DECLINES)),
    "undecided": (*SAFE, asked(Result.UNDECIDED)),
    "report_draft": (*WISHES, drafted),
    "report_waiting": (*WISHES, drafted),
    "reported": REPORTED,
    "report_read": (*REPORTED, read_by_police, progress),
    "withdrawn": (*REPORTED, read_by_police, withdrawn),
    "expired": (*REPORTED, read_by_police),
    "exception_waiting": (*SAFE, exception_asked),
    "exception_approved": (*SAFE, exception_asked, exception_approved, drafted),
    "contact": (*SAFE, contact),
    "glass": (*SAFE, glass),
    "blocked": (*SAFE, blocked),
    "support": (*SAFE, supported, progress),
    "closed": (*SAFE, supported, progress, closed),
}
