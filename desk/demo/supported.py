"""Support cases of a juvenile support center: what an officer received and wrote afterwards."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from agencies.staff.models import Position
from cases.receipts.codes import Harm
from cases.records.actions import ChildFacts, write_progress
from cases.records.codes import Answer, ContactMethod, Sex
from cases.support import actions
from cases.support.codes import Aid, Danger, Means, Recognised
from cases.support.models import SupportReception
from desk.demo.owner import at
from desk.demo.texts import texts

CODES: Mapping[str, Any] = {
    "recognised": Recognised, "means": Means, "parents_told": Answer, "agrees": Answer, "harm": Harm, "danger": Danger,
    "aid": Aid,
}  # fmt: skip


def support_victims(positions: Mapping[tuple[str, str], Position], now: datetime) -> None:
    """Each row of ``support_cases``, received so many hours before the present."""
    officer = positions["police", "ssc1"]
    for row in texts()["support_cases"]:
        received = now - timedelta(hours=row["hours_ago"])
        child = ChildFacts(
            **row["child"] | {"sex": Sex(row["child"]["sex"]), "birth_date": _born(row["age"], received)}
        )
        facts = {**dict.fromkeys(SupportReception.FACTS), **row["facts"], "happened_at": received}
        facts |= {name: kind(facts[name]) for name, kind in CODES.items() if facts[name]}
        with at(received, officer):
            case = actions.receive(child, facts, by=officer)
        later = received + timedelta(minutes=40)
        with at(later, officer):
            write_progress(
                case,
                happened_at=later,
                method=ContactMethod.TELEPHONE,
                with_whom=row["entry"]["with_whom"],
                body=row["entry"]["body"],
                by=officer,
            )


def _born(age: int, on: datetime) -> date:
    return date(on.year - age, 1, 15)
