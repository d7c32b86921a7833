"""A child that the police have in hand, as an officer filed it: part of what was done before the sweeps."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from agencies.staff.acting import acting_as
from cases.intake import filing as filings
from cases.intake.codes import Law, PoliceForm, UrgencyItem
from cases.intake.models import Told
from cases.records.actions import ChildFacts
from cases.records.codes import Answer, Sex
from security.walls import clock
from tests.sweeps.canaries import canary, number, words

if TYPE_CHECKING:
    from tests.sweeps.world import World


def write_police_filing(world: "World") -> None:
    """Filed by the officer to whom something was disclosed, and opened at the desk."""
    officer = world["disclosed"]
    child = ChildFacts(
        **words("policed", "family_name", "given_name", "family_kana", "given_kana", "school", "address"),
        sex=Sex.MALE,
        birth_date=date(1907, 11, 28),
        telephone=number("policed.telephone"),
    )
    coded = {
        "basis": "seen",
        "child_knows": "yes",
        "custodian_knows": "no",
        "asked_at": clock.now().isoformat(),
    }
    told = words("policed", *(name for name in Told.TOLD if name not in {*coded, "grounds"})) | coded
    about = {
        "place_detail": canary("policed.place_detail"),
        "contact": number("policed.contact"),
        "keep_from": "",
    }
    facts: dict[str, Any] = words(
        "policed",
        "document", "reply_to", "with_whom", "custodians", "suspect", "siblings", "police_did", "evidence", "wishes",
    ) | {
        "police_form": PoliceForm.IN_HAND,
        "law": Law.ABUSE,
        "dated_on": clock.today(),
        "take_over_by": clock.now() + timedelta(days=400),
        "suspect_held": Answer.YES,
        "interviewed": Answer.NO,
    }  # fmt: skip
    with acting_as(officer):
        filing = filings.file_notification(
            world.case.office,
            child,
            told,
            grounds=(UrgencyItem.SEXUAL,),
            about=about,
            by=officer,
            police=facts,
        )
    with acting_as(world["none"]):
        filings.open_filing(filing, by=world["none"])
    world.ids["filing_id"] = filing.pk
