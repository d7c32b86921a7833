"""A support case of the police: who opens it, who is a juvenile victim, what it leaves to do, and who sees nothing of it."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.duties.models import Duty
from cases.records.actions import CaseFacts, add_to_team, block_person, open_case
from cases.records.codes import Level, Relation, Stage, Track, Urgency
from cases.records.models import Case, Child, Grant
from cases.records.queries import behind_glass, cases_for, level_on
from cases.support import actions
from cases.support.codes import Aid, Danger, Recognised
from cases.support.models import SupportReception
from security.encryption.fields import reveal, value_of
from security.walls import clock
from tests.cast import Cast, a_case
from tests.client import signed_in
from tests.unit.cases.support.made import JUVENILE, consulted, met, support_case

OTHERS = (
    "caseworker", "supervisor", "director", "duty", "stranger", "stranger_director", "police2", "foreign_police",
    "station_officer", "school", "privacy", "admin", "rights_head",
)  # fmt: skip


def test_a_consultation_opens_a_case_of_the_police(cast: Cast) -> None:
    case = support_case(cast)
    assert case.number.startswith("SUPPORT-")
    assert (case.stage, case.track, case.urgency) == (Stage.RECEPTION, Track.THIRD_PARTY, Urgency.C)
    with acting_as(cast.police):
        row = SupportReception.objects.get(case=case)
        assert value_of(row.recognised) is Recognised.CONSULTATION
        assert reveal(row, "words") == "もう学校に行きたくない"
        assert level_on(cast.police, case.pk) is Level.MANAGE
    with acting_as(cast.policechief):
        assert level_on(cast.policechief, case.pk) is Level.MANAGE
        duties = set(Duty.objects.filter(case=case).values_list("kind", "owner"))
        assert duties == {(kind, cast.police.pk) for kind in ("support_report", "support_decide")}


def test_guidance_on_the_street_with_a_suspicion_owes_a_notification(cast: Cast) -> None:
    """児童福祉法25条, 児童虐待防止法6条1項: on the same day."""
    with acting_as(cast.police):
        case = actions.receive(JUVENILE, met(), by=cast.police)
        assert (case.track, case.urgency) == (Track.ABUSE, Urgency.B)
        kinds = {duty.kind for duty in Duty.objects.filter(case=case)}
        assert kinds == {"support_report", "support_notify", "support_decide"}


def test_a_pressing_risk_of_suicide_is_an_urgent_case(cast: Cast) -> None:
    assert support_case(cast, danger=Danger.PRESSING).urgency == Urgency.A


def test_twenty_is_no_juvenile(cast: Cast) -> None:
    """少年法2条1項, 少年警察活動規則36条: the day before the birthday is still in time."""
    today = clock.today()
    twenty = today.replace(year=today.year - 20)
    with acting_as(cast.police):
        with pytest.raises(Refused) as refused:
            actions.receive(replace(JUVENILE, birth_date=twenty), consulted(), by=cast.police)
        assert refused.value.code == "birth_date"
        born = twenty + timedelta(days=1)
        assert actions.receive(replace(JUVENILE, birth_date=born), consulted(), by=cast.police).number


@pytest.mark.parametrize(
    ("years", "aid", "refused"),
    [(15, None, True), (None, None, True), (18, None, False), (18, Aid.ABUSE, True)],
)
def test_of_a_child_it_is_said_whether_it_is_notified(
    cast: Cast, years: int | None, aid: Aid | None, refused: bool
) -> None:
    """児童福祉法25条, 児童虐待防止法6条1項; a child is under 18 (児童福祉法4条1項)."""
    today = clock.today()
    born = today.replace(year=today.year - years) if years else None
    with acting_as(cast.police):
        if not refused:
            assert actions.receive(
                replace(JUVENILE, birth_date=born), consulted(aid=aid), by=cast.police
            ).number
            return
        with pytest.raises(Refused) as told:
            actions.receive(replace(JUVENILE, birth_date=born), consulted(aid=aid), by=cast.police)
        assert told.value.code == "aid"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (consulted(consultant=None), "consultant"),
        (met(place=None), "place"),
        (consulted(question=None), "question"),
    ],
)
def test_each_way_in_asks_for_its_own(cast: Cast, facts: dict[str, Any], field: str) -> None:
    with acting_as(cast.police), pytest.raises(Refused) as refused:
        actions.receive(JUVENILE, facts, by=cast.police)
    assert refused.value.code == field


def test_what_is_received_has_happened(cast: Cast) -> None:
    later = clock.now() + timedelta(minutes=5)
    with acting_as(cast.police), pytest.raises(Refused) as refused:
        actions.receive(JUVENILE, consulted(happened_at=later), by=cast.police)
    assert refused.value.code == "happened_at"


@pytest.mark.parametrize("name", ["station_officer", "school", "caseworker", "privacy", "rights_head"])
def test_no_other_role_and_no_station_opens_one(cast: Cast, name: str) -> None:
    by = cast.positions[name]
    with acting_as(by), pytest.raises(Refused):
        actions.receive(JUVENILE, consulted(), by=by)


def test_raw_sql_opens_no_case_at_a_station(cast: Cast) -> None:
    with (
        acting_as(cast.station_officer),
        pytest.raises(IntegrityError, match="opens no case"),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT wall.next_number()")


@pytest.mark.parametrize("name", OTHERS)
def test_nobody_else_sees_it_by_address(cast: Cast, name: str) -> None:
    case = support_case(cast)
    client = signed_in(cast.positions[name])
    missing = client.get(f"/cases/{uuid4()}/")
    for path in (
        "",
        "progress/",
        "people/",
        "manage/",
        "prints/",
        "looks/",
        "glass/",
        "child/edit/",
        "team/add/",
    ):
        answer = client.get(f"/cases/{case.pk}/{path}")
        assert answer.status_code == 404, path
        assert answer.content == missing.content, path
    assert client.get(f"/support/{case.pk}/notify/").status_code == 404


@pytest.mark.parametrize("name", OTHERS)
def test_nobody_else_sees_it_by_sql(cast: Cast, name: str) -> None:
    case = support_case(cast)
    by = cast.positions[name]
    with acting_as(by), connection.cursor() as cursor:
        for table, column in (
            ("cases_case", "id"), ("cases_supportreception", "case_id"), ("cases_duty", "case_id"),
            ("cases_grant", "case_id"), ("cases_progressentry", "case_id"), ("cases_person", "case_id"),
        ):  # fmt: skip
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {column} = %s", [case.pk])
            assert cursor.fetchone()[0] == 0, table
        cursor.execute("SELECT count(*) FROM cases_child WHERE id = %s", [case.child_id])
        assert cursor.fetchone()[0] == 0
        cursor.execute(
            "SELECT count(*) FROM keys.data_key WHERE owner_id IN (%s, %s)", [case.pk, case.child_id]
        )
        assert cursor.fetchone()[0] == 0
        assert behind_glass(by, number=case.number) == []


@pytest.mark.parametrize(
    "name", ["director", "supervisor", "caseworker", "duty", "police2", "foreign_police", "policechief"]
)
def test_no_glass_opens_it(cast: Cast, name: str) -> None:
    case = support_case(cast)
    with (
        acting_as(cast.positions[name]),
        pytest.raises(IntegrityError, match="break the glass"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT wall.break_glass(%s, %s)", [uuid4(), case.pk])


def test_the_police_see_no_case_of_the_center(cast: Cast) -> None:
    case = a_case(cast)
    for name in ("police", "policechief", "foreign_police"):
        by = cast.positions[name]
        with acting_as(by):
            assert not Case.objects.filter(pk=case.pk).exists()
            assert not Child.objects.filter(pk=case.child_id).exists()
            assert not cases_for(by).exists()
        assert signed_in(by).get(f"/cases/{case.pk}/").status_code == 404


def test_a_colleague_joins_the_team_and_can_be_barred(cast: Cast) -> None:
    case = support_case(cast)
    with acting_as(cast.policechief):
        add_to_team(case, cast.police2, relation=Relation.MEMBER, level=Level.EDIT, by=cast.policechief)
    assert signed_in(cast.police2).get(f"/cases/{case.pk}/").status_code == 200
    with acting_as(cast.policechief):
        block_person(case, cast.police2.staff, by=cast.policechief)
    assert signed_in(cast.police2).get(f"/cases/{case.pk}/").status_code == 404


def test_nobody_of_another_office_or_a_center_joins(cast: Cast) -> None:
    case = support_case(cast)
    for name in ("foreign_police", "caseworker", "director"):
        with acting_as(cast.policechief), pytest.raises(Refused):
            add_to_team(
                case, cast.positions[name], relation=Relation.MEMBER, level=Level.EDIT, by=cast.policechief
            )
        with (
            acting_as(cast.policechief),
            pytest.raises(IntegrityError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "SELECT wall.grant(%s, %s, %s, 'member', 'edit', NULL, NULL, NULL)",
                [uuid4(), case.pk, cast.positions[name].pk],
            )


def test_no_colleague_ends_the_supervision(cast: Cast) -> None:
    case = support_case(cast)
    with acting_as(cast.police):
        line = Grant.objects.get(content_object=case, relation=Relation.LINE)
        with (
            pytest.raises(IntegrityError, match="supervisor line"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT wall.revoke(%s)", [line.pk])


def test_a_case_of_a_center_has_no_reception_of_the_police(cast: Cast) -> None:
    case = a_case(cast)
    with acting_as(cast.caseworker):
        row = SupportReception(case=case, received_by=cast.caseworker, received_at=clock.now())
        for name, value in consulted().items():
            setattr(row, name, value)
        with pytest.raises(IntegrityError, match="no support case"):
            row.save(force_insert=True)


def test_a_reception_never_changes(cast: Cast) -> None:
    case = support_case(cast)
    for statement in (
        "UPDATE cases_supportreception SET situation = situation",
        "DELETE FROM cases_supportreception",
    ):
        with (
            acting_as(cast.police),
            pytest.raises(ProgrammingError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"{statement} WHERE case_id = %s", [case.pk])


def test_its_pages_have_the_rooms_of_the_police_alone(cast: Cast) -> None:
    case = support_case(cast)
    client = signed_in(cast.police)
    overview = client.get(f"/cases/{case.pk}/").content.decode()
    assert 'id="support"' in overview
    for path in ("reception/", "custody/", "wishes/", "custody/start/", "stage/", "visits/new/"):
        assert client.get(f"/cases/{case.pk}/{path}").status_code == 404, path
        assert f"/cases/{case.pk}/{path}" not in overview
    for path in (
        "",
        "progress/",
        "people/",
        "manage/",
        "prints/",
        "progress/add/",
        "people/add/",
        "basics/edit/",
        "child/edit/",
    ):
        assert client.get(f"/cases/{case.pk}/{path}").status_code == 200, path


def test_every_way_from_its_pages_leads_somewhere(cast: Cast) -> None:
    """No link of a page of the support case is one that its reader may not follow."""
    case = support_case(cast)
    for name in ("police", "policechief"):
        client = signed_in(cast.positions[name])
        for path in ("", "progress/", "people/", "manage/", "prints/"):
            page = client.get(f"/cases/{case.pk}/{path}").content.decode()
            for link in set(re.findall(r'href="(/[^"#?]*)', page)):
                if not link.startswith("/static/"):
                    assert client.get(link).status_code in (200, 302), (name, path, link)
        for path in ("/", "/cases/", "/support/new/"):
            page = client.get(path).content.decode()
            for link in set(re.findall(r'href="(/[^"#?]*)', page)):
                if not link.startswith("/static/"):
                    assert client.get(link).status_code in (200, 302), (name, path, link)


def test_a_case_of_the_center_opens_as_before(cast: Cast) -> None:
    with acting_as(cast.caseworker):
        case = open_case(
            JUVENILE, CaseFacts(Track.ABUSE, Urgency.A), in_charge=cast.caseworker, by=cast.caseworker
        )
    assert case.number.startswith("KITA-")
    page = signed_in(cast.caseworker).get(f"/cases/{case.pk}/").content.decode()
    assert 'id="support"' not in page
