"""A support guideline: what it says, that it takes two people, that one of a case is in force; the database says the same."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.closing import rules as closing
from cases.conferences.codes import Measure
from cases.conferences.models import ConferenceItem
from cases.conferences.queries import CustodianView
from cases.decisions.codes import State, Verdict
from cases.duties.models import Duty
from cases.guidelines import rules
from cases.guidelines.codes import GOALS, Horizon
from cases.guidelines.models import Guideline
from cases.guidelines.panel import EVALUATE, EXPLAIN, steps
from cases.guidelines.prefill import prefilled
from cases.guidelines.queries import Goal, Wish, custodians, goals_of, wishes_of
from cases.guidelines.rules import months_after
from cases.records import actions as records
from security.encryption.fields import reveal
from security.walls import clock
from tests.cast import Cast, a_case, as_owner
from tests.unit.cases.conferences.test_conferences import before, minutes
from tests.unit.cases.conferences.test_conferences import decide as decide_minutes
from tests.unit.cases.conferences.test_conferences import draft as draft_minutes
from tests.unit.cases.diagnoses.test_judgement import with_judgement
from tests.unit.cases.guidelines.made import (
    TEXTS,
    days,
    decide,
    draft,
    fresh,
    goals,
    in_force,
    tell,
    with_mother,
)
from tests.unit.cases.prints.test_notice import a_person
from tests.unit.cases.prints.test_sheets import withhold
from tests.unit.referrals.disclosures.test_gate_by_sql import raw


def stored(cast: Cast, row: Guideline) -> Guideline:
    with acting_as(cast.caseworker):
        return Guideline.objects.get(pk=row.pk)


def owed(cast: Cast, row: Guideline) -> dict[str, Duty]:
    with acting_as(cast.caseworker):
        return {one.kind: one for one in Duty.objects.filter(cause=row.pk)}


def test_approved_it_is_in_force_to_be_explained_and_to_be_evaluated(cast: Cast) -> None:
    row = draft(cast)
    assert (row.state, owed(cast, row)) == (State.WAITING, {})
    row = decide(cast, row)
    assert (row.state, row.is_in_force) == (State.APPROVED, True)
    duties = owed(cast, row)
    assert duties.keys() == {EXPLAIN.code, EVALUATE.code}
    assert {one.owner_id for one in duties.values()} == {cast.caseworker.pk}
    assert duties[EVALUATE.code].due_at.date() == row.review_on
    with acting_as(cast.caseworker):
        kept = Guideline.objects.get(pk=row.pk)
        assert [one.horizon for one in goals_of(kept)] == list(Horizon)
        assert [one.words for one in wishes_of(kept)] == ["「一緒に暮らしたい」（架空）"]
        assert {name: reveal(kept, name) for name in TEXTS} == TEXTS


def test_the_next_takes_its_place_and_nothing_is_owed_on_it_any_more(cast: Cast) -> None:
    first = in_force(cast)
    second = in_force(cast, first.case, support="別の支援（架空）")
    first = stored(cast, first)
    assert (first.state, first.superseded_at is not None, first.ended_at) == (State.ENDED, True, None)
    assert stored(cast, second).is_in_force
    assert {one.done_at is not None for one in owed(cast, first).values()} == {True}
    assert {one.done_at for one in owed(cast, second).values()} == {None}
    with acting_as(cast.caseworker):
        assert "有効です" in str(rules.what_waits(fresh(first.case), clock.now()))


def test_the_drafter_does_not_decide_and_a_draft_returned_is_drafted_again(cast: Cast) -> None:
    row = draft(cast)
    with pytest.raises(Refused):
        decide(cast, row, by="caseworker")
    row = decide(cast, row, Verdict.RETURN)
    again = draft(cast, row.case, earlier=row, support="書き直した支援（架空）")
    assert (again.replaces_id, again.state) == (row.pk, State.WAITING)
    with pytest.raises(Refused, match="drafted"):
        draft(cast, row.case)


def test_each_custodian_is_asked_and_a_suspect_never(cast: Cast) -> None:
    case = with_mother(cast)
    father = a_person(cast, case, "suspect", "髙橋父")
    with acting_as(cast.caseworker):
        # suspected, and a custodian besides
        told = {"role": "custodian", "roles_more": ["suspect"], "name": "髙橋養父", "relation": "養父"}
        empty = dict.fromkeys(("kana", "age", "occupation", "telephone", "note"), "")
        stepfather = records.save_person(case, empty | told, by=cast.caseworker)
        asked, suspects = custodians(fresh(case), clock.today())
    assert [one.pk for one in suspects] == [stepfather.pk]
    (mother,) = asked
    for wishes, code in (
        ([], f"wish_{mother.pk.hex}"),
        ([Wish(mother.pk, " ")], f"wish_{mother.pk.hex}"),
        ([Wish(mother.pk, "x"), Wish(stepfather.pk, "x")], "suspect"),
        ([Wish(mother.pk, "x"), Wish(father.pk, "x")], "suspect"),
    ):
        with pytest.raises(Refused) as refused:
            draft(cast, case, wishes=wishes)
        assert refused.value.code == code
    other = a_person(cast, a_case(cast))
    with pytest.raises(Refused, match="suspect"):
        draft(cast, case, wishes=[Wish(mother.pk, "x"), Wish(other.pk, "x")])


SHORT, LONG = goals()[0], goals()[1]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ([LONG], "goals"),
        ([SHORT], "goals"),
        ([], "goals"),
        ([SHORT] * GOALS + [LONG], "goals"),
        ([replace(SHORT, until=days(-1)), LONG], "until"),
        ([replace(SHORT, until=days(100)), LONG], "until"),
        ([SHORT, replace(LONG, until=days(-1))], "until"),
    ],
)
def test_goals_are_short_and_long_and_lie_ahead(cast: Cast, wrong: list[Goal], code: str) -> None:
    with pytest.raises(Refused) as refused:
        draft(cast, goals=wrong)
    assert refused.value.code == code


def test_it_is_evaluated_within_the_months_of_the_office(cast: Cast) -> None:
    assert months_after(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert months_after(date(2026, 11, 30), 1) == date(2026, 12, 30)
    for day in (days(-1), days(190)):
        with pytest.raises(Refused, match="review_on"):
            draft(cast, review_on=day)
    last = months_after(clock.today(), 6)
    assert draft(cast, review_on=last).review_on == last


def test_it_rests_on_what_was_decided_in_its_own_case(cast: Cast) -> None:
    case = before(cast)
    a_person(cast, case)
    item = draft_minutes(cast, case, minutes(Measure.GUIDANCE))
    with pytest.raises(Refused, match="item"):
        draft(cast, case, item=item)  # not decided yet
    item = decide_minutes(cast, item)
    row = draft(cast, case, item=item)
    assert row.item_id == item.pk
    with pytest.raises(Refused, match="item"):
        draft(cast, item=item)  # of another case
    with pytest.raises(Refused, match="view_why"):
        draft(cast, with_mother(cast), view_why="")
    view = with_judgement(cast, case)
    decide(cast, row, Verdict.RETURN)
    assert draft(cast, case, judgement=view, view_why="").judgement_id == view.pk
    with pytest.raises(Refused, match="judgement"):
        draft(cast, judgement=view, view_why="")


def test_a_withheld_address_is_named_in_none_of_its_texts(cast: Cast) -> None:
    case = with_mother(cast)
    withhold(cast, case)
    where = "架空市北町1-1"
    for more, code in (
        ({"care": f"住所は{where}"}, "care"),
        ({"for_child": where}, "for_child"),
        ({"words": f"{where}で待つ"}, "wish_"),
        ({"goals": goals(means=where)}, "means_1"),
    ):
        with pytest.raises(Refused) as refused:
            draft(cast, case, **more)
        assert str(refused.value.code).startswith(code)


def test_the_child_is_told_once_it_is_in_force(cast: Cast) -> None:
    row = draft(cast)
    with pytest.raises(Refused, match="over"):
        tell(cast, row)
    row = decide(cast, row)
    for wrong in (timedelta(hours=1), -timedelta(days=2)):
        with pytest.raises(Refused, match="told_at"):
            tell(cast, row, told_at=clock.now() + wrong)
    told_at = clock.now()
    told = tell(cast, row, told_at=told_at)
    assert owed(cast, row)[EXPLAIN.code].done_at is not None
    assert owed(cast, row)[EVALUATE.code].done_at is None
    with acting_as(cast.caseworker):
        assert reveal(told, "child_said") == "「わかった」"
    with pytest.raises(Refused):
        tell(cast, row, told_at=told_at)  # sent twice


def test_after_a_support_policy_conference_it_is_the_next_step_and_begins_with_what_was_said(
    cast: Cast,
) -> None:
    case = before(cast)
    mother = a_person(cast, case)
    said = minutes(
        Measure.GUIDANCE,
        views=[CustodianView(mother.pk, "在宅を希望（架空）")],
        conditions="週1回の訪問",
    )
    item = draft_minutes(cast, case, said)
    with acting_as(cast.caseworker):
        assert not [one for one in steps(fresh(case), cast.caseworker) if "guidelines/new" in one.url]
    item = decide_minutes(cast, item)
    with acting_as(cast.caseworker):
        found = fresh(case)
        (step,) = [one for one in steps(found, cast.caseworker) if "guidelines/new" in one.url]
        assert not step.reason
        begins = prefilled(found, clock.today())
    assert begins["item"] == str(item.pk)
    assert begins["child_wish"] == "「おばあちゃんの家がいい」（架空）"
    assert begins[f"wish_{mother.pk.hex}"] == "在宅を希望（架空）"
    assert begins["support_why"] == "理由（架空）"
    assert "週1回の訪問" in begins["support"]
    draft(cast, case, item=item)
    with acting_as(cast.caseworker):
        assert not [one for one in steps(fresh(case), cast.caseworker) if "guidelines/new" in one.url]


def as_before(row: ConferenceItem) -> None:
    """Minutes of before, that have the word of every custodian in one text."""
    with as_owner():
        ConferenceItem.objects.using("owner").filter(pk=row.pk).update(custodians=None)


def test_what_a_suspect_said_is_taken_over_by_nobody(cast: Cast) -> None:
    case = before(cast)
    mother = a_person(cast, case)
    with acting_as(cast.caseworker):
        told = {"role": "custodian", "roles_more": ["suspect"], "name": "髙橋養父", "relation": "養父"}
        empty = dict.fromkeys(("kana", "age", "occupation", "telephone", "note"), "")
        records.save_person(case, empty | told, by=cast.caseworker)
    said = minutes(Measure.GUIDANCE, custodians_view="髙橋母：在宅を希望\n髙橋養父：知らない")
    as_before(decide_minutes(cast, draft_minutes(cast, case, said)))
    with acting_as(cast.caseworker):
        begins = prefilled(fresh(case), clock.today())
    assert {key: text for key, text in begins.items() if key.startswith("wish_")} == {
        f"wish_{mother.pk.hex}": "髙橋母：在宅を希望"
    }


def test_a_line_that_could_be_of_two_people_is_of_nobody(cast: Cast) -> None:
    """母：… is of the mother; 父：… could be of the suspected stepfather, and is left to who writes."""
    case = before(cast)
    empty = dict.fromkeys(("kana", "age", "occupation", "telephone", "note"), "")
    told = {"実母": "custodian", "実父": "custodian", "養父": "suspect"}
    with acting_as(cast.caseworker):
        people = {
            relation: records.save_person(
                case,
                empty | {"role": role, "name": f"架空{relation}", "relation": relation},
                by=cast.caseworker,
            )
            for relation, role in told.items()
        }
    said = minutes(Measure.GUIDANCE, custodians_view="母：在宅を希望\n父：知らない")
    as_before(decide_minutes(cast, draft_minutes(cast, case, said)))
    with acting_as(cast.caseworker):
        begins = prefilled(fresh(case), clock.today())
    wishes = {key: text for key, text in begins.items() if key.startswith("wish_")}
    assert wishes == {f"wish_{people['実母'].pk.hex}": "母：在宅を希望"}


def test_the_next_begins_with_the_one_in_force(cast: Cast) -> None:
    row = in_force(cast)
    with acting_as(cast.caseworker):
        begins = prefilled(fresh(row.case), clock.today())
    assert begins["support"] == TEXTS["support"]
    assert (begins["goal_1"], begins["goal_2"]) == ("眠れる", "地域で暮らす")
    assert begins["review_on"] == months_after(clock.today(), 6)


def test_a_case_is_not_closed_while_it_is_in_force(cast: Cast) -> None:
    row = draft(cast)
    with acting_as(cast.caseworker):
        case = fresh(row.case)
        assert "決裁を待っています" in str(rules.what_waits(case, clock.now()))
    decide(cast, row)
    with acting_as(cast.caseworker), pytest.raises(Refused):
        closing.check_may_draft_closing(fresh(row.case), cast.caseworker, clock.now())


@pytest.mark.parametrize(
    ("statement", "wall"),
    [
        ("UPDATE cases_guideline SET support = needs WHERE id = %s", "only its drafter changes a draft"),
        ("UPDATE cases_guideline SET review_on = review_on + 1 WHERE id = %s", "only its drafter"),
        ("UPDATE cases_guideline SET superseded_at = now() WHERE id = %s", "permission denied"),
        ("UPDATE cases_guideline SET ended_at = now() WHERE id = %s", "permission denied"),
        ("UPDATE cases_guideline SET approved = NULL, decided_at = NULL WHERE id = %s", "signed decision"),
        ("DELETE FROM cases_guideline WHERE id = %s", "permission denied"),
    ],
)
def test_what_was_decided_stands_against_sql(cast: Cast, statement: str, wall: str) -> None:
    row = in_force(cast)
    with pytest.raises(DatabaseError, match=wall):
        raw(cast.caseworker, statement, [row.pk])


def test_by_sql_it_rests_on_nothing_foreign_and_is_evaluated_in_time(cast: Cast) -> None:
    row = draft(cast)
    foreign = with_judgement(cast, before(cast))
    with pytest.raises(DatabaseError, match="rests on what was decided"):
        raw(
            cast.caseworker,
            "UPDATE cases_guideline SET judgement_id = %s WHERE id = %s",
            [foreign.pk, row.pk],
        )
    with pytest.raises(DatabaseError, match="evaluated in time"):
        raw(
            cast.caseworker,
            "UPDATE cases_guideline SET review_on = current_date + 400 WHERE id = %s",
            [row.pk],
        )
    assert (
        raw(
            cast.positions["stranger"],
            "UPDATE cases_guideline SET review_on = review_on WHERE id = %s",
            [row.pk],
        )
        == 0
    )


def test_what_is_owed_is_done_by_recording_it_alone(cast: Cast) -> None:
    row = in_force(cast)
    for kind in (EXPLAIN.code, EVALUATE.code):
        with pytest.raises(DatabaseError, match="what is owed is done by recording it"):
            raw(
                cast.caseworker,
                "UPDATE cases_duty SET done_at = now() WHERE cause = %s AND kind = %s",
                [row.pk, kind],
            )


def test_a_stale_form_overwrites_nothing(cast: Cast) -> None:
    row = draft(cast)
    opened = stored(cast, row)
    draft(cast, row.case, earlier=opened, support="二度目（架空）")
    with pytest.raises(Refused, match="stale"):
        draft(cast, row.case, earlier=opened, support="三度目（架空）")


def test_nobody_outside_the_case_reads_it(cast: Cast) -> None:
    row = in_force(cast)
    for name in ("stranger", "police", "school", "institution", "privacy"):
        with acting_as(cast.positions[name]):
            assert not Guideline.objects.filter(pk=row.pk).exists(), name
