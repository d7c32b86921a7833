"""Text typed on the page of a case: only what was typed is kept, and it is seen only while that page is open to its author."""

import os
import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.records.models import Case, Grant
from security.audit.models import Event
from security.signin import parked
from security.signin.tasks import clean_parked
from tests.cast import PASSWORD, Cast, a_case, as_owner
from tests.client import signed_in

TYPED = "書きかけの学校"
NO_ADDRESS = ("http://[", "//[", "http://testserver]/")
"""What a broken proxy or a stranger may send as Referer, and what cannot be taken apart."""


class Fields(HTMLParser):
    """What a browser sends of the page's form when nobody touches it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self.area = self.select = ""
        self.feed(page[page.index('class="form-card"') :].partition("</form>")[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        name = known.get("name") or ""
        if tag == "input" and (known.get("type") not in ("radio", "checkbox") or "checked" in known):
            self.sent.setdefault(name, []).append(known.get("value") or "")
        elif tag == "textarea":
            self.area = name
            self.sent[name] = [""]
        elif tag == "select":
            self.select = name
        elif tag == "option" and "selected" in known:
            self.sent[self.select] = [known.get("value") or ""]

    def handle_data(self, data: str) -> None:
        if self.area:
            self.sent[self.area][0] += data.replace("\n", "\r\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.sent[self.area][0] = self.sent[self.area][0].removeprefix("\r\n")
            self.area = ""


@pytest.fixture
def place(settings: Any) -> Path:
    return Path(settings.PARKED_DIR)


def expire() -> None:
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE wall.identity SET idle_until = now() - interval '1 second'")


def end_grants(case: Case) -> None:
    with as_owner():
        Grant.objects.using("owner").filter(content_object=case).update(ended_at=timezone.now())


def edit_and_expire(cast: Cast, case: Case, **changes: str) -> parked.ParkedForm:
    client = signed_in(cast.caseworker)
    path = reverse("child_edit", args=[case.pk])
    fields = Fields(client.get(path).content.decode()).sent
    assert fields["family_name"][0], "the page shows the child's name"
    expire()
    assert client.post(path, {**fields, **changes})["Location"] == "/sign-in/?kept=1"
    (kept,) = parked.forms_of(cast.caseworker.staff_id)
    return kept


def looks(verb: str = "CASE_VIEW") -> int:
    with as_owner():
        return Event.objects.using("owner").filter(verb=verb).count()


def test_only_what_was_changed_is_kept(cast: Cast) -> None:
    kept = edit_and_expire(cast, a_case(cast), school=TYPED, given_name="")
    assert sorted(kept.fields) == [("given_name", ""), ("school", TYPED)]


def test_put_back_the_rest_is_as_it_is_recorded_now(cast: Cast) -> None:
    case = a_case(cast)
    kept = edit_and_expire(cast, case, school=TYPED)
    client = signed_in(cast.caseworker)
    path = reverse("child_edit", args=[case.pk])
    before = Fields(client.get(path).content.decode()).sent
    page = client.post(path, {**dict(kept.fields), "_restore": "1", "_parked": kept.id}).content.decode()
    after = Fields(page).sent
    for own in ("csrfmiddlewaretoken", "_parked", "_form", "_draft"):
        before.pop(own, None)
        after.pop(own, None)
    assert after == {**before, "school": [TYPED]}
    saved = client.post(path, {**after, "_parked": kept.id})
    assert saved.status_code == 302
    assert parked.forms_of(cast.caseworker.staff_id) == []


def test_it_is_shown_as_its_form_and_opening_it_is_a_look(cast: Cast) -> None:
    kept = edit_and_expire(cast, a_case(cast), school=TYPED, sex="male")
    client = signed_in(cast.caseworker)
    before = looks()
    listed = client.get("/parked/").content.decode()
    assert TYPED in listed
    assert "family_name" not in listed
    assert looks() == before + 1
    page = client.get(f"/parked/{kept.id}/").content.decode()
    assert looks() == before + 2
    typed = page[page.index("<fieldset") : page.index("<form", page.index("<fieldset"))]
    assert TYPED in typed
    assert "<label" in typed
    assert re.search(r'name="school"', typed)
    assert 'name="family_name"' not in page


def test_after_the_access_has_ended_only_its_date_is_shown(cast: Cast) -> None:
    case = a_case(cast)
    kept = edit_and_expire(cast, case, school=TYPED)
    end_grants(case)
    client = signed_in(cast.caseworker)
    page = client.get("/parked/")
    assert page.status_code == 200
    assert TYPED not in page.content.decode()
    assert client.get(f"/parked/{kept.id}/").status_code == 404
    assert client.post(f"/parked/{kept.id}/discard/").status_code == 302
    assert parked.forms_of(cast.caseworker.staff_id) == []


def test_parked_again_it_keeps_its_first_time(cast: Cast, place: Path) -> None:
    case = a_case(cast)
    kept = edit_and_expire(cast, case, school=TYPED)
    first = kept.parked_at
    end_grants(case)
    client = signed_in(cast.caseworker)
    assert (
        client.post(kept.path, {**dict(kept.fields), "_restore": "1", "_parked": kept.id}).status_code == 404
    )
    (again,) = parked.forms_of(cast.caseworker.staff_id)
    assert again.parked_at == first
    assert (place / cast.caseworker.staff_id.hex / again.id).stat().st_mtime == pytest.approx(
        first.timestamp()
    )


def test_it_ends_after_three_days_by_the_read_and_by_the_job(
    cast: Cast, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = edit_and_expire(cast, a_case(cast), school=TYPED)
    file = place / cast.caseworker.staff_id.hex / kept.id
    assert clean_parked() == 0
    later = timezone.now() + timedelta(days=3, minutes=1)
    with monkeypatch.context() as patch:
        patch.setattr("security.signin.parked.timezone.now", lambda: later)
        assert parked.read(cast.caseworker.staff_id, kept.id) is None
        os.utime(file)  # a touched file does not live longer
        assert parked.forms_of(cast.caseworker.staff_id) == []
    old = (timezone.now() - timedelta(days=4)).timestamp()
    os.utime(file, (old, old))
    assert parked.count_of(cast.caseworker.staff_id) == 0
    assert clean_parked() == 1
    assert not file.exists()


@pytest.mark.parametrize(
    ("changes", "shown"), [({"school": "学"}, "学"), ({"sex": "male"}, "性別")], ids=["a text", "a choice"]
)
def test_the_list_shows_a_text_or_the_fields_never_a_code(
    cast: Cast, changes: dict[str, str], shown: str
) -> None:
    edit_and_expire(cast, a_case(cast), **{"sex": "male"} | changes)
    listed = signed_in(cast.caseworker).get("/parked/").content.decode()
    row = listed[listed.index("<tbody") : listed.index("</tbody")]
    assert shown in row
    assert "male" not in row


def test_a_pressed_button_is_no_text_to_keep(cast: Cast) -> None:
    case = a_case(cast)
    client = signed_in(cast.caseworker)
    expire()
    answer = client.post(reverse("intention_withdraw", args=[case.pk, case.pk]))
    assert answer["Location"].endswith("&lost=1")
    assert parked.forms_of(cast.caseworker.staff_id) == []


def test_put_back_never_acts(cast: Cast) -> None:
    case = a_case(cast)
    with as_owner():
        Case.objects.using("owner").filter(pk=case.pk).update(stage="investigation")
    client, typed = signed_in(cast.supervisor), {"stage": "safety", "reason": "誤り（架空）"}
    path = reverse("stage_correct", args=[case.pk])
    assert client.post(path, typed | {"_restore": "1"}).status_code == 200
    with as_owner():
        assert Case.objects.using("owner").get(pk=case.pk).stage == "investigation"
    client = signed_in(cast.caseworker)
    button = reverse("intention_withdraw", args=[case.pk, case.pk])
    answer = client.post(button, {"_restore": "1"})
    assert answer["Location"] == reverse("intention_history", args=[case.pk])


def test_a_button_pressed_after_the_session_says_so_and_leads_back(cast: Cast) -> None:
    case = a_case(cast)
    history = reverse("intention_history", args=[case.pk])
    button = reverse("intention_withdraw", args=[case.pk, case.pk])
    referers = ("http://testserver" + history, "", "https://evil.example/x/", *NO_ADDRESS)
    for headers in ({"referer": referer} for referer in referers):
        client = signed_in(cast.caseworker)
        expire()
        to_sign_in = client.post(button, headers=headers)["Location"]
        assert to_sign_in == f"/sign-in/?next={history.replace('/', '%2F')}&lost=1"
        assert "alert--danger" in client.get(to_sign_in).content.decode()
        back = client.post(to_sign_in, {"username": "caseworker", "password": PASSWORD})
        assert back["Location"] == history
        assert [message.level_tag for message in client.get(history).context["messages"]] == ["warning"]


def test_a_stale_page_leads_back_to_its_button(cast: Cast) -> None:
    case = a_case(cast)
    client: Client = signed_in(cast.caseworker, enforce_csrf_checks=True)
    for referer in ("", *NO_ADDRESS):
        button = reverse("intention_withdraw", args=[case.pk, case.pk])
        answer = client.post(button, headers={"referer": referer})
        assert answer.status_code == 403
        assert f'href="{reverse("intention_history", args=[case.pk])}"' in answer.content.decode()
