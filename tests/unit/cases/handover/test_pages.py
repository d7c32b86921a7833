"""The pages of handing over: choose, confirm, read on both sides, call off."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.urls import reverse

from agencies.staff.acting import acting_as
from cases.handover.models import Handover
from cases.records.actions import block_person, name_lead
from cases.records.models import Case
from face.wareki import format_date
from security.signin import drafts, parked
from security.walls import clock
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in
from tests.unit.agencies.staff.test_kept_of_a_case import expire
from tests.unit.cases.handover.test_handover import planned_visit, the, the_day_comes

NEW = reverse("handover_new")


def sent(cases: list[Case], cast: Cast, days: int = 0, **more: str) -> dict[str, object]:
    """What the form sends."""
    day = clock.today() + timedelta(days=days)
    parts = {"day_year": str(day.year), "day_month": str(day.month), "day_day": str(day.day)}
    notes = {f"note_{case.pk}": f"引継書 {case.number}" for case in cases}
    return {
        "position": str(cast.colleague.pk),
        "cases": [str(case.pk) for case in cases],
        **parts,
        **notes,
        **more,
    }


def made() -> dict[UUID, UUID]:
    """The cases that were handed over, each with its batch."""
    with as_owner():
        return dict(Handover.objects.using("owner").values_list("case_id", "batch"))


def test_several_cases_are_confirmed_and_handed_over_with_a_note_each(cast: Cast) -> None:
    cases = [a_case(cast), a_case(cast)]
    client = signed_in(cast.caseworker)
    assert client.get(NEW).status_code == 200
    asked = client.post(NEW, sent(cases, cast, 40, keep_former="on"))
    assert asked.status_code == 200
    assert 'name="confirmed"' in asked.content.decode()
    for page in (client.get(NEW).content.decode(), asked.content.decode()):
        head, table = page.index('form="hand-over"'), page.index("<table")
        assert head < table, "many cases are sent without scrolling to their end"
    assert not made()
    done = client.post(NEW, sent(cases, cast, 40, keep_former="on", confirmed="1"))
    assert done.status_code == 302
    page = client.get(done["Location"]).content.decode()
    assert all(f"引継書 {case.number}" in page for case in cases)


def test_the_receiver_reads_numbers_before_the_day_and_the_note_from_then_on(cast: Cast) -> None:
    case = a_case(cast)
    planned_visit(cast, case)
    today = format_date(clock.today(), "ja", "short")
    url = signed_in(cast.caseworker).post(NEW, sent([case], cast, 40, confirmed="1"))["Location"]
    client = signed_in(cast.colleague)
    for address in (url, reverse("handovers")):
        page = client.get(address).content.decode()
        assert case.number in page
        assert "引継書 " not in page
        assert "試験" not in page
        assert all(words in page for words in ("予定の訪問 1件", f"{today}時点"))
        assert ">操作</th>" not in page, "the receiver has nothing to press"
    assert ">操作</th>" in signed_in(cast.caseworker).get(url).content.decode()
    the_day_comes(case)
    assert f"引継書 {case.number}" in client.get(url).content.decode()
    assert signed_in(cast.stranger).get(url).status_code == 404


def test_the_line_hands_over_the_cases_of_a_person_and_calls_it_off(cast: Cast) -> None:
    case = a_case(cast)
    client = signed_in(cast.supervisor)
    address = f"{NEW}?from={cast.caseworker.pk}"
    assert case.number in client.get(address).content.decode()
    assert client.post(address, sent([case], cast, 3, confirmed="1")).status_code == 302
    row = the(case, cast.supervisor)
    cancel = reverse("handover_cancel", args=[row.batch, row.pk])
    assert signed_in(cast.colleague).post(cancel).status_code == 404
    assert client.post(cancel).status_code == 302
    assert the_day_comes(case) == 0
    for who, asked in (
        ("caseworker", cast.supervisor.pk),
        ("supervisor", cast.stranger.pk),
        ("supervisor", "x"),
    ):
        assert signed_in(cast.positions[who]).get(f"{NEW}?from={asked}").status_code == 404


def test_what_cannot_be_handed_over_is_said_and_the_rest_goes_through(cast: Cast) -> None:
    cases = [a_case(cast), a_case(cast)]
    client = signed_in(cast.caseworker)
    client.post(NEW, sent(cases[:1], cast, 5, confirmed="1"))
    answer = client.post(NEW, sent(cases, cast, confirmed="1"))
    page = answer.content.decode()
    assert f"{cases[0].number}: このケースは既に引継ぎの予定があります。" in page
    assert f"引継書 {cases[0].number}" in page
    assert reverse("handover", args=[made()[cases[1].pk]]) in page
    assert client.get(reverse("case", args=[cases[0].pk])).status_code == 200
    assert client.get(reverse("case", args=[cases[1].pk])).status_code == 404


@pytest.mark.parametrize("confirmed", ["", "1"])
@pytest.mark.parametrize("way", ["closed", "handed over", "taken away", "foreign", "no id"])
def test_what_is_no_choice_any_more_is_said_and_the_rest_goes_on(
    cast: Cast, way: str, confirmed: str
) -> None:
    still, other = a_case(cast), a_case(cast, lead="stranger" if way == "foreign" else "caseworker")
    if way == "closed":
        with as_owner():
            Case.objects.using("owner").filter(pk=other.pk).update(stage="closed")
    elif way in ("handed over", "taken away"):
        with acting_as(cast.supervisor):
            name_lead(other, cast.colleague, by=cast.supervisor, keep_former=way == "handed over")
    data = sent([still, other], cast, 5, confirmed=confirmed)
    if way == "no id":
        data |= {"cases": [str(still.pk), "x"], f"note_{other.pk}": ""}
    client = signed_in(cast.caseworker)
    page = client.post(NEW, data).content.decode()
    assert list(made()) == ([still.pk] if confirmed else [])
    where = client.get(reverse("handover", args=[made()[still.pk]])).content.decode() if confirmed else page
    assert f"引継書 {still.number}" in where
    reasons = {
        "closed": f"{other.number}: このケースは終結しています。",
        "handed over": f"{other.number}: 担当者が変わりました。",
    }
    assert reasons.get(way, "選択したケースの一つは、見つからないか、担当ではなくなりました。") in page
    assert (other.number in page) == (way in reasons) or (way, confirmed) == ("no id", "")
    assert (f"引継書 {other.number}" in page) == (way in reasons)


def test_if_no_ticked_case_is_left_the_form_stays_with_its_note(cast: Cast) -> None:
    closed = a_case(cast)
    a_case(cast)
    with as_owner():
        Case.objects.using("owner").filter(pk=closed.pk).update(stage="closed")
    page = signed_in(cast.caseworker).post(NEW, sent([closed], cast, 5, confirmed="1"))
    assert page.context["form"].errors.keys() == {"cases"}
    assert f"引継書 {closed.number}" in page.content.decode()


def test_one_case_is_handed_over_beside_what_is_open_and_what_follows(cast: Cast) -> None:
    case = a_case(cast)
    planned_visit(cast, case)
    page = signed_in(cast.caseworker).get(reverse("lead_change", args=[case.pk])).content.decode()
    assert "予定の訪問 1件" in page
    assert "取り消せないこと" in page


def test_nothing_is_chosen_beforehand(cast: Cast) -> None:
    a_case(cast)
    client = signed_in(cast.caseworker)
    assert " checked" not in client.get(NEW).content.decode().split("<table")[1]
    answer = client.post(NEW, {"confirmed": "1"})
    assert answer.status_code == 200
    assert not made()


@pytest.mark.parametrize("way", ["kept while it was typed", "not taken after the session had ended"])
def test_of_a_kept_form_the_note_on_a_case_that_is_closed_to_its_author_is_shown_nowhere(
    cast: Cast, way: str
) -> None:
    still, barred = a_case(cast), a_case(cast)
    client = signed_in(cast.caseworker)
    if way == "kept while it was typed":
        client.post(NEW, sent([still, barred], cast, _keep="1"), headers={"X-Draft": "1"})
        (kept,) = drafts.drafts_of(cast.caseworker.staff_id)
    else:
        expire()
        client.post(NEW, sent([still, barred], cast))
        (kept,) = parked.forms_of(cast.caseworker.staff_id)
        client = signed_in(cast.caseworker)
    address = f"/parked/{kept.id}/"
    assert f"引継書 {barred.number}" in client.get(address).content.decode()
    with acting_as(cast.supervisor):
        name_lead(barred, cast.colleague, by=cast.supervisor, keep_former=True)
        block_person(barred, cast.caseworker.staff, by=cast.supervisor)
    opened = client.get(address).content.decode()
    assert f"引継書 {still.number}" in opened
    assert "現在閲覧できないケースについて入力した内容は、表示していません" in opened
    back = client.post(NEW, sent([still, barred], cast, _restore="1"))
    note = {f"note_{barred.pk}": f"引継書 {barred.number}"}
    confirming = client.post(NEW, sent([still], cast) | note)
    assert 'name="confirmed"' in confirming.content.decode()
    for page in (
        opened,
        client.get("/parked/").content.decode(),
        *(p.content.decode() for p in (back, confirming)),
    ):
        assert barred.number not in page
