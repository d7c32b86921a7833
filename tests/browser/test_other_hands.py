"""The office by keyboard alone, without script, enlarged, and in the colours of the person's own choice."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from cases.records.codes import CasePage
from tests.browser.conftest import Office
from tests.browser.counts import Hand
from tests.browser.test_counts import entries, intention, of, register, report
from tests.cast import CHILD, PASSWORD, a_case
from tests.unit.referrals import steps

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("hands")]

FOCUSED = """wanted => {
  const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one)
  const x = Math.min(box.left + box.width / 2, innerWidth - 1), y = Math.min(box.top + box.height / 2, innerHeight - 1)
  const on_top = document.elementFromPoint(x, y)
  const shown = on_top && (one.contains(on_top) || on_top.contains(one) || on_top.closest('label')?.contains(one))
  return {
    what: one.outerHTML.slice(0, 150), is_wanted: one.matches(wanted), nowhere: one === document.body,
    ring: parseFloat(style.outlineWidth), shown: Boolean(shown),
  }
}"""
CUT = """() => [...document.querySelectorAll('a, button, input, select, textarea, summary')].filter(one => {
  const box = one.getBoundingClientRect()
  const hidden = box.width < 2 || one.closest('.visually-hidden, .skip, [hidden]') || !one.checkVisibility()
  return !hidden && (box.left < -1 || box.right > innerWidth + 1)
}).map(one => one.outerHTML.slice(0, 150))"""
BARE = """() => [...document.querySelectorAll('.button, input:not([type=hidden]), select, textarea')].filter(one => {
  const style = getComputedStyle(one)
  const own = one.type === 'radio' || one.type === 'checkbox' ? style.appearance !== 'none' : false
  return one.checkVisibility() && !own && parseFloat(style.borderTopWidth) < 1
}).map(one => one.outerHTML.slice(0, 150))"""


class Keys:
    """Somebody who has a keyboard and nothing else."""

    def __init__(self, page: Page) -> None:
        self.page, self.key = page, page.keyboard.press

    def reach(self, selector: str, most: int = 60) -> int:
        """Tab to the first of these; each stop on the way has a ring and is not covered. How many stops it took."""
        for stops in range(1, most + 1):
            self.key("Tab")
            stop = self.page.evaluate(FOCUSED, selector)
            assert stop["nowhere"] or stop["ring"] >= 3, stop
            assert stop["nowhere"] or stop["shown"], stop
            if stop["is_wanted"]:
                return stops
        raise AssertionError(f"{selector} is not reached in {most} stops of {self.page.url}")

    def write(self, selector: str, text: str) -> None:
        """Tab to a field and write."""
        self.reach(selector)
        self.page.keyboard.insert_text(text)

    def enter(self) -> None:
        """Follow a link, press a button, send a form."""
        with self.page.expect_navigation():
            self.key("Enter")
        assert not self.page.locator(".error-summary").count(), self.page.inner_text(".error-summary")


def test_the_main_steps_by_keyboard(office: Office) -> None:
    case = a_case(office.cast)
    steps.confirmed(office.cast, case)
    page = office.browser.new_page(viewport={"width": 1280, "height": 900}, locale="ja-JP")
    hands = Keys(page)
    page.goto(office.address + reverse("sign_in"))
    hands.write("[name=username]", "caseworker")
    hands.write("[name=password]", PASSWORD)
    hands.enter()
    hands.write("#find-anywhere", CHILD.family_kana)
    hands.enter()
    hands.reach(f"main a[href='{of(case, 'case')}']")
    hands.enter()
    hands.reach(f".folder a[href='{of(case, 'progress_list')}']")
    hands.enter()
    hands.reach(".skip")
    hands.key("Enter")
    assert hands.reach(f"main a[href='{of(case, 'progress_add')}']") <= 12
    hands.key("Enter")
    expect(page.locator("main form [name=method]").first).to_be_visible()
    hands.write("main [name=with_whom]", "母")
    hands.reach("main [name=method]")
    hands.key("Space")
    hands.write("main [name=body]", "電話で話した")
    hands.reach("main form.form-card button[type=submit]")
    hands.enter()
    expect(page.locator("#progress")).to_contain_text("電話で話した")
    hands.reach(f".folder a[href='{of(case, 'case_wishes')}']", 120)
    hands.enter()
    hands.reach(f"main a[href='{of(case, 'report_new')}']")
    hands.key("Enter")
    expect(page.locator("main [name=urgency]")).to_be_visible()
    hands.reach("main [name=paper_kind]")
    hands.key("ArrowDown")
    hands.key("ArrowDown")  # past the consultation, which names nobody
    hands.write("main [name=text_incident_outline]", "架空の概要")
    hands.reach("main [name=urgency]")
    hands.key("ArrowDown")
    hands.reach("main form.form-card button[type=submit]")
    hands.enter()
    page.context.close()
    page = office.page("director")
    hands = Keys(page)
    page.goto(office.address)
    hands.reach("main button[name=verdict][value=approve]", 90)
    hands.enter()
    expect(page.locator("main")).to_contain_text("承認しました")
    page.context.close()


def test_the_forms_without_script(office: Office) -> None:
    page = office.page("caseworker", java_script_enabled=False)
    page.goto(office.address)
    hand = Hand(page)
    register(hand, office)
    hand.press("main a[href*='/complete/']")
    hand.give(observed="泣いていた", injuries="なし")
    hand.save("observed")
    for walk in (entries, intention, report):
        walk(hand, office)
    page.context.close()
    page = office.page("director", java_script_enabled=False)
    page.goto(office.address)
    Hand(page).press("main button[name=verdict][value=approve]")
    page.context.close()


def pages(office: Office) -> dict[str, list[str]]:
    """Every kind of page, by who looks at it."""
    read = steps.readable(office.cast)
    case = read.case
    names = (
        "progress_add",
        "intention_new",
        "custody_start",
        "accept_case",
        "safety_check",
        "closing_new",
        "lead_change",
    )
    lists = (
        "home",
        "case_list",
        "find",
        "register_call",
        "incoming_filings",
        "inbox",
        "limits",
        "handovers",
        "help",
    )
    in_case = [
        of(case, name) for name in (*CasePage.values, *names, "intention_history", "case_looks", "prints")
    ]
    return {
        "caseworker": [*map(reverse, lists), *in_case],
        "supervisor": [
            *map(reverse, ("home", "access_log", "access_log_denials", "workload", "night_sheet"))
        ],
        "director": [*map(reverse, ("home", "decision_queue", "delegations", "positions"))],
        "police": [*map(reverse, ("home", "envelopes")), reverse("letter", args=[read.pk])],
        "policechief": [reverse("envelope_assign", args=[read.pk])],
        "school": [*map(reverse, ("home", "filings", "file_notification"))],
        "privacy": [reverse("home")],
        "admin": [*map(reverse, ("home", "staff_list", "staff_add", "office_list", "agreement_add"))],
        "duty": [reverse("home")],
    }


def test_enlarged_and_in_own_colours_nothing_is_cut_and_every_control_has_an_edge(office: Office) -> None:
    """640 pixels are a screen of 1280 at 200 per cent, 320 at 400 per cent."""
    wrong: list[tuple[object, ...]] = []
    for name, paths in pages(office).items():
        page = office.page(
            name, width=640, device_scale_factor=2, forced_colors="active", reduced_motion="reduce"
        )
        for path in paths:
            answer = page.goto(office.address + path)
            assert answer is not None
            assert answer.ok, (name, path)
            for width in (640, 320):
                page.set_viewport_size({"width": width, "height": 900})
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    wrong.append((path, width, "scrolls sideways"))
                wrong += [(path, width, "is cut", one) for one in page.evaluate(CUT)]
            wrong += [(path, "has no edge", one) for one in page.evaluate(BARE)]
        page.context.close()
    assert wrong == []


def test_what_stands_above_a_form_is_no_wider_than_the_form(office: Office) -> None:
    """On a wide screen too, where a page has room for more than a sheet."""
    for name, path in (("school", "file_notification"), ("caseworker", "register_call")):
        page = office.page(name, width=1920)
        page.goto(office.address + reverse(path))
        form = page.locator("main .form-card").bounding_box()
        assert form is not None
        above = [one.bounding_box() for one in page.locator("main > .alert").all()]
        assert above, path
        for box in above:
            assert box is not None
            assert box["x"] + box["width"] <= form["x"] + form["width"] + 1, path
        page.context.close()


@pytest.mark.parametrize("width", [390, 320])
def test_a_row_of_the_own_cases_is_low_on_a_narrow_screen(office: Office, width: int) -> None:
    """Name, urgency and next limit; the rest is folded, and opens."""
    case = a_case(office.cast)
    page = office.page("caseworker", width=width)
    page.goto(office.address + reverse("home"))
    row = page.locator("#cases tbody tr", has=page.locator(f"a[href='{of(case, 'case')}']"))
    box = row.bounding_box()
    assert box is not None
    assert box["height"] <= 130
    for words in (CHILD.family_name, case.number, "A"):
        assert words in row.inner_text(), words
    assert row.locator(".labelled").is_visible()
    assert "進行状況" not in row.inner_text()
    row.locator("summary").click()
    assert "進行状況" in row.inner_text()
    assert row.locator(f"a[href='{of(case, 'progress_add')}']").first.is_hidden()
    assert row.locator(f"a[href='{of(case, 'progress_add')}']").last.is_visible()
    page.context.close()


def window(office: Office, name: str, path: str) -> Keys:
    """Somebody with a keyboard at a page: Tab goes all the way round it, nothing holds the focus; then the skip link."""
    page = office.page(name)
    page.goto(office.address + path)
    hands = Keys(page)
    assert hands.reach(".skip") == 1
    hands.reach(".skip", 200)
    hands.key("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    return hands


def written(hands: Keys, texts: dict[str, str]) -> None:
    """Each field is reached going forward, in the order of the page: what is said first is asked first."""
    for name, text in texts.items():
        hands.write(f"main [name={name}]", text)


def ticked(hands: Keys, name: str) -> None:
    """The first choice, by Space; Shift+Tab leads back out of the group, and Tab into it again."""
    selector = f"main [name={name}]"
    hands.reach(selector)
    hands.key("Space")
    hands.key("Shift+Tab")
    assert not hands.page.evaluate(FOCUSED, selector)["is_wanted"], "a group of choices is one stop"
    assert hands.reach(selector) == 1
    assert hands.page.locator(f"{selector}:checked").count() == 1


def sent(hands: Keys, label: str) -> Page:
    hands.reach("main form.form-card .actions button[type=submit]")
    assert hands.page.evaluate("document.activeElement.innerText").strip() == label
    hands.enter()
    return hands.page


def test_from_the_call_to_the_safety_check_by_keyboard(office: Office) -> None:
    hands = window(office, "caseworker", reverse("register_call"))
    written(hands, {"notifier_name": "架空　通子", "notifier_telephone": "03-0000-2222"})
    hands.reach("main [name=source]")
    hands.key("ArrowDown")
    ticked(hands, "channel")
    ticked(hands, "kind")
    child = {"family_name": "木野", "given_name": "鍵", "family_kana": "キノ", "given_kana": "カギ"}
    written(hands, {**child, "birth_date": "H28.5.1"})
    ticked(hands, "sex")
    ticked(hands, "place_of_stay")
    written(hands, {"situation": "架空の通告"})
    ticked(hands, "track")
    ticked(hands, "urgency")
    page = sent(hands, "受付を登録する")
    folder = page.url.partition("/reception/")[0]
    page.goto(f"{folder}/acceptance/")
    facts = {"facts": "架空の通告", "social": "直ちに会う", "child_view": "未聴取", "view_how": "未聴取"}
    decided = {"custodians_view": "未聴取", "decision": "直ちに安全確認", "reasons": "安全が未確認"}
    written(hands, {"attendees": "架空　先生", **facts, **decided, "next_on": "今日"})
    sent(hands, "決裁を依頼する")
    page.goto(f"{folder}/safety/")
    ticked(hands, "outcome")
    written(hands, {"place": "学校", "condition": "落ち着いている"})
    sent(hands, "安全確認を記録する")
    page.context.close()


def test_the_child_answers_and_withdraws_by_keyboard(office: Office) -> None:
    case = a_case(office.cast)
    hands = window(office, "caseworker", of(case, "intention_new"))
    page = hands.page
    order = page.eval_on_selector_all(
        "main form.form-card [name]:not([type=hidden])", "all => all.map(one => one.name)"
    )
    texts = {"place": "面接室", "advocate": "なし", "words": "話してもいい"}
    for name in dict.fromkeys(order):
        if name == "recipient":
            hands.reach(f"main [name={name}]")
            hands.key("ArrowDown")
        elif name == "result" or name.startswith(("item_", "understood_")):
            ticked(hands, name)
        elif name in ("by_suspect_side", "in_suspect_home"):
            ticked(hands, name)
            hands.key("ArrowDown")  # to “no”
        elif name in texts:
            written(hands, {name: texts[name]})
    sent(hands, "意向確認の結果を記録する")
    hands.reach("main form[action*='/withdraw/'] button", 90)
    hands.enter()
    page.goto(office.address + of(case, "case_wishes"))
    assert not page.locator("main form[action*='/withdraw/']").count(), "it was withdrawn"
    page.context.close()


def test_the_desk_of_the_police_by_keyboard(office: Office) -> None:
    case = a_case(office.cast)
    steps.confirmed(office.cast, case)
    letter = steps.sent(office.cast, steps.decided(office.cast, steps.drafted(office.cast, case)))
    hands = window(office, "policechief", reverse("envelopes"))
    hands.reach(f"main a[href='{reverse('envelope_assign', args=[letter.pk])}']")
    hands.enter()
    hands.reach("main [name=officer]")
    hands.key("ArrowDown")
    sent(hands, "担当者を指定する")
    hands.page.context.close()
    hands = window(office, "police", reverse("envelopes"))
    hands.reach(f"main a[href='{reverse('letter', args=[letter.pk])}']", 90)
    hands.enter()
    assert "伝える文 incident_outline" in hands.page.inner_text("main")
    hands.page.context.close()
