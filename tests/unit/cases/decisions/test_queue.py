"""The decider's queue: one draft after the other without a way back in between, and every look recorded."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.staff.acting import acting_as
from cases.custody.actions import START
from cases.custody.models import CustodyDecision
from cases.decisions.codes import Verdict
from cases.decisions.queries import queue_of
from security.audit.models import CaseTrace
from tests.cast import Cast, as_owner
from tests.client import signed_in
from tests.unit.cases.custody.test_actions import a_draft, said

STATEMENTS = 30


@pytest.fixture
def director(cast: Cast) -> Client:
    client = signed_in(cast.director)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def order_of(cast: Cast) -> list[Any]:
    with acting_as(cast.director):
        return [waiting.row.pk for waiting in queue_of(cast.director)]


def press(client: Client, page: Any, verdict: str, note: str = "") -> Any:
    """Press a button of the page's pane; one load, to wherever it leads."""
    sent = {"verdict": verdict, "note": note, "version": page.context["row"].version}
    return client.post(page.context["decide_url"], sent, follow=True)


def told(page: Any) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def decided_by_another(cast: Cast, row: CustodyDecision) -> None:
    other = cast.positions["two_positions/director"]
    with acting_as(other):
        START.decide(row, Verdict.APPROVE, by=other)


def test_the_note_on_a_draft_is_kept_while_one_types_where_it_is_sent_to(
    cast: Cast, director: Client
) -> None:
    a_draft(cast)
    for name in ("home", "decision_queue"):
        page = director.get(reverse(name))
        assert "data-drafts" in page.content.decode()
        sent = {"note": "書きかけ", "_draft": "a" * 32 + ".0", "_keep": "1"}
        kept = director.post(page.context["decide_url"], sent, headers={"X-Draft": "1"})
        assert kept["X-Draft"]
    assert "書きかけ" in director.get("/parked/").content.decode()


def test_the_note_is_kept_without_a_script_and_nothing_is_decided(cast: Cast, director: Client) -> None:
    row = a_draft(cast)
    for name in ("home", "decision_queue"):
        page = director.get(reverse(name))
        assert 'name="_keep"' in page.content.decode()
        sent = {"note": "書きかけ", "_draft": "b" * 32 + ".0", "_keep": "", "verdict": "approve"}
        kept = director.post(page.context["decide_url"], sent)
        assert kept.status_code == 200
        assert "The draft was saved" in kept.content.decode()
        assert kept.context["form"]["note"].value() == "書きかけ"
    with as_owner():
        again = type(row).objects.using("owner").get(pk=row.pk)
    assert again.decided_at is None
    assert "書きかけ" in director.get("/parked/").content.decode()


def test_eight_drafts_are_eight_loads_from_the_home_page(cast: Cast, director: Client) -> None:
    drafts = {a_draft(cast).pk for _ in range(8)}
    page = director.get(reverse("home"))
    decided, loads, says = set(), 0, []
    while "row" in page.context:
        decided.add(page.context["row"].pk)
        page = press(director, page, "approve")
        loads += 1
        says += told(page)
    assert (decided, loads) == (drafts, 8)
    assert says == [f"Approved. {left} left." for left in range(7, 0, -1)] + [
        "Approved. No draft waits for your decision."
    ]


def test_a_draft_left_for_later_comes_after_the_last(cast: Cast, director: Client) -> None:
    first, second, third = (a_draft(cast).pk for _ in range(3))
    assert order_of(cast) == [first, second, third]
    page = director.get(reverse("decision_queue"))
    assert page.context["row"].pk == first
    page = director.get(page.context["queue"][1].waiting.url)
    page = press(director, page, "return", "号を見直すこと")
    assert (page.context["row"].pk, told(page)) == (third, ["Returned to the drafter. 2 left."])
    page = press(director, page, "refuse", "不要")
    assert (page.context["row"].pk, told(page)) == (first, ["Not approved. 1 left."])


def test_an_oral_decision_is_first(cast: Cast, director: Client) -> None:
    older, oral = a_draft(cast).pk, a_draft(cast, **said()).pk
    assert order_of(cast) == [oral, older]
    assert director.get(reverse("home")).context["row"].pk == oral


def test_a_return_without_a_reason_stays_at_its_draft(cast: Cast, director: Client) -> None:
    row = a_draft(cast)
    a_draft(cast)
    page = press(director, director.get(reverse("home")), "return")
    assert page.context["row"].pk == row.pk
    assert page.context["form"].errors["note"]
    assert len(page.context["queue"]) == 2
    assert len(order_of(cast)) == 2


def test_what_somebody_else_decided_meanwhile_leads_on(cast: Cast, director: Client) -> None:
    row, following = a_draft(cast), a_draft(cast)
    page = director.get(reverse("home"))
    decided_by_another(cast, row)
    page = press(director, page, "approve")
    assert page.context["row"].pk == following.pk
    assert told(page) == ["Somebody else decided this draft meanwhile. 1 left."]


def test_a_draft_taken_back_meanwhile_leads_on(cast: Cast, director: Client) -> None:
    row, following = a_draft(cast), a_draft(cast)
    page = director.get(reverse("home"))
    with acting_as(cast.caseworker):
        START.take_back(row, by=cast.caseworker)
    page = press(director, page, "approve")
    assert page.context["row"].pk == following.pk
    assert told(page) == ["This draft was withdrawn meanwhile. 1 left."]


def test_a_comment_typed_to_a_draft_decided_meanwhile_is_not_lost(cast: Cast, director: Client) -> None:
    row, following = a_draft(cast), a_draft(cast)
    page = director.get(reverse("home"))
    decided_by_another(cast, row)
    page = press(director, page, "return", "理由を書いた")
    assert page.context["row"].pk == row.pk
    assert "理由を書いた" in page.content.decode()
    assert "decided already" in page.content.decode()
    assert [entry.waiting.row.pk for entry in page.context["queue"]] == [following.pk]


@pytest.mark.parametrize("where", ["home", "decision_queue"])
def test_the_look_names_the_list_and_the_open_draft(cast: Cast, director: Client, where: str) -> None:
    shown, listed = a_draft(cast), a_draft(cast)
    director.get(reverse(where))
    with as_owner():
        traces = CaseTrace.objects.using("owner").filter(actor_id=cast.director.staff_id)
        seen = {(case_id, panel) for trace in traces for case_id in trace.case_ids for panel in trace.panels}
    assert {(shown.case_id, "queue"), (listed.case_id, "queue"), (shown.case_id, "custody")} <= seen
    assert (listed.case_id, "custody") not in seen


def test_statements_do_not_grow_with_the_queue(cast: Cast, director: Client) -> None:
    counts = []
    for _more in range(2):
        for _draft in range(4):
            a_draft(cast)
        with CaptureQueriesContext(connection) as asked:
            director.get(reverse("decision_queue"))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= STATEMENTS


def test_nobody_else_finds_a_draft_there(cast: Cast) -> None:
    a_draft(cast)
    for who in ("caseworker", "supervisor", "stranger_director"):
        page = signed_in(cast.positions[who]).get(reverse("decision_queue"))
        assert (page.status_code, page.context["waiting_count"]) == (200, 0)


def test_the_menu_marks_the_queue_beside_which_a_draft_is_read(cast: Cast, director: Client) -> None:
    row = a_draft(cast)
    alone = reverse("decision", args=[row.case_id, "custody_start", row.pk])
    for address, marked in ((f"{alone}?queue=1", "decision_queue"), (alone, "case_list")):
        page = director.get(address).content.decode()
        assert re.findall(r'<a href="([^"]+)" aria-current="page">', page)[:1] == [reverse(marked)]
