"""A counseling plan: who drafts and decides it, on which days, on what it rests, who is asked; and the database says the same."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.directory.models import Office
from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.roles import Role
from agencies.staff.rules import Refused
from cases.closing.codes import ClosingReason
from cases.conferences.codes import ChildHeard, Measure
from cases.conferences.hearing import record_hearing
from cases.conferences.models import ConferenceItem
from cases.counseling import rules
from cases.counseling.actions import PLAN
from cases.counseling.codes import CounselingKind, CustodianStand, ForWhom, LegalForm, PlanState
from cases.counseling.content import Asked
from cases.counseling.models import CounselingPlan
from cases.counseling.panel import shown
from cases.counseling.queries import answers_of, measures_of, plans_of_provider, running_of, to_ask
from cases.decisions.codes import State, Verdict
from cases.duties.models import Duty
from cases.hearings.codes import Advocate
from cases.records.codes import StayKind
from cases.records.models import Case, Person
from security.walls import clock
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in, text_of
from tests.unit.cases.closing.test_closing import TEXTS as CLOSING
from tests.unit.cases.conferences.test_conferences import before, minutes
from tests.unit.cases.conferences.test_conferences import decide as decide_minutes
from tests.unit.cases.conferences.test_conferences import draft as draft_minutes
from tests.unit.cases.counseling.plans import a_plan, days, decide, draft, read
from tests.unit.cases.custody.test_actions import in_custody
from tests.unit.cases.diagnoses.team import newcomer, on_team
from tests.unit.cases.interviews.test_plans import propose
from tests.unit.cases.prints.test_notice import a_person
from tests.unit.cases.prints.test_prints import printed, words_on
from tests.unit.referrals.disclosures.test_gate_by_sql import raw


def test_it_is_decided_by_a_supervisor_who_did_not_draft_it_and_then_runs(cast: Cast) -> None:
    row = draft(cast)
    with pytest.raises(Refused):
        decide(cast, row, by="caseworker")
    assert read(cast, row).plan_state_on(days(0)) is None
    row = decide(cast, row)
    assert row.state is State.APPROVED
    assert [row.runs_on(days(day)) for day in (-1, 0, 300)] == [False, True, True]
    with acting_as(cast.caseworker):
        case = Case.objects.get(pk=row.case_id)
        assert [one.pk for one in running_of(case, clock.now())] == [row.pk]
        assert [one.pk for one in plans_of_provider(cast.caseworker)] == [row.pk]
        duty = Duty.objects.get(cause=row.pk)
    assert (duty.owner_id, localdate(duty.due_at)) == (cast.caseworker.pk, row.review_on)


def test_a_supervisors_own_draft_is_decided_by_the_director(cast: Cast) -> None:
    row = draft(cast, by="supervisor")
    with pytest.raises(Refused, match="own_draft"):
        decide(cast, row)
    assert decide(cast, row, by="director").state is State.APPROVED


def test_what_was_decided_does_not_change(cast: Cast) -> None:
    row = a_plan(cast)
    for change in ("needs = 'x'", "review_on = review_on - 1", "provider_id = provider_id, goals = 'x'"):
        with pytest.raises(DatabaseError):
            raw(cast.caseworker, f"UPDATE cases_counselingplan SET {change} WHERE id = %s", [row.pk])
    with pytest.raises(DatabaseError, match="permission denied"):
        raw(cast.caseworker, "UPDATE cases_counselingplan SET ended_at = now() WHERE id = %s", [row.pk])


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"starts_on": -1}, "starts_on"),
        ({"starts_on": 5, "ends_on": 4, "review_on": 4}, "ends_on"),
        ({"starts_on": 5, "review_on": 4}, "review_on"),
        ({"ends_on": 30, "review_on": 31}, "review_on"),
        ({"review_on": 100}, "review_on"),  # later than the office wants
    ],
)
def test_the_days_are_in_order(cast: Cast, typed: dict[str, int], field: str) -> None:
    with pytest.raises(Refused) as refused:
        draft(
            cast,
            a_case(cast),
            by="caseworker",
            earlier=None,
            **{name: days(day) for name, day in typed.items()},
        )
    assert refused.value.code == field


def test_a_child_that_is_placed_is_reviewed_later_and_an_office_may_be_stricter(cast: Cast) -> None:
    case = a_case(cast)
    with acting_as(cast.caseworker):
        home = Case.objects.select_related("office").get(pk=case.pk)
        placed = Case.objects.select_related("office").get(pk=case.pk)
        placed.place_of_stay = StayKind.FOSTER
        first = date(2026, 11, 30)
        assert rules.latest_review(home, first) == date(2027, 2, 28)
        assert rules.latest_review(placed, first) == date(2027, 5, 30)
        home.office.plan_review_months = 1
        assert rules.latest_review(home, first) == date(2026, 12, 30)


def test_a_provider_is_on_the_team_and_holds_the_position(cast: Cast) -> None:
    case = a_case(cast)
    psychologist = newcomer(cast, "shinri", Role.PSYCHOLOGIST)
    with pytest.raises(Refused) as refused:
        draft(cast, case, provider=psychologist)
    assert refused.value.code == "provider"
    on_team(cast, case, psychologist)
    row = draft(cast, case, provider=psychologist)
    with as_owner():
        Position.objects.using("owner").filter(pk=psychologist.pk).update(ends_on=days(-1))
    with pytest.raises(Refused, match="provider"):
        decide(cast, row)
    assert decide(cast, row, Verdict.RETURN).state is State.RETURNED


def test_a_provider_is_of_the_office_or_is_another_office(cast: Cast) -> None:
    row = draft(cast, provider=None, other_office=cast.offices["minami"])
    assert row.other_office == cast.offices["minami"]
    for more in ({"provider": None}, {"other_office": cast.offices["minami"]}):
        with pytest.raises(Refused) as refused:
            draft(cast, **more)
        assert refused.value.code == "provider"
    with pytest.raises(Refused, match="other_office"):
        draft(cast, provider=None, other_office=cast.offices["kita"])
    with pytest.raises(DatabaseError, match="a plan is given by the office"):
        raw(
            cast.caseworker,
            "UPDATE cases_counselingplan SET provider_id = %s, other_office_id = NULL WHERE id = %s",
            [cast.positions["stranger"].pk, row.pk],
        )


def test_no_plan_on_a_closed_case(cast: Cast) -> None:
    case = a_case(cast)
    row = draft(cast, case)
    with acting_as(cast.caseworker):
        assert rules.what_waits(Case.objects.get(pk=case.pk), clock.now())
    assert CLOSING
    assert ClosingReason.FINISHED
    decide(cast, row, Verdict.REFUSE)
    with as_owner():
        Case.objects.using("owner").filter(pk=case.pk).update(stage="closed", closed_at=clock.now())
    with pytest.raises(Refused, match="closed"):
        draft(cast, case)


# --- Who is asked


def test_every_custodian_is_asked_and_a_suspect_never(cast: Cast) -> None:
    case = a_case(cast)
    mother = a_person(cast, case)
    suspect = a_person(cast, case, "suspect", "髙橋父")
    with acting_as(cast.caseworker):
        fresh = Case.objects.get(pk=case.pk)
        assert [one.pk for one in to_ask(fresh, clock.today())] == [mother.pk]
    with pytest.raises(Refused) as refused:
        draft(cast, case, asked=[])
    assert refused.value.code == f"stand_{mother.pk}"
    answers = [
        Asked(mother.pk, CustodianStand.AGREES, clock.now(), "はい"),
        Asked(suspect.pk, CustodianStand.AGREES, clock.now(), "はい"),
    ]
    with pytest.raises(Refused, match="asked"):
        draft(cast, case, asked=answers)
    foreign = a_person(cast, a_case(cast))
    with pytest.raises(Refused, match="asked"):
        draft(cast, case, asked=[answers[0], Asked(foreign.pk, CustodianStand.AGREES, clock.now(), "x")])
    late = [Asked(mother.pk, CustodianStand.AGREES, clock.now() + timedelta(hours=1), "x")]
    with pytest.raises(Refused) as refused:
        draft(cast, case, asked=late)
    assert refused.value.code == f"at_{mother.pk}"


def test_a_suspect_with_parental_authority_has_no_part_in_the_form(cast: Cast) -> None:
    case = a_case(cast)
    mother = a_person(cast, case)
    a_person(cast, case, "suspect", "髙橋父")
    page = text_of(signed_in(cast.caseworker).get(reverse("counseling_new", args=[case.pk])))
    assert "髙橋母" in page
    assert f"stand_{mother.pk}" in page
    assert "髙橋父" not in page


def test_who_became_a_custodian_meanwhile_is_asked_before_the_approval(cast: Cast) -> None:
    case = a_case(cast)
    row = draft(cast, case)
    a_person(cast, case, "non_offending", "髙橋祖母")
    with pytest.raises(Refused, match="stand_"):
        decide(cast, row)


# --- Guidance that is a measure


def measure(cast: Cast, **more: Any) -> ConferenceItem:
    """Minutes that decided guidance under Art. 27, approved."""
    return decide_minutes(cast, draft_minutes(cast, before(cast), minutes(Measure.GUIDANCE_27, **more)))


def test_a_measure_rests_on_a_conference_on_which_the_child_was_heard(cast: Cast) -> None:
    """児童福祉法33条の3の3: the child is heard before guidance under 26条1項2号 or 27条1項2号."""
    item = measure(cast)
    form = LegalForm.ARTICLE_27
    with pytest.raises(Refused) as refused:
        draft(cast, item.case, legal_form=form)
    assert refused.value.code == "item"
    with pytest.raises(Refused, match="item"):
        draft(cast, item.case, legal_form=LegalForm.ARTICLE_26, item=item)
    with pytest.raises(Refused, match="item"):
        draft(cast, legal_form=form, item=item)
    with pytest.raises(Refused, match="item"):
        draft(cast, item.case, item=item)
    row = a_plan(cast, item.case, legal_form=form, item=item)
    assert row.state is State.APPROVED


def test_where_hearing_could_not_wait_the_plan_waits_for_it(cast: Cast) -> None:
    """児童福祉法33条の3の3: promptly afterwards, and before the help begins."""
    item = measure(
        cast,
        heard=ChildHeard.URGENT,
        heard_why="入院（架空）",
        hear_owner=cast.caseworker.pk,
        child_view="眠っている",
    )
    with pytest.raises(Refused, match="item"):
        draft(cast, item.case, legal_form=LegalForm.ARTICLE_27, item=item)
    with acting_as(cast.caseworker):
        said = {
            "heard_at": clock.now(),
            "heard_by": "担当（架空）",
            "explained": "絵で（架空）",
            "advocate": Advocate.OFFERED,
        }
        record_hearing(item, said, opinion="「いいよ」", by=cast.caseworker)
        assert [one.pk for one in measures_of(Case.objects.get(pk=item.case_id))] == [item.pk]
    assert draft(cast, item.case, legal_form=LegalForm.ARTICLE_27, item=item).item == item


# --- What the registers of other rooms say to it


def test_before_the_interview_on_the_facts_it_says_what_is_not_touched(cast: Cast) -> None:
    case = a_case(cast)
    propose(cast, case)
    with pytest.raises(Refused) as refused:
        draft(cast, case)
    assert refused.value.code == "risks"
    row = draft(cast, case, risks="被害の話題（架空）")
    assert decide(cast, row).state is State.APPROVED
    client = signed_in(cast.caseworker)
    for url in (
        reverse("counseling", args=[case.pk, row.pk]),
        PLAN.url(row),
        reverse("progress_list", args=[case.pk]),
    ):
        assert "事実確認面接がまだ行われていません" in text_of(client.get(url)), url
    words = "".join(words_on(printed(cast, case, f"counseling_plan_form:{row.pk}")))
    assert "事実確認面接の実施前" in words


def test_who_drafted_custody_is_warned_of_as_help_of_the_custodians(cast: Cast) -> None:
    """児童虐待防止法11条7項: guidance of custodians by another person than who took the child into custody."""
    case = in_custody(cast).case
    for more, warned in (
        ({"kind": CounselingKind.PARENTS, "for_whom": [ForWhom.CAREGIVER]}, True),
        ({"kind": CounselingKind.PLAY}, False),
    ):
        row = draft(cast, case, **more)
        with acting_as(cast.supervisor):
            fresh = read(cast, row, "supervisor")
            assert shown(fresh, clock.now())["same_person"] is warned
    psychologist = on_team(cast, case, newcomer(cast, "shinri", Role.PSYCHOLOGIST))
    row = draft(cast, case, kind=CounselingKind.PARENTS, provider=psychologist)
    with acting_as(cast.supervisor):
        assert not shown(read(cast, row, "supervisor"), clock.now())["same_person"]


def test_tf_cbt_without_a_course_is_warned_of(cast: Cast) -> None:
    row = draft(cast, kind=CounselingKind.TFCBT)
    page = text_of(signed_in(cast.supervisor).get(PLAN.url(row)))
    assert "TF-CBTの研修が、研修台帳にありません" in page


# --- Pages and print


def typed(cast: Cast, person: Person, **more: str) -> dict[str, str]:
    """The form as a browser sends it."""
    return {
        "kind": "play",
        "for_whom": "child",
        "legal_form": "none",
        "provider": str(cast.caseworker.pk),
        "child_goal": "「ねたい」",
        "child_stand": "agrees",
        "child_words": "「いく」",
        "child_said_at": f"{days(-1):%Y-%m-%d} 10:00",
        "needs": "眠り",
        "goal_1": "眠る",
        "done_when": "眠れる",
        "frequency": "weekly",
        "minutes": "50",
        "starts_on": f"{days(0):%Y-%m-%d}",
        "review_on": f"{days(60):%Y-%m-%d}",
        f"stand_{person.pk}": "agrees",
        f"at_{person.pk}": f"{days(-1):%Y-%m-%d} 10:00",
        f"words_{person.pk}": "はい",
        **more,
    }


def test_what_is_wrong_stands_beside_its_field(cast: Cast) -> None:
    case = a_case(cast)
    mother = a_person(cast, case)
    url, client = reverse("counseling_new", args=[case.pk]), signed_in(cast.caseworker)
    for wrong, field in (
        ({"review_on": f"{days(-1):%Y-%m-%d}"}, "review_on"),
        ({"review_on": f"{days(120):%Y-%m-%d}"}, "review_on"),
        ({"starts_on": f"{days(61):%Y-%m-%d}"}, "review_on"),
        ({"ends_on": f"{days(3):%Y-%m-%d}"}, "review_on"),
        ({"provider": ""}, "provider"),
        ({"legal_form": "27_1_2"}, "item"),
        ({f"stand_{mother.pk}": ""}, f"stand_{mother.pk}"),
        ({"minutes": "0"}, "minutes"),
        ({"child_goal": ""}, "child_goal"),
    ):
        answer = client.post(url, typed(cast, mother, **wrong))
        assert answer.status_code == 200, wrong
        assert field in answer.context["form"].errors, (wrong, answer.context["form"].errors)
    assert client.post(url, typed(cast, mother)).status_code == 302
    with acting_as(cast.caseworker):
        row = CounselingPlan.objects.get(case=case)
        assert [one.words for one in answers_of(row)] == ["はい"]
    again = client.get(f"{url}?from={row.pk}&version={row.version}")
    assert again.context["form"][f"words_{mother.pk}"].value() == "はい"


def test_it_is_printed(cast: Cast) -> None:
    case = a_case(cast)
    a_person(cast, case)
    row = a_plan(cast, case)
    words = "".join(words_on(printed(cast, case, f"counseling_plan_form:{row.pk}")))
    for word in (
        "心理支援計画書",
        "遊戯療法",
        "「夜ねむれるようになりたい」",
        "「ねこの話ならしたい」",
        "髙橋母",
        "週1回",
        "1回50分",
    ):
        assert word in words, word


def test_a_state_follows_from_the_days(cast: Cast) -> None:
    row = a_plan(cast, starts_on=days(3))
    assert row.plan_state_on(days(0)) is PlanState.AHEAD
    assert row.plan_state_on(days(3)) is PlanState.RUNNING
    assert row.plan_state_on(days(81)) is PlanState.TO_REVIEW
    waiting = read(cast, draft(cast))
    with acting_as(cast.caseworker):
        for one in (row, waiting):
            with pytest.raises(Refused, match="plan"):
                rules.check_runs(one, clock.now())
        assert rules.check_runs(row, clock.now() + timedelta(days=4)).pk == row.pk


def test_of_another_case_it_is_missing(cast: Cast) -> None:
    row = a_plan(cast)
    other = a_case(cast)
    client = signed_in(cast.caseworker)
    assert client.get(reverse("counseling", args=[other.pk, row.pk])).status_code == 404
    with acting_as(cast.positions["stranger"]):
        assert not CounselingPlan.objects.filter(pk=row.pk).exists()


def test_the_office_bounds_are_the_databases_too(cast: Cast) -> None:
    for laxer in ({"plan_review_months": 4}, {"plan_review_months": 0}, {"plan_review_months_placed": 7}):
        with pytest.raises(DatabaseError, match="plan_review_months_stricter"), as_owner():
            Office.objects.using("owner").filter(code="kita").update(**laxer)
