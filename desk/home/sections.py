"""What a role's home page shows: each section is a query of a room, turned into the same few lines.

Which person needs which section follows the day's work: what is due, what waits for one's decision, what came back, who looked.
"""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.notices.queries import inbox_of
from agencies.staff.access import StaffRequest
from agencies.staff.models import Position
from agencies.staff.roles import Permission, Role
from agencies.staff.rules import delegations_to
from cases.clocks.codes import ClockKind
from cases.clocks.queries import due_for
from cases.decisions.pages import queue_and_first
from cases.decisions.queries import queue_of
from cases.duties.queries import duties_open_for
from cases.finding.forms import FindForm
from cases.intake.queries import incoming_filings, my_filings
from cases.records.forms import ChildSearch
from cases.records.models import Case
from cases.records.panel import full_name
from cases.records.queries import glasses_to_review, list_of, with_keys
from desk.audit import panel as audit
from desk.home.lines import Maker, Section, case_url
from desk.home.next_steps import next_steps
from face.lines import FEW, Line
from referrals.police.queries import contacts_unseen_for, letters_counted, letters_in_hand
from security.audit.verbs import Verb
from security.walls import clock

IN_HAND = frozenset({"cases", "inbox"})
"""Sections of current work and of what came in, on the right of the page; what waits to be done is on the left."""


def due(request: StaffRequest) -> Section:
    """The law's clocks that run on the position's cases, the most pressing first."""
    lines = []
    for limit in due_for(request.by, limit=FEW):
        text = f"{full_name(limit.case.child)} {limit.case.number}"
        lines.append(
            Line(
                case_url(limit.case),
                text,
                ClockKind(limit.kind).label,
                due=limit.due_at,
                pressing=limit.is_overdue,
                case_id=limit.case_id,
            )
        )
    return Section("due", _("What is due"), _("No time limit is running."), lines)


def my_cases(request: StaffRequest) -> Section:
    """The latest cases the position works on."""
    cases = with_keys(list_of(request.by, {}, size=FEW).rows)
    lines = [
        Line(
            case_url(case),
            f"{full_name(case.child)} {case.number}",
            case.get_stage_display(),
            at=case.opened_at,
        )
        for case in cases
    ]
    nothing = _("No case is assigned to you.")
    return Section("cases", _("My cases"), nothing, lines, reverse("case_list"), _("All my cases"))


def inbox(request: StaffRequest) -> Section:
    """The latest notices."""
    notices = inbox_of(request.by, {}, FEW).rows
    lines = [
        Line(
            reverse("inbox"),
            notice.get_kind_display(),
            notice.reference,
            at=notice.last_at,
            fresh=not notice.read_at,
        )
        for notice in notices
    ]
    return Section("inbox", _("What came in"), _("No notices."), lines, reverse("inbox"), _("Inbox"))


def filings(request: StaffRequest) -> Section:
    """Notifications that other offices filed and that belong to no case yet."""
    lines = [
        Line(
            reverse("incoming_filing", args=[row.pk]),
            row.sender.name,
            row.reference,
            at=row.sent_at,
            fresh=True,
        )
        for row in incoming_filings(request.by)[:FEW]
    ]
    nothing = _("No notification waits.")
    return Section(
        "filings", _("Notifications received"), nothing, lines, reverse("incoming_filings"), _("All of them")
    )


def queue(request: StaffRequest) -> Section:
    """For the director: the drafts to decide, with the first of them open."""
    context = queue_and_first(request)
    return Section("queue", template="cases/decisions/queue.html", context=context, above=True)


def decisions(request: StaffRequest) -> Section:
    """For those to whom a decision is delegated: the drafts they may decide, in the order of the queue."""
    lines = [
        Line(
            waiting.url,
            waiting.kind.act.label,
            _drafted(waiting.row.case, waiting.row.drafted_by),
            waiting.row.drafted_at,
            case_id=waiting.row.case_id,
            due=waiting.row.confirm_by,
            pressing=waiting.kind.presses,
        )
        for waiting in queue_of(request.by)[:FEW]
    ]
    heading = _("Waiting for your decision")
    return Section(
        "decisions", heading, _("No draft waits."), lines, reverse("decision_queue"), _("All of them")
    )


def duties(request: StaffRequest) -> Section:
    """What is to be done until a day that no law sets."""
    now = clock.now()
    lines = [
        Line(
            reverse("duty", args=[row.case_id, row.pk]),
            row.get_kind_display(),
            f"{row.case.number} {row.owner.staff.name}",
            due=row.due_at,
            pressing=row.due_at < now or not row.owner.is_current,
            case_id=row.case_id,
        )
        for row in duties_open_for(request.by)
    ]
    return Section("duties", _("Duties"), _("No duty is open."), lines)


def glasses(request: StaffRequest) -> Section:
    """Broken glasses to review."""
    lines = [
        Line(
            reverse("glass_review", args=[grant.content_object_id, grant.pk]),
            grant.position.staff.name,
            grant.content_object.number,
            at=grant.created_at,
            pressing=True,
            case_id=grant.content_object_id,
        )
        for grant in glasses_to_review(request.by)
    ]
    return Section("glasses", _("Broken glass to review"), _("Nothing to review."), lines)


def contacts(request: StaffRequest) -> Section:
    """Contacts with the police that nobody in the line has seen yet."""
    lines = [
        Line(
            case_url(row.case),
            row.case.number,
            row.recorded_by.staff.name,
            at=row.recorded_at,
            case_id=row.case_id,
        )
        for row in contacts_unseen_for(request.by)
    ]
    return Section("contacts", _("Contacts with the police"), _("Nothing new."), lines)


def letters(request: StaffRequest) -> Section:
    """The envelopes in hand at the office (for an officer: those assigned), what is due first, and how many there are."""
    own = not request.by.may(Permission.ASSIGN_DISCLOSURES)
    found = letters_in_hand(request.by, {}, own=own, size=FEW).letters
    desk = reverse("envelopes")
    states = {"new": _("New"), "taken": _("Taken"), "closed": _("Closed")}
    lines = [
        Line(
            # Only who is assigned opens it; a supervisor takes or assigns on the list.
            reverse("letter", args=[letter.envelope.disclosure_id])
            if request.by.pk in letter.reader_positions
            else reverse("envelopes"),
            letter.envelope.reference,
            _("Not opened in time") if letter.is_unopened else states[letter.state],
            at=letter.envelope.sent_at,
            due=None if letter.state == "closed" else letter.envelope.due_at,
            pressing=letter.is_late or letter.is_unopened,
            fresh=letter.state == "new",
        )
        for letter in found
    ]
    count = {"count": letters_counted(own=own)}
    heading = _("Assigned to you: %(count)s") % count if own else _("Envelopes: %(count)s") % count
    return Section("letters", heading, _("No envelope."), lines, desk, _("All envelopes"))


def receipts(request: StaffRequest) -> Section:
    """What this position filed, and how far it is."""
    lines = [
        Line(
            reverse("filings"),
            row.reference,
            f"{row.recipient.name} {row.state.label}",
            at=None if row.sent_on else row.sent_at,
            on=row.sent_on,
        )
        for row in my_filings(request.by)[:FEW]
    ]
    nothing = _("You have not filed anything.")
    more = _("Notify a child guidance center")
    return Section("receipts", _("My notifications"), nothing, lines, reverse("file_notification"), more)


def looks(request: StaffRequest) -> Section:
    """Who looked at the position's cases from outside the team."""
    return Section("looks", template="desk/audit/home_looks.html", context=audit.looks(request))


def access_log(request: StaffRequest) -> Section:
    """For the privacy officer: refusals, and who looked at most cases."""
    return Section("access_log", template="desk/audit/home_privacy.html", context=audit.privacy(request))


def administration(request: StaffRequest) -> Section:
    """For the administrator: the three things to keep."""
    lines = [
        Line(reverse("staff_list"), _("People"), _("accounts and positions")),
        Line(reverse("office_list"), _("Offices"), _("offices and their sections")),
        Line(reverse("agreement_list"), _("Agreements"), _("what offices may share")),
    ]
    return Section("administration", _("Administration"), "", lines)


def _drafted(case: Case, drafter: Position) -> str:
    return f"{case.number} {drafter.staff.name}"


def search(request: StaffRequest) -> Section:
    """For the duty officer: finding, before anything else."""
    context = {"box": FindForm(), "by_child": ChildSearch()}
    return Section("search", template="desk/home/search.html", context=context, above=True)


WORKER = (due, my_cases, inbox)
SUPERVISES = (due, glasses, duties, contacts, my_cases, looks, inbox)
HOMES: dict[Role, tuple[Maker, ...]] = {
    Role.CASEWORKER: (due, next_steps, filings, my_cases, looks, inbox, duties),
    Role.SUPERVISOR: (decisions, next_steps, filings, *SUPERVISES),
    Role.DIRECTOR: (queue, next_steps, due, glasses, duties, contacts, looks, inbox),
    Role.DUTY_OFFICER: (search, filings, due, my_cases, inbox),
    Role.PSYCHOLOGIST: (*WORKER, duties),
    Role.DOCTOR: WORKER,
    Role.CUSTODY_STAFF: WORKER,
    Role.JUVENILE_OFFICER: (letters, inbox),
    Role.POLICE_SUPERVISOR: (letters, inbox),
    Role.PRIVACY_OFFICER: (next_steps, access_log, inbox),
    Role.ADMINISTRATOR: (administration, inbox),
}


def sections_of(request: StaffRequest) -> list[Section]:
    """The sections of the acting position's role; the look names every case they show."""
    makers = HOMES.get(Role(request.by.role))
    if makers is None:
        makers = (receipts, inbox) if request.by.may(Permission.FILE_NOTIFICATION) else (inbox,)
    if not {queue, decisions} & {*makers} and delegations_to(request.by, clock.now()).exists():
        makers = (decisions, *makers)
    sections = [make(request) for make in makers]
    for section in sections:
        for line in section.lines:
            if line.case_id is not None:
                panel = "due" if section.name == "due" else "home"
                request.event.note_shown(line.case_id, panel, verb=Verb.CASE_LIST)
    return sections
