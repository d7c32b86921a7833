"""The other children of the home of a case: those the reader sees, and how many there are besides."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import models
from django.db.models import F, Func, IntegerField, QuerySet

from agencies.staff.models import Position
from cases.clocks.codes import SIGHT
from cases.clocks.models import Clock
from cases.decisions.queries import PEOPLE
from cases.households.models import Household, HouseholdJoin, HouseholdMember, HouseholdSplit, MemberFacts
from cases.records.codes import Level, PersonRole, Stage
from cases.records.models import UNKNOWN, Case, Child, Grant, Person
from cases.records.queries import cases_for, last_seen_of, on_cases_of, valid_leads, with_keys
from face.reading import asked_once
from face.together import read_together
from security.audit.access_event import current_or_none
from security.encryption.fields import reveal
from security.encryption.keyring import current
from security.search.names import name_key, number_key
from security.walls import clock

LATEST = 10
"""How many earlier rows of one kind a page shows."""


MOST_HOMES = 50
"""How many homes in which somebody is to be seen are looked at for one position, those that are due first."""


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
    rows = _living_with(case).exclude(case=case)
    return rows.select_related("case__child").order_by("joined_at", "case__number")


def _living_with(case: Case) -> QuerySet[HouseholdMember]:
    """The memberships of its home: its own and its siblings'."""
    own = HouseholdMember.objects.filter(case=case, left_at=None).order_by().values("household")
    return HouseholdMember.objects.filter(household__in=own, left_at=None).order_by()


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


def homes_of(cases: Collection[Case]) -> Mapping[UUID, tuple[list[Case], int]]:
    """Of each of these cases the other cases of its home that the reader sees, also those that belonged to it, and how many more
    belong to it now: in two statements, however many they are."""
    wanted = [case.pk for case in cases]
    of_home: dict[UUID, list[Case]] = {}
    unseen = Func(F("case_id"), function="wall.others_in_household", output_field=IntegerField())
    members = HouseholdMember.objects.filter(case__in=wanted).order_by().annotate(others=unseen)
    own = list(members.values_list("case", "household", "left_at", "others"))
    rows = HouseholdMember.objects.filter(
        household__in={household for _case, household, *_ in own}
    ).order_by()
    for row in rows.select_related("case__child"):
        of_home.setdefault(row.household_id, []).append(row.case)
    others = {pk: more for pk, _household, left_at, more in own if left_at is None}
    found: dict[UUID, dict[UUID, Case]] = {pk: {} for pk in wanted}
    for pk, household, *_ in own:
        found[pk] |= {one.pk: one for one in of_home.get(household, ()) if one.pk != pk}
    return {pk: (list(siblings.values()), others.get(pk, 0)) for pk, siblings in found.items()}


def _first(limits: Iterable[Clock]) -> dict[UUID, Clock]:
    """The limit that is due first, by case."""
    return {limit.case_id: limit for limit in sorted(limits, key=lambda limit: limit.due_at, reverse=True)}


@asked_once
def people_of_home(case: Case) -> QuerySet[Person]:
    """Name and roles of the people around the children of the home whose cases the reader sees, perhaps not read yet; none where
    there is no sibling."""
    rows = Person.objects.filter(models.Exists(beside(case)), case__in=_cases_of_home(case), removed_at=None)
    return rows.only("case", "role", "roles_more", "name", "kana")


@asked_once
def leads_of_home(case: Case) -> QuerySet[Grant]:
    """Who is in charge of the case and of those of its siblings, perhaps not read yet."""
    rows = valid_leads(clock.now()).filter(
        models.Exists(beside(case)), content_object__in=_cases_of_home(case)
    )
    return rows.only("content_object", "user")


def _cases_of_home(case: Case) -> QuerySet[HouseholdMember, UUID]:
    """This case and its siblings'. One list: "this one, or one of those" would be looked for among all grants of an office."""
    return _living_with(case).values_list("case", flat=True)


def has_one_lead_of_suspect(case: Case, home: Home) -> bool:
    """Whether a child of this home is entered as suspect on another child's case, and one person is in charge of both: a
    conflict that the pages of both warn of. The child is known by its name or reading, as it is written on both cases."""
    cases = {one.pk: one for one in (case, *(sibling.case for sibling in home.siblings))}
    if len(cases) < 2:
        return False
    people, in_charge = people_of_home(case), leads_of_home(case)
    read_together(people, in_charge)
    compared = [
        (row, one)
        for row in people
        if PersonRole.SUSPECT in row.roles
        for one in cases.values()
        if one.pk != row.case_id
    ]
    if (look := current_or_none()) is not None:
        for _suspect, one in compared:
            look.note_shown(one.pk, under=[one.child.key_scope()])
    pairs = {(row.case_id, one.pk) for row, one in compared if _names(one.child) & _written(row)}
    if not pairs:
        return False
    leads: dict[UUID, set[UUID]] = {}
    for grant in in_charge:
        leads.setdefault(grant.content_object_id, set()).add(grant.user_id)
    return any(leads.get(victim, set()) & leads.get(suspect, set()) for victim, suspect in pairs)


def _names(child: Child) -> set[str]:
    """The child's name and reading, as they are compared; none of which a part is not known."""
    parts = [("family_name", "given_name"), ("family_kana", "given_kana")]
    return _keys([[reveal(child, name) or "" for name in pair] for pair in parts])


def _written(person: Person) -> set[str]:
    return _keys([[reveal(person, name) or ""] for name in ("name", "kana")])


def _keys(texts: list[list[str]]) -> set[str]:
    return {name_key("".join(parts)) for parts in texts if UNKNOWN not in parts} - {""}


def member_of(case: Case) -> HouseholdMember | None:
    """The case's membership now."""
    return HouseholdMember.objects.filter(case=case, left_at=None).select_related("household").first()


def household_of(case: Case) -> Household | None:
    """The household to which the case belongs now."""
    member = member_of(case)
    return member.household if member else None


def was_separated(case: Case, household: Household) -> bool:
    """Whether the case was taken out of this household before."""
    rows = HouseholdMember.objects.filter(case=case, household=household, left_reason__isnull=False)
    return rows.exclude(left_at=None).exists()


@asked_once
def facts_here(case: Case) -> QuerySet[MemberFacts]:
    """What was written of the case's own memberships, the latest first, perhaps not read yet."""
    return MemberFacts.objects.filter(case=case).select_related("written_by__staff")[:LATEST]


@asked_once
def facts_beside(case: Case) -> QuerySet[MemberFacts]:
    """The latest of what was written of each sibling that the reader sees, perhaps not read yet."""
    siblings = beside(case).order_by().values("pk")
    rows = MemberFacts.objects.filter(member__in=siblings).order_by("member_id", "-written_at", "-id")
    return rows.distinct("member_id")


@asked_once
def left_before(case: Case) -> QuerySet[HouseholdMember]:
    """The households to which the case belonged before, the latest first, perhaps not read yet."""
    rows = HouseholdMember.objects.filter(case=case).exclude(left_at=None)
    return rows.select_related("left_by__staff").order_by("-left_at", "-id")[:LATEST]


@asked_once
def split_rows(case: Case) -> QuerySet[HouseholdSplit]:
    """The latest drafts and decisions that take the case out of a household, perhaps not read yet."""
    return splits_of(case).select_related("replaced_by")[:LATEST]


def splits_of(case: Case) -> QuerySet[HouseholdSplit]:
    """All of them, latest first."""
    return HouseholdSplit.objects.filter(case=case).select_related(*PEOPLE)


@asked_once
def join_rows(case: Case) -> QuerySet[HouseholdJoin]:
    """The latest of them, perhaps not read yet."""
    return joins_of(case).select_related("other", "replaced_by")[:LATEST]


def joins_of(case: Case) -> QuerySet[HouseholdJoin]:
    """The drafts and decisions that join another household to that of the case, latest first."""
    return HouseholdJoin.objects.filter(case=case).select_related(*PEOPLE)


def known_of(member: HouseholdMember, facts: Iterable[MemberFacts]) -> HouseholdMember | MemberFacts:
    """What holds of a member: the latest of ``facts`` about it, or what was written when it joined."""
    return next((row for row in facts if row.member_id == member.pk), member)


def case_to_link(by: Position, number: str) -> Case | None:
    """The open case with this number, if the position writes on it: it can be linked as a sibling's."""
    cases = cases_for(by, Level.EDIT).open().select_related("child", "office")
    return cases.filter(number=number_key(number)).first()


def homes_to_see(by: Position) -> tuple[list[list[Sibling]], bool]:
    """The children of each home in which a limit runs until which one is to be seen, as far as the position works on the cases,
    and whether more homes than ``MOST_HOMES`` have one.

    A home is one group, whole, the one whose limit is due first before the others. The statements are as many for one home as
    for all; the keys are loaded.
    """
    mine = on_cases_of(by, Level.EDIT)
    due = Clock.objects.running().filter(mine, kind__in=SIGHT).order_by()
    homes = HouseholdMember.objects.filter(left_at=None, case__in=due.values("case")).order_by()
    rows = HouseholdMember.objects.filter(mine, left_at=None, household__in=homes.values("household"))
    # The home that is due first is among those that are read, however many there are.
    limits = due.filter(case=models.OuterRef("case")).order_by("due_at").values("due_at")[:1]
    first_due = rows.order_by().annotate(due=models.Subquery(limits)).values("household")
    chosen = first_due.annotate(first=models.Min("due"), children=models.Count("pk")).filter(children__gt=1)
    in_order = chosen.order_by("first", "household")[: MOST_HOMES + 1]
    read = rows.filter(household__in=in_order.values("household")).select_related("case__child")
    groups: dict[UUID, list[HouseholdMember]] = {}
    for row in read.order_by("joined_at", "case__number"):
        groups.setdefault(row.household_id, []).append(row)
    several = list(groups.values())
    cases = with_keys(row.case for group in several for row in group)
    first = _first(due.filter(case__in=cases)) if cases else {}
    seen = last_seen_of(cases) if cases else {}
    found = [
        [Sibling(row, row.case, seen.get(row.case_id), first.get(row.case_id)) for row in group]
        for group in several
    ]
    first_ones = sorted(found, key=_due_first)[:MOST_HOMES]
    return [home for home in first_ones if any(one.is_unseen for one in home)], len(several) > MOST_HOMES


def _due_first(home: list[Sibling]) -> tuple[bool, datetime, str]:
    limits = [one.limit.due_at for one in home if one.limit]
    return not limits, min(limits, default=home[0].case.opened_at), str(home[0].member.household_id)
