"""Drafts: what a person is typing is kept on the server for that person alone, and no text is ever written over."""

import html
import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies.staff.models import Position
from cases.intake.models import Notification
from cases.records.models import Grant
from security.signin import drafts, parked
from security.signin.tasks import clean_parked
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in

TYPED = "書きかけの通告"
NEW = "a" * 32 + ".0"
COMPARED = re.compile(r"/parked/[0-9a-f]{32}\.\d+/compare/")
"""The link to the two drafts side by side."""


@pytest.fixture
def path(cast: Cast) -> str:
    return f"/cases/{a_case(cast).pk}/notifications/add/"


def by_script(client: Client, path: str, text: str, mark: str = NEW, *, before: str = "", **more: Any) -> Any:
    sent = {"situation": text, "_draft": mark, "_draft_before": before, "_keep": "1"} | more
    return client.post(path, sent, headers={"X-Draft": "1"})


def drafts_of(position: Position) -> list[list[tuple[str, str]]]:
    return [draft.fields for draft in drafts.drafts_of(position.staff_id)]


def mark_in(page: Any) -> str:
    found = re.search(r'name="_draft" value="([0-9a-f]{32}\.\d+)"', page.content.decode())
    assert found is not None
    return found[1]


def test_a_long_form_can_be_kept_and_a_short_one_has_no_button(cast: Cast, path: str) -> None:
    client = signed_in(cast.caseworker)
    page = client.get(path)
    assert mark_in(page).endswith(".0")
    assert "data-drafts" in page.content.decode()
    assert 'name="_keep"' in page.content.decode()
    assert 'name="_keep"' not in client.get("/password/").content.decode()


def test_a_script_keeps_it_version_by_version(cast: Cast, path: str) -> None:
    client = signed_in(cast.caseworker)
    first = by_script(client, path, "一")
    second = by_script(client, path, "一二", first["X-Draft"])
    assert (first.status_code, second.status_code) == (204, 204)
    assert second["X-Draft"] == "a" * 32 + ".2"
    assert drafts_of(cast.caseworker) == [[("situation", "一二")]]
    with as_owner():
        assert not Notification.objects.using("owner").exists(), "nothing was sent"


def test_without_a_script_the_page_comes_back_with_the_text(cast: Cast, path: str) -> None:
    client = signed_in(cast.caseworker)
    page = client.post(path, {"situation": TYPED, "_draft": NEW, "_keep": ""})
    assert page.status_code == 200
    assert "下書きを保存しました" in page.content.decode()
    assert "data-restored" not in page.content.decode()
    assert page.context["form"]["situation"].value() == TYPED
    assert mark_in(page) == "a" * 32 + ".1"
    nothing = client.post(path, {"situation": " ", "_draft": NEW, "_keep": ""}).content.decode()
    assert "下書きは保存していません" in nothing


def untouched(page: str) -> dict[str, str]:
    """What a browser sends of the form that keeps a draft, when nothing in it is touched."""
    (form,) = [one for one in re.findall(r"<form .*?</form>", page, re.DOTALL) if 'name="_draft"' in one]
    sent = {}
    for tag in re.findall(r"<input[^>]*>", form):
        told = {name: html.unescape(value) for name, value in re.findall(r'(\w+)="([^"]*)"', tag)}
        if told.get("type") not in ("checkbox", "radio") or " checked" in tag:
            sent[told["name"]] = told.get("value", "")
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        values = re.findall(r'<option value="([^"]*)"( selected)?', options)
        sent[name] = next((value for value, selected in values if selected), values[0][0])
    for name, text in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        sent[name] = html.unescape(text)
    return sent


@pytest.mark.parametrize("name", ["add_notification", "progress_add", "safety_check", "contact_new"])
def test_a_form_in_which_nothing_was_typed_is_no_draft(cast: Cast, name: str) -> None:
    """Not even where it proposes the present moment; with a word typed, that moment is kept with it."""
    client, url = signed_in(cast.caseworker), reverse(name, args=[a_case(cast).pk])
    shown = client.get(url).content.decode()
    assert "何も入力していないときは" in shown
    sent = untouched(shown) | {"_keep": "1"}
    assert client.post(url, sent, headers={"X-Draft": "1"}).status_code == 413
    assert drafts_of(cast.caseworker) == []
    text = re.findall(r'<textarea[^>]* name="([^"]+)"', shown)[0]
    assert client.post(url, sent | {text: TYPED}, headers={"X-Draft": "1"}).status_code == 204


def test_of_two_pages_the_newer_text_is_never_written_over(cast: Cast, path: str) -> None:
    client = signed_in(cast.caseworker)
    start = by_script(client, path, "はじめ")["X-Draft"]
    assert by_script(client, path, "左の画面", start).status_code == 204
    apart = by_script(client, path, "右の画面", start)
    assert apart.status_code == 409
    assert apart["X-Draft"].split(".")[0] != start.split(".")[0]
    assert by_script(client, path, "右の続き", apart["X-Draft"]).status_code == 204
    assert sorted(drafts_of(cast.caseworker)) == [[("situation", "右の続き")], [("situation", "左の画面")]]
    page = client.post(path, {"situation": "三つ目", "_draft": start, "_keep": ""}).content.decode()
    assert COMPARED.search(page)
    assert len(drafts_of(cast.caseworker)) == 3


def test_a_lost_answer_makes_no_second_draft(cast: Cast, path: str) -> None:
    """The page counts its versions itself; a page without a script sends the same once more."""
    client = signed_in(cast.caseworker)
    by_script(client, path, "一")  # its answer is lost
    assert by_script(client, path, "一二", "a" * 32 + ".1").status_code == 204
    again = {"situation": "一二", "_draft": "a" * 32 + ".1", "_keep": ""}
    assert COMPARED.search(client.post(path, again).content.decode()) is None
    assert drafts_of(cast.caseworker) == [[("situation", "一二")]]


def test_two_pages_that_go_on_with_one_draft_write_over_nothing(cast: Cast, path: str) -> None:
    client = signed_in(cast.caseworker)
    start = by_script(client, path, "はじめ")["X-Draft"]
    opened = [client.post(path, {"situation": "はじめ", "_draft": start, "_restore": "1"}) for _ in range(2)]
    left, right = map(mark_in, opened)
    assert by_script(client, path, "左の画面", left, before=start).status_code == 204
    assert drafts_of(cast.caseworker) == [[("situation", "左の画面")]], "it takes the place of the one before"
    assert by_script(client, path, "右の画面", right, before=start).status_code == 409
    # The answer is lost, and the page goes on: it still has its own draft.
    assert by_script(client, path, "右の続き", right.replace(".0", ".1")).status_code == 204
    assert sorted(drafts_of(cast.caseworker)) == [[("situation", "右の続き")], [("situation", "左の画面")]]
    third = mark_in(client.post(path, {"situation": "はじめ", "_draft": left, "_restore": "1"}))
    by_script(client, path, "左の続き", left.replace(".0", ".1"))
    page = client.post(
        path, {"situation": "三つ目", "_draft": third, "_draft_before": left.replace(".0", ".1"), "_keep": ""}
    )
    assert f"/parked/{third.replace('.0', '.1')}/compare/" in page.content.decode()
    assert len(drafts_of(cast.caseworker)) == 3


def test_two_drafts_are_compared_field_by_field_in_words(cast: Cast, path: str) -> None:
    client = signed_in(cast.caseworker)
    said: dict[str, Any] = {
        "basis": "from_child",
        "item_sexual": "yes",
        "source": "school",
        "asked_at": "R8.5.1 10:31",
    }
    one = by_script(client, path, "はじめ", **said)["X-Draft"]
    assert "他の下書きはありません" in client.get(f"/parked/{one}/compare/").content.decode()
    assert "/compare/" not in client.get("/parked/").content.decode()
    other = by_script(client, path, "次", "b" * 32 + ".0", source="school", asked_at="R8.5.2 10:31")[
        "X-Draft"
    ]
    assert f"/parked/{one}/compare/" in client.get("/parked/").content.decode()
    page = client.get(f"/parked/{one}/compare/")
    rows = {row.label: (row.one, row.other) for row in page.context["rows"]}
    assert rows["通告の内容"] == ("はじめ", "次")
    assert rows["こどもが話した日時"] == ("R8.5.1 10:31", "R8.5.2 10:31")
    assert "通告者の種別" not in rows, "what is the same is not shown"
    text = page.content.decode()
    assert not {"from_child", "sexual", ">school<"} & set(re.findall(r"from_child|sexual|>school<", text))
    assert f"/parked/{other}/" in text
    assert signed_in(cast.colleague).get(f"/parked/{one}/compare/").status_code == 404


def test_two_at_the_same_moment_are_both_kept(cast: Cast, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look for a newer version and the writing another request puts one there."""
    client = signed_in(cast.caseworker)
    write = parked.write

    def another_first(partial: Path, content: str) -> None:
        monkeypatch.setattr(parked, "write", write)
        assert by_script(client, path, "先").status_code == 204
        write(partial, content)

    monkeypatch.setattr(parked, "write", another_first)
    assert by_script(client, path, "後").status_code == 409
    assert sorted(drafts_of(cast.caseworker)) == [[("situation", "先")], [("situation", "後")]]


def test_it_is_listed_as_its_form_and_goes_on_in_another_session(cast: Cast, path: str) -> None:
    mark = by_script(signed_in(cast.caseworker), path, TYPED, channel="telephone")["X-Draft"]
    client = signed_in(cast.caseworker)
    assert "下書き" in client.get("/inbox/").content.decode()
    listed = client.get("/parked/").content.decode()
    assert TYPED in listed
    assert f"/parked/{mark}/" in listed
    opened = client.get(f"/parked/{mark}/").content.decode()
    assert f'name="_draft" value="{mark}"' in opened
    assert "通告の内容" in opened
    page = client.post(path, {"situation": TYPED, "_draft": mark, "_restore": "1"})
    assert page.context["form"]["situation"].value() == TYPED
    assert mark_in(page).partition(".")[2] == "0", "the page writes on a draft of its own"
    assert f'name="_draft_before" value="{mark}"' in page.content.decode()


def test_it_goes_when_its_form_is_saved_and_not_before(cast: Cast, path: str) -> None:
    client = signed_in(cast.caseworker)
    mark = by_script(client, path, TYPED)["X-Draft"]
    whole = {
        "situation": TYPED,
        "received_at": "今日 0:00",
        "channel": "telephone",
        "source": "school",
        "kind": "tsukoku",
    }
    assert client.post(path, {"situation": TYPED, "_draft": mark}).context["form"].errors
    assert len(drafts_of(cast.caseworker)) == 1
    assert client.post(path, whole | {"_draft": mark}).status_code == 302
    assert drafts_of(cast.caseworker) == []


def test_saving_an_older_text_leaves_the_newer_draft_of_another_page(cast: Cast, path: str) -> None:
    client = signed_in(cast.caseworker)
    old = by_script(client, path, "古い")["X-Draft"]
    by_script(client, path, "新しい", old)
    whole = {
        "situation": "古い",
        "received_at": "今日 0:00",
        "channel": "telephone",
        "source": "school",
        "kind": "tsukoku",
    }
    assert client.post(path, whole | {"_draft": old}).status_code == 302
    assert drafts_of(cast.caseworker) == [[("situation", "新しい")]]


def test_others_do_not_find_it(cast: Cast, path: str) -> None:
    mark = by_script(signed_in(cast.caseworker), path, TYPED)["X-Draft"]
    for name in ("colleague", "supervisor", "admin", "stranger"):
        other = signed_in(cast.positions[name])
        assert TYPED not in other.get("/parked/").content.decode()
        assert other.get(f"/parked/{mark}/").status_code == 404
        assert other.post(f"/parked/{mark}/discard/").status_code == 404
    theirs = by_script(signed_in(cast.supervisor), path, "別の人", mark)
    assert theirs.status_code == 204, "the mark of another person's draft is as good as none"
    assert drafts_of(cast.caseworker) == [[("situation", TYPED)]]


@pytest.mark.parametrize(
    "mark", ["", ".", "x.1", "../../x.1", "A" * 32 + ".1", "a" * 32 + ".²", "a" * 32 + "." + "9" * 9]
)
def test_a_wrong_mark_is_a_new_draft(cast: Cast, path: str, mark: str) -> None:
    client = signed_in(cast.caseworker)
    assert by_script(client, path, TYPED, mark)["X-Draft"].endswith(".1")
    assert client.get(f"/parked/{mark or 'x'}/").status_code == 404


def test_of_a_case_no_longer_visible_only_the_date_is_listed(cast: Cast, path: str) -> None:
    client = signed_in(cast.caseworker)
    mark = by_script(client, path, TYPED)["X-Draft"]
    with as_owner():
        Grant.objects.using("owner").filter(position=cast.caseworker).update(ends_at=timezone.now())
    listed = client.get("/parked/").content.decode()
    assert TYPED not in listed
    assert path not in listed
    assert client.get(f"/parked/{mark}/").status_code == 404
    assert client.post(path, {"situation": "x", "_draft": mark, "_keep": ""}).status_code == 404
    assert client.post(f"/parked/{mark}/discard/").status_code == 302


def test_on_the_disk_no_word_can_be_read(cast: Cast, path: str, settings: Any) -> None:
    by_script(signed_in(cast.caseworker), path, TYPED)
    (file,) = [found for found in Path(settings.PARKED_DIR).rglob("*") if found.is_file()]
    assert TYPED.encode() not in file.read_bytes()
    assert path.encode() not in file.read_bytes()
    assert oct(file.stat().st_mode)[-3:] == "600"
    theirs = file.parent.with_name(cast.colleague.staff_id.hex)
    file.parent.rename(theirs)
    assert drafts_of(cast.colleague) == []


def test_size_and_number_are_bounded(cast: Cast, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "MOST", 2)
    monkeypatch.setattr(parked, "MOST_BYTES", 1000)
    client = signed_in(cast.caseworker)
    assert by_script(client, path, "x" * 1001).status_code == 413
    for number, text in enumerate("一二三"):
        mark = by_script(client, path, text, f"{number:032x}.0")["X-Draft"]
        file = parked.folder(cast.caseworker.staff_id) / f"{mark}.draft"
        os.utime(file, (timezone.now().timestamp() - 60 + number,) * 2)
    assert sorted(drafts_of(cast.caseworker)) == [[("situation", "三")], [("situation", "二")]]
    assert client.get("/parked/").context["lost"], "the person is told that the oldest had to go"


def test_after_fourteen_days_it_is_gone(cast: Cast, path: str, settings: Any) -> None:
    client = signed_in(cast.caseworker)
    by_script(client, path, TYPED)
    (file,) = Path(settings.PARKED_DIR).rglob("*.draft")
    for days, left in ((13, 1), (15, 0)):
        at = (timezone.now() - timedelta(days=days)).timestamp()
        os.utime(file, (at, at))
        assert clean_parked() == 1 - left
        assert drafts.count_of(cast.caseworker.staff_id) == left


def test_a_page_of_another_sign_in_keeps_nothing(cast: Cast, path: str) -> None:
    """A shared desk: the page of the last person goes on typing by itself after the next one has signed in."""
    client = signed_in(cast.colleague, enforce_csrf_checks=True)
    assert by_script(client, path, TYPED).status_code == 403
    assert drafts_of(cast.colleague) == drafts_of(cast.caseworker) == []
    assert parked.forms_of(cast.colleague.staff_id) == parked.forms_of(cast.caseworker.staff_id) == []


def test_a_full_disk_is_said(cast: Cast, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: Any) -> None:
        raise OSError

    monkeypatch.setattr(parked, "write", full)
    client = signed_in(cast.caseworker, raise_request_exception=False)
    assert by_script(client, path, TYPED).status_code == 503


@pytest.mark.parametrize("page", ["/password/", "/sign-in/", "/sessions/end/"])
def test_what_keeps_no_text_does_not_act_either(cast: Cast, page: str) -> None:
    client = signed_in(cast.caseworker)
    client.post(page, {"_keep": "1", "session": "x", "old": "x", "password": TYPED, "again": TYPED})
    assert drafts_of(cast.caseworker) == []
