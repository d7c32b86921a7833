"""The list of cases opens with the filters and the order chosen last, and says so."""

from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse

from face.remembered import SALT
from tests.cast import Cast, a_case
from tests.client import signed_in

SENT = {"stage": "", "urgency": "AA", "state": "open", "order": "kana"}
SAYS_SO = "前回この端末で選んだ条件"


def opened(client: Client, **query: str) -> Any:
    return client.get(reverse("case_list"), query)


def again(client: Client, cast: Cast, name: str) -> Client:
    """A new sign-in at the same browser."""
    found = signed_in(cast.positions[name])
    if settings.LISTS_COOKIE in client.cookies:
        found.cookies[settings.LISTS_COOKIE] = client.cookies[settings.LISTS_COOKIE].value
    return found


def test_it_is_remembered_after_signing_out_and_is_seen(cast: Cast) -> None:
    case = a_case(cast)
    client = signed_in(cast.caseworker)
    assert SAYS_SO not in opened(client).content.decode()
    assert SAYS_SO not in opened(client, **SENT).content.decode()
    client.post(reverse("sign_out"))
    page = opened(again(client, cast, "caseworker"))
    assert (page.context["chosen"].urgency, page.context["order"].value) == ("AA", "kana")
    assert case.number not in page.content.decode()
    assert SAYS_SO in page.content.decode()


def test_clear_forgets_it(cast: Cast) -> None:
    case = a_case(cast)
    client = signed_in(cast.caseworker)
    assert 'href="/cases/?order="' in opened(client, **SENT).content.decode()
    assert case.number in opened(client, order="").content.decode()
    assert not opened(client).context["recalled"]


def test_an_address_of_its_own_is_followed_and_changes_nothing(cast: Cast) -> None:
    client = signed_in(cast.caseworker)
    opened(client, **SENT)
    assert opened(client, state="all").context["chosen"].urgency is None
    assert opened(client).context["chosen"].urgency == "AA"


def test_each_position_has_its_own_and_whose_cases_is_never_kept(cast: Cast) -> None:
    client = signed_in(cast.supervisor)
    opened(client, **SENT, lead=str(cast.caseworker.pk))
    assert opened(client).context["chosen"].lead is None
    other = again(client, cast, "caseworker")
    assert not opened(other).context["recalled"]
    opened(other, **SENT | {"urgency": "B"})
    assert opened(again(other, cast, "supervisor")).context["chosen"].urgency == "AA"
    kept = other.cookies[settings.LISTS_COOKIE]
    assert str(cast.caseworker.pk) not in kept.value
    assert kept["httponly"]


def test_another_cookie_is_as_good_as_none(cast: Cast) -> None:
    client = signed_in(cast.caseworker)
    client.cookies[settings.LISTS_COOKIE] = f"x:{SALT}:x"
    assert opened(client).status_code == 200
    assert not opened(client).context["recalled"]
