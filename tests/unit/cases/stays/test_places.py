"""A child in custody is moved by a row of its own: no custody and no time limit begins or ends."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.urls import reverse
from django.utils import timezone

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.clocks.codes import ClockKind
from cases.clocks.models import Clock
from cases.custody.actions import draft_end
from cases.custody.codes import Place
from cases.custody.models import CustodyDecision
from cases.decisions.codes import Verdict
from cases.decisions.queries import queue_of
from cases.records.codes import StayKind
from cases.records.models import Case
from cases.stays import actions, rules
from cases.stays.actions import CHANGE, ChangeFacts
from cases.stays.codes import Told
from cases.stays.models import PlaceChange
from cases.stays.queries import moves_of_each, present_stay, stay_before, stays_of
from security.encryption.fields import reveal, value_of
from tests.cast import Cast, a_case
from tests.client import signed_in, text_of
from tests.unit.cases.custody.test_actions import a_draft, decide, end_facts, in_custody, said

HOSPITAL, NAME = Place.HOSPITAL, "架空港病院"


def ago(minutes: float) -> datetime:
    return timezone.now() - timedelta(minutes=minutes)


def facts(**more: Any) -> ChangeFacts:
    told: dict[str, Any] = {"told": Told.YES, "told_at": ago(3), "words": "「どこに行くの」"}
    named = {"place_kind": HOSPITAL, "place": NAME, "place_withheld": False, "reason": "高熱のため"}
    return ChangeFacts(**({"moved_at": ago(2)} | told | named | more))


def draft(cast: Cast, case: Case, **more: Any) -> PlaceChange:
    with acting_as(cast.caseworker):
        return actions.draft_change(Case.objects.get(pk=case.pk), facts(**more), by=cast.caseworker)


def approve(cast: Cast, row: PlaceChange) -> PlaceChange:
    with acting_as(cast.director):
        return CHANGE.decide(
            PlaceChange.objects.select_related("case", "start").get(pk=row.pk),
            Verdict.APPROVE,
            by=cast.director,
        )


def test_the_present_place_follows_the_approved_change(cast: Cast) -> None:
    start = in_custody(cast)
    row = draft(cast, start.case)
    with acting_as(cast.director):
        assert [waiting.row.pk for waiting in queue_of(cast.director)] == [row.pk]
    with acting_as(cast.caseworker):
        stay = present_stay(Case.objects.get(pk=start.case_id))
        assert stay is not None
        assert (stay.kind, stay.withheld) == (Place.FACILITY, True)
    approve(cast, row)
    with acting_as(cast.caseworker):
        case = Case.objects.get(pk=start.case_id)
        stay = present_stay(case)
        assert stay is not None
        assert (stay.kind, stay.name, stay.withheld) == (HOSPITAL, NAME, False)
        assert (value_of(case.place_of_stay), reveal(case, "place_detail")) == (StayKind.HOSPITAL, NAME)
        kept = CustodyDecision.objects.get()
        assert kept.is_in_force
        assert Clock.objects.get(kind=ClockKind.WARRANT).started_at == start.effective_at
        fresh = PlaceChange.objects.select_related("case", "start").get()
        assert stay_before(fresh).kind is Place.FACILITY
        rows = [CustodyDecision.objects.select_related("case").get()]
        assert stays_of(rows, moves_of_each(rows))[start.pk].kind is HOSPITAL


def test_a_withheld_place_stays_in_its_decision(cast: Cast) -> None:
    start = in_custody(cast, place_withheld=False)
    row = approve(cast, draft(cast, start.case, place_withheld=True))
    with acting_as(cast.caseworker):
        assert reveal(Case.objects.get(pk=start.case_id), "place_detail") == ""
    client = signed_in(cast.caseworker)
    for url in ("case", "case_custody", "progress_list", "place_change"):
        page = text_of(client.get(reverse(url, args=[start.case_id])))
        assert NAME not in page, url
    assert "一時保護の場所を秘匿" in text_of(client.get(reverse("case", args=[start.case_id])))
    decision = reverse("decision", args=[start.case_id, "custody_place", row.pk])
    assert NAME in text_of(client.get(decision))


REFUSED: dict[str, tuple[Callable[[], dict[str, Any]], str]] = {
    "before the start": (lambda: {"moved_at": ago(60)}, "moved_at"),
    "in the future": (lambda: {"moved_at": ago(-30)}, "moved_at"),
    "the same place": (lambda: {"place_kind": Place.FACILITY, "place": "北一時 保護施設"}, "place"),
    "told without a moment": (lambda: {"told_at": None}, "told_at"),
    "told in the future": (lambda: {"told_at": ago(-30)}, "told_at"),
    "not told at a moment": (lambda: {"told": Told.NO}, "told_at"),
    "said by nobody": (lambda: {"said_at": ago(3)}, "said_by"),
    "said without a moment": (lambda: {"said_by": "架空所長"}, "said_at"),
    "said after the move": (lambda: {"said_by": "架空所長", "said_at": ago(1)}, "said_at"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_draft_is_refused_beside_its_field(cast: Cast, name: str) -> None:
    start, (more, field) = in_custody(cast), REFUSED[name]
    with pytest.raises(Refused) as refused:
        draft(cast, start.case, **more())
    assert refused.value.code == field


def test_moves_follow_each_other(cast: Cast) -> None:
    start = in_custody(cast)
    approve(cast, draft(cast, start.case))
    for more in ({}, {"moved_at": ago(3), "place": "架空別病院"}):
        with pytest.raises(Refused) as refused:
            draft(cast, start.case, **more)
        assert refused.value.code == ("moved_at" if more else "place")
    back = draft(cast, start.case, moved_at=ago(0.5), place_kind=Place.FACILITY, place="北一時保護施設")
    approve(cast, back)
    with acting_as(cast.caseworker):
        stay = present_stay(Case.objects.get(pk=start.case_id))
        assert stay is not None
        assert stay.kind is Place.FACILITY


def test_without_custody_nobody_is_moved(cast: Cast) -> None:
    case = a_case(cast)
    with pytest.raises(Refused):
        draft(cast, case)
    waiting = a_draft(cast, case)
    with pytest.raises(Refused):
        draft(cast, waiting.case)


def test_a_draft_is_not_approved_where_custody_ended_before_the_move(cast: Cast) -> None:
    start = in_custody(cast)
    row = draft(cast, start.case)
    with acting_as(cast.caseworker):
        end = draft_end(
            Case.objects.get(pk=start.case_id), end_facts(effective_at=ago(4)), by=cast.caseworker
        )
    decide(cast, end)
    with pytest.raises(Refused) as refused:
        approve(cast, row)
    assert refused.value.code == "moved_at"
    with pytest.raises(Refused):
        draft(cast, start.case)
    with acting_as(cast.caseworker):
        assert rules.what_waits(Case.objects.get(pk=start.case_id), timezone.now())


def test_a_move_that_is_approved_after_the_end_leaves_the_place_of_the_end(cast: Cast) -> None:
    start = in_custody(cast)
    row = draft(cast, start.case)
    with acting_as(cast.caseworker):
        end = draft_end(
            Case.objects.get(pk=start.case_id), end_facts(effective_at=ago(1)), by=cast.caseworker
        )
    decide(cast, end)
    approve(cast, row)
    with acting_as(cast.caseworker):
        assert value_of(Case.objects.get(pk=start.case_id).place_of_stay) is StayKind.HOME


@pytest.mark.parametrize("moved", ["now() - interval '1 day'", "now() + interval '1 day'"])
def test_the_database_keeps_moves_within_custody(cast: Cast, moved: str) -> None:
    start = in_custody(cast)
    row = draft(cast, start.case)
    refused = pytest.raises(DatabaseError, match="a child is moved within custody")
    with acting_as(cast.caseworker), connection.cursor() as cursor, refused:
        cursor.execute(f"UPDATE cases_placechange SET moved_at = {moved} WHERE id = %s", [row.pk])


def test_the_database_takes_two(cast: Cast) -> None:
    row = draft(cast, in_custody(cast).case)
    sign = (
        "UPDATE cases_placechange SET decided_at = now(), approved = true, decided_by_id = %s,"
        " decided_person_id = %s WHERE id = %s"
    )
    for position in (cast.caseworker, cast.supervisor):
        with acting_as(position), connection.cursor() as cursor, pytest.raises(DatabaseError):
            cursor.execute(sign, [position.pk, position.staff_id, row.pk])


def test_a_foreign_office_reads_no_move(cast: Cast) -> None:
    row = draft(cast, in_custody(cast).case)
    for position in (cast.stranger, cast.stranger_director, cast.police, cast.institution):
        with acting_as(position), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM cases_placechange")
            assert cursor.fetchone() == (0,), position
    with acting_as(cast.caseworker):
        assert PlaceChange.objects.get() == row


def test_the_form_drafts_and_says_from_where(cast: Cast) -> None:
    now = timezone.localtime()
    began = said(minutes_ago=60) | {"effective_at": now - timedelta(minutes=59)}
    start = in_custody(cast, place_withheld=False, **began)
    client, url = signed_in(cast.caseworker), reverse("place_change", args=[start.case_id])
    assert "北一時保護施設" in text_of(client.get(url))
    sent = {
        "moved_at": "R1.1.1 10:00", "place_kind": "hospital", "place": NAME, "reason": "高熱のため（架空）", "told": "yes",
    }  # fmt: skip
    page = text_of(client.post(url, sent))
    assert "高熱のため（架空）" in page
    sent |= {"moved_at": f"{now:%Y-%m-%d %H:%M}", "told": "no"}
    assert client.post(url, sent).status_code == 302
    assert "架空港病院" in text_of(client.get(reverse("case_custody", args=[start.case_id])))


def test_custody_does_not_end_before_a_move_that_was_approved(cast: Cast) -> None:
    """Whichever was drafted first: the child was moved, so it was in custody still."""
    case = in_custody(cast, effective_at=ago(60)).case
    move = draft(cast, case, moved_at=ago(3), told_at=ago(4))
    with acting_as(cast.caseworker):
        end = draft_end(Case.objects.get(pk=case.pk), end_facts(effective_at=ago(5)), by=cast.caseworker)
    approve(cast, move)
    with pytest.raises(Refused, match="effective_at"):
        decide(cast, end)
    with acting_as(cast.caseworker), pytest.raises(Refused, match="effective_at"):
        draft_end(
            Case.objects.get(pk=case.pk), end_facts(effective_at=ago(5)), by=cast.caseworker, earlier=end
        )
    with acting_as(cast.caseworker):
        end = draft_end(
            Case.objects.get(pk=case.pk), end_facts(effective_at=ago(1)), by=cast.caseworker, earlier=end
        )
    assert decide(cast, end).approved
