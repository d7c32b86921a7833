"""What every decision tells on a case page's timeline, and on its drafter's home page."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from agencies.staff.models import Position
from agencies.staff.roles import Act
from cases.decisions.codes import State
from cases.decisions.models import CaseAct
from cases.decisions.queries import CAME_BACK, latest_came_back
from cases.records.panel import Moment, Part, Span
from face.lines import Line, Step
from security.walls import clock


def moments_of_act(row: CaseAct, label: str | Promise) -> Iterator[Moment]:
    """When it was drafted, and when it was decided or taken back; ``label`` is what it is about."""
    what = {"act": label}
    yield Moment(row.drafted_at, _("Drafted: %(act)s") % what, by=row.drafted_by.staff)
    if row.taken_back_at is not None:
        yield Moment(row.taken_back_at, _("Withdrawn: %(act)s") % what, by=row.drafted_by.staff)
    if row.decided_at is not None and row.decided_by is not None:
        no = _("Not approved: %(act)s") if row.refused else _("Returned: %(act)s")
        yield Moment(
            row.decided_at,
            (_("Approved: %(act)s") if row.approved else no) % what,
            by=row.decided_by.staff,
        )


def parts_of_act(rows: QuerySet[Any], label: str | Promise, span: Span) -> list[Part]:
    """The same of many, for ``Room.moments_in``; ``rows`` are a case's drafts of one kind with the people who signed them."""
    return [
        Part(span.of(rows, at, by), partial(_told_at, at, label))
        for at, by in (
            ("drafted_at", "drafted_by"),
            ("taken_back_at", "drafted_by"),
            ("decided_at", "decided_by"),
        )
    ]


def _told_at(at: str, label: str | Promise, row: CaseAct) -> Moment:
    """The line of what happened to a draft at its moment ``at``."""
    told = moments_of_act(row, label)
    return replace(next(one for one in told if one.at == getattr(row, at)), row=row.pk)


def steps_after_return(act: Act, rows: Sequence[CaseAct], by: Position) -> list[Step]:
    """The reader's own draft that came back, while nothing newer was drafted; ``rows`` are a case's drafts of one kind."""
    newest = max(rows, key=lambda row: row.drafted_at, default=None)
    if newest is None or newest.state is not State.RETURNED or newest.drafted_person_id != by.staff_id:
        return []
    if newest.decided_at is None or newest.decided_at < clock.now() - CAME_BACK:
        return []
    url = reverse("decision", args=[newest.case_id, act.value, newest.pk])
    return [Step(_("Change the returned draft: %(act)s") % {"act": act.label}, url, pressing=True)]


def to_do(by: Position, most: int) -> list[Line]:
    """The drafts of every kind that came back."""
    return [
        Line(
            decision.url(row),
            _("A draft came back"),
            decision.act.label,
            at=row.decided_at,
            pressing=True,
            case_id=row.case_id,
            number=row.case.number,
        )
        for decision, row in latest_came_back(by, most)
    ]
