"""Who saw the child, who asked, who attended: the page knows the person at it and offers the office's colleagues; any text is
taken all the same."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.staff.acting import acting_as
from cases.conferences.models import Acceptance
from cases.records.forms import name_on_record
from security.encryption.fields import reveal
from tests.cast import Cast
from tests.client import signed_in
from tests.unit.cases.intake.test_actions import a_call
from tests.unit.cases.intake.test_pages import accept_data
from tests.unit.referrals import pages

OFFERED = re.compile(r'<option value="([^"]*)"></option>')


@pytest.mark.parametrize(
    ("path", "field"), [("safety", "seen_by"), ("intention/new", "asked_by"), ("custody/start", "said_by")]
)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_colleagues_are_offered_and_the_likely_one_is_there(
    cast: Cast, path: str, field: str, language: str
) -> None:
    case = a_call(cast).case
    client = signed_in(cast.caseworker)
    if language == "en":
        pages.in_english(client)
    page = client.get(f"/cases/{case.pk}/{path}/").content.decode()
    me, director = name_on_record(cast.caseworker), name_on_record(cast.director)
    box = re.search(rf'<input type="text" name="{field}"[^>]*>', page)
    assert box
    assert f'list="{field}-offered"' in box[0]
    offered = OFFERED.findall(page)
    assert director in offered
    assert not any(name_on_record(cast.positions[name]) in offered for name in ("admin", "police"))
    if field == "said_by":
        assert "value=" not in box[0]
        assert me not in offered
    else:
        assert f'value="{me}"' in box[0]
        assert me in offered


def test_offering_colleagues_takes_one_statement(cast: Cast) -> None:
    case = a_call(cast).case
    client = signed_in(cast.caseworker)
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/cases/{case.pk}/safety/")
    people = [query["sql"] for query in asked if '"agencies_position"."role" IN' in query["sql"]]
    assert len(people) == 1


def test_who_attended_is_ticked_and_the_others_are_written(cast: Cast) -> None:
    case = a_call(cast).case
    client = signed_in(cast.caseworker)
    page = client.get(f"/cases/{case.pk}/acceptance/").content.decode()
    offered = re.findall(r'name="present"\s+value="([^"]*)"', page)
    assert str(cast.director.pk) in offered
    assert str(cast.caseworker.pk) not in offered, "the secretary attends in any case"
    data = accept_data(cast) | {"present": [str(cast.director.pk)], "attendees": "嘱託医 架空"}
    assert client.post(f"/cases/{case.pk}/acceptance/", data).status_code == 302
    with acting_as(cast.caseworker):
        row = Acceptance.objects.select_related("entry__sitting").get()
        assert reveal(row, "attendees") == "嘱託医 架空"
        assert set(row.entry.sitting.present) == {
            cast.caseworker.pk, cast.supervisor.pk, cast.director.pk,
        }  # fmt: skip


def test_who_is_of_elsewhere_is_not_ticked(cast: Cast) -> None:
    case = a_call(cast).case
    client = pages.in_english(signed_in(cast.caseworker))
    stranger = accept_data(cast) | {"present": ["somebody of elsewhere"]}
    assert client.post(f"/cases/{case.pk}/acceptance/", stranger).status_code == 200
    with acting_as(cast.caseworker):
        assert not Acceptance.objects.exists()
