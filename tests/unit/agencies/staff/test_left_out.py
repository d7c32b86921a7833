"""Kept text on a row that its form has no more: it stays, for its author alone, until they discard it."""

import os
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies.staff.acting import acting_as
from cases.handover.models import Handover
from cases.records.actions import name_lead
from cases.records.models import Case
from security.signin import drafts, parked
from security.signin.tasks import clean_parked
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in
from tests.unit.agencies.staff.test_kept_of_a_case import expire
from tests.unit.cases.handover.test_pages import NEW, sent

Pair = tuple[Case, Case]


def close(case: Case, stage: str = "closed") -> None:
    with as_owner():
        Case.objects.using("owner").filter(pk=case.pk).update(stage=stage)


def note(case: Case) -> tuple[str, str]:
    return f"note_{case.pk}", f"引継書 {case.number}"


def keep(client: Client, mark: str, cases: list[Case], cast: Cast, before: str = "") -> str:
    """What the page's script sends; the mark under which it is kept."""
    answer = client.post(
        NEW, sent(cases, cast, _keep="1", _draft=mark, _draft_before=before), headers={"X-Draft": "1"}
    )
    assert answer.status_code == 204
    return str(answer["X-Draft"])


def drafts_of(cast: Cast) -> list[parked.ParkedForm]:
    return drafts.drafts_of(cast.caseworker.staff_id)


def left_of(cast: Cast) -> parked.ParkedForm:
    """The draft that says nothing but the note."""
    (found,) = [draft for draft in drafts_of(cast) if len(draft.fields) == 1]
    return found


@pytest.fixture
def cases(cast: Cast) -> Pair:
    """Two cases; the note on the second one is left out when that is closed."""
    return a_case(cast), a_case(cast)


def put_back_and_kept(client: Client, cast: Cast, still: Case, mark: str) -> None:
    """The draft is put back into its page, which then keeps a draft of its own."""
    keep(client, "b" * 32 + ".0", [still], cast, before=mark)


def put_back_and_saved(client: Client, cast: Cast, still: Case, mark: str) -> None:
    saved = sent([still], cast, 5, confirmed="1", _draft="b" * 32 + ".0", _draft_before=mark)
    assert client.post(NEW, saved).status_code == 302


def kept_on(client: Client, cast: Cast, still: Case, mark: str) -> None:
    """The page came back without the row, and goes on with the same draft."""
    keep(client, keep(client, mark, [still], cast), [still], cast)


def saved(client: Client, cast: Cast, still: Case, mark: str) -> None:
    assert client.post(NEW, sent([still], cast, 5, confirmed="1", _draft=mark)).status_code == 302


@pytest.mark.parametrize("way", [put_back_and_kept, put_back_and_saved, kept_on, saved])
def test_a_note_on_a_case_that_is_no_choice_any_more_stays_until_it_is_discarded(
    cast: Cast, cases: Pair, way: Callable[[Client, Cast, Case, str], None]
) -> None:
    still, gone = cases
    client = signed_in(cast.caseworker)
    mark = keep(client, "a" * 32 + ".0", [still, gone], cast)
    close(gone)
    opened = client.get(f"/parked/{mark}/").content.decode()
    assert f"{gone.number}: このケースは終結しています。" in opened
    assert note(gone)[1] in opened
    assert note(gone)[0] not in opened, "it is not put back"
    way(client, cast, still, mark)
    left = left_of(cast)
    assert left.fields == [note(gone)]
    listed = client.get("/parked/").content.decode()
    assert note(gone)[1] in listed
    page = client.get(f"/parked/{left.id}/").content.decode()
    assert note(gone)[1] in page
    assert "_restore" not in page, "there is nothing to put back"
    assert signed_in(cast.colleague).get(f"/parked/{left.id}/").status_code == 404
    assert note(gone)[1] not in signed_in(cast.supervisor).get("/parked/").content.decode()
    client.post(f"/parked/{left.id}/discard/")
    assert left.id not in {draft.id for draft in drafts_of(cast)}


def test_when_the_case_is_a_choice_again_the_note_goes_back_into_its_page(cast: Cast, cases: Pair) -> None:
    still, gone = cases
    client = signed_in(cast.caseworker)
    mark = keep(client, "a" * 32 + ".0", [still, gone], cast)
    close(gone)
    saved(client, cast, still, mark)
    left = left_of(cast)
    close(gone, "accepted")
    page = client.get(f"/parked/{left.id}/").content.decode()
    assert re.search(rf'name="{note(gone)[0]}" value="{note(gone)[1]}"', page)
    last = sent([gone], cast, 5, confirmed="1", _draft="c" * 32 + ".0", _draft_before=left.id)
    assert client.post(NEW, last).status_code == 302
    assert drafts_of(cast) == []
    with as_owner():
        assert Handover.objects.using("owner").filter(case=gone).exists()


def test_of_a_case_the_author_no_longer_sees_it_is_kept_and_not_shown(cast: Cast, cases: Pair) -> None:
    still, gone = cases
    client = signed_in(cast.caseworker)
    mark = keep(client, "a" * 32 + ".0", [still, gone], cast)
    with acting_as(cast.supervisor):
        name_lead(gone, cast.colleague, by=cast.supervisor, keep_former=False)
    put_back_and_kept(client, cast, still, mark)
    left = left_of(cast)
    for address in ("/parked/", f"/parked/{left.id}/", f"/parked/{left.id}/compare/"):
        page = client.get(address).content.decode()
        assert gone.number not in page
        assert str(gone.pk) not in page
    assert (
        "現在閲覧できないケースについて入力した内容は、表示していません"
        in client.get("/parked/").content.decode()
    )
    with acting_as(cast.supervisor):
        name_lead(gone, cast.caseworker, by=cast.supervisor, keep_former=False)
    assert note(gone)[1] in client.get(f"/parked/{left.id}/").content.decode()


def test_it_is_left_once_and_ends_when_its_draft_would_have(cast: Cast, cases: Pair) -> None:
    still, gone = cases
    client = signed_in(cast.caseworker)
    mark = keep(client, "a" * 32 + ".0", [still, gone], cast)
    before = drafts_of(cast)[0].parked_at
    close(gone)
    put_back_and_kept(client, cast, still, mark)
    left = left_of(cast)
    assert left.parked_at == before
    for number in range(1, 4):
        keep(client, f"{'b' * 32}.{number}", [still], cast, before=mark)
    assert len(drafts_of(cast)) == 2
    file = parked.folder(cast.caseworker.staff_id) / f"{left.id}.draft"
    assert file.stat().st_mtime == pytest.approx(before.timestamp())
    assert note(gone)[1].encode() not in file.read_bytes()
    old = (timezone.now() - timedelta(days=15)).timestamp()
    os.utime(file, (old, old))
    assert clean_parked() == 1


def test_a_note_that_was_emptied_leaves_nothing(cast: Cast, cases: Pair) -> None:
    still, gone = cases
    client = signed_in(cast.caseworker)
    mark = keep(client, "a" * 32 + ".0", [still, gone], cast)
    emptied: dict[str, Any] = sent([still], cast, 5, confirmed="1", _draft=mark) | {note(gone)[0]: ""}
    assert client.post(NEW, emptied).status_code == 302
    assert drafts_of(cast) == []


@pytest.mark.parametrize("again", [False, True])
def test_of_a_form_that_could_not_be_saved_it_stays_three_days_from_its_first_time(
    cast: Cast, cases: Pair, *, again: bool
) -> None:
    still, gone = cases
    expire_at = signed_in(cast.caseworker)
    expire()
    expire_at.post(NEW, sent([still, gone], cast))
    (kept,) = parked.forms_of(cast.caseworker.staff_id)
    close(gone)
    client = signed_in(cast.caseworker)
    if again:
        expire()
        client.post(NEW, sent([still], cast, _parked=kept.id))
        client = signed_in(cast.caseworker)
        assert len(parked.forms_of(cast.caseworker.staff_id)) == 2
    else:
        assert client.post(NEW, sent([still], cast, 5, confirmed="1", _parked=kept.id)).status_code == 302
    (left,) = [form for form in parked.forms_of(cast.caseworker.staff_id) if len(form.fields) == 1]
    assert (left.fields, left.parked_at) == ([note(gone)], kept.parked_at)
    assert note(gone)[1] in client.get(f"/parked/{left.id}/").content.decode()
    assert note(gone)[1] in client.get(reverse("parked")).content.decode()


def test_where_it_cannot_be_written_the_draft_stays_whole(
    cast: Cast, cases: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    still, gone = cases
    client = signed_in(cast.caseworker)
    mark = keep(client, "a" * 32 + ".0", [still, gone], cast)
    close(gone)

    def full(*_arguments: Any) -> None:
        raise OSError

    monkeypatch.setattr(parked, "write", full)
    saved(client, cast, still, mark)
    (draft,) = drafts_of(cast)
    assert draft.id == mark
    assert note(gone) in draft.fields
