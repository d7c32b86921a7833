"""The pages: asked for at the case, written at the institution, answered at the case; the sheet and the child's page on paper."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from agencies.staff.acting import acting_as
from cases.prints.queries import papers
from cases.records.models import Case
from cases.reliance.forms import PlanForm
from cases.reliance.models import RelianceDraft, RelianceFile, ReliancePlan
from cases.reliance.panel import here
from cases.reliance.prefill import written_before
from security.audit.queries import EventFilter, looks_at_case
from security.encryption.fields import reveal
from tests.cast import Cast
from tests.client import signed_in, text_of
from tests.unit.cases.placement.placed import arrives, decided, fresh
from tests.unit.cases.prints.test_prints import printed, words_on
from tests.unit.cases.reliance.planned import EXPLAINED, TEXTS, TOLD, aims, answered, asked, sent, today


def typed(**more: Any) -> dict[str, Any]:
    """The sheet as it is sent by the page."""
    found: dict[str, Any] = {**TEXTS, "version": "0"}
    for number, aim in enumerate(aims(), 1):
        found |= {
            f"goal_{number}": aim.goal,
            f"means_{number}": aim.means,
            f"area_{number}": aim.area.value,
            f"horizon_{number}": aim.horizon.value,
            f"who_{number}": aim.who,
            f"until_{number}": aim.until.isoformat(),
        }
    told = {**EXPLAINED, "told_on": today().isoformat(), "child_answer": EXPLAINED["child_answer"].value}
    return found | told | {"review_on": (today() - timedelta(days=1)).isoformat()} | more


def test_the_next_version_keeps_what_was_not_asked_back(cast: Cast) -> None:
    file = asked(cast)
    plan = sent(cast, file)
    answered(cast, plan, accepted=False, reason="家庭の目標を具体的に")
    with acting_as(cast.positions["institution"]):
        assert written_before(ReliancePlan.objects.get())["review_on"] == plan.review_on
    second = sent(cast, file)
    answered(cast, second)
    with acting_as(cast.positions["institution"]):
        again = written_before(ReliancePlan.objects.get(version=2))
    assert "review_on" not in again, "the day of the next review is said anew"
    assert again["policy"]


def test_from_asking_to_accepting_by_the_pages(cast: Cast) -> None:
    row = decided(cast)
    arrives(cast, row)
    case, lead = row.case, signed_in(cast.caseworker)
    page = text_of(lead.get(reverse("case_custody", args=[case.pk])))
    assert "自立支援計画" in page
    new = reverse("reliance_new", args=[case.pk])
    with acting_as(cast.caseworker):
        office = cast.positions["institution"].office
    response = lead.post(new, TOLD | {"institution": str(office.pk)})
    assert response.status_code == 302, text_of(response)
    with acting_as(cast.caseworker):
        file = RelianceFile.objects.get()
    there = signed_in(cast.positions["institution"])
    home = text_of(there.get(reverse("home")))
    assert "髙橋" in home
    write = reverse("reliance_write", args=[file.pk])
    wrong = there.post(write, typed())
    assert wrong.status_code == 200, "the day of the review has passed"
    assert "ともだちと同じ学校に行きたい" in text_of(wrong), "nothing typed is lost"
    review = (today() + timedelta(days=100)).isoformat()
    saved = there.post(write, typed(review_on=review))
    assert saved.status_code == 302, text_of(saved)
    child = text_of(there.get(reverse("reliance", args=[file.pk])))
    assert "ピアノはつづけたい" in child
    assert "安心して暮らし" in child, "what the center told"
    own = there.get(reverse("reliance_child", args=[file.pk])).content.decode()
    assert "<ruby>話<rt>はな</rt></ruby>" in own
    assert there.post(reverse("reliance_send", args=[file.pk])).status_code == 302
    with acting_as(cast.caseworker):
        plan = ReliancePlan.objects.get()
    url = reverse("reliance_plan", args=[case.pk, plan.pk])
    assert "ピアノはつづけたい" in text_of(lead.get(url))
    missing = lead.post(url, {"reply": "ask_back", "reason": ""})
    assert missing.status_code == 200
    assert lead.post(url, {"reply": "accept", "reason": ""}).status_code == 302
    with acting_as(cast.caseworker):
        assert ReliancePlan.objects.get().accepted
    card = text_of(lead.get(reverse("case_custody", args=[case.pk])))
    assert "夜に眠れる" in card


def test_the_look_of_the_institution_is_recorded(cast: Cast) -> None:
    file = asked(cast)
    signed_in(cast.positions["institution"]).get(reverse("reliance", args=[file.pk]))
    there = cast.positions["institution"]
    with acting_as(cast.supervisor):
        looks = [
            one for one in looks_at_case(file.case_id).newest(EventFilter()) if one.position_id == there.pk
        ]
    assert [(one.verb, one.relation) for one in looks] == [("CASE_VIEW", "institution")]
    assert looks[0].panels == ["reliance"]


def test_of_another_institution_it_is_a_missing_page(cast: Cast) -> None:
    file = asked(cast)
    sent(cast, file)
    for name in ("institution2", "school", "caseworker", "director"):
        client = signed_in(cast.positions[name])
        for page in ("reliance", "reliance_write", "reliance_child"):
            assert client.get(reverse(page, args=[file.pk])).status_code == 404, (name, page)
        assert client.post(reverse("reliance_send", args=[file.pk])).status_code == 404


def test_the_home_page_asks_no_more_however_many_children(cast: Cast) -> None:
    there = cast.positions["institution"]
    counts = []
    for _child in range(2):
        sent(cast, asked(cast))
        with (
            acting_as(there),
            CaptureQueriesContext(
                connection,
            ) as asked_of,
        ):
            assert here(there)
        counts.append(len(asked_of))
    assert counts[0] == counts[1]


def test_both_papers_of_the_plan(cast: Cast) -> None:
    file = asked(cast)
    answered(cast, sent(cast, file))
    with acting_as(cast.caseworker):
        case = fresh(Case.objects.get(pk=file.case_id))
        keys = {
            code: next(iter(papers()[code].subjects(case, cast.caseworker))).key
            for code in ("reliance_form", "reliance_childs_page")
        }
    sheet = "".join(words_on(printed(cast, case, f"reliance_form:{keys['reliance_form']}")))
    for word in (
        "ともだちと同じ学校に行きたい",
        "夜に眠れる",
        "就寝前に話を聞く",
        "母と会える",
        "ピアノはつづけたい",
    ):
        assert word in sheet, word
    own = "".join(words_on(printed(cast, case, f"reliance_childs_page:{keys['reliance_childs_page']}")))
    assert "しをします" in own
    assert "安心できる夜" not in own, "nothing of the sheet is on the child's page"


def test_the_page_that_fills_the_sheet_bears_its_name(cast: Cast) -> None:
    """And the draft that was saved stands in it again."""
    file = asked(cast)
    client = signed_in(cast.positions["institution"])
    with override("ja"):
        label = str(papers()["reliance_form"].label)
    assert label in text_of(client.get(reverse("reliance_write", args=[file.pk])))
    sent(cast, file)
    with acting_as(cast.positions["institution"]):
        assert RelianceDraft.objects.count() == 1
        assert reveal(RelianceDraft.objects.get(), "needs")


def test_a_review_asks_what_became_of_each_goal() -> None:
    form = PlanForm(None, current_version=0, months=6, before=aims())
    assert {"state_1", "words_1", "state_2", "words_2"} <= set(form.fields)
    assert form.fields["state_1"].required
