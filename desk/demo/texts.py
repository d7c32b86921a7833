"""The sentences of ``demo/texts.toml`` in the shapes the actions take."""

from datetime import date, datetime
from functools import cache
from typing import Any

from cases.intake.actions import Received
from cases.intake.codes import Basis as KnownFrom
from cases.intake.codes import Channel, Knows, Source, UrgencyItem
from cases.records.actions import CaseFacts, ChildFacts
from cases.records.codes import StayKind, Track, Urgency
from desk.demo.people import read


@cache
def texts() -> dict[str, Any]:
    """The whole file."""
    return read("texts.toml")


def child_of(row: dict[str, Any]) -> ChildFacts:
    """The child of one row of ``demo/cases.toml``."""
    common = texts()["case"]
    return ChildFacts(
        family_name=row["family"],
        given_name=row["given"],
        family_kana=row["family_kana"],
        given_kana=row["given_kana"],
        sex=row["sex"],
        birth_date=date.fromisoformat(row["birth"]) if row["birth"] else None,
        school=common["school"],
        address=common["address"],
        address_withheld=row["state"].startswith("custody"),
        telephone=common["telephone"],
    )


def facts_of(row: dict[str, Any]) -> CaseFacts:
    """What the case starts with."""
    common, track = texts()["case"], row["track"]
    harm, outline = common["harm_type"][track], common["outline"][track]
    return CaseFacts(
        Track(track), Urgency(row["urgency"]), harm_type=harm, outline=outline, place_of_stay=StayKind.HOME
    )


def received_at(moment: datetime, number: int) -> Received:
    """The notification, received at ``moment``; the words vary with the number of the case."""
    given = texts()["notification"]
    told = {name: given[name] for name in ("situation", "question", "asked_by", "observed", "injuries")}
    told |= {
        "basis": KnownFrom.FROM_CHILD.value,
        "words": given["words"][number % len(given["words"])],
        "asked_at": moment,
        "child_knows": Knows.YES.value,
        "custodian_knows": Knows.NO.value,
    }
    return Received(
        received_at=moment,
        channel=Channel.TELEPHONE,
        source=Source.SCHOOL,
        told=told,
        grounds=(UrgencyItem.EFFECTS,),
        notifier=texts()["notifier"],
    )
