"""With the track it changes which law a case is under: nobody changes it alone, but to abuse while the case is in reception."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.decisions.codes import State, Verdict
from cases.records.actions import update_case
from cases.records.codes import Track, Urgency
from cases.records.models import Case
from cases.track.actions import CHANGE, draft_change
from cases.track.models import TrackChange
from tests.cast import FACTS, Cast, a_case, as_owner
from tests.client import signed_in, text_of

BASICS = dict.fromkeys(("harm_type", "outline", "place_of_stay", "place_detail"), "")
FORM = {"version": "1", "started": "{}", "urgency": "A", "outline": "概要（架空）", "place_of_stay": "home"}


def a_case_on(cast: Cast, track: Track, stage: str = "reception") -> Case:
    case = a_case(cast, facts=replace(FACTS, track=track))
    with as_owner():
        Case.objects.using("owner").filter(pk=case.pk).update(stage=stage)
    return stored(cast, case)


def stored(cast: Cast, case: Case) -> Case:
    with acting_as(cast.caseworker):
        return Case.objects.select_related("child", "office", "section").get(pk=case.pk)


def drafted(cast: Cast, case: Case) -> TrackChange:
    with acting_as(cast.caseworker):
        return draft_change(case, "加害者が同居していないと判明（架空）", by=cast.caseworker)


def turn(cast: Cast, case: Case, track: Track) -> None:
    """What one person does on the page of the case's details."""
    with acting_as(cast.caseworker):
        update_case(case, urgency=Urgency.A, texts=BASICS, track=track, by=cast.caseworker)


ALONE = {("reception", Track.THIRD_PARTY)}
"""From where one person changes the track."""


@pytest.mark.parametrize("stage", ["reception", "accepted", "support"])
@pytest.mark.parametrize("track", Track)
def test_one_person_turns_a_case_to_abuse_in_reception_and_does_no_more(
    cast: Cast, stage: str, track: Track
) -> None:
    case = a_case_on(cast, track, stage)
    other = Track.THIRD_PARTY if track is Track.ABUSE else Track.ABUSE
    if (stage, track) in ALONE:
        turn(cast, case, other)
        assert stored(cast, case).track == other
        return
    with pytest.raises(Refused, match="two_people"):
        turn(cast, case, other)
    with (
        acting_as(cast.caseworker),
        pytest.raises(IntegrityError, match="changed by a decision"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE cases_case SET track = %s WHERE id = %s", [other.value, case.pk])
    assert stored(cast, case).track == track


@pytest.mark.parametrize(("stage", "offered"), [("reception", True), ("accepted", False)])
def test_the_form_asks_for_the_track_only_where_one_person_changes_it(
    cast: Cast, stage: str, offered: bool
) -> None:
    case, client = a_case_on(cast, Track.THIRD_PARTY, stage), signed_in(cast.caseworker)
    address = reverse("basics_edit", args=[case.pk])
    assert ("track" in client.get(address).context["form"].fields) is offered
    assert ("2人で変更" in text_of(client.get(address))) is not offered
    assert client.post(address, FORM | {"track": "abuse"}).status_code == 302
    assert stored(cast, case).track == ("abuse" if offered else "third_party")


@pytest.mark.parametrize("decider", ["supervisor", "director"])
def test_two_people_change_it(cast: Cast, decider: str) -> None:
    case = a_case_on(cast, Track.ABUSE, "accepted")
    row, by = drafted(cast, case), cast.positions[decider]
    with acting_as(by):
        CHANGE.decide(row, Verdict.APPROVE, by=by)
    assert stored(cast, case).track == Track.THIRD_PARTY


def test_neither_the_drafter_nor_a_colleague_decides_it(cast: Cast) -> None:
    case = a_case_on(cast, Track.ABUSE, "accepted")
    row = drafted(cast, case)
    with acting_as(cast.caseworker), pytest.raises(Refused):
        CHANGE.decide(row, Verdict.APPROVE, by=cast.caseworker)
    assert stored(cast, case).track == Track.ABUSE


def test_an_approval_of_before_is_used_once(cast: Cast) -> None:
    """Approved once, it opens the track for no later change: neither back and forth nor by raw SQL."""
    case = a_case_on(cast, Track.ABUSE, "accepted")
    for _turn in range(2):  # there, and back again
        row = drafted(cast, stored(cast, case))
        with acting_as(cast.supervisor):
            CHANGE.decide(row, Verdict.APPROVE, by=cast.supervisor)
    with (
        acting_as(cast.caseworker),
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE cases_case SET track = 'third_party' WHERE id = %s", [case.pk])
    assert stored(cast, case).track == Track.ABUSE


def test_a_case_turned_meanwhile_is_not_turned_again(cast: Cast) -> None:
    case = a_case_on(cast, Track.THIRD_PARTY)
    row = drafted(cast, case)
    turn(cast, case, Track.ABUSE)
    with acting_as(cast.supervisor):
        with pytest.raises(Refused, match="same_track"):
            CHANGE.decide(row, Verdict.APPROVE, by=cast.supervisor)
        assert CHANGE.decide(row, Verdict.RETURN, note="済み", by=cast.supervisor).state is State.RETURNED


def test_it_is_drafted_and_decided_on_pages(cast: Cast) -> None:
    case = a_case_on(cast, Track.ABUSE, "accepted")
    worker, address = signed_in(cast.caseworker), reverse("track_change", args=[case.pk])
    assert "児童虐待" in text_of(worker.get(address))
    missing: Any = worker.post(address, {"reason": ""})
    assert set(missing.context["form"].errors) == {"reason"}
    assert worker.post(address, {"reason": "別居の親族ではない（架空）"}).status_code == 302
    words = text_of(worker.get(reverse("case_manage", args=[case.pk])))
    assert not [one for one in ("別居の親族ではない（架空）", "決裁待ち") if one not in words]
    assert "起案：区分の変更" in text_of(worker.get(reverse("progress_list", args=[case.pk])))
    assert worker.post(address, {"reason": "二つ目"}).status_code == 200
