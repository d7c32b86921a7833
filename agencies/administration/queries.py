"""What the administrator's and the director's lists show."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from django.db import connection, models
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from agencies.administration import rules
from agencies.agreements.codes import grounds, items
from agencies.agreements.models import SharingAgreement
from agencies.directory.models import Office
from agencies.staff.models import Delegation, Position, Staff
from agencies.staff.roles import CONFIRMED_ROLES, Permission, Role, known_acts
from agencies.staff.rules import reason_against
from face.keyset import Page, by_fields, page_of
from security.walls import clock
from security.walls.apply import declared_held

RENEWALS_SHOWN = timedelta(days=30)


def offices_with_counts() -> models.QuerySet[Office]:
    """All offices with how many people hold a position there today."""
    held = (
        Position.objects.current(clock.today())
        .filter(office=models.OuterRef("pk"))
        .order_by()
        .values("office")
    )
    people = held.annotate(n=models.Count("staff", distinct=True)).values("n")
    return Office.objects.annotate(people=Coalesce(models.Subquery(people), 0)).prefetch_related("sections")


def positions_at(office: Office) -> models.QuerySet[Position]:
    """The positions held at an office today."""
    return (
        Position.objects.current(clock.today())
        .filter(office=office)
        .select_related("staff", "office", "section")
    )


PositionState = Literal["held", "ended", "coming", "waiting", "refused"]


@dataclass(frozen=True)
class PositionRow:
    """A position as the administrator sees it."""

    position: Position
    state: PositionState

    @property
    def supervises(self) -> bool:
        """Whether it is held, or is to be, by a supervising officer."""
        return self.position.role == Role.SUPERVISOR and self.state not in ("ended", "refused")


def positions_of_person(person: Staff) -> list[PositionRow]:
    """All positions of a person, the latest first."""
    today = clock.today()

    def state(position: Position) -> PositionState:
        if position.refused_at is not None:
            return "refused"
        if position.is_waiting:
            return "waiting"
        if position.starts_on > today:
            return "coming"
        return "ended" if position.ends_on is not None and position.ends_on < today else "held"

    positions = (
        Position.objects.filter(staff=person)
        .select_related("staff", "office", "section")
        .order_by("-starts_on")
    )
    return [PositionRow(position, state(position)) for position in positions]


def positions_shown_to(by: Position) -> models.QuerySet[Position]:
    """Positions that need a confirmation and concern this position: those of a director's office, all for the privacy officer."""
    found = Position.objects.filter(role__in=CONFIRMED_ROLES).select_related(
        "staff",
        "office",
        "section",
        "added_by__staff",
        "added_by__office",
        "decided_by__staff",
        "decided_by__office",
    )
    return found if Role(by.role) is Role.PRIVACY_OFFICER else found.filter(office=by.office_id)


def positions_waiting_for(by: Position) -> list[Position]:
    """The positions that this position confirms or refuses, the longest waiting first."""
    if not by.may(Permission.CONFIRM_POSITIONS):
        return []
    waiting = positions_shown_to(by).filter(pk__in=Position.objects.waiting(clock.today()).values("pk"))
    waiting = waiting.order_by("added_at", "pk")
    return [position for position in waiting if not reason_against(rules.check_may_confirm, position, by)]


def passwords_renewed_near(by: Position) -> models.QuerySet[Staff]:
    """People whose password an administrator renewed lately: those of a director's office, all for the privacy officer."""
    people = Staff.objects.filter(password_renewed_at__gte=clock.now() - RENEWALS_SHOWN)
    if Role(by.role) is not Role.PRIVACY_OFFICER:
        people = people.filter(positions__office=by.office_id).distinct()
    return people.order_by("-password_renewed_at", "pk")


def people_page(
    office: Office | None, asked: Mapping[str, Any], *, by: Position, size: int = 50
) -> Page[Staff]:
    """People by reading and user name; with ``office`` only those who hold a position there today."""
    people = Staff.objects.all()
    if office is not None:
        people = people.filter(pk__in=positions_at(office).order_by().values("staff"))
    current = Position.objects.current(clock.today()).select_related("office", "section", "staff")
    people = people.prefetch_related(models.Prefetch("positions", current, to_attr="current_positions"))
    return page_of(by_fields(people, ("kana", "username")), asked, bound=f"people {by.pk}", size=size)


@dataclass(frozen=True)
class AgreementRow:
    """An agreement with the labels of its codes."""

    agreement: SharingAgreement

    @property
    def items(self) -> list[str | Promise]:
        """What may be disclosed; a code that no wing registers any more is shown as it is stored."""
        return [items().get(code, code) for code in self.agreement.items]

    @property
    def listed(self) -> list[str | Promise]:
        """What of it is shared without the child's agreement."""
        return [items().get(code, code) for code in self.agreement.listed]

    @property
    def grounds(self) -> list[str | Promise]:
        """Which exceptions are switched on."""
        return [grounds().get(code, code) for code in self.agreement.grounds]

    @property
    def in_force(self) -> bool:
        """Whether it holds today."""
        row = self.agreement
        return bool(row.approved) and row.starts_on <= clock.today() <= row.ends_on

    @property
    def state(self) -> str:
        """Whether it waits, holds, or not."""
        if not self.agreement.is_decided:
            return _("waits for a decision")
        if not self.agreement.approved:
            return _("not approved")
        return _("in force") if self.in_force else _("not in force")

    @property
    def badge(self) -> str:
        """The colour of the state."""
        if not self.agreement.is_decided:
            return "warning"
        return "ok" if self.in_force else "closed"


@dataclass(frozen=True)
class DelegationRow:
    """A delegation as ``by`` sees it, and why its buttons may be grey."""

    delegation: Delegation
    by: Position

    @property
    def acts(self) -> list[str]:
        """What may be decided."""
        return [str(known_acts()[code].label) for code in self.delegation.acts]

    @property
    def is_valid(self) -> bool:
        """Whether it counts today."""
        row = self.delegation
        return bool(row.approved) and row.ended_at is None and row.starts_on <= clock.today() <= row.ends_on

    @property
    def is_waiting(self) -> bool:
        """Whether a director has to decide it."""
        return not self.delegation.is_decided and self.delegation.ended_at is None

    @property
    def not_decide(self) -> str | Promise:
        """Why this position cannot decide it."""
        return reason_against(rules.check_may_decide_delegation, self.delegation, self.by)

    @property
    def not_end(self) -> str | Promise:
        """Why this position cannot take it back."""
        return reason_against(rules.check_may_end_delegation, self.delegation, self.by)


def delegations_of(by: Position) -> list[DelegationRow]:
    """The delegations of the position's office, those that wait first."""
    rows = Delegation.objects.filter(office=by.office_id).select_related(
        "office", "to_position__staff", "to_position__office", "drafted_by__staff", "decided_by__staff"
    )
    rows = rows.order_by(models.F("decided_at").desc(nulls_first=True), "-drafted_at")
    return [DelegationRow(row, by) for row in rows]


def powers_waiting_for(by: Position) -> tuple[list[Delegation], list[SharingAgreement]]:
    """Drafts of delegations and of agreements that this director decides, the oldest first."""
    if not by.may(Permission.DECIDE):
        return [], []
    delegations = Delegation.objects.filter(office=by.office_id, decided_at=None, ended_at=None)
    agreements = SharingAgreement.objects.filter(decided_at=None).select_related("sender", "recipient")
    return (
        [
            row
            for row in delegations.select_related(
                "office", "to_position__staff", "drafted_by__staff"
            ).order_by("drafted_at")
            if not reason_against(rules.check_may_decide_delegation, row, by)
        ],
        [
            row
            for row in agreements.order_by("drafted_at")
            if not reason_against(rules.check_may_decide_agreement, row, by)
        ],
    )


def held_by_account(person: Staff) -> dict[str, int]:
    """What loses its owner when the account is taken out of use now: of all its positions that are not over."""
    found: Counter[str] = Counter()
    for position in not_over(person):
        found.update(held_by(position, clock.today() - timedelta(days=1)))
    return dict(found)


def not_over(person: Staff) -> models.QuerySet[Position]:
    """The positions of a person that go on or are to come."""
    goes_on = models.Q(ends_on=None) | models.Q(ends_on__gte=clock.today())
    return Position.objects.filter(goes_on, staff=person, refused_at=None)


def held_by(position: Position, last_day: date) -> dict[str, int]:
    """For the administrator: what loses its owner when the position ends on that day, in numbers, by what it is (``HELD``)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, number FROM wall.held_by(%s, %s)", [position.pk, last_day])
        found = dict(cursor.fetchall())
    return {str(held.label): found[code] for code, held in declared_held().items() if code in found}
