"""A support case of the police, with what was notified of it: part of what was done before the sweeps."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from agencies.staff.acting import acting_as
from cases.decisions.codes import Verdict
from cases.intake.codes import LAWS, PoliceForm
from cases.intake.models import Filed, Told
from cases.receipts.codes import Harm
from cases.records.actions import ChildFacts, save_person
from cases.records.codes import Answer, Sex
from cases.records.models import Case
from cases.support import actions
from cases.support.codes import Aid, Around, Danger, End, Means, Recognised
from cases.support.models import Designation, Release, SupportReview
from security.walls import clock
from tests.sweeps.canaries import canary, number, words

if TYPE_CHECKING:
    from tests.sweeps.world import World

TEXTS = (
    "consultant", "worry", "place", "company", "behaviour", "situation", "words", "question", "advice", "crime_number",
    "investigators", "suspect", "mental", "guardian",
)  # fmt: skip


def write_support(world: "World") -> None:
    """Received by an officer, who notifies the other center; the officer's colleagues and the centers see nothing of it."""
    officer = world["disclosed"]
    child = ChildFacts(
        **words("supported", "family_name", "given_name", "family_kana", "given_kana", "school", "address"),
        sex=Sex.FEMALE,
        birth_date=date(2012, 5, 1),
        telephone=number("supported.telephone"),
    )
    facts: dict[str, Any] = words("supported", *TEXTS) | {
        "recognised": Recognised.STREET,
        "happened_at": clock.now() - timedelta(hours=1),
        "means": Means.MEETING,
        "parents_told": Answer.YES,
        "agrees": Answer.YES,
        "harm": Harm.OTHER,
        "danger": Danger.WATCH,
        "aid": Aid.PROTECTION,
    }
    with acting_as(officer):
        case = actions.receive(child, facts, by=officer)
        told = dict.fromkeys(Told.TOLD, "") | {"situation": canary("supported.told")}
        police = {**dict.fromkeys(Filed.POLICE, ""), "dated_on": clock.today(), "take_over_by": None}
        police |= {
            "police_form": PoliceForm.DOCUMENT,
            "law": LAWS[PoliceForm.DOCUMENT][0],
            "document": case.number,
        }
        actions.notify_center(
            case,
            world.foreign.office,
            child,
            told,
            grounds=(),
            about={"place_detail": "", "contact": number("supported.contact"), "keep_from": ""},
            police=police,
            by=officer,
        )
    _plan(world, case)
    world.ids["support_id"] = case.pk
    world.elsewhere["support_id"] = world.case.pk


def _plan(world: "World", case: Case) -> None:
    """Designated and reviewed; a release came back."""
    officer, chief = world["disclosed"], world["chief"]
    soon = clock.today() + timedelta(days=14)
    with acting_as(officer):
        mother = save_person(case, words("supported.person", "name") | {"role": "custodian"}, by=officer)
        facts: dict[str, Any] = words("supported.plan", *Designation.TEXTS) | {
            "guardian": mother,
            "school_may_know": Answer.NO,
            "around": [Around.FAMILY],
            "adviser_asked": Answer.YES,
            "supporter_asked": Answer.NO,
            "next_on": soon,
        }
        row = actions.draft_designation(case, facts, by=officer)
    with acting_as(chief):
        note = canary("supported.plan.note")
        actions.DESIGNATE.decide(Designation.objects.get(pk=row.pk), Verdict.APPROVE, note=note, by=chief)
    with acting_as(officer):
        fresh = Case.objects.select_related("office", "child").get(pk=case.pk)
        actions.review(fresh, words("supported.review", *SupportReview.TEXTS) | {"next_on": soon}, by=officer)
        _supporter(world, fresh)
    with acting_as(officer):
        fresh = Case.objects.select_related("office", "child").get(pk=case.pk)
        ends = words("supported.release", *Release.TEXTS) | {"ending": End.MOVED, "talked_at": clock.now()}
        release = actions.draft_release(fresh, ends, by=officer)
    with acting_as(chief):
        note = canary("supported.release.note")
        actions.FREE.decide(Release.objects.get(pk=release.pk), Verdict.RETURN, note=note, by=chief)


def _supporter(world: "World", case: Case) -> None:
    """A volunteer, and what this one told of a meeting."""
    officer, today = world["disclosed"], clock.today()
    facts = words("supported.supporter", "name", "reached", "task") | {"commissioned_until": today}
    row = actions.name_supporter(case, facts, by=officer)
    told = {"met_on": today, "words": canary("supported.supporter.words")}
    actions.write_supporters_report(row, told, by=officer)
    world.ids["supporter_id"] = row.pk
