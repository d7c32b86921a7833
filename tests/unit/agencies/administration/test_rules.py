"""Each rule of the administration refuses by itself, whatever a form or a wall would say before or after it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from agencies.administration import rules
from agencies.agreements.codes import items, items_for
from agencies.agreements.models import SharingAgreement
from agencies.directory.models import Office, OfficeKind
from agencies.staff.models import Delegation, Position, Staff
from agencies.staff.roles import Role, known_acts
from agencies.staff.rules import Refused

TODAY = date(2026, 4, 1)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
CENTER, OTHER_CENTER = (Office(pk=uuid4(), kind=OfficeKind.CGC) for _number in range(2))
SCHOOL = Office(pk=uuid4(), kind=OfficeKind.SCHOOL)


def a_position(role: Role, office: Office = CENTER, **facts: Any) -> Position:
    usual = {
        "staff": Staff(pk=uuid4()),
        "starts_on": YESTERDAY,
        "confirmed_at": datetime(2026, 3, 1, tzinfo=UTC),
    }
    return Position(office=office, role=role, **usual | facts)


DIRECTOR, OTHER_DIRECTOR = a_position(Role.DIRECTOR), a_position(Role.DIRECTOR, OTHER_CENTER)
ADMIN = a_position(Role.ADMINISTRATOR, Office(pk=uuid4(), kind=OfficeKind.OVERSIGHT))
WAITING = a_position(Role.SUPERVISOR, added_by=ADMIN, confirmed_at=None)
ADDED_BY_DIRECTOR = a_position(Role.SUPERVISOR, added_by=DIRECTOR, confirmed_at=None)
AGREEMENT = SharingAgreement(
    sender=CENTER, recipient=SCHOOL, starts_on=YESTERDAY, ends_on=TOMORROW, drafted_person=DIRECTOR.staff
)
TOO_MUCH = sorted(set(items()) - items_for(OfficeKind.SCHOOL))


def delegation(to: Position, drafted_by: Position) -> Delegation:
    return Delegation(office=CENTER, to_position=to, drafted_by=drafted_by, drafted_person=drafted_by.staff)


def check_delegation(to: Position, starts_on: date = TODAY) -> None:
    rules.check_delegation(to, list(known_acts().values())[:1], starts_on, TOMORROW, DIRECTOR, today=TODAY)


REFUSED: list[tuple[str, Callable[[], None]]] = [
    ("own_account", lambda: rules.check_may_change(ADMIN.staff, ADMIN)),
    ("role_kind", lambda: rules.check_role_fits(Role.JUVENILE_OFFICER, CENTER, None)),
    (
        "position_over",
        lambda: rules.check_may_end(a_position(Role.CASEWORKER, ends_on=YESTERDAY), ADMIN, TODAY),
    ),
    ("confirmer", lambda: rules.check_may_confirm(WAITING, OTHER_DIRECTOR)),
    ("own_position", lambda: rules.check_may_confirm(ADDED_BY_DIRECTOR, DIRECTOR)),
    ("ceiling", lambda: rules.check_agreement(CENTER, SCHOOL, TOO_MUCH, [], TODAY, today=TODAY)),
    ("past", lambda: rules.check_agreement(CENTER, SCHOOL, [], [], YESTERDAY, today=TODAY)),
    ("own_draft", lambda: rules.check_may_decide_agreement(AGREEMENT, DIRECTOR)),
    ("last_day", lambda: rules.check_agreement_ends(AGREEMENT, YESTERDAY, TODAY)),
    ("last_day", lambda: rules.check_agreement_ends(AGREEMENT, TOMORROW + timedelta(days=1), TODAY)),
    ("delegate", lambda: check_delegation(DIRECTOR)),
    ("past", lambda: check_delegation(a_position(Role.SUPERVISOR), YESTERDAY)),
    ("delegate", lambda: rules.check_may_decide_delegation(delegation(DIRECTOR, WAITING), DIRECTOR)),
]


@pytest.mark.parametrize(("code", "rule"), REFUSED)
def test_it_is_refused(code: str, rule: Callable[[], None]) -> None:
    with pytest.raises(Refused) as refusal:
        rule()
    assert refusal.value.code == code


def test_what_stands_beside_it_is_allowed() -> None:
    rules.check_may_change(DIRECTOR.staff, ADMIN)
    rules.check_role_fits(Role.CASEWORKER, CENTER, None)
    rules.check_may_end(a_position(Role.CASEWORKER, ends_on=TODAY), ADMIN, TODAY)
    rules.check_may_confirm(WAITING, DIRECTOR)
    rules.check_agreement(CENTER, SCHOOL, sorted(items_for(OfficeKind.SCHOOL)), [], TODAY, today=TODAY)
    rules.check_agreement_ends(AGREEMENT, TODAY, TODAY)
    check_delegation(a_position(Role.SUPERVISOR))
    rules.check_may_decide_delegation(delegation(a_position(Role.SUPERVISOR), WAITING), DIRECTOR)
