"""What the script adds: nothing sent by an IME, twice or offline; no text lost unasked; the idle countdown."""

import pytest
from playwright.sync_api import Dialog, Page

from tests.browser.face.conftest import Place

pytestmark = pytest.mark.browser
SAVE = "form.form-card button"
MINUTE = 60 * 1000


def settle(page: Page) -> None:
    page.wait_for_timeout(250)


def test_enter_during_composition_sends_nothing(page: Page, place: Place) -> None:
    page.goto(place.url)
    keyboard = page.context.new_cdp_session(page)
    page.focus("#id_kana")
    keyboard.send("Input.imeSetComposition", {"text": "やまだ", "selectionStart": 3, "selectionEnd": 3})
    page.keyboard.press("Enter")
    settle(page)
    assert "/save/" not in place.posted


def test_the_key_an_ime_swallowed_sends_nothing(page: Page, place: Place) -> None:
    page.goto(place.url)
    keyboard = page.context.new_cdp_session(page)
    page.focus("#id_kana")
    key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229, "text": "\r"}
    keyboard.send("Input.dispatchKeyEvent", {"type": "keyDown", **key})
    settle(page)
    assert "/save/" not in place.posted


def test_enter_after_composition_sends(page: Page, place: Place) -> None:
    page.goto(place.url)
    page.focus("#id_kana")
    page.keyboard.insert_text("やまだ")
    page.keyboard.press("Enter")
    page.wait_for_url("**/save/")
    assert place.posted.count("/save/") == 1


def test_two_quick_presses_send_once(page: Page, place: Place) -> None:
    page.goto(place.url)
    page.eval_on_selector(SAVE, "button => { button.click(); button.click(); }")
    page.wait_for_url("**/save/")
    settle(page)
    assert place.posted.count("/save/") == 1


def test_nothing_is_sent_offline_and_the_text_stays(page: Page, place: Place) -> None:
    page.goto(place.url)
    page.fill("#id_name", "灯野")
    page.context.set_offline(True)
    page.click(SAVE)
    settle(page)
    assert page.is_visible("[data-banner=offline]")
    assert page.input_value("#id_name") == "灯野"
    page.context.set_offline(False)
    page.wait_for_selector("[data-banner=online]:visible")
    assert not page.is_visible("[data-banner=offline]")
    assert "/save/" not in place.posted
    page.click(SAVE)
    page.wait_for_url("**/save/")


@pytest.mark.parametrize("leave", [True, False])
def test_leaving_unsent_text_is_asked_first(page: Page, place: Place, leave: bool) -> None:
    page.goto(place.url)
    page.fill("#id_name", "灯野")
    asked: list[str] = []

    def answer(box: Dialog) -> None:
        asked.append(box.message)
        box.accept() if leave else box.dismiss()

    page.on("dialog", answer)
    page.click("text=Other")
    settle(page)
    assert len(asked) == 1
    assert page.url.endswith("/other/") is leave


def test_leaving_without_text_is_not_asked(page: Page, place: Place) -> None:
    page.goto(place.url)
    page.click("text=Other")
    page.wait_for_url("**/other/")


def test_typing_keeps_the_session_at_most_once_a_minute(page: Page, place: Place) -> None:
    page.clock.install()
    page.goto(place.url)
    page.locator("#id_name").press_sequentially("abcdef")
    settle(page)
    assert place.posted == ["/language/"]
    page.clock.run_for(MINUTE + 1000)
    page.locator("#id_name").press_sequentially("g")
    settle(page)
    assert place.posted == ["/language/"] * 2


def test_the_countdown_shows_and_a_key_ends_it(page: Page, place: Place) -> None:
    page.clock.install()
    page.goto(place.url)
    page.clock.run_for(12 * MINUTE)
    assert not page.is_visible("[data-banner=idle]")
    page.clock.run_for(MINUTE + 31 * 1000)
    assert page.is_visible("[data-banner=idle]")
    assert page.inner_text("[data-idle-left]") == "1:29"
    assert page.text_content("[data-live]")
    page.locator("#id_name").press_sequentially("a")
    settle(page)
    page.clock.run_for(1000)
    assert not page.is_visible("[data-banner=idle]")


@pytest.mark.parametrize("status", [401, 403])
def test_an_ended_session_is_said_and_the_text_stays(page: Page, place: Place, status: int) -> None:
    place.alive_status = status
    page.goto(place.url)
    page.locator("#id_name").press_sequentially("abc")
    page.wait_for_selector("[data-banner=expired]:visible")
    assert page.input_value("#id_name") == "abc"


def test_the_error_summary_takes_the_focus_and_its_links_lead_to_fields(page: Page, place: Place) -> None:
    page.goto(f"{place.url}?error=1")
    assert page.evaluate("document.activeElement.classList.contains('error-summary')")
    page.click(".error-summary a[href='#id_words']")
    assert page.evaluate("document.activeElement.id") == "id_words"


def test_long_text_is_counted_by_characters(page: Page, place: Place) -> None:
    page.goto(place.url)
    page.fill("#id_words", "𠮷" * 11)
    assert page.inner_text("[data-count-now]") == "11"
    assert page.get_attribute(".field__count", "data-over") is not None


def test_nothing_stays_in_the_browser(page: Page, place: Place) -> None:
    page.goto(place.url)
    page.fill("#id_name", "灯野")
    settle(page)
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_a_form_opens_within_the_page_once(page: Page, place: Place) -> None:
    page.goto(place.url)
    page.click("text=Open")
    page.wait_for_selector("#opened form")
    assert page.url == place.url
    assert page.evaluate("document.activeElement.closest('#opened') !== null")
    page.fill("#opened [name=words]", "x" * 11)
    assert page.text_content("#opened [data-count-now]") is not None
    page.click("text=Open", force=True)
    settle(page)
    assert page.input_value("#opened [name=words]") == "x" * 11


def test_a_form_that_is_answered_from_elsewhere_opens_as_a_page(page: Page, place: Place) -> None:
    page.goto(place.url)
    page.click("text=Gone")
    page.wait_for_url("**/sign-in/")
    assert page.locator("#nothing form").count() == 0
