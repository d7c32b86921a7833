"""A planned conference is moved or cancelled with a trace; its agenda goes along, or is on none; those concerned are told."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from agencies.notices.codes import NoticeKind
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.conferences import actions
from cases.conferences.actions import ITEM
from cases.conferences.codes import (
    SITTING_MOVES,
    ChangeWhy,
    ItemState,
    SittingKind,
    SittingPlace,
    SittingState,
)
from cases.conferences.minutes_form import typed_before
from cases.conferences.models import ConferenceItem, Sitting, SittingChange
from cases.conferences.panel import steps, to_do
from cases.conferences.queries import Outsider, items_of, outsiders_of, planned
from cases.decisions.codes import Verdict
from security.encryption.fields import value_of
from security.walls import clock
from tests.cast import Cast
from tests.client import signed_in, text_of
from tests.unit.cases.conferences.test_conferences import (
    before,
    draft,
    held,
    investigated,
    minutes,
    put,
    stored,
)
from tests.unit.cases.conferences.test_conferences import planned as past
from tests.unit.cases.conferences.test_pages import FORM
from tests.unit.cases.shelter.test_sheet import works_at

WHY = ChangeWhy.PEOPLE


def ahead(cast: Cast, kind: SittingKind = SittingKind.POLICY, days: int = 3) -> Sitting:
    """One that the colleague is invited to."""
    with acting_as(cast.caseworker):
        return actions.plan_sitting(
            kind=kind,
            place=SittingPlace.OFFICE,
            held_from=clock.now() + timedelta(days=days),
            chair=cast.supervisor,
            secretary=cast.caseworker,
            invited=[cast.colleague],
            by=cast.caseworker,
        )


def change(cast: Cast, sitting: Sitting, who: str = "caseworker", **more: Any) -> SittingChange:
    with acting_as(cast.positions[who]):
        return actions.change_sitting(sitting, WHY, by=cast.positions[who], **more)


def fresh(cast: Cast, sitting: Sitting) -> Sitting:
    with acting_as(cast.caseworker):
        return Sitting.objects.get(pk=sitting.pk)


def later(days: int = 5) -> datetime:
    return clock.now() + timedelta(days=days)


def told(cast: Cast, kind: NoticeKind) -> set[str]:
    found = set()
    for name, position in cast.positions.items():
        with acting_as(position):
            if Notice.objects.filter(kind=kind, position=position).exists():
                found.add(name)
    return found


def test_a_move_takes_the_agenda_along_and_leaves_a_trace(cast: Cast) -> None:
    case, sitting = investigated(cast), ahead(cast)
    put(cast, case, sitting)
    was, to = sitting.held_from, later()
    row = change(cast, sitting, "supervisor", new_from=to)
    moved = fresh(cast, sitting)
    assert (moved.held_from, moved.state) == (to, SittingState.PLANNED)
    assert (row.was_from, row.new_from) == (was, to)
    with acting_as(cast.caseworker):
        assert items_of(stored(cast, case))[0].state is ItemState.PLANNED
    assert told(cast, NoticeKind.SITTING_MOVED) == {"caseworker", "colleague"}
    page = text_of(signed_in(cast.caseworker).get(reverse("sitting", args=[sitting.pk])))
    assert "に変更" in page
    assert "必要な出席者の都合がつかない" in page


def test_a_cancelled_conference_gives_its_items_back(cast: Cast) -> None:
    case, sitting = investigated(cast), ahead(cast)
    put(cast, case, sitting)
    change(cast, sitting)
    assert fresh(cast, sitting).state is SittingState.CANCELLED
    with acting_as(cast.caseworker):
        read = stored(cast, case, "caseworker")
        assert items_of(read)[0].state is ItemState.CANCELLED
        assert [str(one.label) for one in steps(read, cast.caseworker)] == ["別の会議に付議する"]
        assert planned(cast.caseworker) == []
        with pytest.raises(Refused, match="cancelled"):
            actions.put_before(read, sitting, "架空", by=cast.caseworker)
    assert told(cast, NoticeKind.SITTING_CANCELLED) == {"supervisor", "colleague"}
    with pytest.raises(Refused, match="cancelled"):
        held(cast, sitting)
    with pytest.raises(Refused, match="cancelled"):
        change(cast, sitting)
    again = ahead(cast)
    put(cast, case, again)
    with acting_as(cast.caseworker):
        assert items_of(stored(cast, case, "caseworker"))[0].state is ItemState.PLANNED


def test_who_put_a_case_before_it_is_told_and_named_to_nobody(cast: Cast) -> None:
    """Also of a case that the chair and the secretary do not see."""
    case, sitting = investigated(cast), ahead(cast)
    put(cast, case, sitting, "supervisor")
    change(cast, sitting)
    assert "supervisor" in told(cast, NoticeKind.SITTING_CANCELLED)


def test_what_was_held_is_neither_moved_nor_cancelled(cast: Cast) -> None:
    sitting = held(cast, past(cast))
    for to in (None, later()):
        with pytest.raises(Refused, match="held"):
            change(cast, sitting, new_from=to)


REFUSED = {
    "to the past": (SittingKind.POLICY, "caseworker", -1, "past"),
    "by somebody else": (SittingKind.POLICY, "colleague", 5, "not_secretary"),
    "by the director": (SittingKind.POLICY, "director", 5, "not_secretary"),
    "an emergency": (SittingKind.EMERGENCY, "caseworker", 5, "urgent"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_move_is_refused(cast: Cast, name: str) -> None:
    kind, who, days, code = REFUSED[name]
    sitting = ahead(cast, kind)
    with pytest.raises(Refused, match=code):
        change(cast, sitting, who, new_from=later(days))
    with acting_as(cast.caseworker):
        assert not SittingChange.objects.exists()


def test_to_the_same_time_is_no_move(cast: Cast) -> None:
    sitting = ahead(cast)
    with pytest.raises(Refused, match="same"):
        change(cast, sitting, new_from=sitting.held_from)


SQL = {
    "the time": "UPDATE cases_sitting SET held_from = held_from + interval '1 day' WHERE id = %s",
    "the cancellation": "UPDATE cases_sitting SET cancelled_at = now() WHERE id = %s",
    "a change undone": "DELETE FROM cases_sittingchange WHERE sitting_id = %s",
    "a change rewritten": "UPDATE cases_sittingchange SET why = 'other' WHERE sitting_id = %s",
}


@pytest.mark.parametrize("name", SQL)
def test_by_sql_no_row_is_changed_without_a_trace(cast: Cast, name: str) -> None:
    sitting = ahead(cast)
    change(cast, sitting, new_from=later())
    with (
        acting_as(cast.caseworker),
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(SQL[name], [sitting.pk])


INSERTS = {
    "by somebody else": ("colleague", "held_from", "now() + interval '9 days'"),
    "from a false time": ("caseworker", "held_from + interval '1 day'", "now() + interval '9 days'"),
    "to the past": ("caseworker", "held_from", "now() - interval '1 day'"),
}


@pytest.mark.parametrize("name", INSERTS)
def test_by_sql_a_change_says_what_is_true(cast: Cast, name: str) -> None:
    who, was, to = INSERTS[name]
    sitting = ahead(cast)
    statement = (
        "INSERT INTO cases_sittingchange (id, office_id, sitting_id, why, was_from, new_from, made_by_id, made_at)"
        f" SELECT gen_random_uuid(), office_id, id, 'other', {was}, {to}, chair_id, now() FROM cases_sitting WHERE id = %s"
    )
    refused = pytest.raises(DatabaseError, match="no such change")
    with acting_as(cast.positions[who]), refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [sitting.pk])
    assert fresh(cast, sitting).held_from == sitting.held_from


def test_another_office_sees_and_changes_nothing(cast: Cast) -> None:
    sitting = ahead(cast)
    stranger = signed_in(cast.positions["stranger"])
    for name in ("sitting_move", "sitting_cancel"):
        assert stranger.get(reverse(name, args=[sitting.pk])).status_code == 404
    with acting_as(cast.positions["stranger"]):
        assert not SittingChange.objects.exists()


def test_the_table_of_moves_is_complete(cast: Cast) -> None:
    assert set(SITTING_MOVES) == set(SittingState)
    assert SITTING_MOVES[SittingState.HELD] == SITTING_MOVES[SittingState.CANCELLED] == ()


def test_the_pages_of_a_change(cast: Cast) -> None:
    sitting, worker = ahead(cast), signed_in(cast.caseworker)
    move, cancel = (reverse(name, args=[sitting.pk]) for name in ("sitting_move", "sitting_cancel"))
    wrong = worker.post(move, {"new_from": "R8.1.1 10:00", "why": "people"})
    assert set(wrong.context["form"].errors) == {"new_from"}
    assert (
        worker.post(move, {"new_from": f"{later().date().isoformat()} 10:00", "why": "people"}).status_code
        == 302
    )
    assert set(worker.post(cancel, {}).context["form"].errors) == {"why"}
    assert worker.post(cancel, {"why": "no_item"}).status_code == 302
    assert fresh(cast, sitting).state is SittingState.CANCELLED
    again = worker.post(cancel, {"why": "no_item"})
    assert "この会議は中止されました" in text_of(again)
    with acting_as(cast.caseworker):
        assert SittingChange.objects.count() == 2
    assert "中止" in text_of(worker.get(reverse("sitting_list")))


def lines(cast: Cast, who: str) -> list[str]:
    with acting_as(cast.positions[who]):
        return [line.url for line in to_do(cast.positions[who], 8)]


def test_the_home_page_has_the_conferences_ahead_for_those_who_come(cast: Cast) -> None:
    sitting = ahead(cast)
    url = reverse("sitting", args=[sitting.pk])
    for who in ("caseworker", "supervisor", "colleague"):
        assert url in lines(cast, who), who
    assert url not in lines(cast, "director")
    change(cast, sitting)
    for who in ("caseworker", "supervisor", "colleague"):
        assert url not in lines(cast, who), who


def test_one_that_is_over_is_to_be_recorded_by_chair_or_secretary(cast: Cast) -> None:
    sitting = past(cast)
    url = reverse("sitting", args=[sitting.pk])
    assert url in lines(cast, "caseworker")
    page = text_of(signed_in(cast.supervisor).get("/"))
    assert "会議の開催を記録するか、中止する" in page
    held(cast, sitting)
    assert url not in lines(cast, "caseworker")


def test_the_home_page_has_the_minutes_that_a_secretary_has_to_write(cast: Cast) -> None:
    case = before(cast)
    with acting_as(cast.caseworker):
        entry = items_of(stored(cast, case, "caseworker"))[0].entry
    url = f"{reverse('conference_minutes', args=[case.pk])}?of={entry.pk}"
    assert url in lines(cast, "caseworker")
    assert url not in lines(cast, "supervisor")
    row = draft(cast, case)
    assert url not in lines(cast, "caseworker")
    with acting_as(cast.director):
        ITEM.decide(row, Verdict.RETURN, note="架空", by=cast.director)
    assert url in lines(cast, "caseworker")


SCHOOL = Outsider("架空小学校", "教頭")


def test_those_of_other_offices_are_kept_by_office_and_position(cast: Cast) -> None:
    case = before(cast)
    row = draft(cast, case, minutes(outsiders=[SCHOOL], of_council=True))
    with acting_as(cast.caseworker):
        kept = ConferenceItem.objects.get()
        assert outsiders_of(kept) == [SCHOOL]
        assert value_of(kept.of_council) is True
    page = text_of(signed_in(cast.director).get(ITEM.url(row)))
    for word in ("架空小学校", "教頭", "児童福祉法第25条の5"):
        assert word in page, word


def test_secrecy_of_the_council_is_claimed_of_the_council_alone(cast: Cast) -> None:
    """児童福祉法25条の5 binds the members of the council (児童福祉法25条の2), and not everybody who sits at a center."""
    row = draft(cast, before(cast), minutes(outsiders=[SCHOOL]))
    page = text_of(signed_in(cast.director).get(ITEM.url(row)))
    assert "25条の5" not in page
    assert "他に漏らさない" in page
    for wrong in ({"outsiders": [], "of_council": True}, {"outsiders": [Outsider("架空小学校", " ")]}):
        with pytest.raises(Refused):
            draft(cast, before(cast), minutes(**wrong))


def test_an_office_without_a_position_is_refused_at_both_fields(cast: Cast) -> None:
    case = before(cast)
    address = reverse("conference_minutes", args=[case.pk])
    worker = signed_in(cast.caseworker)
    assert set(worker.post(address, FORM | {"office_1": "架空小学校"}).context["form"].errors) == {
        "position_1"
    }
    assert set(worker.post(address, FORM | {"position_2": "教頭"}).context["form"].errors) == {"office_2"}
    assert set(worker.post(address, FORM | {"of_council": "on"}).context["form"].errors) == {"of_council"}
    sent = FORM | {"office_1": "架空小学校", "position_1": "教頭"}
    assert worker.post(address, sent).status_code == 302
    with acting_as(cast.caseworker):
        before_this = typed_before(ConferenceItem.objects.get())
    assert (before_this["office_1"], before_this["position_1"]) == ("架空小学校", "教頭")


@pytest.mark.parametrize(
    ("by", "chair", "secretary"),
    [
        ("worker", "supervisor", "caseworker"),  # of the custody facility: on no case
        ("caseworker", "colleague", "caseworker"),
        ("caseworker", "supervisor", "duty"),
        ("supervisor", "supervisor", "supervisor"),
        ("two_positions", "two_positions/director", "two_positions"),
        ("caseworker", "supervisor", "stranger"),
    ],
)
def test_by_sql_a_conference_is_planned_by_who_may_and_of_two_people(
    cast: Cast, by: str, chair: str, secretary: str
) -> None:
    people = {**cast.positions, "worker": works_at(cast)}
    now = clock.now()

    def sql(who: str, chairs: str, writes: str) -> None:
        row = Sitting(
            office=people[who].office, kind=SittingKind.POLICY, place=SittingPlace.OFFICE, held_from=now
        )
        row.chair, row.secretary, row.made_by, row.made_at = people[chairs], people[writes], people[who], now
        with acting_as(people[who]):
            row.save(force_insert=True)

    with pytest.raises(IntegrityError, match=r"of two people|its own office"):
        sql(by, chair, secretary)
    sql("duty", "supervisor", "caseworker")
