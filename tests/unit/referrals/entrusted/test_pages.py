"""The pages of an entrusted plan at the center and at the office that gives the help."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import override

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from referrals.entrusted.codes import Basis, EntrustState
from referrals.entrusted.models import Entrusted, EntrustedReturn, EntrustedSession
from security.walls import clock
from tests.cast import Cast, as_owner
from tests.client import signed_in, text_of
from tests.unit.cases.prints.test_withheld_home import AS_WRITTEN, home
from tests.unit.referrals.entrusted import steps

S = EntrustState


def typed(cast: Cast, **more: Any) -> dict[str, Any]:
    texts = {f"text_{code}": text for code, text in steps.TEXTS.items()}
    return {
        "provider": str(cast.therapist.pk),
        "basis": Basis.CHILD.value,
        "child_words": "「いいよ」（架空）",
        "answer_by": (clock.today() + timedelta(days=5)).isoformat(),
        **texts,
        **more,
    }


def latest(cast: Cast) -> Entrusted:
    with acting_as(cast.caseworker):
        return Entrusted.objects.latest("sent_at")


def test_from_the_plan_to_the_accepted_end_report_on_the_pages(cast: Cast) -> None:
    plan = steps.planned(cast)
    center, there = signed_in(cast.caseworker), signed_in(cast.therapist)
    page = text_of(center.get(reverse("counseling", args=[plan.case_id, plan.pk])))
    form_url = reverse("entrust_new", args=[plan.case_id, plan.pk])
    assert form_url in page
    form = text_of(center.get(form_url))
    assert "遊戯療法" in form  # what the plan says stands there already
    assert center.post(form_url, typed(cast)).status_code == 302
    row = latest(cast)
    plan_url = reverse("entrusted_plan", args=[row.pk])
    assert row.reference in text_of(there.get(reverse("entrusted_list")))
    assert plan_url in text_of(there.get(reverse("home")))
    assert steps.TEXTS["plan_goal"] in text_of(there.get(plan_url))
    assert latest(cast).opened_at is not None
    asks = reverse("entrusted_question", args=[row.pk])
    assert there.post(asks, {"text": "何曜日がよいですか（架空）"}).status_code == 302
    at_center = reverse("entrusted", args=[row.case_id, row.pk])
    assert "何曜日がよいですか（架空）" in text_of(center.get(at_center))
    answers = reverse("entrusted_answer", args=[row.case_id, row.pk])
    assert center.post(answers, {"text": "水曜日です（架空）"}).status_code == 302
    assert "水曜日です（架空）" in text_of(there.get(plan_url))
    assert there.post(reverse("entrusted_accept", args=[row.pk])).status_code == 302
    now = clock.now().strftime("%Y-%m-%dT%H:%M")
    assert there.post(reverse("kept_session_new", args=[row.pk]), {"planned_for": now}).status_code == 302
    with acting_as(cast.therapist):
        kept = EntrustedSession.objects.get()
    record = reverse("kept_session", args=[row.pk, kept.pk])
    said = {
        "attendance": "held",
        "summary": "よく遊んだ（架空）",
        "danger": "no",
        "note": "二人だけの話（架空）",
    }
    assert there.post(record, said).status_code == 302
    assert "二人だけの話（架空）" in text_of(there.get(plan_url))
    page = text_of(center.get(at_center))
    assert "よく遊んだ（架空）" in page
    assert "二人だけの話（架空）" not in page
    assert "よく遊んだ（架空）" in text_of(center.get(reverse("counseling", args=[plan.case_id, plan.pk])))
    (back,) = steps.returns(row, cast.caseworker)
    asked = reverse("return_back", args=[row.case_id, row.pk, back.pk])
    assert center.post(asked, {"text": "何分でしたか（架空）"}).status_code == 302
    anew = reverse("entrusted_send", args=[row.pk, "session"]) + f"?anew={back.pk}"
    assert "何分でしたか（架空）" in text_of(there.get(anew))
    again = {"attendance": "held", "summary": "五十分、よく遊んだ（架空）", "happened_at": now}
    assert there.post(anew, again).status_code == 302
    goals = {f"goal_{code}": "reached" for code in row.goal_codes}
    end = reverse("entrusted_send", args=[row.pk, "end"])
    assert there.post(end, goals | {"summary": "終わりました（架空）", "happened_at": now}).status_code == 302
    for sent in steps.returns(row, cast.caseworker):
        center.post(reverse("return_accept", args=[row.case_id, row.pk, sent.pk]))
    assert latest(cast).state == S.ENDED
    closed = text_of(there.get(plan_url))
    assert steps.TEXTS["plan_goal"] not in closed
    assert "二人だけの話（架空）" in closed


def test_after_a_withdrawal_the_next_request_shows_nothing_of_the_case(cast: Cast) -> None:
    row = steps.accepted(cast)
    center, there = signed_in(cast.caseworker), signed_in(cast.therapist)
    url = reverse("entrusted_plan", args=[row.pk])
    assert steps.TEXTS["identity_min"] in text_of(there.get(url))
    assert center.post(reverse("entrusted_withdraw", args=[row.case_id, row.pk])).status_code == 302
    page = text_of(there.get(url))
    assert not [text for text in steps.TEXTS.values() if text in page]
    late = there.post(
        reverse("entrusted_send", args=[row.pk, "danger"]), {"summary": "架空", "happened_at": ""}
    )
    assert "架空" in text_of(late)  # what was typed is not lost
    with acting_as(cast.caseworker):
        assert not EntrustedReturn.objects.exists()


def test_what_the_child_does_not_want_told_is_refused_beside_its_text(cast: Cast) -> None:
    plan = steps.planned(cast)
    center = signed_in(cast.caseworker)
    url = reverse("entrust_new", args=[plan.case_id, plan.pk])
    page = text_of(center.post(url, typed(cast, not_told=["plan_review"])))
    assert "三か月後（架空）" in page
    with acting_as(cast.caseworker):
        assert not Entrusted.objects.exists()


def test_a_withheld_place_is_refused_beside_its_text(cast: Cast) -> None:
    case, _other = home(cast)
    plan = steps.planned(cast, case)
    url = reverse("entrust_new", args=[plan.case_id, plan.pk])
    answer = signed_in(cast.caseworker).post(
        url, typed(cast, text_plan_cautions=f"{AS_WRITTEN}に近づかない（架空）")
    )
    page = text_of(answer)
    assert answer.context["form"].errors.keys() == {"__all__", "text_plan_cautions"}
    assert f"{AS_WRITTEN}に近づかない（架空）" in page
    with acting_as(cast.caseworker):
        assert not Entrusted.objects.exists()


def test_nobody_at_the_office_can_take_it_is_said_in_a_sentence(cast: Cast) -> None:
    plan = steps.planned(cast)
    with as_owner():
        rows = Position.objects.using("owner").filter(pk=cast.therapist.pk)
        rows.update(ends_on=clock.today() - timedelta(days=1))
    with override("en"):
        answer = signed_in(cast.caseworker).get(reverse("entrust_new", args=[plan.case_id, plan.pk]))
        assert str(answer.context["reason"])
    assert answer.context["form"].givers == {}


def test_bad_input_of_a_session_stands_beside_its_field(cast: Cast) -> None:
    row = steps.accepted(cast)
    one = steps.session(cast, row)
    there, url = signed_in(cast.therapist), reverse("kept_session", args=[row.pk, one.pk])
    said = {"attendance": "held", "summary": "架空", "danger": "yes", "note": "残る文（架空）"}
    answer = there.post(url, said)
    assert answer.context["form"].errors.keys() == {"danger_words"}
    assert "残る文（架空）" in text_of(answer)
    answer = there.post(url, said | {"danger": "no", "danger_words": "架空"})
    assert answer.context["form"].errors.keys() == {"danger"}
    far = {"planned_for": (clock.now() + timedelta(days=400)).strftime("%Y-%m-%dT%H:%M")}
    answer = there.post(reverse("kept_session_new", args=[row.pk]), far)
    assert answer.context["form"].errors.keys() == {"planned_for"}
