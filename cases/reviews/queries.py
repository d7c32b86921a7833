"""The progress list of a month: which open cases are on it, in which order, and the facts of each line."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from uuid import UUID

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.utils.crypto import salted_hmac

from agencies.staff.models import Position
from cases.clocks.models import Clock
from cases.duties.queries import next_due, plan_due
from cases.records.codes import Level
from cases.records.models import Case, CaseQuerySet, ProgressEntry
from cases.records.queries import cases_for, in_charge_of, last_seen_of, last_seen_on, with_keys
from cases.reviews.models import CaseReview
from cases.reviews.months import is_signable
from cases.visits.queries import next_planned
from face.months import begins, month_after
from face.reading import asked_once
from security.encryption.keyring import Scope, current
from security.rooms import rooms
from security.walls import clock

NEVER = datetime.min.replace(tzinfo=UTC)
LATEST = 12
"""How many signed lines the case page shows."""


@asked_once
def reviews_of(case: Case) -> list[CaseReview]:
    """The lines of the case that were signed last, with their corrections, the latest first."""
    found = list(latest_reviews(case))
    for row in found:
        row.case = case
    return found


@asked_once
def latest_reviews(case: Case) -> QuerySet[CaseReview]:
    """The same rows, perhaps not read yet."""
    rows = CaseReview.objects.filter(case=case).select_related("signed_by__staff")
    return rows.order_by("-signed_at", "-id")[:LATEST]


def signed_of(case: Case, month: date) -> list[CaseReview]:
    """The signed line of a case in this month and its corrections, the first one first."""
    rows = CaseReview.objects.filter(case=case, month=month).select_related("signed_by__staff")
    return list(rows.order_by("signed_at", "id"))


def on_list(by: Position, month: date, section: UUID | None = None) -> CaseQuerySet:
    """The cases of the list of a month that this position signs or sees signed: those of its line that were opened before the
    month's end and not closed in it. ``signed``: whether their line is."""
    until = begins(month_after(month))
    lines = CaseReview.objects.filter(case=OuterRef("pk"), month=month, corrects=None)
    cases = cases_for(by, Level.MANAGE).annotate(signed=Exists(lines))
    if until > clock.now():
        cases = cases.filter(closed_at=None)
    else:
        # While lines can be signed, a case that was closed since leaves the list: nobody signs it any more.
        left = Q(signed=True) if is_signable(month, clock.now()) else Q()
        cases = cases.filter(Q(closed_at=None) | (Q(closed_at__gte=until) & left), opened_at__lt=until)
    return cases if section is None else cases.filter(section=section)


@dataclass(frozen=True)
class Counted:
    """How many lines a section has in the list, and how many of them are signed; ``section`` None: cases of no section."""

    section: UUID | None
    name: str
    lines: int
    signed: int


def counts_of(lines: Iterable[tuple[UUID | None, str | None, bool]]) -> list[Counted]:
    """These lines (each: the section, its name, whether it is signed) by section, the section's name deciding the order."""
    told = Counter(lines)
    sections = {(section, name) for section, name, _signed in told}
    counted = [
        Counted(
            section,
            name or "",
            told[section, name, True] + told[section, name, False],
            told[section, name, True],
        )
        for section, name in sections
    ]
    return sorted(counted, key=lambda one: (one.section is None, one.name))


def counted_up_to(by: Position, month: date, most: int) -> list[Counted] | None:
    """The lines of the position's list by section; None where they are more than ``most``, which are not read."""
    named = on_list(by, month).order_by().annotate(name=F("section__name"))
    rows = named.values_list("section", "name", "signed")[: most + 1]
    return counts_of(rows) if len(rows) <= most else None


@dataclass(frozen=True)
class Standing:
    """Where a case stands in the order of the list; ``pk`` is the case's."""

    pk: UUID
    section: UUID | None
    section_name: str | None
    signed: bool
    contact: datetime
    opened: datetime
    seen: bool = True

    @property
    def key(self) -> tuple[bool, bool, datetime, datetime, str]:
        """Unsigned lines first, among them the children who were never seen, then the longest without contact."""
        return self.signed, self.seen, self.contact, self.opened, str(self.pk)


def order_of(by: Position, month: date, section: UUID | None = None) -> list[Standing]:
    """The whole list in its order. Of every unsigned line it is read whether the child was ever seen, which is sealed: in a
    statement a room and one for the keys, however long the list is."""
    entries = ProgressEntry.objects.filter(case=OuterRef("pk")).order_by("-written_at", "-id")
    rows = on_list(by, month, section).annotate(last_entry=Subquery(entries.values("written_at")[:1]))
    found = [
        Standing(*row[:4], row[4] or NEVER, row[5])
        for row in rows.order_by().values_list(
            "pk", "section", "section__name", "signed", "last_entry", "opened_at"
        )
    ]
    waiting = [one.pk for one in found if not one.signed]
    current().prefetch(Scope("case", pk) for pk in waiting)
    seen = last_seen_on(waiting)
    found = [one if one.signed else replace(one, seen=one.pk in seen) for one in found]
    return sorted(found, key=lambda one: one.key)


def compared(order: Iterable[Standing]) -> Iterable[Scope]:
    """Under which keys something was read to find the order: compared, not shown, so no look at these cases."""
    return (Scope("case", one.pk) for one in order if not one.signed)


@dataclass(frozen=True)
class Line:
    """The facts of one line as they are now; ``signed`` are the month's signed line and its corrections, ``before`` the last line
    of an earlier month."""

    case: Case
    lead: str
    leads: frozenset[UUID]
    last_entry: datetime | None
    last_seen: datetime | None
    next_limit: datetime | None
    next_task: datetime | None
    signed: list[CaseReview]
    before: CaseReview | None
    last_contact: datetime | None = None
    plan_due: datetime | None = None

    @property
    def band_changed(self) -> bool:
        """Whether the band is another one than at the last review."""
        last = self.signed[-1] if self.signed else self.before
        return last is not None and last.urgency != self.case.urgency

    def marks(self) -> dict[str, str]:
        """A short keyed mark of each fact, for the address of the form: it tells a change, and nothing of the fact."""
        told = {
            "urgency": self.case.urgency,
            "lead": self.lead,
            "entry": self.last_entry,
            "contact": self.last_contact,
            "seen": self.last_seen,
            "limit": self.next_limit,
            "task": self.next_task,
            "plan": self.plan_due,
        }
        salt = f"reviews {self.case.pk}"
        return {name: salted_hmac(f"{salt} {name}", str(fact)).hexdigest()[:6] for name, fact in told.items()}


def lines_of(cases: Iterable[Case], month: date) -> list[Line]:
    """The lines of these few cases in the list of ``month``; their keys are loaded. Each fact is one query for all of them."""
    listed = with_keys(cases)
    wanted = [case.pk for case in listed]
    seen, planned, due = last_seen_of(listed), next_planned(wanted), next_due(wanted)
    entries, limits, leads = _last_entries(wanted), _next_limits(wanted), in_charge_of(wanted, clock.now())
    signed, before = _signed(wanted, month)
    contacts, plans = _last_contacts(wanted, seen), plan_due(wanted)
    return [
        Line(
            case,
            "、".join(leads.get(case.pk, {}).values()),
            frozenset(leads.get(case.pk, ())),
            entries.get(case.pk),
            seen.get(case.pk),
            limits.get(case.pk),
            min((moment for moment in (planned.get(case.pk), due.get(case.pk)) if moment), default=None),
            signed.get(case.pk, []),
            before.get(case.pk),
            contacts.get(case.pk),
            plans.get(case.pk),
        )
        for case in listed
    ]


def _last_entries(wanted: Collection[UUID]) -> dict[UUID, datetime]:
    entries = ProgressEntry.objects.filter(case=OuterRef("pk")).order_by("-written_at", "-id")
    rows = (
        Case.objects.filter(pk__in=wanted)
        .order_by()
        .annotate(last=Subquery(entries.values("written_at")[:1]))
    )
    return {pk: last for pk, last in rows.values_list("pk", "last") if last}


def _last_contacts(wanted: Collection[UUID], seen: Mapping[UUID, datetime]) -> dict[UUID, datetime]:
    """When each child was last seen or spoken with: a statement a room that knows of it."""
    found = dict(seen)
    for room in rooms():
        for case_id, moment in room.contact(wanted).items() if room.contact else ():
            found[case_id] = max(moment, found.get(case_id, moment))
    return found


def _next_limits(wanted: Collection[UUID]) -> dict[UUID, datetime]:
    running = Clock.objects.running().filter(case__in=wanted).order_by()
    return dict(running.values_list("case").annotate(Min("due_at")))


def _signed(
    wanted: Collection[UUID], month: date
) -> tuple[dict[UUID, list[CaseReview]], dict[UUID, CaseReview]]:
    """The signed lines of the month with their corrections, and the last line of an earlier month, by case."""
    signed: dict[UUID, list[CaseReview]] = {}
    rows = CaseReview.objects.filter(case__in=wanted).select_related("signed_by__staff")
    earlier = rows.filter(month__lt=month).order_by("case_id", "-month", "-signed_at", "-id")
    before = {row.case_id: row for row in earlier.distinct("case_id")}
    for row in rows.filter(month=month).order_by("signed_at", "id"):
        signed.setdefault(row.case_id, []).append(row)
    return signed, before
