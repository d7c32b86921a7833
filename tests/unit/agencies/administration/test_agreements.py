"""Sharing agreements: drafted by an administrator, decided by the director of the responsible office, never changed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import Error, connections

from agencies.administration.actions import draft_agreement
from agencies.agreements.codes import grounds, items
from agencies.agreements.models import SharingAgreement
from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from security.walls import clock
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in
from tests.unit.agencies.administration.test_positions import kinds, raw, refused

NEW = (
    "INSERT INTO agencies_sharingagreement (id, sender_id, recipient_id, reference, items, grounds, starts_on, ends_on,"
    " drafted_by_id, drafted_person_id, drafted_at, decided_by_id, decided_person_id, decided_at, approved)"
    " VALUES (gen_random_uuid(), %s, %s, 'x', '{{}}', '{{all_cases}}', {start}, {end}, %s, %s, '2001-01-01', {decision})"
)
UNDECIDED = "NULL, NULL, NULL, NULL"


def agreement(cast: Cast, **changed: object) -> dict[str, object]:
    return {
        "sender": str(cast.offices["kita"].pk),
        "recipient": str(cast.offices["support"].pk),
        "reference": "協定 令和8年第1号",
        "items": ["identity_min", "safety_state"],
        "grounds": ["all_cases"],
        "starts_on": clock.today().isoformat(),
        "ends_on": (clock.today() + timedelta(days=365)).isoformat(),
        **changed,
    }


def drafted(cast: Cast, **changed: object) -> SharingAgreement:
    assert (
        signed_in(cast.admin).post("/agreements/add/", agreement(cast, **changed))["Location"]
        == "/agreements/"
    )
    with as_owner():
        return SharingAgreement.objects.using("owner").latest("drafted_at")


def again(row: SharingAgreement) -> SharingAgreement:
    with as_owner():
        return SharingAgreement.objects.using("owner").get(pk=row.pk)


def approved(cast: Cast) -> SharingAgreement:
    row = drafted(cast)
    signed_in(cast.director).post(f"/agreements/{row.pk}/decide/", {"verdict": "approve"})
    return again(row)


def in_force(cast: Cast) -> bool:
    with acting_as(cast.caseworker):
        return SharingAgreement.objects.in_force(clock.today()).exists()


def is_on(cast: Cast) -> bool:
    """What the database says of the ground that the agreement switches on."""
    case = a_case(cast)
    asked = "SELECT 1 WHERE wall.ground_is_on('all_cases', %s, %s, '{identity_min}')"
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute(asked, [case.pk, cast.offices["support"].pk])
        return cursor.fetchone() is not None


def test_it_is_drafted_by_one_and_decided_by_another(cast: Cast) -> None:
    row = drafted(cast)
    assert (row.items, row.grounds, row.drafted_by_id) == (
        ["identity_min", "safety_state"],
        ["all_cases"],
        cast.admin.pk,
    )
    assert not in_force(cast)
    assert not is_on(cast)
    assert "decision_waiting" in kinds(cast.director)
    director = signed_in(cast.director)
    assert f"/agreements/{row.pk}/" in director.get("/").content.decode()
    assert "協定 令和8年第1号" in director.get(f"/agreements/{row.pk}/").content.decode()
    assert director.post(f"/agreements/{row.pk}/decide/", {"verdict": "approve"}).status_code == 302
    assert again(row).decided_by_id == cast.director.pk
    assert in_force(cast)
    assert is_on(cast)
    assert kinds(cast.admin) == ["decision_approved"]
    assert "協定 令和8年第1号" in signed_in(cast.admin).get("/agreements/").content.decode()


def test_not_approved_it_opens_nothing(cast: Cast) -> None:
    row = drafted(cast)
    director = signed_in(cast.director)
    for verdict in ("refuse", "approve"):
        director.post(f"/agreements/{row.pk}/decide/", {"verdict": verdict})
    assert again(row).approved is False
    assert not in_force(cast)
    assert not is_on(cast)


def test_only_the_director_of_the_responsible_office_decides_and_ends(cast: Cast) -> None:
    row = drafted(cast)
    sign = (
        "UPDATE agencies_sharingagreement SET decided_at = now(), approved = true, decided_by_id = %s, decided_person_id = %s"
        " WHERE id = %s"
    )
    for name in (
        "admin",
        "admin2",
        "supervisor",
        "caseworker",
        "policechief",
        "privacy",
        "stranger_director",
    ):
        by = cast.positions[name]
        assert (
            signed_in(by).post(f"/agreements/{row.pk}/decide/", {"verdict": "approve"}).status_code == 404
        ), name
        refused(by, "", sign, cast.director.pk, cast.director.staff_id, row.pk)
    kita, minami = str(cast.offices["kita"].pk), str(cast.offices["minami"].pk)
    other = drafted(cast, sender=kita, recipient=minami, items=[], without_items="on")
    signed_in(cast.stranger_director).post(f"/agreements/{other.pk}/decide/", {"verdict": "approve"})
    refused(
        cast.stranger_director, "agreement_decided_by_right", sign, cast.stranger_director.pk,
        cast.stranger_director.staff_id, other.pk,
    )  # fmt: skip
    assert again(row).approved is again(other).approved is None


def test_its_last_day_comes_nearer_and_nothing_else_changes(cast: Cast) -> None:
    row = approved(cast)
    director, end = signed_in(cast.director), f"/agreements/{row.pk}/"
    for last_day in ("2099-01-01", (clock.today() - timedelta(days=1)).isoformat(), "x"):
        director.post(end, {"ends_on": last_day})
        assert again(row).ends_on == row.ends_on
    tomorrow = clock.today() + timedelta(days=1)
    director.post(end, {"ends_on": tomorrow.isoformat()})
    assert again(row).ends_on == tomorrow


@pytest.mark.parametrize(
    "change",
    [
        "starts_on = '2000-01-01'",
        "ends_on = '2099-01-01'",
        "ends_on = current_date - 2",
        "grounds = '{accusation}'",
        "items = '{incident_outline}'",
        "reference = 'x'",
        "recipient_id = sender_id",
        "approved = false",
        "decided_at = '2001-01-01'",
        "drafted_at = '2001-01-01'",
        "approved = NULL, decided_at = NULL, decided_by_id = NULL, decided_person_id = NULL",
    ],
)
def test_raw_sql_rewrites_none_of_it(cast: Cast, change: str) -> None:
    row = approved(cast)
    rules = "agreement_stays agreement_ends signature_stays agreement_of_two"
    for by in (cast.director, cast.admin, cast.stranger_director, cast.police):
        refused(by, rules, f"UPDATE agencies_sharingagreement SET {change} WHERE id = %s", row.pk)
    yesterday = clock.today() - timedelta(days=1)
    with as_owner():
        SharingAgreement.objects.using("owner").update(starts_on=yesterday, ends_on=yesterday)
    for by in (cast.director, cast.admin):
        refused(by, rules, f"UPDATE agencies_sharingagreement SET {change} WHERE id = %s", row.pk)
        refused(
            by, rules, "UPDATE agencies_sharingagreement SET ends_on = current_date + 1 WHERE id = %s", row.pk
        )


@pytest.mark.parametrize(
    "facts",
    [
        {"start": "'2000-01-01'"},
        {"start": "wall.today() - 1"},
        {"end": "NULL"},
        {"end": "wall.today() - 1"},
        {"decision": "%(d)s, %(p)s, now(), true"},
        {"sender": "school"},
        {"by": "director"},
        {"by": "supervisor"},
        {"by": "policechief"},
    ],
)
def test_raw_sql_drafts_nothing_backdated_endless_or_decided(cast: Cast, facts: dict[str, Any]) -> None:
    usual = {
        "start": "wall.today()",
        "end": "wall.today() + 9",
        "decision": UNDECIDED,
        "sender": "kita",
        "by": "admin",
    }
    facts = usual | facts
    decision = facts["decision"] % {"d": f"'{cast.director.pk}'", "p": f"'{cast.director.staff_id}'"}
    statement = NEW.format(start=facts["start"], end=facts["end"], decision=decision)
    sender, recipient = cast.offices[facts["sender"]].pk, cast.offices["support"].pk
    with pytest.raises(Error):
        raw(cast.positions[facts["by"]], statement, sender, recipient, cast.admin2.pk, cast.admin2.staff_id)
    raw(cast.admin, NEW.format(start="wall.today()", end="wall.today()", decision=UNDECIDED), cast.offices["kita"].pk,
        recipient, cast.admin2.pk, cast.admin2.staff_id)  # fmt: skip
    with as_owner():
        row = SharingAgreement.objects.using("owner").get()
    assert (row.drafted_by_id, row.drafted_person_id) == (cast.admin.pk, cast.admin.staff_id)


@pytest.mark.parametrize(
    "changed",
    [
        {"items": ["therapy_notes"]},
        {"grounds": ["danger"]},  # always there: no agreement switches it
        {"grounds": ["nonsense"]},
        {"recipient": "kita"},
        {"recipient": "school"},  # nothing of this catalogue may ever reach a school
        {"sender": "school"},  # no director decides it
        {"starts_on": "2026-03-31"},
        {"ends_on": "2026-03-31"},
        {"ends_on": ""},
        {"reference": ""},
        {"recipient": "x"},
    ],
)
def test_an_agreement_never_widens(cast: Cast, changed: dict[str, object]) -> None:
    for side in ("sender", "recipient"):
        if (code := changed.get(side)) in cast.offices:
            changed = {side: str(cast.offices[str(code)].pk)}
    assert signed_in(cast.admin).post("/agreements/add/", agreement(cast, **changed)).status_code == 200
    with acting_as(cast.admin):
        assert not SharingAgreement.objects.exists()


def test_without_items_it_is_asked_about_before_it_is_drafted(cast: Cast) -> None:
    client = signed_in(cast.admin)
    asked = client.post("/agreements/add/", agreement(cast, items=[]))
    assert set(asked.context["form"].errors) == {"without_items"}
    assert 'name="without_items"' in asked.content.decode()
    with as_owner():
        assert not SharingAgreement.objects.using("owner").exists()
    row = drafted(cast, items=[], without_items="on")
    assert "この協定では何も提供できません" in client.get(f"/agreements/{row.pk}/").content.decode()
    assert "この協定では何も" not in client.get(f"/agreements/{drafted(cast).pk}/").content.decode()


def test_only_the_parties_and_administrators_read_it(cast: Cast) -> None:
    drafted(cast)
    for name, reads in (
        ("caseworker", True),
        ("police", True),
        ("stranger", False),
        ("foreign_police", False),
        ("school", False),
    ):
        with acting_as(cast.positions[name]):
            assert SharingAgreement.objects.exists() is reads, name


def test_the_codes_come_from_the_wing_that_discloses(cast: Cast) -> None:
    assert "identity_min" in items()
    assert set(grounds()) == {"all_cases", "listed_items", "answer", "accusation"}


def test_the_action_refuses_other_roles(cast: Cast) -> None:
    facts = agreement(cast) | {"starts_on": clock.today(), "ends_on": clock.today()}
    offices = {"sender": cast.offices["kita"], "recipient": cast.offices["support"]}
    with pytest.raises(Refused), acting_as(cast.director):
        draft_agreement(facts | offices, by=cast.director)
