"""What a role's home page shows: each section is a query of a room, turned into the same few lines.

Which person needs which section follows the day's work: what is due, what waits for a decision, what came back, who looked.
"""

from dataclasses import replace
from itertools import islice

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.notices.queries import inbox_of
from agencies.staff.access import StaffRequest
from agencies.staff.roles import Permission, Role
from agencies.staff.rules import delegations_to
from cases.decisions.pages import queue_and_first
from cases.decisions.queries import queue_of
from cases.finding.forms import FindForm
from cases.intake.queries import incoming_filings
from cases.records.forms import ChildSearch
from cases.records.queries import glasses_to_review
from desk.audit import panel as audit
from desk.home.agenda import agenda
from desk.home.homes import homes
from desk.home.lines import Maker, Section, case_url, with_children
from desk.home.next_steps import next_steps
from desk.home.night import tonight
from desk.home.offices import (
    administration,
    agreements_ending,
    file_button,
    letters,
    officers,
    people_without,
    positions_ending,
    receipts,
)
from desk.home.places import entrusted, entrusted_at_office, own_receipts, places_asked, vacancies
from desk.home.readings import receipts_to_sign
from desk.home.reliance import plans_here
from desk.home.reviews import progress_list
from desk.home.rights import child_letters
from desk.home.shelter import who_sleeps_here
from desk.home.tables import line_at_work, own_cases, sleepers
from face.lines import FEW, Line
from referrals.disclosures.codes import POLICE_REPORT
from referrals.disclosures.queries import reports_unread_for
from referrals.police.queries import contacts_unseen_for
from security.audit.verbs import Verb
from security.walls import clock

LATEST, UNREAD = 20, 3
"""Of how many notices the home page looks for unread ones, and how many it shows."""
IN_HAND = frozenset({"inbox", "filings", "contacts", "glasses", "unread", "officers", "administration"})
"""Sections of current work and of what came in, on the right of the page; what waits to be done is on the left."""


def notices(request: StaffRequest) -> Section:
    """The newest notices that are unread: a press on one leads to what it is about, and marks it as read."""
    unread = [notice for notice in inbox_of(request.by, {}, LATEST).rows if not notice.read_at][:UNREAD]
    heading, nothing = _("Notices"), _("No unread notices.")
    context = {"notices": unread}
    return Section(
        "inbox",
        heading,
        nothing,
        [],
        reverse("inbox"),
        _("All of them"),
        context=context,
        body="desk/home/notices.html",
    )


def filings(request: StaffRequest) -> Section:
    """Notifications that other offices filed and that belong to no case yet."""
    lines = [
        Line(
            reverse("incoming_filing", args=[row.pk]),
            row.sender.name,
            row.reference,
            at=row.sent_at,
            fresh=True,
            pressing=row.pressing,
        )
        for row in incoming_filings(request.by)[:FEW]
    ]
    nothing = _("No notification waits.")
    return Section(
        "filings",
        _("Notifications from other offices"),
        nothing,
        lines,
        reverse("incoming_filings"),
        _("All of them"),
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
            waiting.row.drafted_by.staff.name,
            waiting.row.drafted_at,
            case_id=waiting.row.case_id,
            number=waiting.row.case.number,
            due=waiting.row.confirm_by,
            pressing=waiting.kind.presses,
        )
        for waiting in queue_of(request.by)[:FEW]
    ]
    heading = _("Waiting for your decision")
    return Section(
        "decisions", heading, _("No draft waits."), lines, reverse("decision_queue"), _("All of them")
    )


def glasses(request: StaffRequest) -> Section:
    """Broken glasses to review."""
    lines = [
        Line(
            reverse("glass_review", args=[grant.content_object_id, grant.pk]),
            grant.position.staff.name,
            at=grant.created_at,
            pressing=True,
            case_id=grant.content_object_id,
            number=grant.content_object.number,
        )
        for grant in glasses_to_review(request.by)
    ]
    return Section("glasses", _("Broken glass to review"), _("Nothing to review."), lines)


def contacts(request: StaffRequest) -> Section:
    """Contacts with the police that no person in the line has seen yet."""
    lines = [
        Line(
            case_url(row.case),
            row.recorded_by.staff.name,
            at=row.recorded_at,
            case_id=row.case_id,
            number=row.case.number,
        )
        for row in contacts_unseen_for(request.by)
    ]
    return Section("contacts", _("Contacts with the police"), _("Nothing new."), lines)


def unread(request: StaffRequest) -> Section:
    """For the director: reports that the police have and have not opened, what has to be opened first at the top."""
    now = clock.now()
    lines = [
        Line(
            reverse("decision", args=[row.case_id, POLICE_REPORT.value, row.pk]),
            row.recipient.name,
            row.reference,
            due=row.envelope.open_by,
            pressing=row.envelope.open_by <= now,
            case_id=row.case_id,
            number=row.case.number,
        )
        for row in reports_unread_for(request.by)[:FEW]
    ]
    nothing = _("The police have opened every report.")
    return Section("unread", _("Reports that the police have not opened"), nothing, lines)


def custody(request: StaffRequest) -> Section:
    """For the director: the children in temporary custody, below what is to be done."""
    return replace(sleepers(request), above=False)


def looks(request: StaffRequest) -> Section:
    """Who looked at the position's cases from outside the team."""
    return Section("looks", template="desk/audit/home_looks.html", context=audit.looks(request))


def access_log(request: StaffRequest) -> Section:
    """For the privacy officer: looks that no relation explains, and what was refused; people are not ranked by numbers."""
    return Section("access_log", template="desk/audit/home_privacy.html", context=audit.privacy(request))


def search(request: StaffRequest) -> Section:
    """For the duty officer: finding, before anything else."""
    context = {"box": FindForm(), "by_child": ChildSearch()}
    return Section("search", template="desk/home/search.html", context=context, above=True)


WORKER = (agenda, next_steps, notices, own_cases)
SUPERVISES = (agenda, next_steps, progress_list, receipts_to_sign, glasses, contacts, notices)
HOMES: dict[Role, tuple[Maker, ...]] = {
    Role.CASEWORKER: (agenda, next_steps, notices, filings, homes, own_cases, looks),
    Role.SUPERVISOR: (decisions, *SUPERVISES, filings, homes, line_at_work, looks),
    Role.DIRECTOR: (queue, *SUPERVISES, unread, custody, looks),
    Role.DUTY_OFFICER: (search, tonight, *WORKER, filings),
    Role.PSYCHOLOGIST: WORKER,
    Role.DOCTOR: WORKER,
    Role.CUSTODY_STAFF: (who_sleeps_here, notices),
    Role.JUVENILE_OFFICER: (letters, receipts, notices),
    Role.POLICE_OFFICER: (letters, receipts, notices),
    Role.POLICE_SUPERVISOR: (letters, officers, notices),
    Role.INSTITUTION_STAFF: (places_asked, plans_here, vacancies, notices, own_receipts),
    Role.FACILITY_HEAD: (file_button, entrusted_at_office, notices, own_receipts),
    Role.RIGHTS_COUNSELOR: (child_letters, notices),
    Role.RIGHTS_HEAD: (child_letters, notices),
    Role.PRIVACY_OFFICER: (next_steps, access_log, notices),
    Role.ADMINISTRATOR: (positions_ending, people_without, agreements_ending, administration, notices),
}


def sections_of(request: StaffRequest) -> list[Section]:
    """The sections of the acting position's role; the look names every case they show."""
    makers = HOMES.get(Role(request.by.role))
    if makers is None:
        makers = (receipts, notices) if request.by.may(Permission.FILE_NOTIFICATION) else (notices,)
    if request.by.may(Permission.GIVE_ENTRUSTED):
        makers = (file_button, entrusted, *(one for one in makers if one is not receipts), own_receipts)
    if request.by.may(Permission.KEEP_SUPPORT):
        decides = (decisions,) if Role(request.by.role) is Role.POLICE_SUPERVISOR else ()
        makers = (*decides, agenda, next_steps, own_cases, *makers)
    if not {queue, decisions} & {*makers} and delegations_to(request.by, clock.now()).exists():
        makers = (decisions, *makers)
    sections = [make(request) for make in makers]
    named = iter(with_children([line for section in sections for line in section.lines], request.by))
    sections = [replace(section, lines=list(islice(named, len(section.lines)))) for section in sections]
    for section in sections:
        for line in section.lines:
            if line.case_id is not None:
                panel = "due" if section.name == "agenda" else "home"
                request.event.note_shown(line.case_id, panel, verb=Verb.CASE_LIST)
    return sections
