"""The main job in a real browser, in both languages: axe-core on every page, nothing refused, nothing wider than the screen."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import localdate
from playwright.sync_api import Browser

from agencies.notices.codes import NoticeKind
from cases.records.codes import CasePage
from security.walls import clock
from tests.browser import scenes, told
from tests.browser.people import People, Person, Values, _database_beside_a_browser  # noqa: F401  # used by every test
from tests.cast import CHILD, Cast

OUTLINE, CONSIDERATIONS = "架空の概要", "女性の担当者"


@pytest.fixture(params=["ja", "en"])
def people(
    request: pytest.FixtureRequest,
    cast: Cast,
    browser: Browser,
    server: str,
) -> Iterator[People]:
    found = People(cast, browser, server, request.param)
    yield found
    for person in found.values():
        person.context.close()


def test_the_story(cast: Cast, people: People) -> None:
    worker, director, officer = people["caseworker"], people["director"], people["police"]
    case = _call(worker, "household_call", scenes.row_of_brother())
    brother = scenes.brother_beside(worker, case)
    _accept_and_see(people, case)
    scenes.see(worker, brother)
    scenes.parents(worker, case)
    custody = _custody(worker, director, case)
    scenes.consents(worker, case, custody)
    scenes.limit_contact(worker, director, case)
    scenes.move(worker, director, case)
    scenes.warrant(worker, director, case)
    scenes.beyond_two_months(worker, director, case)
    _intention(worker, case)
    report = _report(worker, director, case)
    chief = people["policechief"]
    chief.open(reverse("envelopes"))
    chief.open(reverse("envelope_assign", args=[report]))
    chief.send({"officer": str(cast.police.pk)}, "officer")
    received = reverse("letter", args=[report])
    officer.open(received)
    assert CHILD.family_name in officer.page.inner_text("main")
    worker.open(reverse("inbox"))
    with translation.override(worker.language):
        assert str(NoticeKind.DISCLOSURE_LOOK.label) in worker.page.inner_text("main")
    scenes.answers(officer, worker, case, report)
    scenes.interview(people, case)
    told.long_help(people, case)
    for name in CasePage.values:
        worker.open(reverse(name, args=[case]))
    worker.open(reverse("case_wishes", args=[case]))
    worker.press("form[action*='/withdraw/'] button")
    officer.open(received)
    for words in (CHILD.family_name, CHILD.family_kana, OUTLINE, CONSIDERATIONS):
        assert words not in officer.page.content(), words
    people["supervisor"].open(reverse("case_looks", args=[case]))
    assert cast.police.staff.name in people["supervisor"].page.inner_text("main")
    foreign = [
        reverse(name, args=[case]) for name in ("case", "progress_list", "intention_history", "case_looks")
    ]
    foreign.append(reverse("report_preview", args=[case, report]))
    for name in ("police", "policechief", "school", "privacy", "admin", "stranger", "duty"):
        for path in foreign:
            people[name].open(path, status=404)


def test_every_home_and_list(people: People) -> None:
    pages = {
        "caseworker": ("case_list", "find", "register_call", "incoming_filings", "inbox", "sessions"),
        "supervisor": ("access_log", "access_log_denials", "access_log_mine", "duties", "contacts_unseen"),
        "director": ("delegations",),
        "school": ("filings", "file_notification"),
        "privacy": ("access_log", "access_log_denials"),
        "admin": ("staff_list", "staff_add", "office_list", "office_add", "agreement_list", "agreement_add"),
        "police": ("envelopes",),
        "policechief": (),
        "duty": (),
        "stranger": (),
    }
    for name, own in pages.items():
        for page in ("home", *own):
            people[name].open(reverse(page))


def test_back_button_after_sign_out_shows_nothing(people: People) -> None:
    worker = people["caseworker"]
    case = _call(worker)
    worker.open(reverse("case", args=[case]))
    worker.press(f"form[action='{reverse('sign_out')}'] button")
    worker.page.go_back()
    assert CHILD.family_name not in worker.page.content()


def _call(worker: Person, address: str = "register_call", further: Values | None = None) -> str:
    worker.open(reverse(address))
    values: Values = {
        "channel": "telephone", "source": "school", "kind": "tsukoku",
        "family_name": CHILD.family_name, "given_name": CHILD.given_name,
        "family_kana": CHILD.family_kana, "given_kana": CHILD.given_kana, "sex": "female", "place_of_stay": "home",
        "situation": "架空の通告", "words": "家に帰りたくない",
        "question": "どうしたの", "asked_by": "養護教諭",
        "track": "abuse", "urgency": "A", "notifier_name": "架空 通子",
        "birth_date_unknown": True,
    }  # fmt: skip
    worker.send({**values, **(further or {})}, "situation")
    found = re.search(r"/cases/([0-9a-f-]{36})/(?:reception/#intake|#household)$", worker.page.url)
    assert found, worker.page.url
    return found[1]


def _accept_and_see(people: People, case: str) -> None:
    supervisor, worker, director = people["supervisor"], people["caseworker"], people["director"]
    supervisor.open(reverse("accept_case", args=[case]))
    supervisor.send(
        {
            "kind": "emergency_intake", "attendees": "所長、SV", "decision": "直ちに安全確認", "facts": "架空の通告",
            "social": "直ちに会う", "child_view": "未聴取", "view_how": "未聴取", "custodians_view": "未聴取",
            "reasons": "安全が未確認", "next_on": localdate().isoformat(),
        },
        "decision",
    )  # fmt: skip
    found = re.search(rf"/cases/{case}/decisions/acceptance/([0-9a-f-]{{36}})/", supervisor.page.content())
    assert found
    director.open(reverse("decision", args=[case, "acceptance", found[1]]))
    director.send({}, "verdict", "[value=approve]")
    worker.open(reverse("safety_check", args=[case]))
    worker.send(
        {"outcome": "seen", "place": "学校", "seen_by": "担当者", "condition": "落ち着いている"}, "condition"
    )
    assert worker.page.evaluate("document.activeElement.id") == "intake"
    assert worker.page.locator("#intake [role=status]").is_visible()
    assert worker.page.evaluate("scrollY") > 0
    worker.open(reverse("case", args=[case]))
    assert worker.page.locator(".clock--done").count() == 1


def _custody(worker: Person, director: Person, case: str) -> str:
    worker.open(reverse("custody_start", args=[case]))
    until = clock.today() + timedelta(days=40)
    values: Values = {
        "grounds": "1", "purpose": "safety", "place_kind": "facility", "place": "一時保護施設",
        "consent": "not_asked", "reason": "安全のため",
        "heard": "before", "opinion": "帰りたくない", "expected_until": f"{until.month}/{until.day}",
    }  # fmt: skip
    worker.send(values, "grounds")
    found = re.search(rf"/cases/{case}/decisions/custody_start/([0-9a-f-]{{36}})/", worker.page.content())
    assert found
    director.open(reverse("decision", args=[case, "custody_start", found[1]]))
    director.send({}, "verdict", "[value=approve]")
    return found[1]


def _intention(worker: Person, case: str) -> None:
    worker.open(reverse("case_wishes", args=[case]))
    assert reverse("report_new", args=[case]) not in worker.page.content()
    grey = worker.page.locator("#police [aria-disabled=true]").first
    described = grey.get_attribute("aria-describedby") or ""
    assert worker.page.locator(f"#{described}").inner_text(), "the grey button says why"
    worker.open(reverse("intention_new", args=[case]))
    values: Values = {
        "asked_by": "担当者", "place": "面接室", "words": "話してもいい",
        "understanding": "言い直せた", "advocate": "なし", "result": "wishes",
        "by_suspect_side": "no", "in_suspect_home": "no", "understood_who": "yes", "understood_what": "yes",
        "understood_stop": "yes", "understood_told": "yes",
        "item_identity_min": "yes", "item_considerations": "yes", "item_safety_state": "no",
    }  # fmt: skip
    form = worker.page.locator("form:has([name='understanding'])")
    recipient = form.locator("[name='recipient']").first
    if recipient.evaluate("e => e.tagName") == "SELECT":
        option = form.locator("[name='recipient'] option", has_text="北").first
        values["recipient"] = option.get_attribute("value") or ""
    worker.send(values, "understanding")


def _report(worker: Person, director: Person, case: str) -> str:
    worker.open(reverse("report_new", args=[case]))
    worker.send(
        {
            "paper_kind": "joho",
            "text_incident_outline": OUTLINE,
            "text_considerations": CONSIDERATIONS,
            "urgency": "A",
        },
        "text_incident_outline",
    )
    found = re.search(rf"/cases/{case}/decisions/police_report/([0-9a-f-]{{36}})/", worker.page.content())
    assert found
    report = found[1]
    worker.open(reverse("report_preview", args=[case, report]))
    director.open(reverse("decision", args=[case, "police_report", report]))
    director.press("button[name=verdict][value=approve]")
    worker.open(reverse("decision", args=[case, "police_report", report]))
    worker.press(f"form[action='{reverse('report_send', args=[case, report])}'] button")
    return report
