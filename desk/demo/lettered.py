"""Two letters of children at the rights bureau of the demo: one to be answered, one that came just now. Plainly fictional."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from agencies.staff.models import Position
from cases.records.codes import Answer, Sex
from desk.demo.hours import OFFICE
from desk.demo.owner import at
from desk.demo.texts import texts
from referrals.rights import actions
from referrals.rights.codes import AgeBand, AnswerWay, LetterChannel, Matter
from referrals.rights.models import ChildLetter


def letters_of_children(positions: Mapping[tuple[str, str], Position], now: datetime) -> None:
    """Each row of ``letters`` came so many hours before the present; one with words was read and judged within the hour."""
    counselor = positions["rights", "hoshihomu"]
    for row in texts()["letters"]:
        came_at = OFFICE.before(now - timedelta(hours=row["hours_ago"]))
        with at(came_at, counselor):
            letter = actions.register_letter(
                channel=LetterChannel(row["channel"]),
                number=row["number"],
                received_at=came_at,
                held_by=row["held_by"],
                by=counselor,
            )
        if "read" in row:
            with at(came_at + timedelta(minutes=20), counselor):
                _read(letter, row, counselor)


def _read(letter: ChildLetter, row: dict[str, Any], counselor: Position) -> None:
    words: dict[str, Any] = row["read"]
    coded = {
        "sex": Sex(words["sex"]),
        "age_band": AgeBand(words["age_band"]),
        "answer_way": AnswerWay(words["answer_way"]),
        "way_safe": Answer(words["way_safe"]),
        "matters": [Matter(code) for code in words["matters"]],
    }
    actions.read_letter(letter, words | coded, by=counselor)
    calls = {
        "danger": Answer.NO,
        "reasons": row["reasons"],
        "police_at": None,
        "center_at": None,
        "calls": "",
    }
    actions.judge_danger(letter, calls, by=counselor)
