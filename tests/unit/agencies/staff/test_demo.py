"""The demo's open door exists in the demo alone, and for this machine alone."""

import importlib
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, path, reverse

import config.urls
from agencies.staff.demo import PEOPLE, demo
from tests.cast import PEOPLE as CAST
from tests.cast import Cast

urlpatterns = [*config.urls.urlpatterns, path("demo/", demo, name="demo")]


@pytest.fixture
def in_demo(settings: Any, cast: Cast) -> Cast:
    settings.ROOT_URLCONF = __name__
    settings.TOMOSHIBI_DEMO = True
    return cast


@pytest.mark.parametrize("username", [name for name, *_ in CAST if name in PEOPLE])
def test_one_click_signs_in(in_demo: Cast, username: str) -> None:
    client = Client()
    assert username in client.get("/demo/").content.decode()
    assert client.post("/demo/", {"username": username})["Location"] == "/"
    assert client.get("/sessions/").context["request"].by == in_demo.positions[username]


def test_the_demo_signs_in_only_its_own_people(in_demo: Cast) -> None:
    for username in ("colleague", "nobody", "", "admin2"):
        assert Client().post("/demo/", {"username": username}).status_code == 404


def test_only_from_this_machine(in_demo: Cast) -> None:
    for address in ("192.0.2.1", "nonsense", ""):
        assert Client(REMOTE_ADDR=address).get("/demo/").status_code == 404
        assert Client(REMOTE_ADDR=address).post("/demo/", {"username": "caseworker"}).status_code == 404
    assert Client(REMOTE_ADDR="::1").get("/demo/").status_code == 200


@pytest.mark.parametrize("value", [False, None, "yes"])
def test_outside_the_demo_it_is_closed_even_if_routed(in_demo: Cast, settings: Any, value: object) -> None:
    settings.TOMOSHIBI_DEMO = value
    assert Client().get("/demo/").status_code == 404
    assert Client().post("/demo/", {"username": "caseworker"}).status_code == 404


def test_the_route_exists_in_the_demo_only(settings: Any) -> None:
    def routed() -> bool:
        try:
            return bool(reverse("demo", urlconf=importlib.reload(config.urls).__name__))
        except NoReverseMatch:
            return False
        finally:
            from django.urls import clear_url_caches

            clear_url_caches()

    assert not routed()
    settings.TOMOSHIBI_DEMO = True
    assert routed()
    settings.TOMOSHIBI_DEMO = False
    assert not routed()


def test_the_first_address_leads_to_the_people(in_demo: Cast) -> None:
    page = Client().get("/", follow=True)
    assert page.redirect_chain[-1] == ("/demo/", 302)
    assert Client().get(reverse("sign_in")).status_code == 200
    assert 'href="/demo/"' in Client().get(reverse("sign_in")).content.decode()


def test_outside_the_demo_it_leads_to_the_password(cast: Cast) -> None:
    assert Client().get("/", follow=True).redirect_chain[-1][0].startswith(reverse("sign_in"))
