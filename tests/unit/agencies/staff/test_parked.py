"""What somebody typed is kept for that person and never shown to another."""

import re
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.db import OperationalError, connections
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.test import Client
from django.urls import path

import config.urls
from agencies.notices.actions import tell
from agencies.notices.codes import NoticeKind
from agencies.notices.models import Notice
from agencies.staff.access import StaffRequest, form_page
from face.forms import BaseForm
from security.signin import parked
from tests.cast import PASSWORD, Cast, as_owner
from tests.client import signed_in

LOST = "/sign-in/?next=%2Fnote%2F&lost=1"
TYPED = "髙橋さんが話したこと\nそのまま"
handler500 = config.urls.handler500


class Note(BaseForm):
    body = forms.CharField(widget=forms.Textarea, max_length=200)


@form_page()
def note(request: HttpRequest) -> HttpResponse:
    form = Note(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if form.cleaned_data["body"] == "fault":
            raise OperationalError
        return redirect("/saved/")
    return render(request, "agencies/staff/new_password.html", {"form": form})


@form_page(parks=False)
def secret(request: HttpRequest) -> HttpResponse:
    raise OperationalError


@form_page()
def acts_without_a_form(request: StaffRequest) -> HttpResponse:
    """A careless page: it does something as soon as anything is sent to it."""
    if request.method == "POST":
        tell([request.by.pk], NoticeKind.DECISION_WAITING, "KITA-2026-0001", "/", cause="a")
    return HttpResponse("done")


urlpatterns = [
    *config.urls.urlpatterns,
    path("note/", note),
    path("secret/", secret),
    path("careless/", acts_without_a_form),
]


@pytest.fixture(autouse=True)
def place(settings: Any) -> Path:
    settings.ROOT_URLCONF = __name__
    return Path(settings.PARKED_DIR)


def expire() -> None:
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE wall.identity SET idle_until = now() - interval '1 second'")


def token_in(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def kept_of(cast: Cast, name: str) -> list[parked.ParkedForm]:
    return parked.forms_of(cast.positions[name].staff_id)


def test_an_expired_session_keeps_it_and_offers_it_after_sign_in(cast: Cast, place: Path) -> None:
    client = signed_in(cast.caseworker)
    expire()
    assert client.post("/note/?to=1", {"body": TYPED})["Location"] == "/sign-in/?kept=1"
    again = client.post("/sign-in/?kept=1", {"username": "caseworker", "password": PASSWORD})
    assert again["Location"] == "/parked/"
    (kept,) = kept_of(cast, "caseworker")
    assert (kept.path, kept.fields) == ("/note/?to=1", [("body", TYPED)])
    assert "髙橋さん" in client.get("/parked/").content.decode()
    page = client.get(f"/parked/{kept.id}/").content.decode()
    assert 'action="/note/?to=1"' in page
    restored = client.post(kept.path, {"body": TYPED, "_restore": "1", "_parked": kept.id}).content.decode()
    assert "data-restored" in restored
    assert f'name="_parked" value="{kept.id}"' in restored
    assert kept_of(cast, "caseworker") == [kept]
    assert client.post("/note/", {"body": "", "_parked": kept.id}).status_code == 200
    assert kept_of(cast, "caseworker") == [kept]
    assert client.post("/note/", {"body": TYPED, "_parked": kept.id})["Location"] == "/saved/"
    assert kept_of(cast, "caseworker") == []


def test_on_the_disk_it_cannot_be_read(cast: Cast, place: Path) -> None:
    client = signed_in(cast.caseworker)
    expire()
    client.post("/note/", {"body": TYPED})
    (file,) = [found for found in place.rglob("*") if found.is_file()]
    assert TYPED.encode() not in file.read_bytes()
    assert b"note" not in file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_another_person_cannot_read_send_or_delete_a_parked_form(cast: Cast) -> None:
    client = signed_in(cast.caseworker)
    expire()
    client.post("/note/", {"body": TYPED})
    (kept,) = kept_of(cast, "caseworker")
    for name in ("colleague", "supervisor", "admin", "stranger"):
        other = signed_in(cast.positions[name])
        assert "髙橋" not in other.get("/parked/").content.decode()
        assert other.get(f"/parked/{kept.id}/").status_code == 404
        assert other.post(f"/parked/{kept.id}/discard/").status_code == 404
        other.post("/note/", {"body": "x", "_parked": kept.id})
    for wrong in ("x", "0" * 32, "..", "%2e%2e%2fx", kept.id.upper()):
        assert signed_in(cast.caseworker).get(f"/parked/{wrong}/").status_code == 404
    assert kept_of(cast, "caseworker") == [kept]


def test_the_next_person_at_the_browser_is_not_offered_a_parked_form(cast: Cast) -> None:
    client = signed_in(cast.caseworker)
    expire()
    client.post("/note/", {"body": TYPED})
    client.post("/sign-in/?kept=1", {"username": "colleague", "password": PASSWORD})
    assert "髙橋" not in client.get("/parked/").content.decode()


def test_a_page_left_open_by_the_last_person_is_not_kept_for_the_next(cast: Cast) -> None:
    """A shared desk: whoever sends the old page under the new sign-in, its text is the last person's."""
    browser = Client(enforce_csrf_checks=True)

    def sign_in(name: str) -> str:
        page = browser.get("/sign-in/").content.decode()
        browser.post(
            "/sign-in/", {"username": name, "password": PASSWORD, "csrfmiddlewaretoken": token_in(page)}
        )
        return token_in(browser.get("/note/").content.decode())

    theirs = sign_in("caseworker")
    for way_out in ("sign out", "expired"):
        if way_out == "sign out":
            browser.post("/sign-out/", {"csrfmiddlewaretoken": theirs})
        else:
            expire()
        own = sign_in("colleague")
        stale = browser.post("/note/", {"body": TYPED, "csrfmiddlewaretoken": theirs})
        assert stale.status_code == 403
        assert kept_of(cast, "colleague") == kept_of(cast, "caseworker") == []
        expire()
        again = browser.post("/note/", {"body": TYPED, "csrfmiddlewaretoken": theirs})
        assert again["Location"] == LOST
        assert kept_of(cast, "colleague") == kept_of(cast, "caseworker") == []
        assert "kept=1" in browser.post("/note/", {"body": "own", "csrfmiddlewaretoken": own})["Location"]
        (kept,) = kept_of(cast, "colleague")
        parked.drop(cast.colleague.staff_id, kept.id)
        theirs = sign_in("caseworker")


def test_ones_own_page_from_before_a_new_sign_in_is_kept(cast: Cast) -> None:
    browser = Client(enforce_csrf_checks=True)
    tokens = []
    for _time in range(2):
        page = browser.get("/sign-in/").content.decode()
        form = {"username": "caseworker", "password": PASSWORD, "csrfmiddlewaretoken": token_in(page)}
        browser.post("/sign-in/", form)
        tokens.append(token_in(browser.get("/note/").content.decode()))
        if len(tokens) == 1:
            expire()
    assert browser.post("/note/", {"body": TYPED, "csrfmiddlewaretoken": tokens[0]}).status_code == 403
    assert [kept.fields for kept in kept_of(cast, "caseworker")] == [[("body", TYPED)]]
    for nonsense in ("x", "ü" * 64, "c" * 64, "-" * 64):
        browser.post("/note/", {"body": "other", "csrfmiddlewaretoken": nonsense})
    assert len(kept_of(cast, "caseworker")) == 1


def test_a_parked_file_moved_into_another_persons_folder_does_not_open(cast: Cast, place: Path) -> None:
    client = signed_in(cast.caseworker)
    expire()
    client.post("/note/", {"body": TYPED})
    (kept,) = kept_of(cast, "caseworker")
    theirs = place / cast.colleague.staff_id.hex
    theirs.mkdir()
    (place / cast.caseworker.staff_id.hex / kept.id).rename(theirs / kept.id)
    assert parked.read(cast.colleague.staff_id, kept.id) is None
    assert signed_in(cast.colleague).get(f"/parked/{kept.id}/").status_code == 404


@pytest.mark.parametrize(("sent", "notices"), [({"_restore": "1"}, 0), ({}, 1)])
def test_what_is_put_back_does_nothing(cast: Cast, sent: dict[str, str], notices: int) -> None:
    assert signed_in(cast.caseworker).post("/careless/", sent).status_code == 200
    with as_owner():
        assert Notice.objects.using("owner").count() == notices


def test_a_database_fault_keeps_it(cast: Cast) -> None:
    client = signed_in(cast.caseworker, raise_request_exception=False)
    response = client.post("/note/", {"body": "fault"})
    assert response.status_code == 503
    assert "/parked/" in response.content.decode()
    assert [kept.fields for kept in kept_of(cast, "caseworker")] == [[("body", "fault")]]


def test_no_database_at_all_keeps_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(cast.caseworker, raise_request_exception=False)
    with monkeypatch.context() as patch:
        connections["default"].close()
        patch.setattr(connections["default"], "connect", lambda: (_ for _ in ()).throw(OperationalError()))
        assert client.post("/note/", {"body": TYPED}).status_code == 503
    assert [kept.fields for kept in kept_of(cast, "caseworker")] == [[("body", TYPED)]]


def test_a_stale_page_keeps_it(cast: Cast) -> None:
    client = signed_in(cast.caseworker, enforce_csrf_checks=True)
    response = client.post("/note/", {"body": TYPED})
    assert response.status_code == 403
    assert "/parked/" in response.content.decode()
    assert len(kept_of(cast, "caseworker")) == 1


def test_a_position_that_ended_keeps_it(cast: Cast) -> None:
    from agencies.staff.models import Position

    client = signed_in(cast.caseworker)
    with as_owner():
        Position.objects.using("owner").filter(pk=cast.caseworker.pk).update(ends_on="2020-05-01")
    assert client.post("/note/", {"body": TYPED})["Location"] == "/position/?kept=1"
    assert len(kept_of(cast, "caseworker")) == 1


def test_parked_once_more_it_is_there_once(cast: Cast) -> None:
    client = signed_in(cast.caseworker)
    expire()
    client.post("/note/", {"body": TYPED})
    (first,) = kept_of(cast, "caseworker")
    client.post("/note/", {"body": "more", "_parked": first.id})
    (second,) = kept_of(cast, "caseworker")
    assert second.fields == [("body", "more")]


def test_passwords_and_buttons_are_never_kept(cast: Cast) -> None:
    client = signed_in(cast.caseworker, enforce_csrf_checks=True, raise_request_exception=False)
    client.post("/sign-in/", {"username": "caseworker", "password": PASSWORD})
    client.post("/password/", {"old": PASSWORD, "password": "x", "again": "x"})
    client.post("/secret/", {"body": TYPED})
    signed_in(cast.caseworker, raise_request_exception=False).post("/secret/", {"body": TYPED})
    expire()
    for path_, data in (
        ("/alive/", {}),
        ("/sessions/end/", {"session": "x"}),
        ("/note/", {"body": str(cast.caseworker.pk)}),
    ):
        signed_in_again = client.post(path_, data)
        assert signed_in_again.status_code in (302, 403)
    assert kept_of(cast, "caseworker") == []


def test_a_stranger_to_the_system_keeps_nothing(cast: Cast, place: Path) -> None:
    client = Client()
    client.post("/note/", {"body": TYPED})
    client.cookies["who"] = "forged"
    client.post("/note/", {"body": TYPED})
    assert not place.exists()


def test_it_is_bounded(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parked, "MOST_FORMS", 2)
    monkeypatch.setattr(parked, "MOST_BYTES", 1000)
    client = signed_in(cast.caseworker)
    expire()
    assert client.post("/note/", {"body": "x" * 1001})["Location"] == LOST
    for text in ("first", "second", "third"):
        assert client.post("/note/", {"body": text})["Location"] == "/sign-in/?kept=1"
    assert {kept.fields[0][1] for kept in kept_of(cast, "caseworker")} == {"second", "third"}
    page = signed_in(cast.caseworker).get("/parked/")
    assert page.context["lost"], "the person is told that the oldest had to go"


def test_throwing_it_away_and_its_time(cast: Cast, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(cast.caseworker)
    expire()
    client.post("/note/", {"body": TYPED})
    client.post("/note/", {"body": "second"})
    kept = kept_of(cast, "caseworker")
    client = signed_in(cast.caseworker)
    assert client.get("/parked/").context["request"].parked_count == 2
    assert 'href="/parked/"' in client.get("/").content.decode()
    assert 'href="/parked/"' not in signed_in(cast.colleague).get("/").content.decode()
    assert client.post(f"/parked/{kept[0].id}/discard/")["Location"] == "/parked/"
    assert [one.id for one in kept_of(cast, "caseworker")] == [kept[1].id]
    monkeypatch.setattr(parked, "KEEP", timedelta(0))
    assert kept_of(cast, "caseworker") == []
    assert parked.count_of(cast.caseworker.staff_id) == 0
