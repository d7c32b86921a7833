"""The gate attacked with raw SQL as the application's own role, acting as an honest or a malicious member of the team."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, connections, transaction

from agencies.directory.models import Office
from agencies.staff.acting import acting_as
from agencies.staff.models import Position, Staff
from cases.records.models import Case
from referrals.consent.codes import Ground
from referrals.consent.models import ExceptionRequest, Intention
from referrals.disclosures.models import Disclosure, PackageItem
from security.encryption.keyring import Scope, current
from security.walls import clock
from security.walls.seeder import seeding
from tests.cast import Cast, a_case, agreed, as_owner
from tests.rights import every_column
from tests.unit.referrals import steps

NEW = """
INSERT INTO referrals_disclosure
  (id, case_id, kind, paper_kind, reference, recipient_id, sender_id, contact, purpose, items, urgency, due_at,
   version, intention_id, exception_id, ending, drafted_by_id, drafted_person_id, drafted_at,
   sent_at, decided_by_id, decided_person_id, decided_at, approved, refused)
VALUES
  (%(id)s, %(case)s, %(kind)s, %(paper)s, %(reference)s, %(recipient)s, %(recipient)s, '', %(purpose)s, %(items)s, 'A', now(),
   1, %(intention)s, %(exception)s, '', %(position)s, %(staff)s, now(),
   %(sent_at)s, NULL, NULL, NULL, NULL, false)
"""


def raw(position: Position, statement: str, parameters: Any = None) -> int:
    """One statement as runtime in the name of ``position``; how many rows it touched."""
    with acting_as(position), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


def add_item(cast: Cast, report: Disclosure, item: str) -> None:
    """Slip one more item into a package."""
    with acting_as(cast.caseworker):
        extra = PackageItem(disclosure=report, case_id=report.case_id, item=item)
        extra.content = "余計"
        extra.save(force_insert=True)


def values_of(cast: Cast, case: Case, **more: Any) -> dict[str, Any]:
    """The parameters of :data:`NEW` for a plain draft of the caseworker's."""
    found = {
        "id": uuid.uuid4(),
        "case": case.pk,
        "kind": "police_report",
        "paper": "joho",
        "reference": uuid.uuid4().hex[:12],
        "recipient": cast.offices["support"].pk,
        "purpose": "police_report",
        "items": ["identity_min"],
        "intention": None,
        "exception": None,
        "position": cast.caseworker.pk,
        "staff": cast.caseworker.staff_id,
        "sent_at": None,
    }
    return found | more


@pytest.fixture
def row(cast: Cast) -> Callable[..., dict[str, Any]]:
    return partial(values_of, cast)


def test_control_the_statement_itself_works(cast: Cast, row: Any) -> None:
    case = a_case(cast)
    intention = steps.confirmed(cast, case)
    assert raw(cast.caseworker, NEW, row(case, intention=intention.pk)) == 1


@pytest.mark.parametrize("result", ["declines", "undecided", "unable"])
def test_no_answer_but_a_wish_opens_the_gate(cast: Cast, row: Any, result: str) -> None:
    case = a_case(cast)
    intention = steps.confirmed(cast, case, result=result)
    with pytest.raises(IntegrityError, match="no confirmed intention"):
        raw(cast.caseworker, NEW, row(case, intention=intention.pk))


@pytest.mark.parametrize("how", ["withdrawn", "superseded", "expired"])
def test_a_word_that_counts_no_longer_opens_no_gate(cast: Cast, row: Any, how: str) -> None:
    case = a_case(cast)
    intention = steps.confirmed(cast, case)
    if how == "withdrawn":
        steps.withdrawn(cast, intention)
    elif how == "superseded":
        steps.confirmed(cast, case)
    else:
        with as_owner():
            past = clock.now() - timedelta(seconds=1)
            Intention.objects.using("owner").filter(pk=intention.pk).update(valid_until=past)
    with pytest.raises(IntegrityError, match="no confirmed intention"):
        raw(cast.caseworker, NEW, row(case, intention=intention.pk))


@pytest.mark.parametrize("how", ["not approved", "expired"])
def test_an_exception_that_does_not_count_opens_no_gate(cast: Cast, row: Any, how: str) -> None:
    case = a_case(cast)
    exception = steps.excepted(cast, case, ground=Ground.DANGER, approve=how == "expired")
    if how == "expired":
        with as_owner():
            past = clock.now() - timedelta(seconds=1)
            ExceptionRequest.objects.using("owner").filter(pk=exception.pk).update(expires_at=past)
    with pytest.raises(IntegrityError, match="no confirmed intention"):
        raw(cast.caseworker, NEW, row(case, exception=exception.pk))


def test_without_any_basis(cast: Cast, row: Any) -> None:
    case = a_case(cast)
    with pytest.raises(IntegrityError):
        raw(cast.caseworker, NEW, row(case))


def test_another_cases_intention(cast: Cast, row: Any) -> None:
    case, other = a_case(cast), a_case(cast)
    intention = steps.confirmed(cast, other)
    with pytest.raises(IntegrityError, match="no confirmed intention"):
        raw(cast.caseworker, NEW, row(case, intention=intention.pk))


def test_an_intention_for_another_office(cast: Cast, row: Any) -> None:
    case = a_case(cast)
    intention = steps.confirmed(cast, case, recipient=cast.offices["support2"])
    with pytest.raises(IntegrityError, match="no confirmed intention"):
        raw(cast.caseworker, NEW, row(case, intention=intention.pk))


def test_items_beyond_the_childs_scope_and_beyond_the_ceiling(cast: Cast, row: Any) -> None:
    case = a_case(cast)
    intention = steps.confirmed(cast, case)
    with pytest.raises(IntegrityError, match="no confirmed intention"):
        raw(cast.caseworker, NEW, row(case, intention=intention.pk, items=["identity_min", "considerations"]))
    wide = steps.confirmed(cast, case)
    with seeding(), connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE referrals_intention SET items = '{identity_min,therapy_notes}' WHERE id = %s", [wide.pk]
        )
    with pytest.raises(IntegrityError, match="beyond the ceiling"):
        raw(cast.caseworker, NEW, row(case, intention=wide.pk, items=["therapy_notes"]))
    with pytest.raises(IntegrityError, match="beyond the ceiling"):
        raw(cast.caseworker, NEW, row(case, intention=wide.pk, items=[]))


def test_school_as_recipient(cast: Cast, row: Any) -> None:
    case = a_case(cast)
    steps.confirmed(cast, case)
    with acting_as(cast.caseworker), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO referrals_intention SELECT (jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid(), "
            "'recipient_id', %s::text))).* FROM referrals_intention i RETURNING id",
            [str(cast.offices["school"].pk)],
        )
        to_school = cursor.fetchone()[0]
    with pytest.raises(IntegrityError, match="beyond the ceiling"):
        raw(cast.caseworker, NEW, row(case, intention=to_school, recipient=cast.offices["school"].pk))


def test_beyond_an_agreement(cast: Cast, row: Any) -> None:
    case = a_case(cast)
    intention = steps.confirmed(cast, case)
    agreed(cast, items=["safety_state"])
    with pytest.raises(IntegrityError, match="beyond the agreement"):
        raw(cast.caseworker, NEW, row(case, intention=intention.pk))
    assert raw(cast.caseworker, NEW, row(case, intention=intention.pk, items=["safety_state"])) == 1


def test_a_disclosure_inserted_as_sent_is_refused(cast: Cast, row: Any) -> None:
    case = a_case(cast)
    intention = steps.confirmed(cast, case)
    with pytest.raises(IntegrityError, match="drafted before it is sent"):
        raw(cast.caseworker, NEW, row(case, intention=intention.pk, sent_at=clock.now()))


@pytest.mark.parametrize("who", ["stranger", "colleague", "police", "school", "duty"])
def test_a_disclosure_drafted_from_outside_the_team_is_refused(cast: Cast, row: Any, who: str) -> None:
    case = a_case(cast)
    intention = steps.confirmed(cast, case)
    with pytest.raises(ProgrammingError, match="row-level security"):
        raw(cast.positions[who], NEW, row(case, intention=intention.pk))


CHANGES = {
    "case_id": "gen_random_uuid()",
    "recipient_id": "(SELECT id FROM agencies_office WHERE code = 'support2')",
    "items": "ARRAY['identity_min', 'safety_state', 'incident_outline', 'considerations']",
    "intention_id": "NULL",
    "reference": "'another'",
    "contact": "'another'",
    "sender_id": "(SELECT id FROM agencies_office WHERE code = 'minami')",
    "sent_at": "now() + interval '1 day'",
    "approved": "NULL",
    "decided_at": "now()",
    "drafted_person_id": "(SELECT id FROM agencies_staff WHERE username = 'director')",
    "due_at": "now() + interval '1 year'",
    "urgency": "'C'",
}


@pytest.mark.parametrize("column", CHANGES)
def test_a_sent_report_cannot_be_changed(cast: Cast, column: str) -> None:
    report = steps.readable(cast)
    with every_column("referrals_disclosure"), pytest.raises(IntegrityError):
        raw(
            cast.caseworker,
            f"UPDATE referrals_disclosure SET {column} = {CHANGES[column]} WHERE id = %s",
            [report.pk],
        )
    assert steps.seen_by(cast.police, report)


def test_what_has_ended_cannot_be_opened_again(cast: Cast) -> None:
    report = steps.readable(cast)
    assert (
        raw(cast.caseworker, "UPDATE referrals_disclosure SET ended_at = now() WHERE id = %s", [report.pk])
        == 1
    )
    for value in ("NULL", "now() + interval '9 years'"):
        with (
            every_column("referrals_disclosure"),
            pytest.raises(DatabaseError, match=r"stays|cannot be changed"),
        ):
            raw(
                cast.caseworker,
                f"UPDATE referrals_disclosure SET ended_at = {value} WHERE id = %s",
                [report.pk],
            )
    assert steps.seen_by(cast.police, report) == []


def test_sent_without_a_decision(cast: Cast) -> None:
    case = a_case(cast)
    steps.confirmed(cast, case)
    report = steps.drafted(cast, case)
    with pytest.raises(IntegrityError, match="disclosure_sent_approved"):
        raw(cast.caseworker, "UPDATE referrals_disclosure SET sent_at = now() WHERE id = %s", [report.pk])
    with pytest.raises(IntegrityError):
        raw(
            cast.caseworker,
            "UPDATE referrals_disclosure SET approved = true, decided_at = now(), decided_by_id = %s, decided_person_id = %s, "
            "sent_at = now() WHERE id = %s",
            [cast.director.pk, cast.director.staff_id, report.pk],
        )


def test_own_draft_decided_in_another_position(cast: Cast) -> None:
    case = a_case(cast, lead="two_positions")
    steps.confirmed(cast, case, by="two_positions")
    report = steps.drafted(cast, case, by="two_positions")
    statement = (
        "UPDATE referrals_disclosure SET approved = true, decided_at = now(), decided_by_id = %s, decided_person_id = %s "
        "WHERE id = %s"
    )
    other = cast.positions["two_positions/director"]
    with pytest.raises(IntegrityError, match="disclosure_takes_two"):
        raw(other, statement, [cast.director.pk, cast.director.staff_id, report.pk])
    assert raw(cast.director, statement, [cast.director.pk, cast.director.staff_id, report.pk]) == 1


def test_envelopes_and_assignments_are_written_by_the_wall_alone(cast: Cast) -> None:
    case = a_case(cast)
    steps.confirmed(cast, case)
    report = steps.decided(cast, steps.drafted(cast, case))
    assignment = (
        "INSERT INTO referrals_assignment (id, disclosure_id, position_id, assigned_by_id, assigned_at) "
        "VALUES (%s, %s, %s, %s, now())"
    )
    for position in (cast.caseworker, cast.police, cast.policechief):
        with pytest.raises(ProgrammingError, match="permission denied"):
            raw(position, assignment, [uuid.uuid4(), report.pk, cast.police.pk, position.pk])
        with pytest.raises(ProgrammingError, match="permission denied"):
            raw(position, "UPDATE referrals_assignment SET ended_at = NULL")
        with pytest.raises(ProgrammingError, match="permission denied"):
            raw(position, "INSERT INTO referrals_envelope (id) VALUES (gen_random_uuid())")
        with pytest.raises(ProgrammingError, match="permission denied"):
            raw(position, "UPDATE referrals_envelope SET taken_by_id = NULL")


@pytest.mark.parametrize("who", ["police", "policechief", "foreign_police", "caseworker", "school"])
def test_an_unsent_disclosure_cannot_be_assigned(cast: Cast, who: str) -> None:
    case = a_case(cast)
    steps.confirmed(cast, case)
    report = steps.decided(cast, steps.drafted(cast, case))
    position = cast.positions[who]
    with pytest.raises(IntegrityError, match="cannot be assigned"):
        raw(position, "SELECT wall.assign(%s, %s, %s)", [uuid.uuid4(), report.pk, position.pk])


def test_who_may_assign_whom(cast: Cast) -> None:
    case = a_case(cast)
    steps.confirmed(cast, case)
    report = steps.sent(cast, steps.decided(cast, steps.drafted(cast, case)))
    wrong = [
        (cast.police, cast.police2),
        (cast.foreign_police, cast.foreign_police),
        (cast.policechief, cast.foreign_police),
        (cast.policechief, cast.caseworker),
        (cast.caseworker, cast.police),
        (cast.school, cast.school),
        (cast.admin, cast.admin),
    ]
    for actor, target in wrong:
        with pytest.raises(IntegrityError, match="cannot be assigned"):
            raw(actor, "SELECT wall.assign(%s, %s, %s)", [uuid.uuid4(), report.pk, target.pk])
    raw(cast.police, "SELECT wall.assign(%s, %s, %s)", [uuid.uuid4(), report.pk, cast.police.pk])
    with pytest.raises(IntegrityError, match="cannot be assigned"):  # taken: now only the supervisor
        raw(cast.police2, "SELECT wall.assign(%s, %s, %s)", [uuid.uuid4(), report.pk, cast.police2.pk])


def test_a_package_is_changed_by_its_drafter_until_it_is_decided(cast: Cast) -> None:
    case = a_case(cast)
    steps.confirmed(cast, case)
    report = steps.drafted(cast, case)
    touch = "UPDATE referrals_packageitem SET content = content WHERE disclosure_id = %s"
    with pytest.raises(IntegrityError, match="cannot be put"):
        raw(cast.director, touch, [report.pk])
    assert raw(cast.caseworker, touch, [report.pk]) == len(steps.ITEMS)
    move = "UPDATE referrals_packageitem SET item = 'considerations' WHERE disclosure_id = %s AND item = 'identity_min'"
    with pytest.raises(ProgrammingError, match="permission denied"):
        raw(cast.caseworker, move, [report.pk])
    with acting_as(cast.director):
        report.refresh_from_db(fields=["version"])
    for step in (steps.decided, steps.sent):
        step(cast, report)
        with pytest.raises(IntegrityError, match="cannot be put"):
            raw(cast.caseworker, touch, [report.pk])
        with pytest.raises(IntegrityError, match="cannot be put"):
            add_item(cast, report, "considerations")
    with pytest.raises(ProgrammingError, match="permission denied"):
        raw(cast.caseworker, "DELETE FROM referrals_packageitem")


def test_an_item_beyond_the_disclosures_own_list(cast: Cast) -> None:
    case = a_case(cast)
    steps.confirmed(cast, case)
    report = steps.drafted(cast, case, items=["identity_min"])
    with pytest.raises(IntegrityError, match="cannot be put"):
        add_item(cast, report, "incident_outline")


def test_sending_half_a_package(cast: Cast, row: Any) -> None:
    case = a_case(cast)
    intention = steps.confirmed(cast, case)
    values = row(case, intention=intention.pk)
    raw(cast.caseworker, NEW, values)
    with acting_as(cast.director):
        Disclosure.objects.filter(pk=values["id"]).update(
            approved=True,
            decided_at=clock.now(),
            decided_by=cast.director,
            decided_person=cast.director.staff,
        )
    with pytest.raises(IntegrityError, match="missing"):
        raw(cast.caseworker, "UPDATE referrals_disclosure SET sent_at = now() WHERE id = %s", [values["id"]])


def test_an_exception_is_used_once(cast: Cast, row: Any) -> None:
    case = a_case(cast)
    exception = steps.excepted(cast, case)
    first = steps.drafted(cast, case)
    steps.sent(cast, steps.decided(cast, first))
    steps.assigned(cast, first)
    assert steps.seen_by(cast.police, first)
    steps.closed(cast, first)
    with pytest.raises(IntegrityError, match="no confirmed intention"):
        raw(cast.caseworker, NEW, row(case, exception=exception.pk))
    for change in ("spent_at = NULL, spent_on = NULL", f"spent_on = '{uuid.uuid4()}'"):
        with (
            every_column("referrals_exceptionrequest"),
            pytest.raises(DatabaseError, match=r"stays|cannot be changed"),
        ):
            raw(
                cast.caseworker,
                f"UPDATE referrals_exceptionrequest SET {change} WHERE id = %s",
                [exception.pk],
            )


def test_no_key_is_given_for_a_disclosure_of_another_office(cast: Cast) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), acting_as(cast.police):
        current().create(Scope("disclosure", uuid.uuid4()), cast.police.office_id)
    with pytest.raises(ProgrammingError, match="row-level security"), acting_as(cast.stranger):
        current().create(Scope("disclosure", uuid.uuid4()), cast.stranger.office_id)


def test_the_police_read_no_row_of_the_case_and_write_nothing(cast: Cast) -> None:
    report = steps.readable(cast)
    with acting_as(cast.police), connection.cursor() as cursor:
        for table in (
            "cases_case",
            "cases_child",
            "cases_grant",
            "cases_person",
            "referrals_intention",
            "referrals_exceptionrequest",
        ):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone()[0] == 0, table
        for statement in (
            "UPDATE referrals_disclosure SET ended_at = now()",
            "UPDATE referrals_packageitem SET content = content",
        ):
            with transaction.atomic():
                cursor.execute(statement)
                assert cursor.rowcount == 0
        cursor.execute("SELECT * FROM wall.looks_at_disclosures(%s)", [report.case_id])
        assert cursor.fetchall() == []


def test_an_assigned_officer_who_leaves_or_is_blocked_reads_nothing(cast: Cast) -> None:
    report = steps.readable(cast)
    with acting_as(cast.caseworker), connection.cursor() as cursor:
        cursor.execute("SELECT wall.block(%s, %s, %s)", [uuid.uuid4(), report.case_id, cast.police.staff_id])
    assert steps.seen_by(cast.police, report) == []
    steps.assigned(cast, report, to="police2")
    assert steps.seen_by(cast.police2, report)
    with as_owner():
        Position.objects.using("owner").filter(pk=cast.police2.pk).update(office=cast.offices["support2"])
    moved = Position.objects.using("gate").select_related("staff").get(pk=cast.police2.pk)
    assert steps.seen_by(moved, report) == []


@pytest.mark.parametrize(
    "other", ["another sender", "another recipient", "not begun", "ended", "waiting", "refused"]
)
def test_only_an_agreement_in_force_between_the_two_offices_narrows(cast: Cast, row: Any, other: str) -> None:
    case = a_case(cast)
    intention = steps.confirmed(cast, case)
    facts: dict[str, Any] = {
        "starts_on": clock.today() - timedelta(days=9),
        "ends_on": clock.today() + timedelta(days=9),
    }
    other_facts: dict[str, dict[str, Any]] = {
        "another sender": {"sender": cast.offices["minami"]},
        "another recipient": {"recipient": cast.offices["support2"]},
        "not begun": {"starts_on": clock.today() + timedelta(days=1)},
        "ended": {"ends_on": clock.today() - timedelta(days=1)},
        "waiting": dict.fromkeys(("decided_by", "decided_person", "decided_at", "approved")),
        "refused": {"approved": False},
    }
    agreed(cast, **(facts | other_facts[other]))
    assert raw(cast.caseworker, NEW, row(case, intention=intention.pk)) == 1
    beside = a_case(cast)
    steps.confirmed(cast, beside)
    assert steps.drafted(cast, beside).items == list(steps.ITEMS)


def test_an_office_out_of_use_receives_nothing(cast: Cast, row: Any) -> None:
    case = a_case(cast)
    intention = steps.confirmed(cast, case)
    with as_owner():
        Office.objects.using("owner").filter(code="support").update(active=False)
    with pytest.raises(IntegrityError, match="beyond the ceiling"):
        raw(cast.caseworker, NEW, row(case, intention=intention.pk))


@pytest.mark.parametrize("why", ["ended position", "account out of use", "blocked"])
def test_only_officers_who_may_read_it_are_assigned(cast: Cast, why: str) -> None:
    case = a_case(cast)
    steps.confirmed(cast, case)
    report = steps.sent(cast, steps.decided(cast, steps.drafted(cast, case)))
    with as_owner():
        if why == "ended position":
            past = clock.today() - timedelta(days=1)
            Position.objects.using("owner").filter(pk=cast.police.pk).update(ends_on=past)
        elif why == "account out of use":
            Staff.objects.using("owner").filter(pk=cast.police.staff_id).update(is_active=False)
    if why == "blocked":
        block = "SELECT wall.block(%s, %s, %s)"
        raw(cast.caseworker, block, [uuid.uuid4(), case.pk, cast.police.staff_id])
    with pytest.raises(IntegrityError, match="cannot be assigned"):
        raw(cast.policechief, "SELECT wall.assign(%s, %s, %s)", [uuid.uuid4(), report.pk, cast.police.pk])


def test_the_moments_of_a_signature_are_the_databases(cast: Cast, row: Any) -> None:
    case = a_case(cast)
    intention = steps.confirmed(cast, case)
    values = row(case, intention=intention.pk)
    raw(cast.caseworker, NEW.replace("%(staff)s, now()", "%(staff)s, '2020-01-01'"), values)
    early = (
        "UPDATE referrals_disclosure SET approved = true, decided_at = '2020-01-02', decided_by_id = %s, decided_person_id = %s "
        "WHERE id = %s"
    )
    raw(cast.director, early, [cast.director.pk, cast.director.staff_id, values["id"]])
    with acting_as(cast.director):
        found = Disclosure.objects.get(pk=values["id"])
    assert found.decided_at is not None
    assert min(found.drafted_at, found.decided_at) > clock.now() - timedelta(minutes=5)
