"""The file of the custody warrant on the page of custody, in the stream, and what comes next of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.clocks.codes import ClockKind
from cases.clocks.queries import running_of
from cases.clocks.rules import end_of
from cases.custody.rules import check_may_draft_end
from cases.decisions.codes import State
from cases.decisions.panel import moments_of_act, steps_after_return
from cases.records.models import Case
from cases.records.panel import Moment, Panel
from cases.warrants import rules
from cases.warrants.actions import REQUEST
from cases.warrants.codes import BADGES, MOVES, STEPS, WARRANT_REQUEST, WarrantState
from cases.warrants.models import WarrantDraft
from cases.warrants.queries import (
    File,
    draft_rows,
    drafts_of,
    files_of,
    must_end,
    request_rows,
    requests_of,
    step_rows,
    steps_of,
    to_hand_in,
)
from face.lines import Chip, Line, Step
from face.reading import asked_once
from security.encryption.fields import value_of
from security.walls import clock


def first(case: Case) -> list[QuerySet[Any]]:
    """What the steps need on every page of a case."""
    return [draft_rows(case), request_rows(case), step_rows(case)]


def panel(case: Case, by: Position) -> Panel | None:
    """The files with their steps, the drafts, and the buttons of what comes next; None where no warrant was ever needed."""
    limit, drafts, files = running_of(case, ClockKind.WARRANT), drafts_of(case), files_of(case)
    if limit is None and not drafts and not files:
        return None
    context = {
        "limit": limit,
        "drafts": drafts,
        "files": [
            Shown(file, _moves(file), reason_against(rules.check_may_record, file, by)) for file in files
        ],
        "review": running_of(case, ClockKind.WARRANT_REVIEW),
        "ready": _ready(case),
        "needless": _needless(case, by),
        "why_not": reason_against(rules.check_may_draft_request, case, by, clock.now()),
    }
    return Panel("warrant", "cases/warrants/panel.html", context)


@dataclass(frozen=True)
class Shown:
    """A file on its card: its steps, and the buttons of what can follow with the sentence that greys them."""

    file: File
    moves: list[tuple[WarrantState, str]]
    why_not: str | Promise

    @property
    def badge(self) -> str:
        """The colour of its state."""
        return BADGES[self.file.reached]


def _moves(file: File) -> list[tuple[WarrantState, str]]:
    request = file.request
    return [
        (to, reverse("warrant_step", args=[request.case_id, request.pk, to.value]))
        for to in MOVES[file.reached]
        if to in STEPS
    ]


def _ready(case: Case) -> WarrantDraft | None:
    """The approved request that is to be handed in next."""
    return next(
        (row for row in to_hand_in(case) if not reason_against(rules.check_for_this_custody, row)), None
    )


def _needless(case: Case, by: Position) -> list[tuple[WarrantDraft, str | Promise]]:
    """The approved requests that the law no longer needs, each with the sentence that greys its button."""
    drafts = [row for row in to_hand_in(case) if reason_against(rules.check_for_this_custody, row)]
    return [(row, reason_against(rules.check_may_withdraw, row, by, clock.now())) for row in drafts]


def steps(case: Case, by: Position) -> list[Step]:
    """The request to be drafted, decided or handed in while the limit runs, and a draft that came back."""
    limit, now, drafts = running_of(case, ClockKind.WARRANT), clock.now(), drafts_of(case)
    found = []
    if limit is not None:
        waiting = next((row for row in drafts if row.state_at(now) is State.WAITING), None)
        if ready := _ready(case):
            url = reverse("warrant_hand_in", args=[case.pk, ready.pk])
            reason = reason_against(rules.check_may_hand_in, ready, by, now)
            label = _("Hand in the warrant request and record it")
            found.append(Step(label, url, limit.due_at, pressing=True, reason=reason))
        elif waiting is not None:
            label = _("Have the request for a custody warrant decided")
            found.append(Step(label, REQUEST.url(waiting), limit.due_at, pressing=True))
        else:
            reason = reason_against(rules.check_may_draft_request, case, by, now)
            url = reverse("warrant_draft", args=[case.pk])
            label = _("Draft the request for a custody warrant")
            found.append(Step(label, url, limit.due_at, pressing=True, reason=reason))
    found += [step for file in files_of(case) for step in _steps_of_file(case, file, by)]
    return [*found, *steps_after_return(WARRANT_REQUEST, drafts, by)]


def _steps_of_file(case: Case, file: File, by: Position) -> list[Step]:
    """What the judge asked for; custody that must end; the warrant that the court issues itself."""
    reason = reason_against(rules.check_may_record, file, by)
    urls = {to: url for to, url in _moves(file)}
    if file.reached is WarrantState.ASKED_MORE:
        label, url = _("Hand in what the judge asked for"), urls[WarrantState.ANSWERED]
        until = value_of(file.latest.due_on) if file.latest else None
        return [Step(label, url, end_of(until) if until else None, pressing=True, reason=reason)]
    if file.reached is WarrantState.QUASHED:
        return [Step(_("Record the warrant that the court issued"), urls[WarrantState.ISSUED], reason=reason)]
    if not file.must_end:
        return []
    review = running_of(case, ClockKind.WARRANT_REVIEW)
    due = review.due_at if review else None
    why_not = reason_against(check_may_draft_end, case, by, clock.now())
    end = reverse("custody_end", args=[case.pk])
    return [Step(_("The warrant was rejected: end custody"), end, due, pressing=True, reason=why_not)]


def cautions(case: Case, by: Position) -> list[Chip]:
    """That no judge allows custody to go on, and that the ruling on it is awaited."""
    found = []
    for file in files_of(case):
        if file.must_end:
            found.append(Chip(_("Warrant rejected: custody must end")))
        elif file.reached is WarrantState.REVIEW_ASKED and file.start.ended_at is None:
            found.append(Chip(_("Warrant rejected: the court is asked to reverse it"), "warning"))
    return found


@asked_once
def first_to_do(by: Position, most: int) -> Sequence[QuerySet[Any]]:
    """The rulings of which ``to_do`` tells."""
    return [must_end(by)[:most]]


def to_do(by: Position, most: int) -> list[Line]:
    """Custody that must end, for everybody who writes on the case: in charge, in line, director."""
    return [
        Line(
            reverse("case_custody", args=[row.case_id]),
            _("Warrant rejected: custody must end"),
            row.state.label,
            at=row.happened_at,
            pressing=True,
            case_id=row.case_id,
            number=row.case.number,
        )
        for row in first_to_do(by, most)[0]
    ]


def moments(case: Case, by: Position) -> list[Moment]:
    """Drafts and decisions, when the request was handed in, and what followed."""
    found = [one for row in drafts_of(case) for one in moments_of_act(row, WARRANT_REQUEST.label)]
    found += [
        Moment(
            row.withdrawal.withdrawn_at,
            _("The request for a custody warrant is not handed in"),
            by=row.withdrawal.withdrawn_by.staff,
        )
        for row in drafts_of(case)
        if row.was_withdrawn
    ]
    found += [
        Moment(row.requested_at, _("Custody warrant requested"), by=row.recorded_by.staff)
        for row in requests_of(case)
    ]
    found += [
        Moment(
            row.happened_at,
            _("Custody warrant: %(step)s") % {"step": row.state.label},
            by=row.recorded_by.staff,
        )
        for row in steps_of(case)
    ]
    return found
