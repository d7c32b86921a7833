"""What a police station has filed with the center, and nobody has opened yet: a child in its hands, and an enquiry."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from agencies.staff.models import Position
from cases.intake.codes import Law, PoliceForm
from cases.intake.filing import file_notification
from cases.intake.models import Filed, Told
from cases.records.actions import ChildFacts
from cases.records.codes import Sex
from cases.records.models import UNKNOWN
from desk.demo.owner import at
from desk.demo.texts import texts

NAMELESS = ChildFacts(
    family_name=UNKNOWN, given_name=UNKNOWN, family_kana=UNKNOWN, given_kana=UNKNOWN, sex=Sex.OTHER, birth_date=None,
)  # fmt: skip
"""The name is asked for on the telephone."""


def file_of_police(positions: Mapping[tuple[str, str], Position], now: datetime) -> None:
    """Each row of ``police_filings``, filed so many hours before the present."""
    officer, center = positions["station", "hoships"], positions["caseworker", "hoshi"].office
    for row in texts()["police_filings"]:
        form = PoliceForm(row["form"])
        facts = {**dict.fromkeys(Filed.POLICE, ""), "dated_on": None, "take_over_by": None, **row["facts"]}
        facts |= {"police_form": form, "law": Law(row["law"])}
        if form is PoliceForm.IN_HAND:
            facts["take_over_by"] = now + timedelta(hours=4)
        told = {**dict.fromkeys(Told.TOLD, ""), "situation": row["situation"]}
        about = {"place_detail": row["place_detail"], "contact": row["contact"], "keep_from": ""}
        with at(now - timedelta(hours=row["hours_ago"]), officer):
            file_notification(center, NAMELESS, told, grounds=(), about=about, by=officer, police=facts)
