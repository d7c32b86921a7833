"""The demo's cases in varied states, each brought there by the actions of daily work at its own past times."""

from collections.abc import Callable
from datetime import date, timedelta

from django.utils.timezone import localdate

from agencies.staff.models import Position
from agencies.staff.roles import Role
from agencies.wordings.codes import Band
from agencies.wordings.queries import shipped_text
from cases.cautions.actions import record_caution
from cases.cautions.codes import CautionKind
from cases.closing.actions import CLOSING, draft_closing
from cases.closing.codes import ClosingReason
from cases.custody import actions as custody_actions
from cases.custody.actions import EndFacts, Opinion, StartFacts
from cases.custody.codes import Consent, DecisionKind, Heard, Place, Purpose
from cases.custody.codes import Ground as CustodyGround
from cases.custody.models import CustodyDecision
from cases.decisions.codes import Verdict
from cases.handover.actions import hand_over
from cases.intake.actions import record_safety_check, register_call
from cases.intake.codes import Outcome
from cases.intake.filing import file_notification, open_filing, register_filing
from cases.intake.models import Filing
from cases.records.actions import (
    add_to_team,
    block_person,
    break_glass,
    review_glass,
    save_person,
    write_progress,
)
from cases.records.codes import Answer, ContactMethod, Finding, Level, Relation, StayKind, Urgency
from cases.records.models import Case
from desk.demo.adjusted import adjusted
from desk.demo.apart import conferred, limited
from desk.demo.conferences import accepted, supported, to_be_closed
from desk.demo.counseled import counseled
from desk.demo.diagnosed import diagnosed
from desk.demo.entrusted import entrusted
from desk.demo.guided import guided
from desk.demo.hours import AFTER_SCHOOL, ALWAYS, DAYTIME, NIGHT, OFFICE
from desk.demo.met import met
from desk.demo.owner import at, leave_trace
from desk.demo.placed import placed
from desk.demo.receipts import signed
from desk.demo.relied import relied
from desk.demo.shelter import admitted, watched
from desk.demo.telling import Telling
from desk.demo.texts import child_of, entry_of, facts_of, people_of, received_at, seen_on, texts
from desk.demo.warrants import requested
from referrals.consent.actions import (
    EXCEPTION,
    explain_withdrawal,
    record_intention,
    request_exception,
    withdraw,
)
from referrals.consent.asking import Asking, last_day, proposed_band
from referrals.consent.codes import Ground, Result, Understood
from referrals.consent.queries import text_now
from referrals.consent.rules import allowed_items, basis_for
from referrals.consent.texts import asked_about
from referrals.disclosures.actions import REPORT, draft_report, send_report
from referrals.disclosures.catalogue import ceiling_of
from referrals.disclosures.codes import Item, PaperKind
from referrals.disclosures.models import Disclosure
from referrals.police.actions import assign, note_opened, record_contact, tell_of_look
from referrals.police.queries import Letter, letter_at_desk
from security.audit.verbs import Verb
from security.walls import clock

ITEMS = (Item.IDENTITY_MIN, Item.SAFETY_STATE, Item.CUSTODY_DATES, Item.INCIDENT_OUTLINE, Item.CONSIDERATIONS)
Step = Callable[[Telling], None]


def tell(telling: Telling) -> None:
    """Tell one case to the state its row names."""
    for step in STATES[telling.row["state"]]:
        step(telling)
    if hasattr(telling, "case"):  # what was filed may not be registered yet
        signed(telling)


def register(t: Telling) -> None:
    """The call; the case opens in stage reception."""
    with at(t.now, t.lead):
        received = received_at(t.now, t.row, t.number)
        child = child_of(t.row, t.lead.office.code)
        t.case = register_call(child, facts_of(t.row), received, in_charge=t.lead, by=t.lead).case


def filed(t: Telling) -> None:
    """A school files the notification from its own page; it has not been opened yet."""
    school = t.positions["school", "wakaba"]
    with at(t.now, school):
        received = received_at(t.now, t.row, t.number)
        t.filing = file_notification(
            t.lead.office,
            child_of(t.row, t.lead.office.code),
            received.told,
            grounds=received.grounds,
            about=texts()["filing"],
            by=school,
        )


def registered(t: Telling) -> None:
    """The supervisor opens what was filed, and opens a case with it."""
    supervisor = t.of_role(Role.SUPERVISOR)
    with at(t.later(DAYTIME, minutes=40), supervisor):
        filing, facts = Filing.objects.get(pk=t.filing.pk), facts_of(t.row)
        open_filing(filing, by=supervisor)
        filing.refresh_from_db()
        t.case = register_filing(
            filing, track=facts.track, urgency=facts.urgency, in_charge=t.lead, by=supervisor
        ).case


def seen(t: Telling) -> None:
    """The child is seen within the limit; the people around the child are written down."""
    with at(t.later(DAYTIME, hours=3), t.lead):
        fresh = Case.objects.get(pk=t.case.pk)
        words = {**seen_on(t.row, clock.today()), "late_reason": ""}
        record_safety_check(fresh, outcome=Outcome.SEEN, seen_at=t.now, texts=words, by=t.lead)
        for person in people_of(t.row, t.number):
            save_person(fresh, person, by=t.lead)


def warned(t: Telling) -> None:
    """What the row says must be minded is written down the same day."""
    if kind := t.row.get("caution"):
        with at(t.later(DAYTIME, minutes=50), t.lead):
            fresh, words = Case.objects.get(pk=t.case.pk), texts()["cautions"][kind]
            record_caution(fresh, kind=CautionKind(kind), by=t.lead, **words)


def progress(t: Telling) -> None:
    """An entry of the progress record, and a look at the page by the supervisor."""
    t.later(AFTER_SCHOOL, days=2)
    _entry(t, "home")
    supervisor = t.of_role(Role.SUPERVISOR)
    with at(t.later(OFFICE, hours=1), supervisor) as look:
        look.note_shown(t.case.pk, "child", "progress", verb=Verb.CASE_VIEW)
        leave_trace(look)


def in_custody(t: Telling) -> None:
    """A visit to the temporary custody facility."""
    t.later(DAYTIME, days=2)
    _entry(t, "custody")


def lately(during: str) -> Step:
    """An entry of the last days, where the story is older."""

    def step(t: Telling) -> None:
        if not t.is_recent:
            t.until(AFTER_SCHOOL, days=t.number % 9 + 1, minutes=7 * t.number)
            _entry(t, during)

    return step


def _entry(t: Telling, during: str) -> None:
    with at(t.now, t.lead):
        words = entry_of(t.row, during, t.number + t.entries, clock.today())
        fresh, t.entries = Case.objects.get(pk=t.case.pk), t.entries + 1
        method = ContactMethod(words["method"])
        write_progress(
            fresh,
            happened_at=t.now,
            method=method,
            with_whom=words["with_whom"],
            with_child=Answer.YES if words["with_whom"] in texts()["the_child"] else Answer.NO,
            body=words["body"],
            by=t.lead,
        )


def today(t: Telling) -> None:
    """What follows happens on the day on which the demo is made, or the evening before."""
    t.until(DAYTIME, hours=4)


def custody_drafted(t: Telling) -> None:
    """The start of temporary custody, drafted by the one in charge."""
    words = texts()["custody"]
    with at(t.later(DAYTIME, hours=3), t.lead):
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
            purpose=Purpose.SAFETY,
        )
        t.custody = custody_actions.draft_start(Case.objects.get(pk=t.case.pk), facts, by=t.lead)


def custody_decided(t: Telling) -> None:
    """The director decides; the clock of the warrant starts, and in older cases it was met."""
    director = t.of_role(Role.DIRECTOR)
    with at(t.later(DAYTIME, minutes=30), director):
        t.custody = _decide(t.custody, director)
    _join(t, Role.PSYCHOLOGIST)
    admitted(t)
    if t.limit - t.now > timedelta(days=7):
        requested(t)


def _join(t: Telling, *roles: Role) -> None:
    """The supervisor brings colleagues of these roles into the team, where the office has them."""
    supervisor = t.of_role(Role.SUPERVISOR)
    with at(t.later(DAYTIME, minutes=20), supervisor):
        case = Case.objects.get(pk=t.case.pk)
        for role in roles:
            for position in t.colleagues(role):
                add_to_team(case, position, relation=Relation.MEMBER, level=Level.EDIT, by=supervisor)


def custody_over(t: Telling) -> None:
    """The end of custody, drafted and decided."""
    words, director = texts()["custody"], t.of_role(Role.DIRECTOR)
    with at(t.later(OFFICE, days=20), t.lead):
        facts = EndFacts(
            effective_at=t.now,
            reason=words["end_reason"],
            stay_after=StayKind.HOME,
            place="",
            opinion=Opinion(Heard.BEFORE, words["end_opinion"]),
        )
        row = custody_actions.draft_end(Case.objects.get(pk=t.case.pk), facts, by=t.lead)
    with at(t.later(OFFICE, minutes=40), director):
        _decide(row, director)


def _decide(row: CustodyDecision, director: Position) -> CustodyDecision:
    fresh = CustodyDecision.objects.get(pk=row.pk)
    kind = custody_actions.START if fresh.kind == DecisionKind.START else custody_actions.END
    return kind.decide(fresh, Verdict.APPROVE, by=director)


def asked(result: Result) -> Step:
    """The child's intention, recorded with this answer."""

    def step(t: Telling) -> None:
        words = {**texts()["intention"], "words": texts()["intention"]["words"][result]}
        with at(t.later(OFFICE, days=1), t.lead):
            case, today = Case.objects.get(pk=t.case.pk), localdate(t.now)
            asking = _with_the_text_for(case, today)
            latest = last_day(case, asking.band, today)
            t.intention = record_intention(
                case,
                result=result,
                recipient=t.recipient,
                items=asked_about(asking.band).intersection(ITEMS),
                asked_at=t.now,
                valid_until=t.now + (latest - today if latest else WORD_HOLDS),
                texts=words,
                asking=asking,
                by=t.lead,
            )

    return step


def _with_the_text_for(case: Case, today: date) -> Asking:
    """The question with the text for the child's age, understood; the youngest who are asked follow that of five."""
    proposed = proposed_band(case, today) or Band.FROM_10
    band = Band.FROM_5 if proposed is Band.UNDER_5 else proposed
    return Asking(
        band=band,
        band_reason="" if band is proposed else texts()["intention"]["band_reason"],
        text=shipped_text(band),
        understood=dict.fromkeys(Understood, Answer.YES),
        by_suspect_side=Answer.NO,
        in_suspect_home=Answer.NO,
    )


def drafted(t: Telling) -> None:
    """The draft of the report; it waits for the director."""
    t.later(OFFICE, hours=4)
    _draft(t)


def lately_in_the_office(t: Telling) -> None:
    """What follows waits for its decision since the last working day at most."""
    t.until(OFFICE, hours=5)


def drafted_at_once(t: Telling) -> None:
    """The draft on an exception, in the hour in which it was approved."""
    t.later(ALWAYS, minutes=40)
    _draft(t)


def _draft(t: Telling) -> None:
    with at(t.now, t.lead):
        case = Case.objects.get(pk=t.case.pk)
        given = {item.value: text_now(case, item.value) for item in ITEMS} | texts()["report"]
        wanted = {item.value: given[item.value] for item in ITEMS if given.get(item.value)}
        now = clock.now()
        basis = basis_for(case, t.recipient, now)
        allowed = allowed_items(basis, ceiling_of(t.recipient), now) if basis else set()
        wanted = {item: text for item, text in wanted.items() if item in allowed}
        due = t.now + TO_ANSWER
        t.report = draft_report(
            case,
            recipient=t.recipient,
            paper_kind=PaperKind.JOHO,
            texts=wanted,
            urgency=Urgency(case.urgency),
            due_at=due,
            by=t.lead,
        )


def decided_and_sent(t: Telling) -> None:
    """The director approves, the one in charge sends."""
    director = t.of_role(Role.DIRECTOR)
    with at(t.later(OFFICE, hours=2), director):
        REPORT.decide(
            Disclosure.objects.get(pk=t.report.pk), Verdict.APPROVE, version=t.report.version, by=director
        )
    with at(t.later(OFFICE, hours=1), t.lead):
        send_report(Disclosure.objects.get(pk=t.report.pk), by=t.lead)


def read_by_police(t: Telling) -> None:
    """The supervisor of the support center assigns an officer, who reads the report."""
    chief, officer = t.police(Role.POLICE_SUPERVISOR), t.police(Role.JUVENILE_OFFICER)
    with at(t.later(OFFICE, hours=5), chief):
        assign(_letter(t, chief), officer, by=chief)
    with at(t.later(OFFICE, hours=2), officer) as look:
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
    with at(t.later(AFTER_SCHOOL, days=2), t.lead):
        withdraw(t.intention, by=t.lead)
        explain_withdrawal(t.intention, reason=texts()["withdrawal"]["reason"], by=t.lead)


def exception_asked(t: Telling) -> None:
    """An exception for danger to life or body is asked for."""
    with at(t.until(ALWAYS, hours=5), t.lead):
        case, words = Case.objects.get(pk=t.case.pk), texts()["exception"]
        t.exception = request_exception(
            case, ground=Ground.DANGER, recipient=t.recipient, items=ITEMS, by=t.lead, **words
        )


def exception_approved(t: Telling) -> None:
    """The director approves it: used once, within a day, with two duties left."""
    director = t.of_role(Role.DIRECTOR)
    with at(t.later(ALWAYS, minutes=30), director):
        t.exception = EXCEPTION.decide(t.exception, Verdict.APPROVE, by=director)


def contact(t: Telling) -> None:
    """A contact with the police by telephone is written down."""
    with at(t.later(OFFICE, hours=2), t.lead):
        words = {**texts()["contact"], "happened_at": t.now}
        record_contact(Case.objects.get(pk=t.case.pk), words, by=t.lead)


def glass(t: Telling) -> None:
    """The duty officer opens the case at night with broken glass."""
    duty = t.positions["duty", "hoshi"]
    with at(t.later(NIGHT, hours=1), duty) as look:
        break_glass(t.case.pk, texts()["glass"]["reason"], by=duty)
        look.note_shown(t.case.pk, "child", "basics", verb=Verb.CASE_VIEW)
        leave_trace(look)


def glass_questioned(t: Telling) -> None:
    """The supervisor reviews it in the morning and asks for an explanation."""
    supervisor = t.of_role(Role.SUPERVISOR)
    with at(t.later(OFFICE, hours=9), supervisor):
        grant = Case.objects.get(pk=t.case.pk).grants.get(relation=Relation.GLASS)
        review_glass(grant, Finding.TO_EXPLAIN, texts()["glass"]["finding_note"], by=supervisor)


def handed_over_ahead(t: Telling) -> None:
    """A colleague is named who is in charge from 1 April on."""
    supervisor, colleague = t.of_role(Role.SUPERVISOR), t.positions["kishi", "hoshi"]
    with at(t.until(OFFICE, days=2), supervisor):
        now = clock.today()
        day = date(now.year + (now.month >= APRIL), APRIL, 1)
        case, note = Case.objects.get(pk=t.case.pk), texts()["handover"]["note"]
        hand_over(case, colleague, day, by=supervisor, keep_former=True, note=note)


def blocked(t: Telling) -> None:
    """A colleague with a conflict of interest is kept away."""
    supervisor = t.of_role(Role.SUPERVISOR)
    with at(t.later(OFFICE, hours=2), supervisor):
        block_person(Case.objects.get(pk=t.case.pk), t.positions["kishi", "hoshi"].staff, by=supervisor)


def closed(t: Telling) -> None:
    """The support is over: the closing drafted by the one in charge and approved by the director."""
    words, director = texts()["closing"], t.of_role(Role.DIRECTOR)
    with at(t.later(OFFICE, days=2), t.lead):
        case = Case.objects.get(pk=t.case.pk)
        row = draft_closing(case, kind=ClosingReason.FINISHED, by=t.lead, **words)
    with at(t.later(OFFICE, hours=5), director):
        CLOSING.decide(row, Verdict.APPROVE, by=director)


APRIL = 4
"""A year of an office begins in April, and with it the positions change hands."""
WORD_HOLDS = timedelta(days=90)
TO_ANSWER = timedelta(days=30)


def days_before_the_word_ends(t: Telling) -> None:
    """Wait, so that the child's word that is asked next ended two days ago."""
    t.until(OFFICE, days=WORD_HOLDS.days + 3)


OPEN = (register, accepted)
SAFE = (*OPEN, seen, warned, progress)
WISHES = (*SAFE, asked(Result.WISHES))
REPORTED = (*WISHES, drafted, decided_and_sent)
CUSTODY = (*SAFE, custody_drafted, custody_decided, in_custody)
AT_HOME = lately("home")
STATES: dict[str, tuple[Step, ...]] = {
    "filed": (filed,),
    "registered": (filed, registered, accepted),
    "reception": (register,),
    "accepted": OPEN,
    "safety_overdue": OPEN,
    "safety_soon": OPEN,
    "safe": (*SAFE, AT_HOME),
    "custody_draft": (*SAFE, today, custody_drafted),
    "custody": (
        *CUSTODY,
        limited,
        conferred,
        diagnosed,
        counseled,
        adjusted,
        met,
        lately("custody"),
        watched,
    ),
    "custody_ended": (*CUSTODY, custody_over, AT_HOME),
    "wishes": (*WISHES, AT_HOME),
    "declines": (*SAFE, asked(Result.DECLINES), AT_HOME),
    "undecided": (*SAFE, asked(Result.UNDECIDED), AT_HOME),
    "report_draft": (*WISHES, lately_in_the_office, drafted),
    "report_waiting": (*WISHES, lately_in_the_office, drafted),
    "reported": (*REPORTED, AT_HOME),
    "report_read": (*REPORTED, read_by_police, progress),
    "withdrawn": (*REPORTED, read_by_police, withdrawn, AT_HOME),
    "expired": (
        *SAFE,
        days_before_the_word_ends,
        asked(Result.WISHES),
        drafted,
        decided_and_sent,
        read_by_police,
        AT_HOME,
    ),
    "exception_waiting": (*SAFE, exception_asked),
    "exception_approved": (*SAFE, exception_asked, exception_approved, drafted_at_once),
    "contact": (*SAFE, contact, AT_HOME),
    "glass": (*SAFE, glass, glass_questioned, AT_HOME),
    "blocked": (*SAFE, blocked, AT_HOME),
    "support": (*SAFE, supported, guided, progress, AT_HOME),
    "handed_over": (*SAFE, supported, progress, placed, entrusted, relied, handed_over_ahead),
    "closed": (*SAFE, supported, progress, to_be_closed, closed),
}
