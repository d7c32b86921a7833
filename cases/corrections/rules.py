"""Who corrects when custody began or ended, or a step of a warrant, and what contradicts the right moment."""

from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.clocks.rules import JAPAN
from cases.continuing.queries import continuings_of
from cases.corrections.models import CustodyCorrection, StepCorrection
from cases.corrections.queries import custody_rows, decision_named, in_effect, step_named, step_rows, within
from cases.custody.codes import DecisionKind
from cases.custody.models import CustodyDecision
from cases.custody.queries import custody_beside
from cases.decisions.codes import State
from cases.decisions.rules import check_may_draft
from cases.records.models import Case
from cases.shelter.queries import admissions_in
from cases.stays.queries import moves_of
from cases.warrants.models import WarrantStep
from cases.warrants.queries import File
from face.wareki import format_datetime
from security.encryption.fields import value_of


def check_may_correct(case: Case, by: Position, now: datetime) -> None:
    """For those who work on the case and draft decisions, where custody was decided; one draft at a time."""
    check_may_draft(case, by, within(case, custody_rows(case)), now)
    if not in_effect(case):
        raise Refused("no_custody", _("No custody was decided."))


def check_may_correct_step(case: Case, by: Position, now: datetime) -> None:
    """The same, where a step of a warrant is recorded."""
    check_may_draft(case, by, within(case, step_rows(case)), now)


def check_moment(row: CustodyDecision, corrected_at: datetime, now: datetime) -> None:
    """The moment has come, is another one, and contradicts nothing that was recorded of the same custody.

    Two custodies of one child never overlap (ADR 73).
    """
    if corrected_at > now:
        raise Refused("corrected_at", _("“Moment, as corrected” lies in the future."))
    if corrected_at == row.effective_at:
        raise Refused("corrected_at", _("The decision has this moment already."))
    if row.kind == DecisionKind.END and row.start is not None:
        _check_end(row.start, corrected_at)
    else:
        _check_start(row, corrected_at)


def _check_start(row: CustodyDecision, corrected_at: datetime) -> None:
    if row.ended_at is not None and corrected_at >= row.ended_at:
        _contradicts(
            _("The end of this custody is recorded as %(at)s. Correct one of the two."), row.ended_at
        )
    moved = [move.moved_at for move in moves_of(row, row.case)]
    admitted = [one.admitted_at for one in admissions_in(row)]
    for sentence, moments in {
        _("A change of place is recorded on %(at)s, before this moment. Correct one of the two."): moved,
        _(
            "The child was admitted to a facility on %(at)s, before this moment. Correct one of the two."
        ): admitted,
    }.items():
        if moments and min(moments) < corrected_at:
            _contradicts(sentence, min(moments))
    if _day(corrected_at) != _day(row.effective_at):
        _check_not_continued(row)
    _check_apart(row, corrected_at, row.ended_at)


def _check_end(start: CustodyDecision, corrected_at: datetime) -> None:
    if corrected_at <= start.effective_at:
        _contradicts(
            _("The start of this custody is recorded as %(at)s. Correct one of the two."), start.effective_at
        )
    moved = [move.moved_at for move in moves_of(start, start.case)]
    admitted = [one.admitted_at for one in admissions_in(start)]
    for sentence, moments in {
        _("A change of place is recorded on %(at)s, after this moment. Correct one of the two."): moved,
        _(
            "The child was admitted to a facility on %(at)s, after this moment. Correct one of the two."
        ): admitted,
    }.items():
        if moments and max(moments) >= corrected_at:
            _contradicts(sentence, max(moments))
    _check_apart(start, start.effective_at, corrected_at)


def _contradicts(sentence: str | Promise, at: datetime) -> None:
    raise Refused("corrected_at", str(sentence) % {"at": format_datetime(at)})


def _day(at: datetime) -> object:
    return at.astimezone(JAPAN).date()


def _check_not_continued(row: CustodyDecision) -> None:
    """Each term that follows begins where the one before it ends (児童福祉法33条13項): they were decided with their days."""
    if any(one.approved and one.start_id == row.pk for one in continuings_of(row.case)):
        raise Refused(
            "corrected_at",
            _(
                "This custody was continued since: the terms after the first were decided with their days. The moment can be"
                " corrected within the same day only."
            ),
        )


def _check_apart(start: CustodyDecision, since: datetime, until: datetime | None) -> None:
    other = custody_beside(start.case, since, besides=start.pk)
    if other is not None and (until is None or other.started_at < until):
        raise Refused(
            "corrected_at",
            _("Another custody of this child begins on %(at)s. Two of one child do not overlap.")
            % {"at": format_datetime(other.started_at)},
        )


def check_said(row: CustodyDecision, corrected_at: datetime, said_at: datetime | None) -> None:
    """An oral decision was said before custody began: where that moment was wrong too, both are corrected."""
    if not row.is_oral:
        if said_at is not None:
            raise Refused("said_at", _("“When it was said, as corrected”: this was not decided orally."))
        return
    said = said_at or said_last(row)
    if said is not None and said > corrected_at:
        raise Refused(
            "said_at",
            _("It was said on %(at)s, after “Moment, as corrected”. Correct when it was said, too.")
            % {"at": format_datetime(said)},
        )


def said_last(row: CustodyDecision) -> datetime | None:
    """When an oral decision was said: as corrected last, or as recorded."""
    corrected = [one for one in custody_rows(row.case) if one.decision_id == row.pk and one.approved]
    told = (value_of(one.said_at) for one in corrected)
    return next((at for at in told if at is not None), value_of(row.oral_at))


def check_same(row: CustodyCorrection, corrected_at: datetime, said_at: datetime | None) -> None:
    """Limits follow the moment of a draft: another moment is another draft."""
    if corrected_at != row.corrected_at:
        raise Refused("corrected_at", _("Take this draft back first, and draft the other moment anew."))
    if said_at != value_of(row.said_at):
        raise Refused("said_at", _("Take this draft back first, and draft the other moment anew."))


def check_holds(row: CustodyCorrection, now: datetime) -> CustodyDecision:
    """When it is approved, the decision has the moment that the draft corrects, and nothing contradicts. Gives the decision."""
    decision = decision_named(row.case, row.decision_id)
    if decision is None or decision.effective_at != row.held_at:
        raise Refused("changed", _("Another correction was decided meanwhile. Return the draft."))
    decision.case = row.case
    check_moment(decision, row.corrected_at, now)
    return decision


def check_there(case: Case, step: UUID) -> tuple[File, WarrantStep]:
    """The step of this id with its file. Raises Refused where it is struck."""
    found = step_named(case, step)
    if found is None:
        raise Refused("changed", _("Another correction was decided meanwhile. Return the draft."))
    return found


def check_step(file: File, step: WarrantStep, corrected_at: datetime | None, now: datetime) -> None:
    """A step is struck from the last one on; its moment lies between those of its neighbours (児童福祉法33条4項・7項)."""
    place = [one.pk for one in file.steps].index(step.pk)
    if corrected_at is None:
        if place + 1 < len(file.steps):
            raise Refused("mend", _("Steps follow this one. Strike the last one first."))
        return
    if corrected_at > now:
        raise Refused("corrected_at", _("“Moment, as corrected” lies in the future."))
    if corrected_at == step.happened_at:
        raise Refused("corrected_at", _("The step has this moment already."))
    before = file.steps[place - 1].happened_at if place else file.request.requested_at
    if corrected_at < before:
        _contradicts(
            _("What it follows is recorded on %(at)s, after this moment. Correct one of the two."), before
        )
    if place + 1 < len(file.steps) and file.steps[place + 1].happened_at < corrected_at:
        _contradicts(
            _("The next step is recorded on %(at)s, before this moment. Correct one of the two."),
            file.steps[place + 1].happened_at,
        )


def check_step_holds(row: StepCorrection, _by: Position, now: datetime) -> None:
    """When it is approved, the step is there with the moment that the draft is about, and nothing contradicts."""
    file, step = check_there(row.case, row.step_id)
    if step.happened_at != row.held_at:
        raise Refused("changed", _("Another correction was decided meanwhile. Return the draft."))
    check_step(file, step, row.corrected_at, now)


def what_waits(case: Case, now: datetime) -> str | Promise:
    """The draft that prevents closing a case, in a sentence; '' where none waits."""
    if any(row.state_at(now) is State.WAITING for row in [*custody_rows(case), *step_rows(case)]):
        return _("A draft that corrects what was recorded on custody waits for its decision.")
    return ""
