"""The plan of the institution on the page of custody and placement, in the stream and among what comes next; and one line a child
on the institution's own home page."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.clocks.rules import end_of
from cases.placement.codes import AT_PEOPLE
from cases.placement.queries import standing
from cases.records.models import Case
from cases.records.panel import Moment, Panel, Part, Span
from cases.reliance import rules
from cases.reliance.models import RelianceFile, ReliancePlan
from cases.reliance.prefill import child_of
from cases.reliance.queries import (
    Here,
    aims_of,
    due_of,
    file_rows,
    in_force,
    open_file,
    placed_here,
    plan_rows,
    plans_of,
)
from face.lines import Line, Step
from security.encryption.fields import value_of
from security.walls import clock


def first(case: Case) -> list[QuerySet[Any]]:
    """What the card and the steps need on every page of a case."""
    return [file_rows(case), plan_rows(case)]


def panel(case: Case, by: Position) -> Panel | None:
    """The plan in force with its goals, every version with where it is; nothing where no placement was decided."""
    file, versions = open_file(case), plans_of(case)
    if file is None and not versions and standing(case).where is None:
        return None
    current = in_force(versions)
    context: dict[str, Any] = {
        "file": file,
        "now": current,
        "aims": aims_of(current) if current else [],
        "versions": versions,
        "due": due_of(file, current) if file else None,
        "why_not": reason_against(rules.check_may_ask, case, by),
        "why_not_change": reason_against(rules.check_may_tell, file, by) if file else "",
    }
    return Panel("reliance", "cases/reliance/panel.html", context)


def steps(case: Case, by: Position) -> list[Step]:
    """A plan to answer; an institution to ask once the child has come to it. Foster parents write theirs on paper."""
    file = open_file(case)
    waiting = next((one.row for one in plans_of(case) if one.waits), None)
    if file is not None and waiting is not None:
        url = reverse("reliance_plan", args=[case.pk, waiting.pk])
        due = min(file.first_by, end_of(waiting.review_on)) if waiting.version == 1 else None
        reason = reason_against(rules.check_may_answer, waiting, file, by)
        return [
            Step(_("Answer the institution's self-reliance plan"), url, due, pressing=True, reason=reason)
        ]
    placed = standing(case)
    at_people = placed.where is not None and value_of(placed.where.place_kind) in AT_PEOPLE
    if file is None and placed.arrival is not None and not at_people:
        url = reverse("reliance_new", args=[case.pk])
        reason = reason_against(rules.check_may_ask, case, by)
        return [Step(_("Ask the institution for its self-reliance plan"), url, reason=reason)]
    return []


def moments_in(case: Case, by: Position, span: Span) -> list[Part]:
    """That an institution was asked; that a version was sent; that it was answered."""
    files = RelianceFile.objects.filter(case=case).select_related("institution", "opened_by__staff")
    files = files.only("opened_at", "institution__name", "opened_by__staff__name")
    plans = ReliancePlan.objects.filter(case=case)
    sent = plans.select_related("sent_by__staff")
    sent = sent.only("case", "version", "sent_at", "sent_by__staff__name")
    answered = plans.filter(answered_at__isnull=False).select_related("answered_by__staff")
    answered = answered.only("case", "version", "accepted", "answered_at", "answered_by__staff__name")
    return [
        Part(span.of(files, "opened_at", "opened_by"), _asked),
        Part(span.of(sent, "sent_at", "sent_by"), _sent),
        Part(span.of(answered, "answered_at", "answered_by"), _answered),
    ]


def _asked(row: RelianceFile) -> Moment:
    label = _("An institution was asked for its self-reliance plan")
    return Moment(row.opened_at, label, row.institution.name, by=row.opened_by.staff, row=row.pk)


def _sent(row: ReliancePlan) -> Moment:
    label = _("Self-reliance plan received: version %(n)s") % {"n": row.version}
    return Moment(row.sent_at, label, by=row.sent_by.staff, row=row.pk)


def _answered(row: ReliancePlan) -> Moment:
    label = (
        _("Self-reliance plan accepted: version %(n)s")
        if row.accepted
        else _("Self-reliance plan asked back: version %(n)s")
    )
    by = row.answered_by.staff if row.answered_by else None
    return Moment(row.answered_at or row.sent_at, label % {"n": row.version}, by=by, row=row.pk)


def here(by: Position) -> list[tuple[Here, Line]]:
    """For the institution: one line a child, with what is to be done and until when."""
    now, found = clock.now(), []
    for one in placed_here(by, now):
        due = end_of(one.due)
        line = Line(
            reverse("reliance", args=[one.file.pk]),
            child_of(one.told),
            _state(one),
            due=due,
            pressing=not one.waits and (due < now or one.asked_back),
            fresh=not one.versions and not one.has_draft,
        )
        found.append((one, line))
    return found


def _state(one: Here) -> str:
    if one.waits:
        return _("The plan waits for the center")
    if one.asked_back and not one.has_draft:
        return _("The center asks back: write the plan anew")
    if one.has_draft:
        return _("A draft is under way")
    return _("Review the plan") if one.versions else _("Write the first self-reliance plan")
