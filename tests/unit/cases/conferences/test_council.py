"""The child welfare council is heard on what goes against the child or a custodian (児童福祉法27条6項); the child itself promptly
afterwards, where that could not wait (児童福祉法33条の3の3)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.conferences import council, hearing, panel, rules
from cases.conferences.codes import ChildHeard, CouncilStep, CouncilWay, Measure, Opposed, Stand
from cases.conferences.models import ConferenceItem, CouncilRecord, ItemHearing
from cases.conferences.queries import Council
from cases.duties.actions import fulfil_duty
from cases.duties.models import Duty
from cases.hearings.codes import Advocate
from cases.records.codes import Answer
from cases.records.models import Case
from security.encryption.fields import reveal, value_of
from security.walls import clock
from tests.cast import Cast
from tests.client import signed_in, text_of
from tests.unit.cases.conferences.test_conferences import (
    before,
    decide,
    draft,
    held,
    minutes,
    planned,
    put,
    stored,
)

OPINION = "在宅での指導が相当（架空）"
HEARD = {
    "place": "学校",
    "heard_by": "児童心理司",
    "explained": "絵で",
    "sheet_version": "",
    "advocate": Advocate.OFFERED,
}
URGENT = {"heard": ChildHeard.URGENT, "heard_why": "夜間（架空）"}


def approved(cast: Cast, case: Case, *measures: Measure, **more: Any) -> ConferenceItem:
    return decide(cast, draft(cast, case, minutes(*measures, **more)))


def again(cast: Cast, case: Case) -> Case:
    """The same case before a further conference that was held."""
    sitting = planned(cast)
    put(cast, case, sitting)
    held(cast, sitting)
    return case


def step(cast: Cast, row: ConferenceItem, which: CouncilStep, words: str = "", **more: Any) -> CouncilRecord:
    given = {"happened_on": clock.today(), **more}
    with acting_as(cast.caseworker):
        return council.record_step(row, which, words=words, by=cast.caseworker, **given)


def opinion(cast: Cast, case: Case) -> CouncilRecord:
    """The council was asked and gave its opinion."""
    row = approved(cast, case, Measure.COUNCIL)
    step(cast, row, CouncilStep.ASKED)
    return step(cast, row, CouncilStep.HEARD, OPINION)


def duty(cast: Cast, kind: str) -> Duty:
    with acting_as(cast.caseworker):
        return Duty.objects.select_related("case").get(kind=kind)


def test_a_measure_against_the_child_or_a_custodian_waits_for_the_council(cast: Cast) -> None:
    """児童福祉法27条6項, 児童福祉法施行令32条, 児童福祉法施行令32条1項."""
    case = before(cast)
    for refused in (
        minutes(Measure.ENDED, opposed=[Opposed.CHILD]),
        minutes(Measure.GUIDANCE_27, opposed=[Opposed.CUSTODIAN]),
        minutes(Measure.PLEDGE, stand=Stand.OBJECTS),
    ):
        with pytest.raises(Refused) as caught:
            draft(cast, case, refused)
        assert caught.value.code == "council_way"
    draft(cast, case, minutes(Measure.GUIDANCE_26, opposed=[Opposed.CHILD]))  # 26条 is not named there


def test_a_placement_by_the_family_court_is_left_out() -> None:
    """児童福祉法27条6項 leaves out what 28条1項1号 allows, and not the end of it."""
    against = ([Opposed.CUSTODIAN], Stand.OBJECTS, clock.today())
    assert not rules.is_for_council([Measure.PLACEMENT], *against)
    assert rules.is_for_council([Measure.PLACEMENT, Measure.PLEDGE], *against)
    assert rules.is_for_council([Measure.ENDED], *against)
    assert rules.is_for_council([Measure.PLACEMENT], [Opposed.CHILD], Stand.CONSENTS, None)
    assert not rules.is_for_council([Measure.PLACEMENT], [], Stand.CONSENTS, None)


def test_that_the_council_is_heard_is_a_duty_until_its_opinion_is_recorded(cast: Cast) -> None:
    case = before(cast)
    row = approved(cast, case, Measure.COUNCIL)
    owed = duty(cast, "council_hearing")
    days = (owed.due_at - clock.now()).total_seconds() / 86400
    assert (owed.owner_id, owed.cause, round(days)) == (cast.caseworker.pk, row.pk, 30)
    with acting_as(cast.caseworker):
        steps = [one for one in panel.steps(stored(cast, case), cast.caseworker) if one.due == owed.due_at]
        assert [one.url for one in steps] == [reverse("council_step", args=[case.pk, row.pk])]
        with pytest.raises(Refused, match="by_act"):
            fulfil_duty(owed, note="済", by=cast.caseworker)
        with pytest.raises(IntegrityError, match="done by recording it"), transaction.atomic():
            Duty.objects.filter(pk=owed.pk).update(done_at=clock.now(), done_by=cast.caseworker)
    step(cast, row, CouncilStep.ASKED, "諮問（架空）")
    assert duty(cast, "council_hearing").done_at is None
    record = step(cast, row, CouncilStep.HEARD, OPINION)
    assert duty(cast, "council_hearing").done_by_id == cast.caseworker.pk
    with acting_as(cast.caseworker):
        assert reveal(CouncilRecord.objects.get(pk=record.pk), "words") == OPINION
        page = text_of(signed_in(cast.caseworker).get(f"/cases/{case.pk}/reception/"))
    assert OPINION in page


@pytest.mark.parametrize(
    ("which", "more", "field"),
    [
        (CouncilStep.HEARD, {}, "step"),  # not asked yet
        (CouncilStep.REPORTED, {}, "step"),  # it was not urgent
        (CouncilStep.ASKED, {"happened_on": clock.today() + timedelta(days=1)}, "happened_on"),
        (CouncilStep.ASKED, {"happened_on": clock.today() - timedelta(days=2)}, "happened_on"),
    ],
)
def test_the_steps_have_their_order(cast: Cast, which: CouncilStep, more: Any, field: str) -> None:
    row = approved(cast, before(cast), Measure.COUNCIL)
    with pytest.raises(Refused) as caught:
        step(cast, row, which, OPINION, **more)
    assert caught.value.code == field


def test_an_opinion_comes_after_the_question_and_has_words(cast: Cast) -> None:
    row = approved(cast, before(cast), Measure.COUNCIL)
    step(cast, row, CouncilStep.ASKED)
    for words, day, field in (("", 0, "words"), (OPINION, -1, "happened_on")):
        with pytest.raises(Refused) as caught:
            step(cast, row, CouncilStep.HEARD, words, happened_on=clock.today() + timedelta(days=day))
        assert caught.value.code == field
    step(cast, row, CouncilStep.HEARD, OPINION)
    with pytest.raises(Refused):
        step(cast, row, CouncilStep.HEARD, OPINION)  # once


def test_what_the_council_said_is_followed_or_the_reason_is_written(cast: Cast) -> None:
    """児童福祉法27条6項: heard before; that the reason is written is our own judgement."""
    case = before(cast)
    record = opinion(cast, case)
    again(cast, case)
    against = {"opposed": [Opposed.CHILD]}
    for said, field in (
        (Council(CouncilWay.BEFORE), "council"),
        (Council(CouncilWay.BEFORE, record), "council_followed"),
        (Council(CouncilWay.BEFORE, record, Answer.NO), "council_why"),
        (Council(CouncilWay.URGENT), "council_why"),
        (Council(CouncilWay.URGENT, record, why="夜間"), "council_way"),
    ):
        with pytest.raises(Refused) as caught:
            draft(cast, case, minutes(Measure.GUIDANCE_27, council=said, **against))
        assert caught.value.code == field
    said = Council(CouncilWay.BEFORE, record, Answer.NO, "安全のため（架空）")
    row = approved(cast, case, Measure.GUIDANCE_27, council=said, **against)
    with acting_as(cast.caseworker):
        kept = ConferenceItem.objects.get(pk=row.pk)
        assert (kept.council_id, value_of(kept.council_followed)) == (record.pk, Answer.NO)
        assert reveal(kept, "council_why") == "安全のため（架空）"
        assert not Duty.objects.filter(kind="council_report").exists()
        page = signed_in(cast.caseworker).get(reverse("decision", args=[case.pk, "conference_item", row.pk]))
    assert "安全のため（架空）" in text_of(page)


def test_what_cannot_wait_is_reported_promptly_afterwards(cast: Cast) -> None:
    """児童福祉法施行令32条1項ただし書, 児童福祉法施行令32条2項."""
    case = before(cast)
    said = Council(CouncilWay.URGENT, why="退所日が翌日（架空）")
    row = approved(cast, case, Measure.ENDED, opposed=[Opposed.CHILD], council=said)
    owed = duty(cast, "council_report")
    assert round((owed.due_at - clock.now()).total_seconds() / 86400) == 7
    step(cast, row, CouncilStep.REPORTED)
    assert duty(cast, "council_report").done_at is not None


def test_no_opinion_of_another_case_and_no_step_without_its_question(cast: Cast) -> None:
    case = before(cast)
    row = approved(cast, case, Measure.COUNCIL)
    record = opinion(cast, again(cast, case))
    other = before(cast)
    said = Council(CouncilWay.BEFORE, record, Answer.YES)
    with pytest.raises(IntegrityError, match="no such opinion"):
        draft(cast, other, minutes(Measure.ENDED, opposed=[Opposed.CHILD], council=said))
    forged = CouncilRecord(
        case=case, item=row, step="heard", recorded_by=cast.caseworker, recorded_at=clock.now()
    )
    with acting_as(cast.caseworker):
        forged.happened_on, forged.words = clock.today(), "捏造"
        with pytest.raises(IntegrityError, match="asked first"), transaction.atomic():
            forged.save(force_insert=True)
        foreign = CouncilRecord(
            case=other, item=row, step="asked", recorded_by=cast.caseworker, recorded_at=clock.now()
        )
        foreign.happened_on = clock.today()
        with pytest.raises(IntegrityError, match="no such decision"), transaction.atomic():
            foreign.save(force_insert=True)


def test_a_child_who_could_not_be_heard_before_is_heard_within_the_hours(cast: Cast) -> None:
    """児童福祉法33条の3の3: promptly afterwards, by the person whom the minutes name."""
    case = before(cast)
    with pytest.raises(Refused) as caught:
        draft(cast, case, minutes(Measure.ENDED, **URGENT))
    assert caught.value.code == "hear_owner"
    with pytest.raises(Refused) as caught:
        draft(cast, case, minutes(Measure.ENDED, hear_owner=cast.colleague.pk))
    assert caught.value.code == "hear_owner"
    row = approved(cast, case, Measure.ENDED, hear_owner=cast.colleague.pk, **URGENT)
    owed = duty(cast, "conference_hearing")
    assert row.decided_at is not None
    assert (owed.owner_id, owed.due_at) == (cast.colleague.pk, row.decided_at + timedelta(hours=24))
    where = f"/cases/{case.pk}/conferences/items/{row.pk}/hearing/"
    fresh = stored(cast, case)
    with acting_as(cast.caseworker):
        assert [one.url for one in panel.steps(fresh, cast.caseworker)] == [where]
        with pytest.raises(IntegrityError, match="done by recording it"), transaction.atomic():
            Duty.objects.filter(pk=owed.pk).update(done_at=clock.now(), done_by=cast.caseworker)
        with pytest.raises(Refused, match="heard_at"):
            hearing.record_hearing(
                row,
                HEARD | {"heard_at": clock.now() + timedelta(hours=1)},
                opinion="「うん」",
                by=cast.caseworker,
            )
        with pytest.raises(Refused) as caught:
            hearing.record_hearing(row, HEARD | {"heard_at": clock.now()}, opinion=" ", by=cast.caseworker)
        assert caught.value.code == "opinion"
        hearing.record_hearing(row, HEARD | {"heard_at": clock.now()}, opinion="「うん」", by=cast.caseworker)
        with pytest.raises(Refused, match="heard"):
            hearing.record_hearing(
                row, HEARD | {"heard_at": clock.now()}, opinion="「うん」", by=cast.caseworker
            )
        assert reveal(ItemHearing.objects.get(item=row), "opinion") == "「うん」"
        assert not panel.steps(Case.objects.get(pk=case.pk), cast.caseworker)
    assert duty(cast, "conference_hearing").done_at is not None


def test_nothing_is_heard_on_what_was_not_decided(cast: Cast) -> None:
    row = draft(cast, before(cast), minutes(Measure.ENDED, hear_owner=cast.caseworker.pk, **URGENT))
    with acting_as(cast.caseworker), connection.cursor() as cursor:
        with pytest.raises(Refused):
            hearing.record_hearing(
                row, HEARD | {"heard_at": clock.now()}, opinion="「うん」", by=cast.caseworker
            )
        cursor.execute("SELECT count(*) FROM cases_duty WHERE kind = 'conference_hearing'")
        assert cursor.fetchone() == (0,)


def test_the_pages_ask_and_say_what_is_lacking(cast: Cast) -> None:
    case = before(cast)
    row = approved(cast, case, Measure.COUNCIL, Measure.ENDED, hear_owner=cast.caseworker.pk, **URGENT)
    client = signed_in(cast.caseworker)
    where = reverse("council_step", args=[case.pk, row.pk])
    today = {"happened_on": f"{clock.today():%Y-%m-%d}"}
    assert client.post(where, today)["Location"].endswith("#conferences")
    assert "words" in client.post(where, today).context["form"].errors
    assert client.post(where, today | {"words": OPINION})["Location"].endswith("#conferences")
    assert client.get(where).status_code == 200
    assert signed_in(cast.stranger).get(where).status_code == 404
