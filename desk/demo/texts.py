"""The sentences of ``demo/texts.toml`` and the children of ``demo/cases.toml`` in the shapes the actions take."""

from datetime import date, datetime
from functools import cache
from typing import Any

from cases.intake.actions import Received
from cases.intake.codes import Basis as KnownFrom
from cases.intake.codes import Channel, Knows, ReceiptKind, Sign, Source, UrgencyItem
from cases.records.actions import CaseFacts, ChildFacts
from cases.records.codes import StayKind, Track, Urgency
from desk.demo.hours import SATURDAY, Hours
from desk.demo.people import read
from face.wareki import age_on, grade_by_age
from security.walls import clock

WRITTEN_IN = 2026
"""The school year of the birth dates in ``demo/cases.toml``."""
GRADES_OF_A_SCHOOL = ((6, 0), (9, 6), (12, 9))
"""The last grade of elementary, junior high and high school, and the grades before it."""
A_YOUNG_PERSON = 12
"""Age where no birth date is known."""
NOT_SEEN_YET = ("filed", "registered", "reception", "accepted", "safety_soon", "safety_overdue")
"""States in which the child is still where the notification says; later on the child is at home."""


@cache
def texts() -> dict[str, Any]:
    """The whole file."""
    return read("texts.toml")


@cache
def households() -> dict[str, Any]:
    """Homes with several children."""
    found: dict[str, Any] = read("cases.toml")["households"]
    return found


def account_of(row: dict[str, Any]) -> dict[str, Any]:
    """Who told what of the child of a row."""
    found: dict[str, Any] = texts()["accounts"][row["account"]]
    return found


def hours_of(account: dict[str, Any]) -> Hours:
    """When it is told."""
    begin, end = account["hours"]
    return Hours(begin, end, weekdays=account["weekdays"])


def birth_of(row: dict[str, Any], today: date) -> date | None:
    """The birth date of a row: moved by whole years, so that in every year of the demo a child is in the same grade."""
    if not row["birth"]:
        return None
    written = date.fromisoformat(row["birth"])
    return written.replace(year=written.year + today.year - (today.month < 4) - WRITTEN_IN)


def age_of(row: dict[str, Any], on: date) -> int:
    """Of the child of a row, on a day of the past that leads to today."""
    birth = birth_of(row, clock.today())
    return age_on(birth, on) if birth else A_YOUNG_PERSON


def school_of(row: dict[str, Any], office: str, today: date) -> str:
    """The school (before school: the nursery) and the class of a child who lives where ``office`` works."""
    birth = birth_of(row, today)
    if birth is None:
        return str(row["school"])
    grade = grade_by_age(birth, today)
    nursery, *schools = texts()["schools"][office]
    for school, (last, before) in zip(schools, GRADES_OF_A_SCHOOL, strict=True):
        if before < grade <= last:
            return str(texts()["schools"]["class"]).format(school=school, year=grade - before)
    return str(nursery)


def child_of(row: dict[str, Any], office: str) -> ChildFacts:
    """The child of one row of ``demo/cases.toml``."""
    home = households().get(row.get("household", ""), {})
    return ChildFacts(
        family_name=row["family"],
        given_name=row["given"],
        family_kana=row["family_kana"],
        given_kana=row["given_kana"],
        sex=row["sex"],
        birth_date=birth_of(row, clock.today()),
        school=school_of(row, office, clock.today()),
        address=home.get("address", texts()["addresses"][office]),
        address_withheld=row["state"].startswith("custody"),
        telephone=home.get("telephone", "000-500-0002"),
    )


def facts_of(row: dict[str, Any]) -> CaseFacts:
    """What the case starts with."""
    account = account_of(row)
    return CaseFacts(
        Track(row["track"]),
        Urgency(row["urgency"]),
        harm_type=account["harm"],
        outline=account["outline"],
        place_of_stay=StayKind(account.get("stay", "home"))
        if row["state"] in NOT_SEEN_YET
        else StayKind.HOME,
    )


def people_of(row: dict[str, Any], number: int) -> list[dict[str, str]]:
    """Who is around the child: those of its home, or one custodian who fits who tells it, and varies with the number."""
    if "household" in row:
        child = f"{row['family']}　{row['given']}"
        return [person for person in households()[row["household"]]["people"] if person["name"] != child]
    wanted = [row["custodian"]] if "custodian" in row else account_of(row)["custodians"]
    usual = texts()["people"][wanted[number % len(wanted)]]
    return [{name: text.format(**row) for name, text in usual.items()}]


def seen_on(row: dict[str, Any], on: date) -> dict[str, str]:
    """Where and how the child was seen on a day: at the weekend at home."""
    if on.weekday() >= SATURDAY:
        return {**texts()["safety"], **texts()["seen"]["home"]}
    birth = birth_of(row, clock.today())
    goes_to_school = birth is None or grade_by_age(birth, on) > 0
    return {**texts()["safety"], **texts()["seen"]["school" if goes_to_school else "nursery"]}


def entry_of(row: dict[str, Any], during: str, number: int, on: date) -> dict[str, str]:
    """An entry of the progress record that fits the child's age on the day and where it is."""
    age = age_of(row, on)
    fitting = [
        entry
        for entry in texts()["progress"]
        if entry["during"] == during and entry["ages"][0] <= age <= entry["ages"][1]
    ]
    chosen = fitting[number % len(fitting)]
    return {name: chosen[name] for name in ("method", "with_whom", "body")}


def received_at(moment: datetime, row: dict[str, Any], number: int) -> Received:
    """The notification of a row, received at ``moment``; the words vary with the number of the case."""
    account = account_of(row)
    words = account["words"][number % len(account["words"])]
    told = {name: account[name] for name in ("situation", "question", "asked_by", "observed", "injuries")}
    told |= {
        "basis": KnownFrom(account["basis"]).value,
        "words": words,
        "asked_at": moment if words else "",
        "child_knows": (Knows.YES if words else Knows.UNKNOWN).value,
        "custodian_knows": Knows(account["custodian_knows"]).value,
    }
    return Received(
        received_at=moment,
        channel=Channel(account["channel"]),
        source=Source(account["source"]),
        told=told,
        grounds=(UrgencyItem.EFFECTS,),
        signs=(Sign.AFRAID,),
        notifier=account["notifier"],
        kind=ReceiptKind(account.get("kind", ReceiptKind.NOTIFICATION)),
    )
