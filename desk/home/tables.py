"""The tables of the home pages: own cases, the children in temporary custody, and what each person in charge has in hand."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Func, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.staff.access import StaffRequest
from cases.cautions.panel import chips_of
from cases.clocks.models import Clock
from cases.clocks.queries import workload
from cases.custody.panel import expected_over
from cases.custody.queries import changes_of, expected_of, in_custody, with_term
from cases.decisions.queries import drafts
from cases.records.codes import Level, Stage
from cases.records.models import Case, ProgressEntry
from cases.records.panel import address_withheld, full_name
from cases.records.queries import cases_for, last_seen_of, on_cases_of, with_keys
from cases.stays.panel import withheld_now
from cases.stays.queries import Stay, moves_of_each, stays_of
from desk.home.lines import Section
from face.keyset import by_fields, page_of
from face.lines import Chip
from face.together import read_together
from face.wareki import age_on
from security.audit.verbs import Verb
from security.encryption.fields import value_of
from security.walls import clock

SHOWN, COMPARED = 15, 300
"""How many cases the table has, and among how many of the latest the longest unseen are looked for; the list has the others."""
COUNT = Func("pk", function="count")
"""Of all rows, within another statement."""
NEVER = datetime.min.replace(tzinfo=UTC)
LINE, WORKERS = 1000, 10
"""A line of so many cases at most is counted on the home page, and of so many persons in charge it is shown."""
UNSEEN = "unseen"
"""``?order=unseen``: the child who was not seen for longest first."""


@dataclass(frozen=True)
class OwnCase:
    """A row of the table."""

    case: Case  # with last_entry and next_limit, as with_moments gives it, and may_change
    child: str
    last_seen: datetime | None


def own_cases(request: StaffRequest) -> Section:
    """The open cases this position works on: the latest, or on demand those whose child was not seen for longest."""
    unseen = request.GET.get("order") == UNSEEN
    found = with_moments(cases_for(request.by).exclude(stage=Stage.CLOSED))
    found = found.annotate(may_change=on_cases_of(request.by, Level.EDIT, "pk"))
    cases = with_keys(found.order_by("-opened_at", "-id")[: COMPARED if unseen else SHOWN])
    seen = last_seen_of(cases)
    if unseen:
        cases.sort(key=lambda case: (seen.get(case.pk, NEVER), case.opened_at))
    # Compared, not shown: no look at these cases.
    request.event.covered.update(case.key_scope() for case in cases[SHOWN:])
    for case in cases[:SHOWN]:
        request.event.note_shown(case.pk, "home", verb=Verb.CASE_LIST, under=[case.child.key_scope()])
    rows = [OwnCase(case, full_name(case.child), seen.get(case.pk)) for case in cases[:SHOWN]]
    context = {
        "own_cases": rows,
        "unseen_first": unseen,
        "may_draft": drafts(request.by),
    }
    return Section("cases", _("My cases"), template="desk/home/cases.html", context=context)


@dataclass(frozen=True)
class Sleeper:
    """A child in temporary custody: on which day of how many, and the case with its latest entry."""

    case: Case
    child: str
    age: int | None
    day: int
    days: int | None
    last_entry: datetime | None
    stay: Stay
    cautions: list[Chip]


def sleepers(request: StaffRequest) -> Section:
    """For the custody facility: which children of the position's cases are in temporary custody, the longest first, page by
    page."""
    children = in_custody(request.by)
    told: QuerySet[Any] = with_term(with_moments(children, "case")).annotate(
        total=Subquery(children.order_by().annotate(n=COUNT).values("n"))
    )
    listed = by_fields(told, ("effective_at", "pk"))
    shown = page_of(listed, request.GET.dict(), bound=f"custody {request.by.pk}", size=SHOWN)
    for case in with_keys(row.case for row in shown.rows):
        request.event.note_shown(case.pk, "home", verb=Verb.CASE_LIST, under=[case.child.key_scope()])
    chips = chips_of(row.case for row in shown.rows)
    moves, days = moves_of_each(shown.rows), changes_of(shown.rows)
    read_together(moves, days)
    stays, expected = stays_of(shown.rows, moves), expected_of(shown.rows, days)
    rows = [_sleeper(row, stays[row.pk], expected[row.pk], chips[row.case_id]) for row in shown.rows]
    context = {
        "sleepers": rows,
        "sleepers_page": shown,
        "all_sleepers": shown.rows[0].total if shown.rows else 0,
    }
    return Section("sleepers", template="desk/home/sleepers.html", context=context, above=True)


def _sleeper(custody: Any, stay: Stay, until: date | None, cautions: list[Chip]) -> Sleeper:
    """``until``: the day until which custody is expected; ``cautions``: those of the room of cautions. That an address or a place
    is withheld, and that custody was expected to be over by now, is known from the rows at hand."""
    case: Case = custody.case
    begun = timezone.localdate(custody.effective_at)
    over = timezone.localdate(custody.term_due) if custody.term_due else None
    birth, today = value_of(case.child.birth_date), clock.today()
    age = age_on(birth, today) if birth else None
    days = (today - begun).days + 1, (over - begun).days + 1 if over else None
    said = [*withheld_now(custody, stay), *address_withheld(case.child)]
    said += expected_over(custody, until, custody.term_due)
    return Sleeper(case, full_name(case.child), age, *days, custody.last_entry, stay, [*cautions, *said])


def with_moments(rows: QuerySet[Any], case: str = "pk") -> QuerySet[Any]:
    """The rows, each of one ``case``, with the moment of its latest entry (``last_entry``) and of the next limit of the law
    (``next_limit``)."""
    entries = ProgressEntry.objects.filter(case=OuterRef(case)).order_by("-written_at", "-id")
    limits = Clock.objects.running().filter(case=OuterRef(case)).order_by("due_at")
    told: QuerySet[Any] = rows.annotate(
        last_entry=Subquery(entries.values("written_at")[:1]),
        next_limit=Subquery(limits.values("due_at")[:1]),
    )
    return told


def line_at_work(_request: StaffRequest) -> Section:
    """For the supervisor: what the first persons in charge have in hand. A long line is counted on the page of its own alone."""
    context = {"loads": workload(LINE)[:WORKERS]}
    return Section("workload", template="desk/home/workload_card.html", context=context)
