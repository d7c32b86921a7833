"""The minutes of one case on paper: who sat, what was decided; nothing of another case, and nothing before it is approved."""

from datetime import timedelta
from typing import Any

from agencies.staff.acting import acting_as
from cases.conferences import actions
from cases.conferences.actions import ACCEPTANCE, Met
from cases.conferences.chair import sign_as_chair
from cases.conferences.codes import Measure, SightWay, SittingKind, SittingPlace
from cases.conferences.models import Acceptance, ConferenceItem
from cases.conferences.papers import INTAKE_MINUTES, MINUTES
from cases.conferences.queries import Outsider, Task
from cases.decisions.codes import Verdict
from cases.prints.models import Print
from cases.records.codes import Stage
from cases.records.models import Case
from face.paper import Paper
from security.walls import clock
from tests.accepting import accepted
from tests.cast import Cast, a_case, as_owner
from tests.unit.cases.conferences.test_conferences import (
    WORDS,
    decide,
    draft,
    held,
    investigated,
    minutes,
    planned,
    put,
    stored,
)
from tests.unit.cases.prints.test_notice import sample_of
from tests.unit.cases.prints.test_prints import printed, words_on

SCHOOL = Outsider("架空小学校", "教頭")


def with_acceptance(cast: Cast, case: Case, **more: Any) -> None:
    """Accepted by an emergency intake conference that was held by telephone."""
    met = Met(
        kind=SittingKind.EMERGENCY,
        place=SittingPlace.TELEPHONE,
        held_at=clock.now() - timedelta(minutes=5),
        chair=cast.supervisor,
    )
    with acting_as(cast.caseworker):
        fresh = stored(cast, case, "caseworker")
        said = accepted(
            fresh,
            cast.caseworker,
            decision="受理する（架空）",
            sight=[SightWay.SCHOOL],
            who_goes="担当児童福祉司（架空）",
            attendees="児童心理司（架空）",
            **more,
        )
        row = actions.draft_acceptance(fresh, met, said, by=cast.caseworker)
    with acting_as(cast.supervisor):
        sign_as_chair(ACCEPTANCE, row, by=cast.supervisor)
    with acting_as(cast.director):
        ACCEPTANCE.decide(row, Verdict.APPROVE, by=cast.director)


def with_minutes(cast: Cast, case: Case, *, approved: bool = True) -> ConferenceItem:
    """Before a policy conference at which a school sat; nothing moves the case on."""
    with as_owner():
        Case.objects.using("owner").filter(pk=case.pk).update(stage=Stage.INVESTIGATION)
    sitting = planned(cast)
    put(cast, case, sitting)
    held(cast, sitting)
    task = Task("家庭訪問（架空）", cast.caseworker.pk, clock.today())
    said = minutes(
        Measure.CUSTODY_GOES_ON,
        outsiders=[SCHOOL],
        of_council=True,
        tasks=[task],
        minority="在宅でよい（架空）",
        minority_who="児童心理司（架空）",
    )
    row = draft(cast, case, said)
    return decide(cast, row) if approved else row


def key_of(cast: Cast, case: Case, paper: Paper) -> str:
    with acting_as(cast.caseworker):
        (subject,) = paper.subjects(stored(cast, case, "caseworker"), cast.caseworker)
        return subject.key


def test_the_minutes_of_a_case_hold_what_was_said_and_decided(cast: Cast) -> None:
    """児童福祉法25条の5 is printed where the conference was one of the council."""
    case = investigated(cast)
    with_minutes(cast, case)
    told = "".join(words_on(printed(cast, case, f"conference_form:{key_of(cast, case, MINUTES)}")))
    for word in (
        "援助方針会議",
        "髙橋𠮷乃",
        "議長",
        "架空小学校",
        "教頭",
        "児童福祉法第25条の5",
        str(Measure.CUSTODY_GOES_ON.label),
        "家庭訪問（架空）",
        "在宅でよい（架空）",
        "決裁者職員director",
        *filter(None, WORDS.values()),
    ):
        assert word in told, word


def test_the_acceptance_has_a_paper_of_its_own(cast: Cast) -> None:
    """With what was said there, as the minutes of every conference."""
    case = a_case(cast)
    task = Task("学校への連絡（架空）", cast.caseworker.pk, clock.today())
    texts = {name: f"受理会議の{name}（架空）" for name in Acceptance.TEXTS}
    with_acceptance(cast, case, tasks=[task], texts=texts)
    told = "".join(words_on(printed(cast, case, f"acceptance_form:{key_of(cast, case, INTAKE_MINUTES)}")))
    for word in (
        "受理会議録",
        "緊急受理会議",
        "受理する（架空）",
        "児童心理司（架空）",
        "電話",
        "学校への連絡（架空）",
        *texts.values(),
        "決裁者職員director",
    ):
        assert word in told, word


def test_minutes_that_wait_are_a_sample_alone(cast: Cast) -> None:
    case = investigated(cast)
    with_minutes(cast, case, approved=False)
    key = key_of(cast, case, MINUTES)
    printed(cast, case, f"conference_form:{key}")
    with acting_as(cast.caseworker):
        assert not Print.objects.exists()
    assert "見本" in "".join(words_on(sample_of(cast, case, "conference_form", key)))


def test_another_case_of_the_same_conference_is_on_no_paper(cast: Cast) -> None:
    case, other = investigated(cast), investigated(cast)
    sitting = planned(cast)
    for one, matter in ((case, "本件（架空）"), (other, "別件（架空）")):
        put(cast, one, sitting, matter=matter)
    held(cast, sitting)
    for one in (case, other):
        decide(cast, draft(cast, one))
    told = "".join(words_on(printed(cast, case, f"conference_form:{key_of(cast, case, MINUTES)}")))
    assert "本件（架空）" in told
    assert "別件（架空）" not in told
    assert other.number not in told
    foreign = key_of(cast, other, MINUTES)
    assert sample_of(cast, case, "conference_form", foreign).status_code == 404
    assert sample_of(cast, case, "acceptance_form", key_of(cast, case, MINUTES)).status_code == 404
