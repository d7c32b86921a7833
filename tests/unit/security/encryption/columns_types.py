"""What the type checker knows of encrypted columns. Nothing runs this: ``make check`` reads it, and an ignore that is not needed
is an error there.
"""

from datetime import date, datetime
from typing import assert_type

from cases.custody.codes import Ground
from cases.custody.models import CustodyDecision
from cases.intake.models import Notification
from cases.records.codes import Sex, StayKind
from cases.records.models import Case, Child
from security.encryption.fields import value_of
from security.encryption.secret import Secret


def known(case: Case, child: Child, notification: Notification, decision: CustodyDecision) -> None:
    """Each column gives a Secret of what it means."""
    assert_type(case.outline, Secret[str] | None)
    assert_type(child.address, Secret[str])
    assert_type(child.sex, Secret[Sex])
    assert_type(value_of(case.place_of_stay), StayKind | None)
    assert_type(value_of(decision.grounds), list[Ground] | None)
    assert_type(value_of(decision.expected_until), date | None)
    assert_type(value_of(notification.asked_at), datetime | None)
    assert_type(value_of(child.address_withheld), bool | None)
    assert_type(value_of(child.address), str | None)
    case.place_of_stay = StayKind.HOME
    child.address_withheld = True


def refused(case: Case, child: Child) -> None:
    """What would raise when it ran, and values of another type."""
    child.address_withheld = "no"  # type: ignore[assignment]
    child.sex = 3  # type: ignore[assignment]
    child.birth_date = StayKind  # type: ignore[assignment]
    case.outline = date(2026, 4, 1)  # type: ignore[assignment]
    _answers = [
        child.address or "",  # type: ignore[truthy-bool]
        "x" in child.address,  # type: ignore[operator]
        len(child.address),  # type: ignore[arg-type]
        child.sex == "female",  # type: ignore[comparison-overlap]
        child.address + "",  # type: ignore[operator]
    ]
