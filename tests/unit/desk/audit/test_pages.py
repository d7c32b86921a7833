"""The access log pages: who may ask, what stands there, filters, pages by key, and what is opened for whom."""

import re
from collections.abc import Iterable
from dataclasses import replace
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.records.actions import save_person, update_child
from cases.records.codes import Sex
from cases.records.models import Case
from cases.records.queries import cases_for
from desk.audit.queries import looks_at_my_cases, who_looked
from security.audit import scribe
from security.audit.models import Event
from security.audit.verbs import Verb
from security.walls import clock
from tests.cast import CHILD, Cast, a_case, as_owner
from tests.client import signed_in
from tests.conftest import superuser

TEXTS = dict.fromkeys(("role", "kana", "relation", "telephone", "note"), "")


def look(
    position: Position, case: Case, *panels: str, verb: Verb = Verb.CASE_VIEW, denied: bool = False
) -> None:
    """Let ``position`` have looked at ``case``."""
    with acting_as(position) as one:
        one.note_shown(case.pk, *panels, verb=verb)
        if denied:
            one.note_denied("nothing here for this identity", f"/cases/{case.pk}/", case.pk)
        scribe.write(one, set())


def text(position: Position, name: str, *arguments: object, **query: str) -> str:
    """The page as ``position`` sees it, in English."""
    client = signed_in(position)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    response = client.get(reverse(name, args=arguments), query)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def own_events(position: Position) -> list[Event]:
    """The looks of a person, newest first."""
    with as_owner():
        return list(Event.objects.using("owner").filter(actor_id=position.staff_id, action=3))


@pytest.fixture
def case(cast: Cast) -> Case:
    return a_case(cast)


def test_who_looked_names_relation_panels_and_refusals(cast: Cast, case: Case) -> None:
    look(cast.supervisor, case, "child", "team")
    look(cast.stranger, case, denied=True)
    page = text(cast.caseworker, "case_looks", case.pk)
    for expected in (
        "職員 supervisor",
        "職員 stranger",
        "supervisor line",
        "no relation",
        "the child",
        "refused 1",
    ):
        assert expected in page
    assert CHILD.family_name not in page
    (event,) = own_events(cast.caseworker)
    assert (event.verb, event.case_id, event.panels) == (Verb.AUDIT_VIEW, case.pk, ["looks"])


@pytest.mark.parametrize(
    ("name", "admitted"),
    [
        ("case_looks", {"caseworker", "supervisor", "director"}),
        ("case_changes", {"caseworker", "supervisor", "director"}),
        ("access_log_case", {"privacy"}),
        ("access_log_changes", {"privacy"}),
    ],
)
def test_only_those_who_manage_the_case_and_the_privacy_officer_read_it(
    cast: Cast, case: Case, name: str, admitted: set[str]
) -> None:
    others = {
        "colleague",
        "supervisor2",
        "stranger",
        "stranger_director",
        "police",
        "school",
        "admin",
        "duty",
    }
    for who in others | {"caseworker", "supervisor", "director", "privacy"}:
        wanted = 200 if who in admitted else 404
        assert signed_in(cast.positions[who]).get(reverse(name, args=[case.pk])).status_code == wanted, who
        assert signed_in(cast.positions[who]).get(reverse(name, args=[uuid4()])).status_code == 404, who


def test_filters(cast: Cast, case: Case) -> None:
    look(cast.supervisor, case, "child")
    look(cast.director, case, "team", verb=Verb.CASE_PRINT)
    look(cast.stranger, case, denied=True)

    def cells(**query: str) -> str:
        return text(cast.caseworker, "case_looks", case.pk, **query).partition("<tbody>")[2]

    assert "職員 director" not in cells(person=str(cast.supervisor.staff_id))
    assert "職員 supervisor" not in cells(only="print")
    assert "職員 director" not in cells(only="denied")
    assert "職員 stranger" in cells(only="denied")
    assert "職員 director" in cells(since="2020-04-01")
    assert "職員 director" not in cells(until="2020-04-01")


@pytest.mark.parametrize(
    "query",
    [
        {"person": "x"},
        {"person": str(uuid4())},
        {"since": "2025-13-45"},
        {"until": "9999-12-31"},
        {"since": "0001-01-01"},
        {"since": "2025-02-01", "until": "2025-01-01"},
    ],
)
def test_a_filter_that_is_not_understood_is_said_and_shows_nothing(
    cast: Cast, case: Case, query: dict[str, str]
) -> None:
    look(cast.supervisor, case)
    page = text(cast.caseworker, "case_looks", case.pk, **query)
    assert "error" in page
    assert "<tbody>" not in page


def _follow(position: Position, url: str) -> Iterable[str]:
    """The page at ``url`` and all older ones."""
    client = signed_in(position)
    while url:
        page = client.get(url).content.decode()
        yield page
        _before, _, rest = page.partition('rel="next" href="')
        url = rest.split('"', 1)[0].replace("&amp;", "&") if rest else ""


def test_pages_by_key_show_everything_once(cast: Cast, case: Case) -> None:
    # Reading the access log is access log too, so the reader is left out by the filter.
    with acting_as(cast.supervisor) as mine:
        for number in range(120):
            one = replace(mine, cases={})
            one.note_shown(case.pk, f"panel{number:03d}")
            scribe.write(one, set(), {})
    url = reverse("case_looks_day", args=[case.pk, clock.today(), cast.supervisor.staff_id])
    pages = list(_follow(cast.caseworker, url))
    assert [page.count("<tr>") - 1 for page in pages] == [50, 50, 20]
    joined = "".join(pages)
    assert all(joined.count(f"panel{number:03d}") == 1 for number in range(120))
    newer = pages[2].partition('rel="prev" href="')[2].split('"', 1)[0].replace("&amp;", "&")
    assert signed_in(cast.caseworker).get(newer).content.decode().count("panel") == 50


@pytest.mark.parametrize("token", ["", "x", "1", "x:y:z", "W10:1tZ:abc", "\0", "é" * 2000])
def test_a_foreign_page_token_is_400(cast: Cast, case: Case, token: str) -> None:
    for name, arguments in (("case_looks", [case.pk]), ("case_changes", [case.pk]), ("access_log_mine", [])):
        assert (
            signed_in(cast.caseworker).get(reverse(name, args=arguments), {"older": token}).status_code == 400
        )


def test_a_token_opens_no_other_list(cast: Cast, case: Case) -> None:
    other = a_case(cast)
    for _number in range(60):
        look(cast.supervisor, case)
    day = [clock.today(), cast.supervisor.staff_id]
    page = text(cast.caseworker, "case_looks_day", case.pk, *day)
    token = page.partition("?older=")[2].split('"', 1)[0]
    assert (
        signed_in(cast.caseworker)
        .get(reverse("case_looks_day", args=[case.pk, *day]) + f"?older={token}")
        .status_code
        == 200
    )
    assert (
        signed_in(cast.caseworker)
        .get(reverse("case_looks_day", args=[other.pk, *day]) + f"?older={token}")
        .status_code
        == 400
    )
    assert (
        signed_in(cast.supervisor)
        .get(reverse("case_looks_day", args=[case.pk, *day]) + f"?older={token}")
        .status_code
        == 400
    )


# --- By person, denials, one's own -------------------------------------------------------------------------------------


def test_a_supervisor_reads_of_own_people_at_own_cases(cast: Cast, case: Case) -> None:
    elsewhere = a_case(cast, lead="other_section")
    look(cast.caseworker, case)
    look(cast.other_section, elsewhere)
    look(cast.other_section, case, denied=True)
    page = text(cast.supervisor, "access_log_person_day", cast.other_section.staff_id, clock.today())
    assert case.number in page
    assert elsewhere.number not in page
    for foreign in (cast.stranger.staff_id, cast.police.staff_id, uuid4()):
        assert signed_in(cast.supervisor).get(reverse("access_log_person", args=[foreign])).status_code == 404


def test_the_privacy_officer_reads_of_everybody_by_case_numbers(cast: Cast, case: Case) -> None:
    look(cast.caseworker, case, "child")
    look(cast.stranger, case, denied=True)
    for page in (
        text(cast.privacy, "access_log_person_day", cast.caseworker.staff_id, clock.today()),
        text(cast.privacy, "access_log_case", case.pk),
        text(cast.privacy, "access_log_denials"),
    ):
        assert case.number in page
        assert not re.search(
            rf">\s*{str(case.pk)[:8]}\s*<", page
        )  # an address that was tried is quoted whole
    assert [event.verb for event in own_events(cast.privacy)] == [Verb.AUDIT_VIEW] * 3


def test_a_failed_sign_in_names_the_account_and_no_id(cast: Cast) -> None:
    for username in ("caseworker", "nobody at all"):
        Client().post(reverse("sign_in"), {"username": username, "password": "wrong"})
    for name in ("home", "access_log_denials"):
        page = text(cast.privacy, name)
        assert f"account: {cast.caseworker.staff.name}" in page
        assert "an account that does not exist" in page
        assert str(cast.caseworker.staff_id) not in page


def test_denials_of_foreign_cases_do_not_reach_a_supervisor(cast: Cast, case: Case) -> None:
    other = a_case(cast, lead="other_section")
    look(cast.stranger, case, denied=True)
    look(cast.police, other, denied=True)
    page = text(cast.supervisor, "access_log_denials")
    assert "職員 stranger" in page
    assert "職員 police" not in page


def test_the_privacy_officer_finds_people_and_cases(cast: Cast, case: Case) -> None:
    look(cast.caseworker, case)
    client = signed_in(cast.privacy)
    page = client.post(reverse("access_log"), {"wanted": "police2"}).content.decode()
    assert reverse("access_log_person", args=[cast.police2.staff_id]) in page
    for wanted in (case.number, case.number.lower(), f" {case.number} "):
        assert (
            reverse("access_log_case", args=[case.pk])
            in client.post(reverse("access_log"), {"wanted": wanted}).content.decode()
        )
    for wanted in ("%", "_", "\0", "x" * 500, CHILD.family_name, str(case.pk)[:8]):
        assert client.post(reverse("access_log"), {"wanted": wanted}).status_code == 200


def test_nobody_is_ranked_by_how_often_they_looked(cast: Cast, case: Case) -> None:
    look(cast.colleague, case)
    look(cast.colleague, case)
    look(cast.two_positions, case)
    people = signed_in(cast.supervisor).get(reverse("access_log")).context["people"]
    assert [person.name for person in people] == sorted(person.name for person in people)
    assert "viewers" not in signed_in(cast.privacy).get(reverse("access_log")).context


def test_everybody_reads_their_own_looks_and_no_others(cast: Cast, case: Case) -> None:
    look(cast.caseworker, case, "progress")
    look(cast.stranger, case, denied=True)
    assert "progress record" in text(cast.caseworker, "access_log_mine")
    page = text(cast.stranger, "access_log_mine")
    assert str(case.pk)[:8] in page
    assert "progress record" not in page


def test_the_case_page_and_home_pages_are_told_who_looked(cast: Cast, case: Case) -> None:
    look(cast.supervisor, case, "child")
    look(cast.stranger, case, denied=True)
    look(cast.privacy, case, verb=Verb.AUDIT_VIEW)
    with acting_as(cast.caseworker):
        assert {row.who for row in who_looked(case)} == {"職員 privacy", "職員 stranger", "職員 supervisor"}
        assert [row.who for row in looks_at_my_cases(cast.caseworker)] == ["職員 stranger"]


# --- Changes ---------------------------------------------------------------------------------------------------------


def _renamed(cast: Cast, case: Case) -> None:
    with acting_as(cast.caseworker):
        fresh = cases_for(cast.caseworker).get(pk=case.pk)
        update_child(fresh, replace(CHILD, family_name="改姓太", sex=Sex.MALE), by=cast.caseworker)
        save_person(fresh, TEXTS | {"name": "叔父 某", "role": "suspect"}, by=cast.caseworker)


def _change(model: str, verb: str) -> Event:
    with as_owner():
        found: Event = Event.objects.using("owner").filter(content_type__model=model, verb=verb)[0]
        return found


def test_an_entitled_reader_sees_before_and_after(cast: Cast, case: Case) -> None:
    _renamed(cast, case)
    event = _change("child", "ROW_UPDATE")
    page = text(cast.supervisor, "case_changes", case.pk)
    assert CHILD.family_name not in page
    assert str(event.uuid) in page
    page = text(cast.supervisor, "case_change", case.pk, event.uuid)
    for expected in (CHILD.family_name, "改姓太", "female", "male"):
        assert expected in page
    assert CHILD.given_name not in page, "what did not change is not shown"
    newest = own_events(cast.supervisor)[0]
    assert (newest.verb, newest.object_pk, newest.case_id) == (Verb.AUDIT_VIEW, str(event.uuid), case.pk)
    assert newest.fields == ["cases_child.family_name", "cases_child.sex"]
    assert "suspect" in text(cast.supervisor, "case_change", case.pk, _change("person", "ROW_CREATE").uuid)


def test_no_other_role_sees_the_values(cast: Cast, case: Case) -> None:
    _renamed(cast, case)
    event = _change("child", "ROW_UPDATE")
    url = reverse("case_change", args=[case.pk, event.uuid])
    for who in ("colleague", "supervisor2", "stranger", "admin", "police"):
        assert signed_in(cast.positions[who]).get(url).status_code == 404, who
    with as_owner():
        named = Event.objects.using("owner").filter(case_id=case.pk, action__lt=3)
    for one in named:
        page = text(cast.privacy, "access_log_change", case.pk, one.uuid)
        for content in ("改姓太", CHILD.family_name, "叔父", "suspect", case.number):
            assert content not in page
    other = a_case(cast)
    assert (
        signed_in(cast.caseworker).get(reverse("case_change", args=[other.pk, event.uuid])).status_code == 404
    )
    assert all(event.verb != Verb.DECRYPTION_FAIL for event in own_events(cast.privacy))


def test_a_change_that_does_not_open_is_said_and_recorded(cast: Cast, case: Case) -> None:
    _renamed(cast, case)
    event = _change("person", "ROW_CREATE")
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE keys.data_key SET commitment = sha256(commitment) WHERE owner_id = %s", [case.pk]
        )
    page = text(cast.caseworker, "case_change", case.pk, event.uuid)
    assert "cannot be decrypted" in page
    assert own_events(cast.caseworker)[0].verb == Verb.DECRYPTION_FAIL


def test_a_case_compared_with_its_record(database: str, cast: Cast, case: Case) -> None:
    _renamed(cast, case)
    assert "as it was recorded last" in text(cast.supervisor, "case_check", case.pk)
    with superuser(database) as attacker:
        attacker.execute("SET session_replication_role = replica")
        attacker.execute("UPDATE cases_person SET note = name")
        attacker.execute(
            "UPDATE keys.data_key SET wrapped = wrapped || '\\x00' WHERE owner_id = %s", [case.pk]
        )
    event = _change("person", "ROW_CREATE")
    page = text(cast.supervisor, "case_check", case.pk)
    assert reverse("case_change", args=[case.pk, event.uuid]) in page
    for expected in ("is not what was recorded last", "note", "key of the record"):
        assert expected in page
    assert reverse("access_log_change", args=[case.pk, event.uuid]) in text(
        cast.privacy, "access_log_check", case.pk
    )
    for who in ("colleague", "supervisor2", "stranger", "admin", "police"):
        assert signed_in(cast.positions[who]).get(reverse("case_check", args=[case.pk])).status_code == 404, (
            who
        )
