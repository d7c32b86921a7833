"""The pages of reception, as each of the cast meets them."""

from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from agencies.staff.acting import acting_as
from cases.conferences.actions import ACCEPTANCE
from cases.conferences.chair import sign_as_chair
from cases.conferences.models import Acceptance
from cases.decisions.codes import Verdict
from cases.intake.models import Notification, SafetyCheck
from cases.records.codes import Level, Relation, Stage, Urgency
from cases.records.models import Case, Person
from security.encryption.fields import reveal
from tests.cast import Cast, a_case
from tests.client import signed_in
from tests.unit.cases.intake.test_actions import NOTIFIER, a_call, check
from tests.unit.referrals import pages

NOW = "2026-06-01T09:05"


def call_data(cast: Cast, **more: Any) -> dict[str, Any]:
    return {
        "received_at": NOW,
        "channel": "telephone",
        "kind": "tsukoku",
        "source": "school",
        "family_name": "髙橋",
        "given_name": "𠮷乃",
        "family_kana": "タカハシ",
        "given_kana": "ヨシノ",
        "sex": "female",
        "birth_date": "2013-05-01",
        "place_of_stay": "unknown",
        "situation": "養護教諭からの電話",
        "basis": "from_child",
        "words": "「パパがさわる」",
        "question": "どうしたの",
        "asked_by": "養護教諭",
        "child_knows": "yes",
        "custodian_knows": "no",
        "item_sexual": "yes",
        "custodian_name": "髙橋一郎",
        "custodian_relation": "実父",
        "notifier_name": NOTIFIER["name"],
        "track": "abuse",
        "urgency": "C",
        "in_charge": str(cast.caseworker.pk),
    } | more


def the_only_case(cast: Cast) -> Case:
    with acting_as(cast.director):
        return Case.objects.get()


def looks_at(panel: str) -> int:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET ROLE wall")
        cursor.execute("SELECT count(*) FROM security_casetrace WHERE %s = ANY(panels)", [panel])
        found = cursor.fetchone()[0]
        cursor.execute("RESET ROLE")
    return int(found)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_call_page_opens(cast: Cast, language: str) -> None:
    page = signed_in(cast.caseworker).get("/intake/call/", headers={"accept-language": language})
    assert page.status_code == 200


def test_one_form_opens_a_case(cast: Cast) -> None:
    answer = signed_in(cast.caseworker).post("/intake/call/", call_data(cast))
    case = the_only_case(cast)
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{case.pk}/reception/#intake")
    with acting_as(cast.caseworker):
        assert reveal(Notification.objects.get(), "words") == "「パパがさわる」"
        assert case.urgency == Urgency.A
        assert reveal(Person.objects.get(), "name") == "髙橋一郎"


def test_words_stand_with_the_question_and_who_heard_them(cast: Cast) -> None:
    page = signed_in(cast.caseworker).post("/intake/call/", call_data(cast, question="", asked_by=""))
    assert set(page.context["form"].errors) == {"question", "asked_by"}
    silent = call_data(cast, words="", question="", asked_by="")
    assert signed_in(cast.caseworker).post("/intake/call/", silent).status_code == 302


def test_a_custodian_without_a_name_is_not_lost(cast: Cast) -> None:
    client = signed_in(cast.caseworker)
    facts = {"custodian_age": "４０代", "custodian_occupation": "会社員"}
    page = client.post("/intake/call/", call_data(cast, custodian_name="", **facts))
    assert set(page.context["form"].errors) == {"custodian_name"}
    assert client.post("/intake/call/", call_data(cast, custodian_name="不明", **facts)).status_code == 302
    with acting_as(cast.caseworker):
        person = Person.objects.get()
        assert (reveal(person, "age"), reveal(person, "occupation")) == ("40代", "会社員")


def test_a_wrong_check_is_taken_back_on_its_page(cast: Cast) -> None:
    case = a_call(cast).case
    wrong = check(case, cast.caseworker, timezone.now())
    client, path = signed_in(cast.caseworker), f"/cases/{case.pk}/safety/{wrong.pk}/retract/"
    assert client.get(path).status_code == 200
    assert client.post(path, {"reason": ""}).status_code == 200
    assert client.post(path, {"reason": "日時の誤り"})["Location"] == f"/cases/{case.pk}/reception/#intake"
    assert "日時の誤り" in client.get(f"/cases/{case.pk}/reception/").content.decode()
    for name in ("colleague", "stranger"):
        assert signed_in(cast.positions[name]).post(path, {"reason": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("received_at", "2999-01-01T00:00"),
        ("situation", ""),
        ("in_charge", "no-such"),
        ("sex", "x"),
        ("item_sexual", "x"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(cast: Cast, field: str, value: Any) -> None:
    page = signed_in(cast.caseworker).post("/intake/call/", call_data(cast, **{field: value}))
    assert page.status_code == 200
    assert page.context["form"].errors
    assert "「パパがさわる」" in page.content.decode()
    with acting_as(cast.director):
        assert not Case.objects.exists()


@pytest.mark.parametrize(
    "name", ["director", "police", "policechief", "school", "privacy", "admin", "clinician"]
)
def test_the_call_page_is_closed_to(cast: Cast, name: str) -> None:
    assert signed_in(cast.positions[name]).get("/intake/call/").status_code == 404


def notifier_path(notification: Notification) -> str:
    return f"/cases/{notification.case_id}/notifications/{notification.pk}/notifier/"


@pytest.mark.parametrize("name", ["caseworker", "supervisor", "director"])
def test_the_notifier_page_is_recorded_as_a_panel_of_its_own(cast: Cast, name: str) -> None:
    path = notifier_path(a_call(cast))
    page = signed_in(cast.positions[name]).get(path)
    assert NOTIFIER["name"] in page.content.decode()
    assert looks_at("notifier") == 1


@pytest.mark.parametrize("name", ["colleague", "duty", "stranger", "police", "school", "privacy"])
def test_the_notifier_page_does_not_exist_for(cast: Cast, name: str) -> None:
    path = notifier_path(a_call(cast))
    assert signed_in(cast.positions[name]).get(path).status_code == 404


def test_a_member_reads_the_case_and_not_the_notifier(cast: Cast) -> None:
    notification = a_call(cast)
    with acting_as(cast.caseworker):
        from cases.records.actions import add_to_team

        add_to_team(
            notification.case, cast.colleague, relation=Relation.MEMBER, level=Level.EDIT, by=cast.caseworker
        )
    client = signed_in(cast.colleague)
    assert client.get(f"/cases/{notification.case_id}/safety/").status_code == 200
    assert client.get(notifier_path(notification)).status_code == 404


def test_a_notifier_is_read_under_its_own_case_only(cast: Cast) -> None:
    notification, other = a_call(cast), a_case(cast)
    path = f"/cases/{other.pk}/notifications/{notification.pk}/notifier/"
    assert signed_in(cast.caseworker).get(path).status_code == 404


def accept_data(cast: Cast, in_charge: str = "caseworker") -> dict[str, str]:
    lead = str(cast.positions[in_charge].pk)
    met = {"kind": "emergency_intake", "place": "office", "held_at": NOW, "chair": str(cast.supervisor.pk)}
    said = {name: "架空の記載" for name in Acceptance.NEEDED} | {"custodians_view": "母：未聴取（架空）"}
    said["next_on"] = timezone.localdate().isoformat()
    return met | said | {"attendees": "所長", "decision": "受理", "in_charge": lead}


def test_accepted_and_seen(cast: Cast) -> None:
    case = a_call(cast).case
    client = signed_in(cast.caseworker)
    assert client.get(f"/cases/{case.pk}/acceptance/").status_code == 200
    answer = client.post(f"/cases/{case.pk}/acceptance/", accept_data(cast))
    assert answer["Location"] == f"/cases/{case.pk}/reception/#conferences"
    with acting_as(cast.supervisor):
        sign_as_chair(ACCEPTANCE, Acceptance.objects.get(), by=cast.supervisor)
    with acting_as(cast.director):
        ACCEPTANCE.decide(Acceptance.objects.get(), Verdict.APPROVE, by=cast.director)
    now = timezone.localtime().strftime("%Y-%m-%dT%H:%M:%S")
    data = {"outcome": "seen", "seen_at": now, "place": "学校", "seen_by": "職員", "condition": "無事"}
    assert client.get(f"/cases/{case.pk}/safety/").status_code == 200
    assert client.post(f"/cases/{case.pk}/safety/", data).status_code == 302
    with acting_as(cast.caseworker):
        assert Case.objects.get(pk=case.pk).stage == Stage.INVESTIGATION
        assert SafetyCheck.objects.count() == 1


def test_a_refusal_is_a_sentence_beside_what_was_typed(cast: Cast) -> None:
    case = a_call(cast).case
    client = signed_in(cast.caseworker)
    client.post(f"/cases/{case.pk}/acceptance/", accept_data(cast))
    page = client.post(f"/cases/{case.pk}/acceptance/", accept_data(cast))
    assert page.status_code == 200
    assert page.context["form"].non_field_errors()


def test_a_further_notification(cast: Cast) -> None:
    case = a_call(cast).case
    client = signed_in(cast.caseworker)
    path = f"/cases/{case.pk}/notifications/add/"
    assert client.get(path).status_code == 200
    assert client.post(path, call_data(cast)).status_code == 302
    with acting_as(cast.caseworker):
        assert Notification.objects.filter(case=case).count() == 2


@pytest.mark.parametrize("path", ["acceptance/", "safety/", "notifications/add/"])
@pytest.mark.parametrize("name", ["colleague", "stranger", "police", "school", "privacy"])
def test_foreign_pages_do_not_exist(cast: Cast, name: str, path: str) -> None:
    case = a_call(cast).case
    client: Client = signed_in(cast.positions[name])
    assert client.get(f"/cases/{case.pk}/{path}").status_code == 404
    assert client.post(f"/cases/{case.pk}/{path}", {}).status_code == 404


def test_the_items_say_their_band_without_a_script_too(cast: Cast) -> None:
    client = pages.in_english(signed_in(cast.caseworker))
    case = a_case(cast)
    for path in ("/intake/call/", f"/cases/{case.pk}/notifications/add/"):
        shown = client.get(path).content.decode()
        assert "yes (at least A)" in shown
        assert 'data-band="AA"' in shown
    assert (
        '<strong role="status" data-bands-of="item_asks item_urgent item_grave item_sexual item_repeated'
        in client.get("/intake/call/").content.decode()
    )
    assert b"data-band=" not in signed_in(cast.positions["school"]).get("/filings/new/").content


def test_a_further_notification_says_that_it_lifted_the_urgency(cast: Cast) -> None:
    client, case = pages.in_english(signed_in(cast.caseworker)), a_case(cast)
    fields = {key: value for key, value in call_data(cast).items() if key != "urgency"} | {
        "item_urgent": "yes"
    }
    shown = client.post(f"/cases/{case.pk}/notifications/add/", fields, follow=True).content.decode()
    assert "The answers lifted the urgency to AA" in shown
