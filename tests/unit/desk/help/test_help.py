"""Every role has a page that says what to do first, what it sees and does not see, and whom to call; every page leads there."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from agencies.staff.roles import Role
from desk.help.guides import GUIDES, LANGUAGES, guide, name_for
from tests.cast import Cast
from tests.client import signed_in

HELP = reverse("help")
PARTS = {
    "ja": ["まず行うこと", "見えるもの", "見えないもの", "困ったとき"],
    "en": ["What you do first", "What you see", "What you do not see", "Whom to call"],
}


@pytest.mark.parametrize("role", Role)
def test_every_role_has_one_page(role: Role) -> None:
    assert [name for name, roles in GUIDES.items() if role in roles] == [name_for(role)]


@pytest.mark.parametrize("name", [name for name, roles in GUIDES.items() if roles])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_says_the_four_things(name: str, language: str) -> None:
    read = guide(name, language)
    assert [part.heading for part in read.parts] == PARTS[language]
    assert all(part.points for part in read.parts)
    assert read.title


def test_both_languages_say_equally_much() -> None:
    for name in GUIDES:
        counted = [[len(part.points) for part in guide(name, language).parts] for language in LANGUAGES]
        assert counted[0] == counted[1], name


@pytest.mark.parametrize("who", ["caseworker", "duty", "police", "school", "privacy", "admin"])
def test_the_own_page_is_reached_from_the_head_of_every_page(cast: Cast, who: str) -> None:
    client = signed_in(cast.positions[who])
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert f'href="{HELP}"' in client.get(reverse("home")).content.decode()
    page = client.get(HELP)
    assert page.context["chosen"] == guide(name_for(Role(cast.positions[who].role)), "en")
    assert page.context["chosen"].parts[0].points[0].split('"')[0] in page.content.decode()


@pytest.mark.parametrize("who", ["school", "clinician", "institution", "caseworker", "police"])
def test_whoever_hears_a_child_first_has_one_sheet_of_two_questions(cast: Cast, who: str) -> None:
    """It is reached where a child's words are written, and printed without the list of the other pages."""
    client = signed_in(cast.positions[who])
    page = client.get(HELP, {"for": "hearing"}).content.decode()
    assert "「誰が」「何をした」" in page
    assert '<nav class="no-print" aria-labelledby="guides">' in page
    if who in ("school", "clinician", "institution"):
        assert f"{HELP}?for=hearing" in client.get(reverse("file_notification")).content.decode()


def test_the_other_pages_are_open_to_all(cast: Cast) -> None:
    client = signed_in(cast.school)
    assert client.get(HELP, {"for": "director"}).context["chosen"].name == "director"
    for wrong in ("nobody", "../caseworker", "", "%00"):
        page = client.get(HELP, {"for": wrong})
        assert page.status_code == (404 if wrong else 200)
    assert Client().get(HELP).status_code == 302
