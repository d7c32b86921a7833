"""The forms of the guideline: nothing that was typed is lost, and what is wrong is said beside its field."""

from typing import Any

from django.urls import reverse

from agencies.staff.acting import acting_as
from cases.guidelines.codes import GOALS
from cases.guidelines.models import Guideline, GuidelineReview, GuidelineTold
from cases.guidelines.queries import goals_of, wishes_of
from cases.records.models import Case, Person
from security.walls import clock
from tests.cast import Cast
from tests.client import signed_in, text_of
from tests.unit.cases.guidelines.made import TEXTS, days, draft, in_force, with_mother
from tests.unit.cases.prints.test_notice import a_person


def sent(cast: Cast, case: Case, *, rows: int = 2, **more: Any) -> dict[str, Any]:
    with acting_as(cast.caseworker):
        people = list(Person.objects.filter(case=case))
    found: dict[str, Any] = dict(TEXTS)
    found |= {f"wish_{one.pk.hex}": "「一緒に」（架空）" for one in people}
    for number in range(1, rows + 1):
        found |= {
            f"goal_{number}": f"目標{number}",
            f"means_{number}": "手立て",
            f"horizon_{number}": "long" if number == 2 else "short",
            f"who_{number}": "学校",
            f"until_{number}": days(30).isoformat(),
        }
    return found | {"review_on": days(100).isoformat()} | more


def test_eight_goals_are_typed_on_one_form_with_gaps_and_all_are_kept(cast: Cast) -> None:
    case = with_mother(cast)
    client, path = signed_in(cast.caseworker), reverse("guideline_new", args=[case.pk])
    assert client.get(path).status_code == 200
    typed = {name: text for name, text in sent(cast, case, rows=GOALS).items() if not name.endswith("_4")}
    answer = client.post(path, typed)
    assert answer.status_code == 302, text_of(answer)
    with acting_as(cast.caseworker):
        row = Guideline.objects.get()
        assert [one.goal for one in goals_of(row)] == [f"目標{n}" for n in (1, 2, 3, 5, 6, 7, 8)]
        assert len(wishes_of(row)) == 1
    page = client.get(f"{path}?from={row.pk}&version=1")
    for number in (1, 2, 3, 5, 6, 7, 8):
        assert f"目標{number}" in text_of(page)
    assert b"fieldset-later" not in page.content or text_of(page).index("目標8") > 0


def test_half_a_goal_is_said_beside_its_field_and_kept(cast: Cast) -> None:
    case = with_mother(cast)
    client, path = signed_in(cast.caseworker), reverse("guideline_new", args=[case.pk])
    answer = client.post(path, sent(cast, case, goal_5="半分だけ（架空）"))
    form = answer.context["form"]
    assert {"means_5", "who_5", "until_5", "horizon_5"} <= form.errors.keys()
    assert "半分だけ（架空）" in text_of(answer)
    for more, field in (
        ({"horizon_2": "short"}, "goal_1"),
        ({"until_1": days(120).isoformat()}, "until_1"),
        ({"review_on": days(200).isoformat()}, "review_on"),
        ({"view_why": ""}, "view_why"),
        ({"child_wish": ""}, "child_wish"),
    ):
        answer = client.post(path, sent(cast, case) | more)
        assert field in answer.context["form"].errors, field


def test_words_of_somebody_who_is_asked_no_more_are_shown_and_not_dropped(cast: Cast) -> None:
    case = with_mother(cast)
    path = reverse("guideline_new", args=[case.pk])
    foreign = a_person(cast, with_mother(cast))
    typed = sent(cast, case) | {f"wish_{foreign.pk.hex}": "聞き取った言葉（架空）"}
    answer = signed_in(cast.caseworker).post(path, typed)
    assert answer.status_code == 200
    assert "聞き取った言葉（架空）" in text_of(answer)


def test_the_card_and_the_forms_after_it(cast: Cast) -> None:
    row = in_force(cast)
    client, case = signed_in(cast.caseworker), row.case
    page = text_of(client.get(reverse("progress_list", args=[case.pk])))
    for text in (TEXTS["child_wish"], "眠れる", "地域で暮らす"):
        assert text in page, text
    told = {
        "told_at_0": clock.today().isoformat(),
        "told_by": "児童福祉司（架空）",
        "how": "絵で（架空）",
        "child_said": "「うん」",
    }
    path = reverse("guideline_told", args=[case.pk, row.pk])
    opened = client.get(path)
    moment = opened.context["form"]["told_at"].value()
    answer = client.post(path, told | {"told_at": clock.now().isoformat()} if moment else told)
    assert answer.status_code in (200, 302)
    path = reverse("guideline_review", args=[case.pk])
    assert "眠れる" in text_of(client.get(path))
    typed = {
        "state_1": "reached",
        "words_1": "夜中に起きない（架空）",
        "state_2": "not_yet",
        "child_view": "「うん」",
        "assessment": "よい",
        "outcome": "continue",
        "reviewed_on": clock.today().isoformat(),
        "next_on": days(90).isoformat(),
    }
    answer = client.post(path, {**typed, "state_2": ""})
    assert "state_2" in answer.context["form"].errors
    answer = client.post(path, {**typed, "next_on": days(300).isoformat()})
    assert "next_on" in answer.context["form"].errors
    assert client.post(path, typed).status_code == 302
    with acting_as(cast.caseworker):
        review = GuidelineReview.objects.get()
        assert GuidelineTold.objects.count() <= 1
    director = signed_in(cast.director)
    page = text_of(director.get(reverse("decision", args=[case.pk, "guideline_review", review.pk])))
    assert "夜中に起きない（架空）" in page


def test_whoever_does_not_see_the_case_is_answered_as_if_it_were_missing(cast: Cast) -> None:
    row = draft(cast)
    stranger = signed_in(cast.positions["stranger"])
    for path in (
        reverse("guideline_new", args=[row.case_id]),
        reverse("guideline_review", args=[row.case_id]),
        reverse("guideline_told", args=[row.case_id, row.pk]),
    ):
        assert stranger.get(path).status_code == 404
    other = with_mother(cast)
    path = reverse(
        "guideline_told", args=[other.pk, row.pk]
    )  # a guideline of another case of the same reader
    assert signed_in(cast.caseworker).get(path).status_code == 404
