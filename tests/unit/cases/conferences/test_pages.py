"""The way of a case through a conference, on the pages."""

from django.urls import reverse

from agencies.staff.acting import acting_as
from cases.conferences.actions import ITEM
from cases.conferences.models import ConferenceItem, Sitting
from cases.records.codes import Stage
from cases.records.models import Case
from tests.cast import Cast
from tests.client import signed_in, text_of
from tests.unit.cases.conferences.test_conferences import WORDS, investigated, stored

FORM = {
    **{name: text for name, text in WORDS.items() if text},
    "heard": "before", "stand": "consents", "measures": ["keizoku"], "next_on": "R9.1.15",
}  # fmt: skip


def _signs_then_approved(cast: Cast, case: Case, row: ConferenceItem) -> None:
    """The chair signs the minutes, then the director approves: then only the case has moved."""
    page = text_of(signed_in(cast.director).get(ITEM.url(row)))
    assert all(one in page for one in (*filter(None, WORDS.values()), "訪問（架空）", "継続指導"))
    approval = {"verdict": "approve", "version": "1", "note": ""}
    signed_in(cast.director).post(ITEM.url(row), approval)
    assert stored(cast, case).stage == Stage.INVESTIGATION, "the chair signs first"
    signature = reverse("conference_sign", args=[case.pk, row.pk])
    assert signed_in(cast.supervisor).post(f"{signature}?version=1").status_code == 302
    signed_in(cast.director).post(ITEM.url(row), approval)
    assert stored(cast, case).stage == Stage.SUPPORT


def test_the_way_on_pages(cast: Cast) -> None:
    worker, case = signed_in(cast.caseworker), investigated(cast)
    empty = worker.get(reverse("conference_put", args=[case.pk]))
    assert "先に会議を登録してください" in text_of(empty)
    plan = {
        "kind": "policy", "place": "office", "held_from": "R8.11.20 10:00",
        "chair": str(cast.supervisor.pk), "secretary": str(cast.caseworker.pk),
    }  # fmt: skip
    twice = worker.post(reverse("sitting_new"), plan | {"secretary": str(cast.supervisor.pk)})
    assert set(twice.context["form"].errors) == {"secretary"}
    made = worker.post(reverse("sitting_new"), plan)
    assert made.status_code == 302
    with acting_as(cast.caseworker):
        sitting = Sitting.objects.get()
    assert str(sitting.pk) in text_of(worker.get(reverse("sitting_list")))
    matter = {"sitting": str(sitting.pk), "matter": "在宅指導の可否（架空）"}
    assert worker.post(reverse("conference_put", args=[case.pk]), matter).status_code == 302
    people = [str(cast.caseworker.pk), str(cast.supervisor.pk)]
    there = {"held_to": "R8.11.20 11:00", "present": people}
    early = worker.post(reverse("sitting_held", args=[sitting.pk]), there | {"held_to": "R8.11.20 9:00"})
    (said,) = early.context["form"].errors["held_to"]
    assert all(one in said for one in ("終了日時", "開始日時", "令和8年11月20日"))
    absent = worker.post(
        reverse("sitting_held", args=[sitting.pk]), there | {"by_telephone": str(cast.colleague.pk)}
    )
    (said,) = absent.context["form"].errors["by_telephone"]
    assert "出席者の中から" in said
    there["by_telephone"] = people[1:]
    assert worker.post(reverse("sitting_held", args=[sitting.pk]), there).status_code == 302
    assert text_of(worker.get(reverse("sitting", args=[sitting.pk]))).count("電話・オンライン") == 1
    address = reverse("conference_minutes", args=[case.pk])
    agenda = reverse("sitting", args=[sitting.pk])
    assert f"{address}?of=" in text_of(worker.get(agenda)), "the secretary goes on from the agenda"
    assert f"{address}?of=" not in text_of(signed_in(cast.supervisor).get(agenda))
    forbidden = worker.post(
        address, FORM | {"measures": ["g27_1_3"], "stand": "objects", "heard": "not", "heard_why": "架空"}
    )
    assert set(forbidden.context["form"].errors) == {"stand", "heard"}
    assert all(one in text_of(forbidden) for one in ("第27条第4項", "第33条の3の3", WORDS["reasons"]))
    task = {"what_1": "訪問（架空）"}
    assert {"owner_1", "until_1"} == set(worker.post(address, FORM | task).context["form"].errors)
    task |= {"owner_1": str(cast.caseworker.pk), "until_1": "R9.1.10"}
    answers = [
        worker.post(address, FORM | task | {"_form": "8b4a9f3e-6ad0-4a4e-9c43-0d5f3b1b2c11"})
        for _ in range(2)
    ]
    assert [one.status_code for one in answers] == [302, 302], "sent twice, it acts once"
    assert f"{address}?of=" not in text_of(worker.get(agenda)), "nothing is left to write"
    with acting_as(cast.caseworker):
        row = ConferenceItem.objects.get()
    _signs_then_approved(cast, case, row)
    words = text_of(worker.get(reverse("case_reception", args=[case.pk])))
    assert "決定済み" in words
    assert "継続指導" in words
    assert "決裁：会議の決定" in text_of(worker.get(reverse("progress_list", args=[case.pk])))
