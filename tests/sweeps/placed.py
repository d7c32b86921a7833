"""The world's child is to be placed: by the family court's approval, and renewed once."""

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from agencies.staff.acting import acting_as
from cases.conferences.codes import CouncilWay, Measure, Opposed, Stand
from cases.conferences.models import ConferenceItem
from cases.conferences.queries import Council
from cases.consents.codes import How, Said
from cases.decisions.codes import Verdict
from cases.hearings.codes import Advocate
from cases.placement import actions, later
from cases.placement.codes import Basis, CourtAct, EndTo, Explained, PlacementKind, ToTell
from cases.placement.models import PlacementAnswer, PlacementHearing
from cases.placement.seen import record_visit
from cases.records.actions import update_child
from cases.records.codes import Answer, StayKind
from cases.records.models import Case, Person
from security.walls import clock
from tests.accepting import resolve
from tests.sweeps.canaries import canary, words

if TYPE_CHECKING:
    from tests.sweeps.world import World

KIND = PlacementKind.CHILDRENS_HOME
RESTS: dict[str, dict[str, Any]] = {
    "first": {
        "place_kind": PlacementKind.INDEPENDENT,
        "basis": Basis.APPLICATION,
        "applied_on": clock.today() - timedelta(days=4),
        "opposed": [Opposed.CHILD],
    },
    "second": {"place_kind": KIND, "basis": Basis.COURT},
}


def _case(world: "World") -> Case:
    return Case.objects.select_related("office", "child").get(pk=world.case.pk)


def _is_born(world: "World", day: date | None) -> None:
    """The world's child is no child any more: it is one while it is placed."""
    from tests.sweeps.world import CHILD

    with acting_as(world["lead"]):
        facts = replace(CHILD, birth_date=day) if day else CHILD
        update_child(_case(world), facts, by=world["lead"])


MEASURES = {
    "first": Measure.INDEPENDENT,
    "second": Measure.PLACEMENT,
    "suspension": Measure.SUSPENDED,
    "end": Measure.ENDED,
}


def _resolved(world: "World", name: str) -> ConferenceItem:
    """What a conference decided of it: the first one against the child's opinion, on the word of the council."""
    council = Council(CouncilWay.URGENT, why=canary("placement.council")) if name == "first" else None
    by_court: dict[str, Any] = {"stand": Stand.OBJECTS, "approved_on": clock.today()}
    return resolve(
        world.cast,
        world.case,
        MEASURES[name],
        by=world["lead"],
        chair=world["director"],
        opposed=[Opposed.CHILD] if name == "first" else (),
        council=council,
        **(by_court if name == "second" else {}),
    )


def _heard(world: "World", name: str) -> PlacementHearing:
    lead = world["lead"]
    facts = words(f"placement.{name}", "place", "heard_by", "explained", "sheet_version")
    facts |= {"heard_at": clock.now(), "advocate": Advocate.OFFERED}
    with acting_as(lead):
        return actions.record_hearing(_case(world), facts, opinion=canary(f"placement.{name}.said"), by=lead)


def write_placement(world: "World") -> None:
    """One draft that came back, one that was approved; an end and a suspension that came back, and a renewal that waits."""
    lead, today = world["lead"], clock.today()
    with acting_as(lead):
        person = Person.objects.get(pk=world.ids["person_id"])
        told: dict[str, Any] = words(
            "placement.answer", "note", *(name for name in PlacementAnswer.MORE if name != "how")
        )
        actions.record_answer(
            _case(world),
            asked_kind=KIND,
            consent=Said.OBJECTS,
            answered_at=clock.now(),
            person=person,
            how=How.DOCUMENT,
            by=lead,
            **told,
        )
        for step in (CourtAct.PETITION, CourtAct.GRANTED):
            more: dict[str, Any] = {"kinds": [KIND], "until_day": today + timedelta(days=400)}
            texts = words(f"placement.{step}", "court", "reference", "words")
            if step is CourtAct.GRANTED:
                texts |= more
            actions.record_court(_case(world), step=step, step_on=today - timedelta(days=5), by=lead, **texts)
    _is_born(world, date(today.year - 12, 4, 2))
    for name, verdict in (("first", Verdict.RETURN), ("second", Verdict.APPROVE)):
        hearing = _heard(world, name)
        texts = words(f"placement.{name}", "place", "reason", "told_reason", "school", "medical")
        facts = actions.PlacementFacts(
            effective_on=today - timedelta(days=3),
            hearing=hearing,
            review_on=today + timedelta(days=90),
            **RESTS[name],
            item=_resolved(world, name),
            **texts,
        )
        with acting_as(lead):
            row = actions.draft_placement(_case(world), facts, by=lead)
        with acting_as(world["director"]):
            note = canary(f"placement.{name}.note")
            actions.START.decide(row, verdict, note=note, by=world["director"])
    _is_born(world, None)
    with acting_as(lead):  # before the custody that goes on now
        came = clock.now() - timedelta(days=2)
        actions.record_arrival(_case(world), arrived_at=came, words=canary("placement.arrival"), by=lead)
        said = canary("placement.visit")
        record_visit(_case(world), seen_at=clock.now(), alone=Answer.YES, words=said, by=lead)
    _later(world)
    _renewal(world)


def _later(world: "World") -> None:
    lead, today = world["lead"], clock.today()
    with acting_as(lead):
        person = Person.objects.get(pk=world.ids["person_id"])
        told = canary("placement.explained")
        later.record_explained(
            _case(world), person, way=Explained.HEARD, explained_at=clock.now(), words=told, by=lead
        )
    for name in ("suspension", "end"):
        hearing = _heard(world, name)
        said: dict[str, Any] = words(f"placement.{name}", "place", "reason", "told_reason")
        said |= {"hearing": hearing, "effective_on": today, "stay_after": StayKind.OTHER}
        said["item"] = _resolved(world, name)
        with acting_as(lead):
            if name == "end":
                said |= words("placement.end", "guidance_effect", "home_trial")
                facts = later.EndFacts(end_to=EndTo.HOME, to_tell=[ToTell.POLICE], **said)
                row = later.draft_end(_case(world), facts, by=lead)
            else:
                said |= {
                    "expected_until": today + timedelta(days=30),
                    "review_on": today + timedelta(days=20),
                }
                row = later.draft_suspension(_case(world), later.SuspensionFacts(**said), by=lead)
        kind = later.END if name == "end" else later.SUSPEND
        with acting_as(world["director"]):
            kind.decide(row, Verdict.RETURN, note=canary(f"placement.{name}.note"), by=world["director"])


def _renewal(world: "World") -> None:
    lead, hearing = world["lead"], _heard(world, "renewal")
    facts = actions.RenewalFacts(
        hearing=hearing,
        review_on=clock.today() + timedelta(days=600),
        **words("placement.renewal", "reason", "told_reason"),
    )
    with acting_as(lead):
        actions.draft_renewal(_case(world), facts, by=lead)
