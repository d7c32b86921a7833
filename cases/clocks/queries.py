"""What is due, for whom."""

from agencies.staff.models import Post
from cases.clocks.models import Clock
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.queries import with_keys
from cases.records.reading import asked_once


def due_for(post: Post, *, limit: int = 50) -> list[Clock]:
    """The running clocks of the post's cases, what is due first at the top, with the keys for the children's names loaded."""
    held = Clock.objects.running().filter(case__pk__held_by=(post.pk, Level.VIEW.value))
    clocks = list(held.select_related("case__child", "case__office").order_by("due_at", "id")[:limit])
    with_keys(clock.case for clock in clocks)
    return clocks


@asked_once
def running_of(case: Case, kind: str) -> Clock | None:
    """The running clock of this kind on the case, if there is one."""
    return Clock.objects.running().filter(case=case, kind=kind).first()


@asked_once
def clocks_of(case: Case) -> list[Clock]:
    """Every clock of the case, running ones first and what is due first at the top."""
    rows = Clock.objects.filter(case=case).select_related("met_by__staff", "met_by__office")
    return sorted(rows, key=lambda clock: (clock.state != "running", clock.due_at))
