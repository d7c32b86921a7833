"""A conference advises and the director decides, of each case by itself; what the law forbids it does not decide."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.clocks.rules import end_of
from cases.conferences import actions, rules
from cases.conferences.actions import ITEM, Minutes
from cases.conferences.chair import sign_as_chair
from cases.conferences.codes import (
    ITEM_MOVES,
    OF_KIND,
    ChildHeard,
    ItemState,
    Measure,
    SittingKind,
    SittingPlace,
    Stand,
)
from cases.conferences.models import AgendaEntry, ConferenceItem, Sitting
from cases.conferences.papers import sitting_part
from cases.conferences.queries import (
    CustodianView,
    Item,
    Task,
    agenda_of,
    custodians_around,
    items_of,
    others_on,
)
from cases.decisions.codes import Verdict
from cases.duties.models import Duty
from cases.records.actions import block_person, correct_stage, move_stage
from cases.records.codes import PersonRole, Stage
from cases.records.models import Case, StageMove
from security.encryption.fields import reveal
from security.encryption.keyring import KeyNotVisible
from security.walls import clock
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in, text_of

WORDS = {
    **dict.fromkeys(ConferenceItem.TEXTS, ""),
    "facts": "事実（架空）",
    "social": "社会診断（架空）",
    "child_view": "「おばあちゃんの家がいい」（架空）",
    "view_how": "一時保護所の居室で担当が聴取（架空）",
    "custodians_view": "母：在宅を希望（架空）",
    "reasons": "理由（架空）",
}


def minutes(*measures: Measure, **more: Any) -> Minutes:
    texts = WORDS | {name: more.pop(name) for name in WORDS.keys() & more.keys()}
    usual: dict[str, Any] = {"heard": ChildHeard.BEFORE, "stand": Stand.CONSENTS, "next_on": clock.today()}
    return Minutes(texts=texts, measures=measures or (Measure.GUIDANCE,), **(usual | more))


def investigated(cast: Cast, **more: Any) -> Case:
    """A case that was accepted and is being investigated."""
    case = a_case(cast, **more)
    with as_owner():
        Case.objects.using("owner").filter(pk=case.pk).update(stage=Stage.INVESTIGATION)
    return stored(cast, case)


def stored(cast: Cast, case: Case, who: str = "supervisor") -> Case:
    with acting_as(cast.positions[who]):
        return Case.objects.select_related("child", "office", "section").get(pk=case.pk)


AGO = timedelta(hours=2)


def planned(
    cast: Cast, kind: SittingKind = SittingKind.POLICY, chair: str = "supervisor", ago: timedelta = AGO
) -> Sitting:
    with acting_as(cast.caseworker):
        return actions.plan_sitting(
            kind=kind,
            place=SittingPlace.OFFICE,
            held_from=clock.now() - ago,
            chair=cast.positions[chair],
            secretary=cast.caseworker,
            by=cast.caseworker,
        )


def put(
    cast: Cast, case: Case, sitting: Sitting, who: str = "caseworker", matter: str = "方針（架空）"
) -> AgendaEntry:
    with acting_as(cast.positions[who]):
        return actions.put_before(case, sitting, matter, by=cast.positions[who])


def held(cast: Cast, sitting: Sitting, ago: timedelta = AGO / 2) -> Sitting:
    with acting_as(cast.caseworker):
        ended = clock.now() - ago
        return actions.record_held(sitting, ended, [cast.caseworker, sitting.chair], by=cast.caseworker)


def before(
    cast: Cast, kind: SittingKind = SittingKind.POLICY, chair: str = "supervisor", case: Case | None = None
) -> Case:
    """A case before a conference that was held."""
    case, sitting = case or investigated(cast), planned(cast, kind, chair)
    put(cast, case, sitting)
    held(cast, sitting)
    return case


def _read(cast: Cast, case: Case) -> Item:
    with acting_as(cast.caseworker):
        return items_of(Case.objects.get(pk=case.pk))[0]


def draft(
    cast: Cast, case: Case, said: Minutes | None = None, earlier: ConferenceItem | None = None
) -> ConferenceItem:
    with acting_as(cast.caseworker):
        fresh = Case.objects.select_related("child", "office").get(pk=case.pk)
        item, said = items_of(fresh)[0], said or minutes()
        said = said if said.views else replace(said, views=heard(fresh, said.stand))
        return actions.draft_minutes(fresh, item, said, by=cast.caseworker, earlier=earlier)


def heard(case: Case, stand: Stand) -> list[CustodianView]:
    """A word of each custodian of the case, who stand alike."""
    today = clock.today()
    return [
        CustodianView(
            person.pk,
            "架空の意見",
            stand if person.holds_authority(today) else None,
            PersonRole.SUSPECT in person.roles,
        )
        for person in custodians_around(case, today)
    ]


def sign(cast: Cast, row: ConferenceItem, who: str = "supervisor") -> ConferenceItem:
    """The chair signs what waits for it."""
    with acting_as(cast.positions[who]):
        fresh = ConferenceItem.objects.get(pk=row.pk)
        sign_as_chair(ITEM, fresh, version=fresh.version, by=cast.positions[who])
        return ConferenceItem.objects.get(pk=row.pk)


def decide(
    cast: Cast, row: ConferenceItem, verdict: Verdict = Verdict.APPROVE, who: str = "director"
) -> ConferenceItem:
    with acting_as(cast.supervisor):
        waits = ConferenceItem.objects.get(pk=row.pk).waits_for_chair
    if verdict is Verdict.APPROVE and waits:
        sign(cast, row)
    with acting_as(cast.positions[who]):
        return ITEM.decide(row, verdict, by=cast.positions[who], note="理由（架空）")


@contextmanager
def refused_by_sql(by: Position) -> Iterator[Any]:
    with acting_as(by), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        yield cursor


def test_the_table_of_moves_is_what_happens_to_an_item(cast: Cast) -> None:
    case, sitting = investigated(cast), planned(cast)
    put(cast, case, sitting)
    seen = [_read(cast, case).state]

    def then(state: ItemState) -> None:
        assert state in ITEM_MOVES[seen[-1]]
        assert _read(cast, case).state is state
        seen.append(state)

    held(cast, sitting)
    then(ItemState.HELD)
    row = draft(cast, case)
    then(ItemState.TO_SIGN)
    with acting_as(cast.caseworker):
        ITEM.take_back(row, by=cast.caseworker)
    then(ItemState.HELD)
    row = draft(cast, case)
    then(ItemState.TO_SIGN)
    row = decide(cast, row, Verdict.RETURN)
    then(ItemState.RETURNED)
    row = draft(cast, case, earlier=row)
    then(ItemState.TO_SIGN)
    row = sign(cast, row)
    then(ItemState.MINUTED)
    row = draft(cast, case, minutes(reasons="書き直した理由（架空）"), earlier=row)
    then(ItemState.TO_SIGN)
    row = sign(cast, row)
    then(ItemState.MINUTED)
    decide(cast, row)
    then(ItemState.DECIDED)
    with pytest.raises(Refused, match="no_item"):
        draft(cast, case)
    assert set(ITEM_MOVES) == set(ItemState) == {*seen, ItemState.REFUSED, ItemState.CANCELLED}


def test_what_is_not_approved_comes_before_another_conference(cast: Cast) -> None:
    case = before(cast)
    decide(cast, draft(cast, case), Verdict.REFUSE)
    assert _read(cast, case).state is ItemState.REFUSED
    with pytest.raises(Refused, match="no_item"):
        draft(cast, case)
    put(cast, case, planned(cast))


@pytest.mark.parametrize("measure", sorted(OF_KIND[SittingKind.POLICY]))
def test_the_decision_moves_the_case_where_support_begins(cast: Cast, measure: Measure) -> None:
    begins = {"jogen", "keizoku", "assen", "g26_1_2", "g27_1_1", "g27_1_2", "g27_1_3", "g33_6"}
    case = before(cast)
    row = draft(cast, case, minutes(measure))
    assert stored(cast, case).stage == Stage.INVESTIGATION, "minutes decide nothing"
    decide(cast, row)
    assert stored(cast, case).stage == (Stage.SUPPORT if measure in begins else Stage.INVESTIGATION)
    with acting_as(cast.supervisor):
        moves = list(StageMove.objects.filter(case=case).values_list("moved_by", flat=True))
    assert moves == ([cast.director.pk] if measure in begins else [])


def test_support_begins_in_no_other_way(cast: Cast) -> None:
    """Neither by a correction, nor by SQL, nor by an approval that has been used; and only a conference takes it back."""
    case = before(cast)
    wrong: dict[str, Any] = {"on": clock.today(), "reason": "誤り（架空）", "by": cast.supervisor}
    with acting_as(cast.supervisor), pytest.raises(Refused, match="stage"):
        correct_stage(Case.objects.get(pk=case.pk), Stage.SUPPORT, **wrong)
    decide(cast, draft(cast, case))
    assert stored(cast, case).stage == Stage.SUPPORT
    with acting_as(cast.supervisor), pytest.raises(Refused, match="stage"):
        correct_stage(Case.objects.get(pk=case.pk), Stage.INVESTIGATION, **wrong)
    again = before(cast, SittingKind.ASSESSMENT, case=case)
    decide(cast, draft(cast, again, minutes(Measure.MORE_NEEDED)))
    assert stored(cast, case).stage == Stage.INVESTIGATION
    for who in (cast.caseworker, cast.supervisor):
        with (
            acting_as(who),
            pytest.raises(IntegrityError, match="decision of a conference"),
            transaction.atomic(),
        ):
            move_stage(Case.objects.get(pk=case.pk), Stage.SUPPORT, by=who)
    assert stored(cast, case).stage == Stage.INVESTIGATION


def test_tasks_are_duties_from_the_approval_on(cast: Cast) -> None:
    case, day = before(cast), clock.today() + timedelta(days=3)
    row = draft(cast, case, minutes(tasks=[Task("家庭訪問（架空）", cast.supervisor.pk, day)]))
    with acting_as(cast.supervisor):
        assert not Duty.objects.filter(case=case).exists()
    decide(cast, row)
    with acting_as(cast.supervisor):
        duty = Duty.objects.get(case=case)
    assert (duty.owner_id, duty.cause, duty.kind) == (cast.supervisor.pk, row.pk, "conference_task")
    assert duty.due_at == end_of(day)


AGAINST = {Stand.OBJECTS: "against", Stand.WITHDRAWN: "against", Stand.NOT_ASKED: "not_asked"}


@pytest.mark.parametrize("stand", list(Stand))
def test_no_placement_against_the_will_of_those_with_parental_authority(cast: Cast, stand: Stand) -> None:
    """児童福祉法27条4項, 28条1項."""
    case = before(cast)
    said = minutes(Measure.PLACEMENT, stand=stand)
    if stand in AGAINST:
        with pytest.raises(Refused, match=AGAINST[stand]):
            draft(cast, case, said)
        draft(cast, case, replace(said, approved_on=clock.today()))
        return
    draft(cast, case, said)


@pytest.mark.parametrize("measure", sorted(OF_KIND[SittingKind.POLICY]))
@pytest.mark.parametrize("heard", list(ChildHeard))
def test_the_child_is_heard_before(measure: Measure, heard: ChildHeard) -> None:
    """児童福祉法33条の3の3."""
    first = {"g26_1_2", "g27_1_2", "g27_1_3", "custody_end", "change", "suspend", "end"}
    if heard is ChildHeard.BEFORE:
        rules.check_child_heard([measure], heard, "")
        return
    with pytest.raises(Refused, match="heard_why"):
        rules.check_child_heard([measure], heard, "　")
    if heard is ChildHeard.NOT and measure in first:
        with pytest.raises(Refused, match="not_heard"):
            rules.check_child_heard([measure], heard, "理由（架空）")
    else:
        rules.check_child_heard([measure], heard, "理由（架空）")


def test_what_became_unlawful_is_not_approved(cast: Cast) -> None:
    case = before(cast)
    row = draft(cast, case, minutes(Measure.PLACEMENT))
    with acting_as(cast.caseworker):
        row.stand = Stand.OBJECTS
        row.save(update_fields=["stand"])
    with pytest.raises(Refused, match="against"):
        decide(cast, row)
    assert stored(cast, case).stage == Stage.INVESTIGATION


def test_two_people_by_rule_and_by_sql(cast: Cast) -> None:
    case = before(cast)
    row = draft(cast, case)
    for who in ("caseworker", "supervisor"):
        with pytest.raises(Refused, match="not_decider"):
            decide(cast, row, who=who)
        with refused_by_sql(cast.positions[who]) as cursor:
            cursor.execute(
                "UPDATE cases_conferenceitem SET decided_at = now(), approved = true, decided_by_id = %s,"
                " decided_person_id = %s WHERE id = %s",
                [cast.positions[who].pk, cast.positions[who].staff_id, row.pk],
            )
    assert _read(cast, case).state is ItemState.MINUTED


def test_nobody_but_the_secretary_writes_the_minutes(cast: Cast) -> None:
    case = before(cast)
    item = _read(cast, case)
    with acting_as(cast.supervisor), pytest.raises(Refused, match="no_item"):
        actions.draft_minutes(case, item, minutes(), by=cast.supervisor)
    row = draft(cast, case)
    with acting_as(cast.caseworker):
        ITEM.take_back(row, by=cast.caseworker)
    with refused_by_sql(cast.supervisor) as cursor:
        cursor.execute(
            "INSERT INTO cases_conferenceitem SELECT r.* FROM cases_conferenceitem t, jsonb_populate_record("
            "NULL::cases_conferenceitem, to_jsonb(t) || jsonb_build_object('id', gen_random_uuid(),"
            " 'taken_back_at', null, 'replaces_id', null)) r WHERE t.id = %s",
            [row.pk],
        )


def test_minutes_are_of_a_conference_that_was_held(cast: Cast) -> None:
    case, sitting = investigated(cast), planned(cast)
    put(cast, case, sitting)
    with pytest.raises(Refused, match="no_item"):
        draft(cast, case)


def test_a_conference_is_held_once_and_with_its_own_people(cast: Cast) -> None:
    case, sitting = investigated(cast), planned(cast)
    now = clock.now()
    for by, to, present, code in (
        (cast.colleague, now, [cast.caseworker, cast.supervisor], "not_secretary"),
        (cast.caseworker, now + timedelta(hours=1), [cast.caseworker, cast.supervisor], "held_to"),
        (cast.caseworker, now - timedelta(hours=3), [cast.caseworker, cast.supervisor], "held_to"),
        (cast.caseworker, now, [cast.caseworker], "present"),
    ):
        with acting_as(by), pytest.raises(Refused, match=code):
            actions.record_held(sitting, to, present, by=by)
    people = [cast.caseworker, cast.supervisor, cast.stranger]
    with acting_as(cast.caseworker), pytest.raises(IntegrityError):
        actions.record_held(sitting, now - timedelta(minutes=1), people, by=cast.caseworker)
    held(cast, sitting)
    with pytest.raises(Refused, match="held"):
        held(cast, sitting)
    with pytest.raises(Refused, match="held"):
        put(cast, case, sitting)
    with refused_by_sql(cast.caseworker) as cursor:
        cursor.execute("UPDATE cases_sitting SET present = '{}' WHERE id = %s", [sitting.pk])


def test_who_was_there_by_telephone_was_there_and_that_is_written_once(cast: Cast) -> None:
    sitting, ended = planned(cast), clock.now() - AGO / 2
    there = [cast.caseworker, cast.supervisor]
    with acting_as(cast.caseworker), pytest.raises(Refused, match="by_telephone"):
        actions.record_held(sitting, ended, there, by=cast.caseworker, by_telephone=[cast.colleague])
    hold = (
        "UPDATE cases_sitting SET held_to = now(), present = ARRAY[%s, %s]::uuid[],"
        " by_telephone = ARRAY[%s]::uuid[] WHERE id = %s"
    )
    with refused_by_sql(cast.caseworker) as cursor:
        cursor.execute(hold, [*(one.pk for one in there), cast.colleague.pk, sitting.pk])
    with refused_by_sql(cast.caseworker) as cursor:
        cursor.execute(
            "UPDATE cases_sitting SET by_telephone = ARRAY[secretary_id] WHERE id = %s", [sitting.pk]
        )
    with acting_as(cast.caseworker):
        row = actions.record_held(sitting, ended, there, by=cast.caseworker, by_telephone=[cast.supervisor])
        assert row.by_telephone == [cast.supervisor.pk]
        told = [str(value) for _label, value in sitting_part(row).rows]
    assert [line.endswith("電話・オンライン") for line in told[-1].splitlines()].count(True) == 1
    with refused_by_sql(cast.caseworker) as cursor:
        cursor.execute("UPDATE cases_sitting SET by_telephone = '{}' WHERE id = %s", [sitting.pk])


def test_a_case_comes_before_a_conference_once_and_after_its_reception(cast: Cast) -> None:
    sitting = planned(cast)
    with pytest.raises(Refused, match="reception"):
        put(cast, a_case(cast), sitting)
    case = investigated(cast)
    put(cast, case, sitting)
    with pytest.raises(Refused, match="there"):
        put(cast, case, sitting)


def test_each_kind_decides_what_is_its_own(cast: Cast) -> None:
    case = before(cast, SittingKind.ASSESSMENT)
    with pytest.raises(Refused, match="measures"):
        draft(cast, case, minutes(Measure.PLACEMENT))
    draft(cast, case, minutes(Measure.JUDGED))


@pytest.mark.parametrize(("chair", "secretary"), [("caseworker", "colleague"), ("supervisor", "duty")])
def test_chair_and_secretary_may_do_that(cast: Cast, chair: str, secretary: str) -> None:
    with pytest.raises(Refused):
        rules.check_people(cast.positions[chair], cast.positions[secretary])
    with pytest.raises(Refused, match="two_people"):
        rules.check_people(cast.supervisor, cast.supervisor)


def test_a_minority_view_has_its_author(cast: Cast) -> None:
    case = before(cast)
    for one in ("minority", "minority_who"):
        with pytest.raises(Refused, match="minority"):
            draft(cast, case, minutes(**{one: "架空"}))


def test_who_is_barred_from_one_case_sees_neither_its_number_nor_its_words(cast: Cast) -> None:
    sitting, hidden, seen = planned(cast), investigated(cast), investigated(cast)
    word = "隠れた付議事項（架空）"
    put(cast, hidden, sitting, matter=word)
    put(cast, seen, sitting, matter="見える付議事項（架空）")
    held(cast, sitting)
    row = draft(cast, hidden, minutes(reasons="隠れた理由（架空）"))
    with acting_as(cast.director):
        block_person(hidden, cast.supervisor.staff, by=cast.director)
    page = text_of(signed_in(cast.supervisor).get(reverse("sitting", args=[sitting.pk])))
    assert seen.number in page
    assert "見える付議事項（架空）" in page
    assert hidden.number not in page
    assert word not in page
    assert "ほかに議題が1件あります" in page
    with acting_as(cast.supervisor):
        assert [one.entry.case_id for one in agenda_of(sitting)] == [seen.pk]
        assert others_on(sitting) == 1
        with connection.cursor() as cursor:
            for table in ("cases_agendaentry", "cases_conferenceitem"):
                cursor.execute(f"SELECT count(*) FROM {table} WHERE case_id = %s", [hidden.pk])
                assert cursor.fetchone() == (0,)
        with pytest.raises(KeyNotVisible):
            reveal(row, "reasons")
    full = text_of(signed_in(cast.caseworker).get(reverse("sitting", args=[sitting.pk])))
    assert hidden.number in full
    assert word in full
    assert "ほかに議題が" not in full
    with acting_as(cast.stranger):
        assert others_on(sitting) == 0, "another office counts nothing"
    assert signed_in(cast.stranger).get(reverse("sitting", args=[sitting.pk])).status_code == 404


class Cut(Exception):
    """The process ends here."""


def test_cut_off_in_the_middle_nothing_of_it_is_kept(cast: Cast) -> None:
    """The effect is within the decision: a case that has moved without its duties, or a signature without either, never is."""
    case = before(cast)
    row = draft(cast, case, minutes(tasks=[Task("家庭訪問（架空）", cast.supervisor.pk, clock.today())]))

    def cut(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if str(sql).startswith('INSERT INTO "cases_duty"'):
            raise Cut
        return execute(sql, params, many, context)

    with pytest.raises(Cut), connection.execute_wrapper(cut):
        decide(cast, row)
    assert stored(cast, case).stage == Stage.INVESTIGATION
    assert _read(cast, case).state is ItemState.MINUTED
    with acting_as(cast.supervisor):
        assert not Duty.objects.filter(case=case).exists()
    decide(cast, row)
    assert stored(cast, case).stage == Stage.SUPPORT
