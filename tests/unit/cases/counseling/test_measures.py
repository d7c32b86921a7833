"""The effect of a help is measured at its start, at reviews and at its end: the scores stand on the plan and in the report."""

from typing import Any

import pytest
from django.db import DatabaseError
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.counseling.codes import Occasion
from cases.counseling.later import END
from cases.counseling.measuring import record_measure
from cases.counseling.models import CounselingPlan, PlanMeasure
from cases.counseling.queries import results_on
from cases.records.models import Case
from cases.scores.codes import Instrument
from cases.scores.panel import bars_of
from cases.scores.queries import Result
from tests.cast import Cast
from tests.client import signed_in, text_of
from tests.unit.cases.counseling.plans import a_plan, days, decide, draft, read
from tests.unit.cases.counseling.test_later import amendment, an_end, ended, review
from tests.unit.cases.prints.test_prints import printed, words_on
from tests.unit.referrals.disclosures.test_gate_by_sql import raw


def of(score: int, on: int = 0) -> Result:
    return Result(Instrument.DSRS_C, days(on), "心理（架空）", (("合計", score),))


def measured(
    cast: Cast, plan: CounselingPlan, score: int, occasion: Occasion = Occasion.START, **more: Any
) -> PlanMeasure:
    with acting_as(cast.caseworker):
        fresh = read(cast, plan)
        tests = [of(score, more.pop("on", 0))]
        return record_measure(fresh, occasion, tests, by=cast.caseworker, **more)


def scores(cast: Cast, plan: CounselingPlan) -> list[int]:
    with acting_as(cast.caseworker):
        return [score for one in results_on(read(cast, plan)) for _scale, score in one.scores]


def test_a_page_takes_scores_and_shows_them_as_table_and_drawing(cast: Cast) -> None:
    plan = a_plan(cast)
    client, url = signed_in(cast.caseworker), reverse("counseling_scores", args=[plan.case_id, plan.pk])
    sent = {
        "occasion": "start",
        "instrument_1": "dsrs_c",
        "on_1": days(0).isoformat(),
        "rater_1": "心理（架空）",
        "scores_1": "合計 37",
    }
    page = text_of(client.post(url, sent))
    assert "0 to 36" in page or "0から36" in page
    assert "合計 37" in page  # nothing typed is lost
    client.post(url, sent | {"scores_1": "合計 21"})
    shown = text_of(client.get(reverse("counseling", args=[plan.case_id, plan.pk])))
    for word in ("開始時", "DSRS-C", "<svg", "0–36"):
        assert word in shown, word
    for name in ("counseling_review", "counseling_end"):
        args = [plan.case_id, plan.pk] if name == "counseling_review" else [plan.case_id]
        assert "DSRS-C" in text_of(client.get(reverse(name, args=args) + f"?of={plan.pk}")), name


def test_scores_count_for_the_whole_help_and_are_drawn_by_scale_and_day(cast: Cast) -> None:
    plan = a_plan(cast)
    measured(cast, plan, 21)
    after = decide(cast, amendment(cast, plan, sessions=20))
    measured(cast, after, 9, Occasion.REVIEW)
    assert scores(cast, after) == [21, 9]
    with pytest.raises(Refused, match="plan"):
        measured(cast, plan, 8, Occasion.REVIEW)
    both = [of(9), of(21, -90)]
    first, second = bars_of(both, over_time=True)
    assert (first.score, second.score) == (21, 9)
    assert first.length > second.length


def test_what_was_written_wrongly_is_corrected_with_a_reason_once(cast: Cast) -> None:
    plan = a_plan(cast)
    row = measured(cast, plan, 30)
    with pytest.raises(Refused, match="replaced_why"):
        measured(cast, plan, 20, replaces=row)
    with pytest.raises(Refused, match="there"):
        measured(cast, plan, 30)
    measured(cast, plan, 20, replaces=row, why="桁の誤り（架空）")
    assert scores(cast, plan) == [20]
    with pytest.raises(Refused, match="replaces"):
        measured(cast, plan, 22, replaces=row, why="もう一度（架空）")
    client = signed_in(cast.caseworker)
    page = text_of(client.get(reverse("counseling", args=[plan.case_id, plan.pk])))
    for word in ("桁の誤り（架空）", "合計 30"):
        assert word in page, word
    url = reverse("counseling_scores", args=[plan.case_id, plan.pk])
    assert client.get(f"{url}?corrects={row.pk}").status_code == 404


@pytest.mark.parametrize(
    ("occasion", "on", "field"), [(Occasion.FOLLOW_UP, 0, "occasion"), (Occasion.START, 1, "on_1")]
)
def test_the_point_and_the_day_have_come(cast: Cast, occasion: Occasion, on: int, field: str) -> None:
    plan = a_plan(cast)
    with pytest.raises(Refused, match=field):
        measured(cast, plan, 20, occasion, on=on)


def test_nothing_is_measured_on_a_draft(cast: Cast) -> None:
    plan = draft(cast)
    with pytest.raises(Refused, match="plan"):
        measured(cast, plan, 20)


def test_the_report_prints_what_was_known_when_it_was_decided(cast: Cast) -> None:
    plan = a_plan(cast)
    measured(cast, plan, 31)
    row = ended(cast, an_end(cast, plan))
    assert "DSRS-C" in text_of(signed_in(cast.supervisor).get(END.url(row)))
    with pytest.raises(Refused, match="occasion"):
        measured(cast, plan, 8, Occasion.END)
    measured(cast, plan, 7, Occasion.FOLLOW_UP)
    assert scores(cast, plan) == [31, 7]
    with acting_as(cast.caseworker):
        case = Case.objects.get(pk=plan.case_id)
    sheet = "".join(words_on(printed(cast, case, f"counseling_end_form:{row.pk}")))
    assert "31" in sheet
    assert "開始時" in sheet
    assert "フォローアップ時" not in sheet


def test_by_sql_scores_stay_and_are_of_a_plan_of_their_own_case(cast: Cast) -> None:
    plan, other = a_plan(cast), a_plan(cast)
    row = measured(cast, plan, 30)
    copy = (
        "INSERT INTO cases_planmeasure SELECT r.* FROM cases_planmeasure t,"
        " jsonb_populate_record(NULL::cases_planmeasure, to_jsonb(t) || jsonb_build_object('id', gen_random_uuid(),"
        " 'plan_id', %s::text)) r WHERE t.id = %s"
    )
    with pytest.raises(DatabaseError, match="no current plan"):
        raw(cast.caseworker, copy, [str(other.pk), row.pk])
    with pytest.raises(DatabaseError):
        raw(cast.caseworker, "UPDATE cases_planmeasure SET tests = occasion WHERE id = %s", [row.pk])
    review(cast, plan)  # what was measured hinders no review


def test_a_correction_tells_no_follow_up_of_a_help_that_goes_on(cast: Cast) -> None:
    plan = a_plan(cast)
    row = measured(cast, plan, 21)
    with pytest.raises(Refused, match="occasion"):
        measured(cast, plan, 20, Occasion.FOLLOW_UP, replaces=row, why="書き間違い（架空）")
    url = reverse("counseling_scores", args=[plan.case_id, plan.pk]) + f"?corrects={row.pk}"
    sent = {
        "occasion": "follow_up", "instrument_1": "dsrs_c", "on_1": days(0).isoformat(), "rater_1": "心理（架空）",
        "scores_1": "合計 20", "replaced_why": "書き間違い（架空）",
    }  # fmt: skip
    answer = signed_in(cast.caseworker).post(url, sent)
    assert answer.context["form"].errors.keys() == {"occasion"}
    ended(cast, an_end(cast, plan))
    measured(cast, plan, 20, Occasion.START, replaces=row, why="書き間違い（架空）")
    assert scores(cast, plan) == [20]
