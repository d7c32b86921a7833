"""The other children of the home of a case: those the reader sees, and how many there are besides."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import F, Func, IntegerField, QuerySet

from agencies.staff.models import Position
from cases.clocks.codes import SIGHT
from cases.clocks.models import Clock
from cases.households.models import Household, HouseholdMember
from cases.records.codes import Level, PersonRole, Stage
from cases.records.models import UNKNOWN, Case, Child, Person
from cases.records.queries import cases_for, last_seen_of, valid_leads
from face.reading import asked_once
from face.together import read_together
from security.encryption.fields import reveal
from security.encryption.keyring import current
from security.search.names import name_key, number_key
from security.walls import clock


@dataclass(frozen=True)
class Sibling:
    """Another child of the home whose case the reader sees, with its keys loaded."""

    member: HouseholdMember
    case: Case
    last_seen: datetime | None
    limit: Clock | None

    @property
    def is_unseen(self) -> bool:
        """Whether nobody has seen this child by sight yet, while somebody still works on the case."""
        return self.last_seen is None and self.case.stage != Stage.CLOSED


@dataclass(frozen=True)
class Home:
    """The household of a case: its own membership (None: it belongs to none), the siblings the reader sees, in the order in which
    they joined, and how many there are besides."""

    member: HouseholdMember | None = None
    siblings: list[Sibling] = field(default_factory=list)
    others: int = 0

    @property
    def unseen(self) -> list[Sibling]:
        """The siblings whom nobody has seen."""
        return [sibling for sibling in self.siblings if sibling.is_unseen]


@asked_once
def membership_of(case: Case) -> QuerySet[HouseholdMember]:
    """The case's own membership, perhaps not read yet; ``others``: how many cases of its household the reader does not see."""
    others = Func(F("case_id"), function="wall.others_in_household", output_field=IntegerField())
    return HouseholdMember.objects.filter(case=case, left_at=None).annotate(others=others)


@asked_once
def beside(case: Case) -> QuerySet[HouseholdMember]:
    """The memberships of its siblings that the reader sees, perhaps not read yet: the wall leaves the others out."""
    own = HouseholdMember.objects.filter(case=case, left_at=None).order_by().values("household")
    rows = HouseholdMember.objects.filter(household__in=own, left_at=None).exclude(case=case)
    return rows.select_related("case__child").order_by("joined_at", "case__number")


@asked_once
def limits_beside(case: Case) -> QuerySet[Clock]:
    """The running limits until which the siblings are to be seen, perhaps not read yet."""
    siblings = beside(case).order_by().values("case")
    return Clock.objects.running().filter(kind__in=SIGHT, case__in=siblings)


@asked_once
def home_of(case: Case) -> Home:
    """The household of the case as this reader sees it."""
    own, rows, limits = membership_of(case), beside(case), limits_beside(case)
    read_together(own, rows, limits)
    member = next(iter(own), None)
    if member is None:
        return Home()
    cases = [row.case for row in rows]
    current().prefetch(scope for one in cases for scope in (one.key_scope(), one.child.key_scope()))
    seen, first = last_seen_of(cases) if cases else {}, _first(limits)
    siblings = [Sibling(row, row.case, seen.get(row.case_id), first.get(row.case_id)) for row in rows]
    return Home(member, siblings, member.others)  # type: ignore[attr-defined]  # counted there


def _first(limits: Iterable[Clock]) -> dict[UUID, Clock]:
    """The limit that is due first, by case."""
    return {limit.case_id: limit for limit in sorted(limits, key=lambda limit: limit.due_at, reverse=True)}


def has_one_lead_of_suspect(case: Case, home: Home) -> bool:
    """Whether a child of this home is entered as suspect on another child's case, and one person is in charge of both: a
    conflict that the page warns of. The child is known by its name or reading, as it is written on both cases."""
    cases = {one.pk: one for one in (case, *(sibling.case for sibling in home.siblings))}
    if len(cases) < 2:
        return False
    people = Person.objects.filter(case__in=cases, removed_at=None)
    pairs = {
        (row.case_id, one.pk)
        for row in people
        if PersonRole.SUSPECT in row.roles
        for one in cases.values()
        if one.pk != row.case_id and _names(one.child) & _written(row)
    }
    if not pairs:
        return False
    leads: dict[UUID, set[UUID]] = {}
    rows = valid_leads(clock.now()).filter(content_object__in=cases)
    for case_id, staff in rows.values_list("content_object_id", "user_id"):
        leads.setdefault(case_id, set()).add(staff)
    return any(leads.get(victim, set()) & leads.get(suspect, set()) for victim, suspect in pairs)


def _names(child: Child) -> set[str]:
    """The child's name and reading, as they are compared; none of which a part is not known."""
    parts = [("family_name", "given_name"), ("family_kana", "given_kana")]
    return _keys([[reveal(child, name) or "" for name in pair] for pair in parts])


def _written(person: Person) -> set[str]:
    return _keys([[reveal(person, name) or ""] for name in ("name", "kana")])


def _keys(texts: list[list[str]]) -> set[str]:
    return {name_key("".join(parts)) for parts in texts if UNKNOWN not in parts} - {""}


def household_of(case: Case) -> Household | None:
    """The household to which the case belongs now."""
    member = HouseholdMember.objects.filter(case=case, left_at=None).select_related("household").first()
    return member.household if member else None


def case_to_link(by: Position, number: str) -> Case | None:
    """The open case with this number, if the position writes on it: it can be linked as a sibling's."""
    cases = cases_for(by, Level.EDIT).open().select_related("child", "office")
    return cases.filter(number=number_key(number)).first()
