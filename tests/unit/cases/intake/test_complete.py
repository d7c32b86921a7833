"""What a call left for later: counted on the case, filled in once, and never written over."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils.translation import override

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.intake import panel
from cases.intake.actions import complete_notification
from cases.intake.codes import Basis, Knows
from cases.intake.models import Notification
from cases.records.codes import Urgency
from cases.records.models import Case, Child
from cases.records.pages import section_url
from security.encryption.fields import reveal, value_of
from tests.cast import Cast
from tests.client import signed_in
from tests.unit.cases.intake.test_pages import call_data, the_only_case

LATER = dict.fromkeys(("basis", "observed", "injuries", "child_knows", "custodian_knows"), "")
NO_CUSTODIAN = {"custodian_name": "", "custodian_relation": ""}


def registered(cast: Cast, **more: Any) -> Case:
    answer = signed_in(cast.caseworker).post("/intake/call/", call_data(cast, **LATER | NO_CUSTODIAN | more))
    assert answer.status_code == 302, answer.context["form"].errors
    return the_only_case(cast)


def the_notification(cast: Cast) -> Notification:
    with acting_as(cast.caseworker):
        return Notification.objects.get()


def path_of(row: Notification) -> str:
    return f"/cases/{row.case_id}/notifications/{row.pk}/complete/"


def test_what_stays_empty_is_counted_as_a_next_step(cast: Cast) -> None:
    case, row = registered(cast), the_notification(cast)
    assert row.unfilled == list(Notification.LATER)
    with acting_as(cast.caseworker), override("en"):
        step = panel.steps(case, cast.caseworker)[0]
    assert (step.label, step.url) == ("Complete the notification: 6 items not filled in", path_of(row))
    assert "未記入 6項目" in signed_in(cast.caseworker).get(section_url(case, "intake")).content.decode()


def test_a_call_about_a_known_child_is_added_with_what_the_first_minutes_need(cast: Cast) -> None:
    case = registered(cast)
    answer = signed_in(cast.caseworker).post(f"/cases/{case.pk}/notifications/add/", call_data(cast, **LATER))
    assert answer.status_code == 302, answer.context["form"].errors
    with acting_as(cast.caseworker):
        assert [len(row.unfilled) for row in Notification.objects.all()] == [6, 6]


def test_without_words_there_is_no_moment_to_fill_in(cast: Cast) -> None:
    registered(cast, words="", question="", asked_by="")
    assert "asked_at" not in the_notification(cast).unfilled


def test_it_is_filled_in_bit_by_bit(cast: Cast) -> None:
    case, row = registered(cast), the_notification(cast)
    client = signed_in(cast.caseworker)
    page = client.get(path_of(row))
    assert set(page.context["form"].fields) == set(Notification.LATER)
    assert client.post(path_of(row), {"injuries": " "}).context["form"].errors
    told = client.post(path_of(row), {"child_knows": "no", "observed": "右腕にあざ"}, follow=True)
    assert "未記入はあと4項目です。" in told.content.decode()
    rest = {
        "basis": "from_child",
        "asked_at": "今日 0:00",
        "injuries": "なし",
        "custodian_knows": "yes",
    }
    refused = client.post(path_of(row), rest | {"observed": "上書き"})
    assert refused.context["form"].non_field_errors()
    assert "上書き" in refused.content.decode(), "nothing typed is lost"
    told = client.post(path_of(row), rest, follow=True)
    assert "未記入はありません。" in told.content.decode()
    with acting_as(cast.caseworker):
        full = Notification.objects.get()
        assert full.unfilled == []
        assert (reveal(full, "observed"), value_of(full.child_knows)) == ("右腕にあざ", Knows.NO)
        assert not any(step.url == path_of(row) for step in panel.steps(case, cast.caseworker))


def test_two_who_fill_in_the_same_do_not_write_over_each_other(cast: Cast) -> None:
    registered(cast)
    row = the_notification(cast)
    with acting_as(cast.caseworker):
        row = Notification.objects.select_related("case").get()
        complete_notification(row, {"basis": Basis.FROM_CHILD, "injuries": "打撲"}, by=cast.caseworker)
        with pytest.raises(Refused, match="filled"):
            complete_notification(row, {"injuries": "なし", "observed": "泣いていた"}, by=cast.caseworker)
        kept = Notification.objects.get()
        assert (reveal(kept, "injuries"), kept.observed) == ("打撲", None)


@pytest.mark.parametrize(
    ("column", "why"),
    [("basis", "notification_stays"), ("words", "permission denied"), ("situation", "permission denied")],
)
def test_the_wall_keeps_what_is_filled_in(cast: Cast, column: str, why: str) -> None:
    registered(cast, basis="from_child")
    with acting_as(cast.caseworker), pytest.raises(DatabaseError, match=why), transaction.atomic():
        connection.cursor().execute(f"UPDATE cases_notification SET {column} = {column} || 'x'")


def test_others_do_not_find_it(cast: Cast) -> None:
    registered(cast)
    row = the_notification(cast)
    for name in ("colleague", "stranger"):
        assert signed_in(cast.positions[name]).post(path_of(row), {"injuries": "x"}).status_code == 404


def test_a_name_that_is_not_known_is_one_tick(cast: Cast) -> None:
    nameless = dict.fromkeys(("family_name", "family_kana", "given_kana"), "")
    page = signed_in(cast.caseworker).post("/intake/call/", call_data(cast, **nameless))
    assert set(page.context["form"].errors) == set(nameless)
    case = registered(cast, **nameless, name_unknown="on")
    with acting_as(cast.caseworker):
        child = Child.objects.get(pk=case.child_id)
        names = [reveal(child, name) for name in ("family_name", "given_name", "family_kana", "given_kana")]
    assert names == ["不詳", "𠮷乃", "不詳", "不詳"]


def test_the_urgency_follows_from_the_items_or_is_chosen(cast: Cast) -> None:
    page = signed_in(cast.caseworker).post("/intake/call/", call_data(cast, urgency="", item_sexual=""))
    assert set(page.context["form"].errors) == {"urgency"}
    assert registered(cast, urgency="").urgency == Urgency.A
