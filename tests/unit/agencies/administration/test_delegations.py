"""Others decide in the director's place, act by act, until a day: drafted by one person, given by the director."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import Error

from agencies.administration.actions import decide_delegation, draft_delegation, end_delegation
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Delegation, Position
from agencies.staff.roles import DELEGATES, Role
from agencies.staff.rules import Refused, may_decide
from cases.custody.codes import CUSTODY_START
from referrals.disclosures.codes import POLICE_REPORT
from security.walls import clock
from tests.cast import Cast, as_owner
from tests.client import signed_in
from tests.unit.agencies.administration.test_positions import raw, refused

NEW = (
    "INSERT INTO agencies_delegation (id, office_id, to_position_id, acts, starts_on, ends_on, drafted_by_id, drafted_person_id,"
    " drafted_at) VALUES (gen_random_uuid(), %s, %s, %s, {start}, {end}, %s, %s, '2001-01-01')"
)


def data(position: Position, **changed: object) -> dict[str, object]:
    return {
        "to_position": str(position.pk),
        "acts": ["custody_start", "closing"],
        "starts_on": clock.today().isoformat(),
        "ends_on": "2099-03-31",
        **changed,
    }


def drafted(cast: Cast, to: str = "colleague", by: str = "supervisor") -> Delegation:
    with acting_as(cast.positions[by]):
        row = draft_delegation(
            cast.positions[to], [CUSTODY_START], starts_on=clock.today(), ends_on=clock.today() + timedelta(days=30),
            by=cast.positions[by],
        )  # fmt: skip
    return again(row)


def again(row: Delegation) -> Delegation:
    with as_owner():
        return Delegation.objects.using("owner").select_related("office", "to_position__staff").get(pk=row.pk)


def given(cast: Cast) -> Delegation:
    row = drafted(cast)
    with acting_as(cast.director):
        decide_delegation(row, approved=True, by=cast.director)
    return again(row)


def decides(position: Position) -> bool:
    """What Python and the database say; they agree."""
    with acting_as(position):
        python = may_decide(position, CUSTODY_START, clock.now())
        database = raw(position, "SELECT 1 WHERE wall.may_decide('custody_start', wall.my_office())") == 1
    assert python == database
    return python


def test_drafted_by_one_and_given_by_the_director_it_counts_until_it_is_taken_back(cast: Cast) -> None:
    supervisor, director = signed_in(cast.supervisor), signed_in(cast.director)
    assert supervisor.post("/delegations/", data(cast.colleague))["Location"] == "/delegations/"
    with acting_as(cast.supervisor):
        row = Delegation.objects.get()
    assert not decides(cast.colleague)
    assert "/delegations/" in director.get("/").content.decode().split("<main")[1]
    decide = f"/delegations/{row.pk}/decide/"
    supervisor.post(decide, {"verdict": "approve"})
    assert not decides(cast.colleague)
    assert director.post(decide, {"verdict": "approve"})["Location"] == "/delegations/"
    assert decides(cast.colleague)
    with acting_as(cast.colleague):
        assert not may_decide(cast.colleague, POLICE_REPORT, clock.now())
        assert [notice.kind for notice in Notice.objects.all()] == ["delegated"]
    assert cast.colleague.staff.name in director.get("/delegations/").content.decode()
    assert director.post(f"/delegations/{row.pk}/end/")["Location"] == "/delegations/"
    assert not decides(cast.colleague)


def test_it_may_be_refused_or_withdrawn_and_that_is_that(cast: Cast) -> None:
    first, second = drafted(cast), drafted(cast)
    signed_in(cast.director).post(f"/delegations/{first.pk}/decide/", {"verdict": "refuse"})
    signed_in(cast.supervisor).post(f"/delegations/{second.pk}/end/")
    for row in (first, second):
        with pytest.raises(Refused), acting_as(cast.director):
            decide_delegation(again(row), approved=True, by=cast.director)
        change = "decided_at = now(), approved = true, decided_by_id = drafted_by_id, decided_person_id = drafted_person_id"
        refused(
            cast.director,
            "signature_stays delegation_stays",
            f"UPDATE agencies_delegation SET {change} WHERE id = %s",
            row.pk,
        )
    assert not decides(cast.colleague)


@pytest.mark.parametrize("pressed", [{}, {"verdict": ""}, {"verdict": "yes"}])
def test_without_a_button_nothing_is_decided(cast: Cast, pressed: dict[str, str]) -> None:
    row = drafted(cast)
    director = signed_in(cast.director)
    assert director.post(f"/delegations/{row.pk}/decide/", pressed)["Location"] == "/delegations/"
    assert [message.level_tag for message in director.get("/delegations/").context["messages"]] == ["error"]
    assert again(row).approved is None


def test_it_ends_by_itself_and_with_the_directors_position(cast: Cast) -> None:
    given(cast)
    assert decides(cast.colleague)
    yesterday = clock.today() - timedelta(days=1)
    with as_owner():
        Delegation.objects.using("owner").update(starts_on=yesterday, ends_on=yesterday)
    assert not decides(cast.colleague)
    with as_owner():
        Delegation.objects.using("owner").update(ends_on="2099-02-01")
        Position.objects.using("owner").filter(pk=cast.director.pk).update(ends_on=yesterday)
    assert not decides(cast.colleague)


@pytest.mark.parametrize(
    "changed",
    [
        {"to_position": "stranger"},
        {"to_position": "supervisor"},
        {"to_position": "duty"},
        {"to_position": "x"},
        {"acts": []},
        {"acts": ["everything"]},
        {"ends_on": ""},
        {"starts_on": "2026-01-01"},
        {"starts_on": "2099-04-01"},
    ],
)
def test_what_is_no_delegation_is_refused(cast: Cast, changed: dict[str, object]) -> None:
    if (name := changed.get("to_position")) in cast.positions:
        changed = {"to_position": str(cast.positions[str(name)].pk)}
    page = signed_in(cast.supervisor).post("/delegations/", data(cast.colleague, **changed))
    assert page.status_code == 200
    with acting_as(cast.director):
        assert not Delegation.objects.exists()


def test_supervisors_and_directors_only_and_of_their_own_office(cast: Cast) -> None:
    for name in ("caseworker", "duty", "police", "policechief", "school", "privacy", "admin"):
        client = signed_in(cast.positions[name])
        assert client.get("/delegations/").status_code == 404, name
        assert client.post("/delegations/", data(cast.colleague)).status_code == 404, name
    row = given(cast)
    assert signed_in(cast.stranger_director).post(f"/delegations/{row.pk}/end/").status_code == 404
    signed_in(cast.supervisor).post(f"/delegations/{row.pk}/end/")
    assert again(row).ended_at is None
    signed_in(cast.positions["two_positions/director"]).post(f"/delegations/{row.pk}/end/")
    assert again(row).ended_at is not None


def test_a_delegation_is_given_by_neither_its_drafter_nor_its_holder(cast: Cast) -> None:
    own = drafted(cast, by="director")
    assert Role.DIRECTOR in DELEGATES
    to_director = drafted(cast, to="two_positions/director")
    both = cast.positions["two_positions/director"]
    for row, by in ((own, cast.director), (to_director, both)):
        with pytest.raises(Refused), acting_as(by):
            decide_delegation(row, approved=True, by=by)
        refused(
            by, "delegation_takes_two delegated_to_another",
            "UPDATE agencies_delegation SET decided_at = now(), approved = true, decided_by_id = %s, decided_person_id = %s"
            " WHERE id = %s", by.pk, by.staff_id, row.pk,
        )  # fmt: skip
        assert again(row).approved is None


@pytest.mark.parametrize(
    ("name", "to", "change"),
    [
        ("supervisor", "police", {}),
        ("supervisor", "stranger", {}),
        ("supervisor", "supervisor", {}),
        ("supervisor", "duty", {}),
        ("supervisor", "colleague", {"start": "current_date - 1"}),
        ("supervisor", "colleague", {"start": "'2001-01-01'"}),
        ("supervisor", "colleague", {"end": "current_date - 1"}),
        ("supervisor", "colleague", {"acts": ["everything"]}),
        ("supervisor", "colleague", {"acts": []}),
        ("caseworker", "colleague", {}),
        ("admin", "colleague", {}),
        ("stranger_director", "colleague", {}),
        ("police", "police2", {}),
    ],
)
def test_raw_sql_drafts_nothing_that_the_form_refuses(
    cast: Cast, name: str, to: str, change: dict[str, Any]
) -> None:
    days = {"start": "wall.today()", "end": "wall.today() + 9"}
    statement = NEW.format(**days | {key: value for key, value in change.items() if key in days})
    by, acts = cast.positions[name], change.get("acts", ["closing"])
    with pytest.raises(Error):
        raw(
            by,
            statement,
            cast.offices["kita"].pk,
            cast.positions[to].pk,
            acts,
            cast.director.pk,
            cast.director.staff_id,
        )


def test_raw_sql_signs_for_no_other_person_and_no_other_day(cast: Cast) -> None:
    statement = NEW.format(start="wall.today()", end="wall.today() + 9")
    office, to = cast.offices["kita"].pk, cast.colleague.pk
    raw(cast.supervisor, statement, office, to, ["closing"], cast.director.pk, cast.director.staff_id)
    with as_owner():
        row = Delegation.objects.using("owner").get()
    assert (row.drafted_by_id, row.drafted_person_id) == (cast.supervisor.pk, cast.supervisor.staff_id)
    assert row.drafted_at.date() >= clock.today() - timedelta(days=1)


def test_raw_sql_changes_none_of_it(cast: Cast) -> None:
    row = given(cast)
    changes = (
        f"to_position_id = '{cast.police.pk}'",
        f"to_position_id = '{cast.supervisor.pk}'",
        "starts_on = '2001-01-01'",
        "ends_on = '2199-01-01'",
        "acts = '{police_report}'",
        f"office_id = '{cast.offices['minami'].pk}'",
        "approved = NULL, decided_at = NULL, decided_by_id = NULL, decided_person_id = NULL",
        "decided_at = '2001-01-01'",
        "drafted_at = '2001-01-01'",
    )
    for by in (cast.director, cast.supervisor, cast.stranger_director, cast.admin):
        for change in changes:
            refused(
                by,
                "delegation_stays signature_stays",
                f"UPDATE agencies_delegation SET {change} WHERE id = %s",
                row.pk,
            )
    refused(cast.supervisor, "delegation_ended_by_right", "UPDATE agencies_delegation SET ended_at = now()")
    assert raw(cast.director, "UPDATE agencies_delegation SET ended_at = '2001-01-01'") == 1
    assert again(row).ended_at > row.drafted_at  # type: ignore[operator]  # just ended, by the database's clock
    for change in ("ended_at = NULL", "ended_at = now()"):
        refused(
            cast.director,
            "delegation_stays",
            f"UPDATE agencies_delegation SET {change} WHERE id = %s",
            row.pk,
        )
    with pytest.raises(Refused), acting_as(cast.director):
        end_delegation(again(row), by=cast.director)
