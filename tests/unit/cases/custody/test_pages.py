"""The pages of custody, as each of the cast meets them."""

from datetime import timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from agencies.staff.acting import acting_as
from cases.clocks import panel as clocks_panel
from cases.clocks.models import Clock
from cases.custody import panel
from cases.custody.actions import END, START
from cases.custody.models import CustodyDecision
from cases.decisions.codes import State, Verdict
from cases.intake import panel as intake_panel
from cases.records.actions import save_person
from cases.records.models import Case
from face.wareki import format_datetime
from security.audit.models import CaseTrace
from security.encryption.fields import reveal
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in
from tests.unit.cases.custody.test_actions import a_draft, decide, in_custody, said


def moment(**ago: float) -> str:
    return (timezone.localtime() - timedelta(**ago)).strftime("%Y-%m-%dT%H:%M:%S")


def start_data(**more: Any) -> dict[str, Any]:
    return {
        "effective_at": moment(minutes=5),
        "expected_until": (timezone.localdate() + timedelta(days=20)).isoformat(),
        "grounds": ["1", "4"],
        "purpose": "safety",
        "reason": "在宅では安全を確保できない",
        "place_kind": "facility",
        "place": "北一時保護施設",
        "consent": "objects",
        "heard": "before",
        "opinion": "「帰りたくない」",
    } | more


def path_of(row: CustodyDecision, more: str = "") -> str:
    if not more:
        return (START if row.kind == "start" else END).url(row)
    return f"/cases/{row.case_id}/custody/{row.pk}/{more}"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_drafted_and_approved(cast: Cast, language: str) -> None:
    case = a_case(cast)
    headers = {"accept-language": language}
    worker, director = signed_in(cast.caseworker, headers=headers), signed_in(cast.director, headers=headers)
    path = f"/cases/{case.pk}/custody/start/"
    assert worker.get(path).status_code == 200
    assert worker.post(path, start_data())["Location"] == f"/cases/{case.pk}/custody/#custody"
    with acting_as(cast.caseworker):
        row = CustodyDecision.objects.get()
    page = director.get(path_of(row))
    assert "在宅では安全を確保できない" in page.content.decode()
    assert not page.context["not_decide"]
    assert director.post(path_of(row), {"verdict": "approve", "version": "1", "note": ""}).status_code == 302
    with acting_as(cast.caseworker):
        assert CustodyDecision.objects.get().state is State.APPROVED


@pytest.mark.parametrize("name", ["caseworker", "supervisor"])
def test_a_reader_who_may_not_decide_reads_why(cast: Cast, name: str) -> None:
    row = a_draft(cast)
    client = signed_in(cast.positions[name])
    page = client.get(path_of(row))
    assert page.context["not_decide"]
    assert str(page.context["not_decide"]) in page.content.decode()
    answer = client.post(path_of(row), {"verdict": "approve", "version": "1", "note": ""})
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()


def test_returned_and_drafted_anew_without_typing_it_again(cast: Cast) -> None:
    row = a_draft(cast)
    director, worker = signed_in(cast.director), signed_in(cast.caseworker)
    assert director.post(path_of(row), {"verdict": "return", "version": "1", "note": ""}).status_code == 200
    assert (
        director.post(
            path_of(row), {"verdict": "return", "version": "1", "note": "号を見直すこと"}
        ).status_code
        == 302
    )
    path = f"/cases/{row.case_id}/custody/start/?from={row.pk}"
    page = worker.get(path)
    assert "号を見直すこと" in page.content.decode()
    assert page.context["form"]["reason"].value() == "在宅では安全を確保できない"
    assert worker.post(path, start_data()).status_code == 302
    with acting_as(cast.caseworker):
        assert CustodyDecision.objects.get(decided_at=None).replaces_id == row.pk


def test_a_start_of_an_earlier_day_is_an_oral_decision(cast: Cast) -> None:
    case = a_case(cast)
    past = start_data(effective_at=moment(days=1, hours=1))
    page = signed_in(cast.caseworker).post(f"/cases/{case.pk}/custody/start/", past)
    assert page.context["form"].non_field_errors()
    oral = {**past, "is_oral": "on", "said_by": "所長", "said_at": moment(days=1, hours=2)}
    assert signed_in(cast.caseworker).post(f"/cases/{case.pk}/custody/start/", oral).status_code == 302


@pytest.mark.parametrize(
    ("field", "value"),
    [("grounds", []), ("expected_until", "2999-01-01"), ("opinion", ""), ("consent", "x"), ("is_oral", "on")],
)
def test_what_is_wrong_is_said(cast: Cast, field: str, value: Any) -> None:
    case = a_case(cast)
    page = signed_in(cast.caseworker).post(f"/cases/{case.pk}/custody/start/", start_data(**{field: value}))
    assert page.status_code == 200
    assert page.context["form"].errors
    with acting_as(cast.caseworker):
        assert not CustodyDecision.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "fields", "words"),
    [
        (
            {"expected_until": "2020-01-01"},
            {"effective_at", "expected_until"},
            ("「開始」", "「終了見込日」"),
        ),
        (
            {"is_oral": "on", "said_by": "所長", "effective_at": moment(hours=3), "said_at": moment(hours=1)},
            {"effective_at", "said_at"},
            ("「開始」", "「口頭で決定した日時」"),
        ),
    ],
)
def test_a_start_in_an_impossible_order_names_both_fields(
    cast: Cast, wrong: dict[str, Any], fields: set[str], words: tuple[str, str]
) -> None:
    case = a_case(cast)
    page = signed_in(cast.caseworker).post(f"/cases/{case.pk}/custody/start/", start_data(**wrong))
    errors = page.context["form"].errors
    assert set(errors) == fields
    for name in fields:
        assert all(word in str(errors[name]) for word in words)
    assert "在宅では安全を確保できない" in page.content.decode()
    with acting_as(cast.caseworker):
        assert not CustodyDecision.objects.exists()


def test_a_release_before_the_start_names_both(cast: Cast) -> None:
    """In the form of the end the start has no field: the sentence beside the moment of the end says it with its time."""
    start = in_custody(cast)
    worker, path = signed_in(cast.caseworker), f"/cases/{start.case_id}/custody/end/"
    typed = {
        "effective_at": moment(days=300), "reason": "架空の解除の理由", "stay_after": "home", "heard": "before",
        "opinion": "「いえにかえりたい」",
    }  # fmt: skip
    page = worker.post(path, typed)
    errors = page.context["form"].errors
    assert set(errors) == {"effective_at"}
    said = str(errors["effective_at"])
    assert [
        word for word in ("「解除日時」", "「開始」", format_datetime(start.effective_at)) if word not in said
    ] == []
    assert "架空の解除の理由" in page.content.decode()
    assert worker.post(path, typed | {"effective_at": moment()}).status_code == 302


def test_an_oral_decision_is_recorded_with_its_word(cast: Cast) -> None:
    case = a_case(cast)
    data = start_data(
        is_oral="on",
        said_by="所長",
        said_at=moment(minutes=30),
        heard="after",
        opinion="",
        heard_why="深夜のため",
    )
    worker = signed_in(cast.caseworker)
    assert worker.post(f"/cases/{case.pk}/custody/start/", data).status_code == 302
    with acting_as(cast.caseworker):
        row = CustodyDecision.objects.get()
        assert row.confirm_by is not None
        assert reveal(row, "oral_by") == "所長"
        assert Clock.objects.filter(kind="warrant").count() == 1
    assert worker.get(path_of(row, "opinion/")).status_code == 200
    heard = {
        "heard_at": moment(minutes=1),
        "heard_by": "児童福祉司",
        "explained": "絵で",
        "advocate": "offered",
    }
    heard["opinion"] = "「家はいや」"
    assert worker.post(path_of(row, "opinion/"), heard).status_code == 302
    assert signed_in(cast.director).get(path_of(row)).status_code == 200


def test_the_end(cast: Cast) -> None:
    row = in_custody(cast)
    worker = signed_in(cast.caseworker)
    path = f"/cases/{row.case_id}/custody/end/"
    assert worker.get(path).status_code == 200
    end = {"effective_at": moment(minutes=0), "reason": "安全が確保された", "heard": "before", "opinion": "「うれしい」",
           "stay_after": "home"}  # fmt: skip
    assert worker.post(path, end).status_code == 302
    with acting_as(cast.director):
        ending = CustodyDecision.objects.get(kind="end")
    assert (
        signed_in(cast.director)
        .post(path_of(ending), {"verdict": "approve", "version": "1", "note": ""})
        .status_code
        == 302
    )
    with acting_as(cast.caseworker):
        assert CustodyDecision.objects.get(kind="start").state is State.ENDED


def test_a_withheld_place_is_shown_on_the_decisions_page_only(cast: Cast) -> None:
    row = in_custody(cast)
    worker = signed_in(cast.caseworker)
    for path in (
        f"/cases/{row.case_id}/custody/",
        path_of(row, "opinion/"),
        path_of(row, "consent/"),
        "/cases/",
    ):
        assert "北一時保護施設" not in worker.get(path).content.decode()
    assert '<span class="no-print">北一時保護施設</span>' in worker.get(path_of(row)).content.decode()
    with as_owner():
        seen = CaseTrace.objects.using("owner").filter(panels__contains=["withheld_place"])
        assert [trace.actor_id for trace in seen] == [cast.caseworker.staff_id]


def test_the_place_after_custody_can_be_withheld_too(cast: Cast) -> None:
    row = in_custody(cast)
    end = {"effective_at": moment(minutes=0), "reason": "安全が確保された", "heard": "before", "opinion": "「うれしい」",
           "stay_after": "other", "place": "架空シェルター", "place_withheld": "on"}  # fmt: skip
    worker = signed_in(cast.caseworker)
    assert worker.post(f"/cases/{row.case_id}/custody/end/", end).status_code == 302
    with acting_as(cast.director):
        ending = CustodyDecision.objects.get(kind="end")
    decide(cast, ending)
    assert "架空シェルター" not in worker.get(f"/cases/{row.case_id}/custody/").content.decode()
    assert "架空シェルター" in worker.get(path_of(ending)).content.decode()


def test_consent_is_recorded_on_its_page(cast: Cast) -> None:
    row = in_custody(cast)
    worker = signed_in(cast.caseworker)
    with acting_as(cast.caseworker):
        person = save_person(row.case, {"name": "架空母", "role": "custodian"}, by=cast.caseworker)
    facts = {
        "person": str(person.pk),
        "consent": "consents",
        "answered_at": moment(minutes=1),
        "how": "meeting",
        "note": "「お願いします」",
    }
    assert worker.get(path_of(row, "consent/")).status_code == 200
    assert worker.post(path_of(row, "consent/"), {**facts, "note": ""}).status_code == 200
    assert (
        worker.post(path_of(row, "consent/"), facts)["Location"] == f"/cases/{row.case_id}/custody/#custody"
    )
    assert "「お願いします」" in worker.get(f"/cases/{row.case_id}/custody/").content.decode()


@pytest.mark.parametrize(
    "name", ["colleague", "stranger", "stranger_director", "police", "school", "privacy", "duty"]
)
def test_foreign_pages_do_not_exist(cast: Cast, name: str) -> None:
    row = in_custody(cast)
    client = signed_in(cast.positions[name])
    paths = [
        path_of(row),
        path_of(row, "opinion/"),
        path_of(row, "consent/"),
        f"/cases/{row.case_id}/custody/start/",
    ]
    for path in paths:
        assert client.get(path).status_code == 404
        assert client.post(path, {}).status_code == 404


def test_a_decision_is_read_under_its_own_case_only(cast: Cast) -> None:
    row, other = a_draft(cast), a_case(cast)
    client = signed_in(cast.caseworker)
    assert client.get(path_of(row).replace(str(row.case_id), str(other.pk))).status_code == 404
    assert client.get(f"/cases/{row.case_id}/custody/start/?from=nonsense").status_code == 200


@pytest.mark.parametrize("name", ["caseworker", "director"])
def test_the_panels_are_drawn(cast: Cast, name: str) -> None:
    returned = decide(cast, a_draft(cast, **said()), verdict=Verdict.RETURN, note="確認できない")
    with acting_as(cast.caseworker):
        case = Case.objects.select_related("office", "child").get(pk=returned.case_id)
        a_draft(cast, case)
    by = cast.positions[name]
    with acting_as(by):
        case = Case.objects.select_related("office", "child").get(pk=case.pk)
        for room in (clocks_panel, intake_panel, panel):
            shown = room.panel(case, by)
            assert shown is not None
            text = render_to_string(shown.template, {"p": shown.context, "case": case, "by": by})
            assert f'id="{shown.name}"' in text
        assert len(panel.moments(case, by)) == 3
