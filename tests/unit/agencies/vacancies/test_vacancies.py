"""The vacancy board: kept by an institution, read by centers; when it is out of date; how many psychotherapists there must be."""

from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from django.db import Error, connection
from django.urls import reverse
from django.utils import timezone

from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from agencies.vacancies import actions, queries, rules
from agencies.vacancies.codes import Facility, Need, Qualification, Takes
from agencies.vacancies.models import Therapist, TherapyNeed, Unit
from agencies.vacancies.queries import Asked
from agencies.vacancies.tasks import tell_stale
from tests.cast import Cast, as_owner, as_role
from tests.client import signed_in, text_of
from tests.unit.agencies.vacancies.steps import FACTS, unit_of

READERS = ("caseworker", "supervisor", "director", "duty", "stranger")
OTHERS = ("institution2", "school", "police", "policechief", "rights", "clinician", "admin", "privacy")


def found(cast: Cast, asked: Asked, by: str = "caseworker") -> list[str]:
    with acting_as(cast.positions[by]):
        return [unit.name for unit in queries.board(asked, timezone.now())]


def refused(by: Position, rule: str, statement: str, *values: Any) -> None:
    with acting_as(by), pytest.raises(Error) as told, connection.cursor() as cursor:
        cursor.execute(statement, values)
    cause = told.value.__cause__
    assert isinstance(cause, psycopg.Error)
    assert cause.diag.constraint_name == rule, cause


def days_ago(unit: Unit, days: float) -> None:
    with as_owner():
        Unit.objects.using("owner").filter(pk=unit.pk).update(
            updated_at=timezone.now() - timedelta(days=days)
        )


def test_centers_read_the_board_and_nobody_else(cast: Cast) -> None:
    unit_of(cast)
    for name in (*READERS, "institution"):
        with acting_as(cast.positions[name]):
            assert Unit.objects.exists(), name
    for name in OTHERS:
        with acting_as(cast.positions[name]):
            assert not Unit.objects.exists(), name
        assert signed_in(cast.positions[name]).get(reverse("vacancy_board")).status_code == 404
    page = text_of(signed_in(cast.caseworker).get(reverse("vacancy_board")))
    assert "青空学園" in page
    assert "平日9時から17時" in page


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        (Asked(), ["女子寮", "本園"]),
        (Asked(takes=Takes.BOYS), ["本園"]),
        (Asked(takes=Takes.GIRLS, age=13), ["女子寮", "本園"]),
        (Asked(age=2), []),
        (Asked(facility=Facility.INFANT), []),
        (Asked(needs=[Need.WHEELCHAIR]), ["女子寮"]),
        (Asked(needs=[Need.WHEELCHAIR, Need.PREGNANT]), []),
        (Asked(full_too=True), ["女子寮", "本園", "満床"]),
        (Asked(fresh_only=True), ["本園"]),
    ],
)
def test_the_board_is_narrowed_by_what_is_looked_for(cast: Cast, asked: Asked, names: list[str]) -> None:
    unit_of(cast)
    old = unit_of(
        cast, name="女子寮", takes=Takes.GIRLS, age_from=12, age_to=18, cannot=[Need.PREGNANT.value]
    )
    unit_of(cast, name="満床", beds=0)
    days_ago(old, 7.1)
    assert sorted(found(cast, asked)) == sorted(names)


def test_what_was_not_understood_narrows_nothing_and_says_so(cast: Cast) -> None:
    unit_of(cast)
    answer = signed_in(cast.caseworker).get(reverse("vacancy_board"), {"age": "abc", "takes": "nobody"})
    assert "青空学園" in text_of(answer)
    assert answer.context["form"].errors.keys() == {"age", "takes"}


def test_a_unit_is_changed_confirmed_and_taken_off_by_its_institution(cast: Cast) -> None:
    unit = unit_of(cast)
    days_ago(unit, 8)
    client = signed_in(cast.institution)
    assert queries.listed([_read(cast, unit)], timezone.now())[0].stale
    client.post(reverse("vacancy_confirm", args=[unit.pk]), {"version": unit.version})
    fresh = _read(cast, unit)
    assert (fresh.version, fresh.updated_by_id) == (2, cast.institution.pk)
    assert not rules.is_stale(fresh, timezone.now())
    typed = FACTS | {"beds": "5", "free_from": "", "version": "2"}
    client.post(reverse("vacancy_change", args=[unit.pk]), typed)
    assert _read(cast, unit).beds == 5
    client.post(reverse("vacancy_withdraw", args=[unit.pk]))
    assert _read(cast, unit).withdrawn_by_id == cast.institution.pk
    assert found(cast, Asked()) == []
    unit_of(cast)  # its name is free again


def _read(cast: Cast, unit: Unit) -> Unit:
    with acting_as(cast.institution):
        return Unit.objects.select_related("office").get(pk=unit.pk)


def test_a_stale_page_confirms_and_overwrites_nothing(cast: Cast) -> None:
    unit = unit_of(cast)
    client = signed_in(cast.institution)
    client.post(
        reverse("vacancy_change", args=[unit.pk]), FACTS | {"beds": "0", "free_from": "", "version": "1"}
    )
    client.post(reverse("vacancy_confirm", args=[unit.pk]), {"version": 1})
    assert _read(cast, unit).version == 2
    with acting_as(cast.institution), pytest.raises(Refused) as told:
        actions.confirm_unit(unit, version=1, by=cast.institution)
    assert told.value.code == "stale"
    typed = FACTS | {"beds": "9", "free_from": "", "version": "1"}
    answer = client.post(reverse("vacancy_change", args=[unit.pk]), typed)
    assert answer.context["form"].has_error("__all__", "stale")
    fresh = _read(cast, unit)
    assert (fresh.beds, fresh.version) == (0, 2)
    for version in ("", "x", "-1"):
        client.post(reverse("vacancy_confirm", args=[unit.pk]), {"version": version})
    assert _read(cast, unit).version == 2


def test_another_institution_finds_no_unit_of_ours(cast: Cast) -> None:
    unit = unit_of(cast)
    client = signed_in(cast.institution2)
    for name in ("vacancy_change", "vacancy_confirm", "vacancy_withdraw"):
        assert client.post(reverse(name, args=[unit.pk]), {"version": 1}).status_code == 404
    with acting_as(cast.institution2), connection.cursor() as cursor:
        cursor.execute("UPDATE agencies_unit SET beds = 0, version = version + 1")
        assert cursor.rowcount == 0
    with acting_as(cast.caseworker), connection.cursor() as cursor:
        cursor.execute("UPDATE agencies_unit SET beds = 0, version = version + 1")
        assert cursor.rowcount == 0


def test_sql_signs_nothing_in_anothers_name_and_skips_no_version(cast: Cast) -> None:
    unit = unit_of(cast)
    who = cast.institution
    refused(who, "unit_is_kept", "UPDATE agencies_unit SET beds = 9")
    refused(who, "unit_is_kept", "UPDATE agencies_unit SET version = version + 2")
    with acting_as(who), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE agencies_unit SET version = version + 1, updated_by_id = %s, updated_at = %s",
            [cast.institution2.pk, timezone.now() + timedelta(days=99)],
        )
    fresh = _read(cast, unit)
    assert fresh.updated_by_id == who.pk
    assert fresh.updated_at <= timezone.now()
    with acting_as(who):
        actions.withdraw_unit(fresh, by=who)
    refused(who, "unit_is_kept", "UPDATE agencies_unit SET version = version + 1")


@pytest.mark.parametrize(
    ("more", "field"),
    [({"age_from": 9, "age_to": 8}, "age_to"), ({"beds": 0, "free_from": date(2030, 1, 1)}, "free_from")],
)
def test_what_cannot_be_is_named_at_its_field(cast: Cast, more: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as told:
        unit_of(cast, **more)
    assert told.value.code == field
    typed = FACTS | {"free_from": ""} | {name: str(value) for name, value in more.items()} | {"version": "0"}
    answer = signed_in(cast.institution).post(reverse("vacancy_new"), typed)
    assert field in answer.context["form"].errors


def test_one_name_is_on_the_board_once(cast: Cast) -> None:
    unit_of(cast)
    with pytest.raises(Refused) as told:
        unit_of(cast)
    assert told.value.code == "name"
    unit_of(cast, "institution2")


def test_an_institution_is_told_once_that_a_unit_is_out_of_date(cast: Cast) -> None:
    unit = unit_of(cast)
    days_ago(unit, 6.9)
    assert _told(cast) == 0
    days_ago(unit, 7.1)
    for _turn in range(2):
        _told(cast)
    assert _notices(cast.institution) == 1
    assert _notices(cast.institution2) == 0
    with acting_as(cast.institution):
        actions.confirm_unit(_read(cast, unit), version=1, by=cast.institution)
    days_ago(unit, 8)
    _told(cast)
    assert _notices(cast.institution) == 2


def _told(cast: Cast) -> int:
    with as_role("worker"):
        return tell_stale()


def _notices(by: Position) -> int:
    with acting_as(by):
        return sum(row.count for row in Notice.objects.filter(kind="vacancy_stale"))


def test_an_institution_may_set_fewer_days_and_not_more(cast: Cast) -> None:
    unit = unit_of(cast)
    page = reverse("office", args=[cast.offices["home"].pk])
    client = signed_in(cast.admin)
    shown = client.get(page).context["form"]
    assert "vacancy_days" in shown.fields
    assert "place_hours" not in shown.fields
    told = {name: bound.value() or "" for name, bound in ((n, shown[n]) for n in shown.fields)}
    assert client.post(page, told | {"vacancy_days": "8"}).context["form"].errors.keys() == {"vacancy_days"}
    assert client.post(page, told | {"vacancy_days": "2"}).status_code == 302
    days_ago(unit, 2.1)
    assert rules.is_stale(_read(cast, unit), timezone.now())


@pytest.mark.parametrize(
    ("facility", "people", "needed"),
    [
        *((one, 9, 0) for one in ("infant", "mother_child", "childrens_home", "self_reliance")),
        *((one, 10, 1) for one in ("infant", "mother_child", "childrens_home", "self_reliance")),
        ("childrens_home", 45, 1),
        ("psych", 0, 0),
        ("psych", 1, 1),
        ("psych", 10, 1),
        ("psych", 11, 2),
        ("disability", 30, 0),
        ("family_home", 30, 0),
    ],
)
def test_from_ten_in_need_of_therapy_on_there_is_a_psychotherapist(
    facility: str, people: int, needed: int
) -> None:
    """児童福祉施設の設備及び運営に関する基準第21条・第27条・第42条・第80条."""
    assert rules.therapists_needed(Facility(facility), people) == needed


def _counted(cast: Cast, people: int) -> None:
    with acting_as(cast.institution):
        actions.count_need(Facility.CHILDRENS_HOME, people, date(2026, 4, 1), by=cast.institution)


def _posted(cast: Cast) -> Therapist:
    facts = {
        "name": "心理 花子",
        "post": "心理療法担当職員",
        "hours": 20,
        "qualification": Qualification.PSYCHOLOGIST,
        "from_on": date(2024, 4, 1),
    }
    with acting_as(cast.institution):
        return actions.add_therapist(facts, by=cast.institution)


def test_ten_reached_and_none_in_post_is_shown_to_both_sides(cast: Cast) -> None:
    """児童福祉施設の設備及び運営に関する基準第42条."""
    unit_of(cast)
    _counted(cast, 10)
    home, board = reverse("home"), reverse("vacancy_board")
    said = "none in post", "配置なし"
    for who, page in ((cast.institution, home), (cast.caseworker, board)):
        assert any(one in text_of(signed_in(who).get(page)) for one in said), page
    row = _posted(cast)
    for who, page in ((cast.institution, home), (cast.caseworker, board)):
        assert not any(one in text_of(signed_in(who).get(page)) for one in said), page
    signed_in(cast.institution).post(
        reverse("therapist_end", args=[row.pk]), {"until_on": str(timezone.localdate() - timedelta(days=1))}
    )
    assert any(one in text_of(signed_in(cast.caseworker).get(board)) for one in said)


def test_a_center_reads_how_many_and_no_name(cast: Cast) -> None:
    _posted(cast)
    _counted(cast, 12)
    home = cast.offices["home"].pk
    for name in READERS:
        with acting_as(cast.positions[name]):
            assert not Therapist.objects.exists()
            assert TherapyNeed.objects.exists()
            assert queries.therapists_posted([home]) == {home: 1}
    for name in OTHERS:
        with acting_as(cast.positions[name]):
            assert not Therapist.objects.exists()
            assert not TherapyNeed.objects.exists()
            assert queries.therapists_posted([home]) == {}


def test_a_post_ends_once_and_not_before_it_began(cast: Cast) -> None:
    row = _posted(cast)
    page = reverse("therapist_end", args=[row.pk])
    client = signed_in(cast.institution)
    assert "until_on" in client.post(page, {"until_on": "2024-03-31"}).context["form"].errors
    assert client.post(page, {"until_on": "2026-03-31"}).status_code == 302
    assert client.post(page, {"until_on": "2026-06-30"}).context["form"].errors
    refused(cast.institution, "therapist_ends", "UPDATE agencies_therapist SET until_on = '2026-06-30'")
    assert signed_in(cast.institution2).get(page).status_code == 404


def test_nobody_counts_on_a_day_to_come(cast: Cast) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    with acting_as(cast.institution), pytest.raises(Refused) as told:
        actions.count_need(Facility.INFANT, 3, tomorrow, by=cast.institution)
    assert told.value.code == "counted_on"
    refused(
        cast.institution,
        "need_is_counted",
        "INSERT INTO agencies_therapyneed (id, office_id, facility, people, counted_on, kept_by_id, kept_at)"
        " VALUES (gen_random_uuid(), %s, 'infant', 3, %s, %s, now())",
        cast.institution.office_id,
        tomorrow,
        cast.institution.pk,
    )
