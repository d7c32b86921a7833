"""The time limits on the case page: what remains of each, and who is told of it."""

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.staff.models import Position
from cases.clocks.codes import ClockKind, ClockState, ClockWarningStep, who_is_told
from cases.clocks.models import Clock
from cases.clocks.queries import clocks_of, with_warnings
from cases.clocks.rules import next_told
from cases.duties.codes import DutyKind
from cases.records.models import Case
from cases.records.panel import Moment, Panel
from face.lines import Line, Note
from security.walls import clock as time_now


def _limit(case: UUID, cause: UUID) -> Line | None:
    row = Clock.objects.filter(case=case, pk=cause).first()
    if row is None:
        return None
    url = f"{reverse('case', args=[case])}#limit-{row.kind}"
    return Line(url, ClockKind(row.kind).label, at=row.due_at)


INSPECTION = DutyKind(
    code="inspection",
    label=gettext_lazy(
        "consider an on-site inspection (Child Abuse Prevention Act, Art. 9) and the help of the police (Art. 10)"
    ),
    days=lambda _office: 1,
    after=_limit,
)
"""The child was not seen in time: left by the watch itself with whoever is in charge (``wall.consider_inspection``)."""


def panel(case: Case, by: Position) -> Panel | None:
    """What is running, and what was met; None where nothing was ever timed."""
    clocks = as_corrected(clocks_of(case))
    shown = with_warnings([clock for clock in clocks if clock.state is not ClockState.ENDED])
    if not shown:
        return None
    rows = [(clock, notes_of(clock)) for clock in shown]
    return Panel("clocks", "cases/clocks/panel.html", {"clocks": rows})


def as_corrected(clocks: Sequence[Clock]) -> list[Clock]:
    """The clocks without those that were kept and then counted anew: the new one says whether it was in time."""
    replaced = {clock.replaces_id for clock in clocks}
    return [clock for clock in clocks if clock.pk not in replaced or clock.state is not ClockState.MET]


def notes_of(clock: Clock) -> tuple[Note, ...]:
    """What a running limit says besides its date: its start, what ends it, what was told to whom, and who is told next. One that
    was kept says whether it was corrected since.

    For clocks that ``with_warnings`` has read.
    """
    corrected = [Note(_("Corrected; it was due:"), clock.replaces.due_at)] if clock.replaces else []
    if clock.state is not ClockState.RUNNING:
        return tuple(corrected)
    kind = ClockKind(clock.kind)
    told = {ClockWarningStep(row.step): row.told_at for row in clock.warnings.all()}
    notes = [
        Note(_("Began:"), clock.started_at),
        *corrected,
        Note(_("Ends when: %(what)s") % {"what": clock.ends_when}),
        *(Note(_("Told (%(who)s):") % {"who": who_is_told(kind, step)}, at) for step, at in told.items()),
    ]
    coming = next_told(clock, clock.case.office, told, time_now.now())
    if coming is not None:
        step, at = coming
        notes.append(Note(_("Told next (%(who)s):") % {"who": who_is_told(kind, step)}, at))
    return tuple(notes)


def moments(case: Case, by: Position) -> list[Moment]:
    """When a limit passed without being met. What met one is told by the room it happened in."""
    return [
        Moment(clock.due_at, _("A time limit passed: %(duty)s") % {"duty": ClockKind(clock.kind).label})
        for clock in as_corrected(clocks_of(case))
        if clock.due_at < (clock.met_at or clock.ended_at or time_now.now())
    ]
