"""The child's answers and the exceptions attacked with raw SQL as the application's own role."""

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError

from referrals.consent.codes import Ground
from tests.cast import Cast, a_case
from tests.rights import every_column
from tests.unit.referrals import steps
from tests.unit.referrals.disclosures.test_gate_by_sql import raw


def test_a_recorded_answer_cannot_be_changed(cast: Cast) -> None:
    case = a_case(cast)
    intention = steps.confirmed(cast, case, result="declines")
    for change in (
        "result = 'wishes'",
        "valid_until = now() + interval '5 years'",
        "items = ARRAY['identity_min']",
        "recipient_id = (SELECT id FROM agencies_office WHERE code = 'support2')",
        "words = understanding",
        "wording_version = '1999'",
        "recorded_at = now()",
    ):
        with (
            every_column("referrals_intention"),
            pytest.raises(DatabaseError, match=r"stays|cannot be changed|only its drafter"),
        ):
            raw(cast.caseworker, f"UPDATE referrals_intention SET {change} WHERE id = %s", [intention.pk])
    wish = steps.confirmed(cast, case)
    steps.withdrawn(cast, wish)
    for change in (
        "withdrawn_at = NULL",
        "withdrawn_by_id = NULL",
        "superseded_at = now(), withdrawn_at = NULL",
    ):
        with (
            every_column("referrals_intention"),
            pytest.raises(DatabaseError, match=r"stays|cannot be changed|only its drafter"),
        ):
            raw(cast.caseworker, f"UPDATE referrals_intention SET {change} WHERE id = %s", [wish.pk])
    with pytest.raises(ProgrammingError, match="permission denied"):
        raw(cast.caseworker, "DELETE FROM referrals_intention")


def test_no_confirmation_for_years(cast: Cast) -> None:
    case = a_case(cast)
    steps.confirmed(cast, case)
    copy = (
        "INSERT INTO referrals_intention SELECT (jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid(), "
        "'recipient_id', %s::text, 'valid_until', %s::text))).* FROM referrals_intention i"
    )
    other = str(cast.offices["support2"].pk)
    with pytest.raises(IntegrityError, match="does not hold that long"):
        raw(cast.caseworker, copy, [other, "2099-01-01T00:00:00+09:00"])


def test_two_answers_in_force_for_one_office(cast: Cast) -> None:
    case = a_case(cast)
    steps.confirmed(cast, case)
    copy = (
        "INSERT INTO referrals_intention SELECT (jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid()))).* "
        "FROM referrals_intention i"
    )
    with pytest.raises(IntegrityError, match="one_intention_in_force"):
        raw(cast.caseworker, copy)


def test_exception_is_not_spent_prolonged_or_approved_by_hand(cast: Cast) -> None:
    case = a_case(cast)
    asked = steps.excepted(cast, case, approve=False)
    approve = (
        "UPDATE referrals_exceptionrequest SET approved = true, decided_at = now(), decided_by_id = %s, decided_person_id = %s, "
        "expires_at = now() + %s::interval WHERE id = %s"
    )
    with pytest.raises(IntegrityError):
        raw(cast.caseworker, approve, [cast.director.pk, cast.director.staff_id, "1 day", asked.pk])
    with pytest.raises(IntegrityError, match="does not hold that long"):
        raw(cast.director, approve, [cast.director.pk, cast.director.staff_id, "2 years", asked.pk])
    with pytest.raises(IntegrityError, match="leaves two duties"):  # at the end of the transaction
        raw(cast.director, approve, [cast.director.pk, cast.director.staff_id, "1 day", asked.pk])
    done = steps.excepted(cast, a_case(cast))
    for change in (
        "spent_at = now(), spent_on = gen_random_uuid()",
        "expires_at = now() + interval '20 days'",
        "items = ARRAY['identity_min', 'considerations']",
        "reason = condition",
        "approved = NULL, decided_at = NULL, decided_by_id = NULL, decided_person_id = NULL",
    ):
        with (
            every_column("referrals_exceptionrequest"),
            pytest.raises(DatabaseError, match=r"stays|cannot be changed|only its drafter"),
        ):
            raw(cast.caseworker, f"UPDATE referrals_exceptionrequest SET {change} WHERE id = %s", [done.pk])


@pytest.mark.parametrize("result", ["declines", "undecided", "wishes"])
def test_cannot_form_is_refused_after_any_answer(cast: Cast, result: str) -> None:
    case = a_case(cast)
    asked = steps.excepted(cast, case, ground=Ground.CANNOT_FORM, condition="2歳", approve=False)
    steps.confirmed(cast, case, result=result)
    copy = (
        "INSERT INTO referrals_exceptionrequest SELECT (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid()))).* "
        "FROM referrals_exceptionrequest e"
    )
    with pytest.raises(IntegrityError, match="can be formed"):
        raw(cast.caseworker, copy)
    approve = (
        "UPDATE referrals_exceptionrequest SET approved = true, decided_at = now(), decided_by_id = %s, decided_person_id = %s "
        "WHERE id = %s"
    )
    with pytest.raises(IntegrityError, match="can be formed"):
        raw(cast.director, approve, [cast.director.pk, cast.director.staff_id, asked.pk])


@pytest.mark.parametrize("result", ["declines", "undecided", "wishes"])
def test_an_answer_ends_what_rested_on_there_being_none(cast: Cast, result: str) -> None:
    case = a_case(cast)
    steps.excepted(cast, case, ground=Ground.CANNOT_FORM, condition="意識不明")
    report = steps.sent(cast, steps.decided(cast, steps.drafted(cast, case)))
    steps.assigned(cast, report)
    assert steps.seen_by(cast.police, report)
    steps.confirmed(cast, case, result="unable")
    assert steps.seen_by(cast.police, report)
    steps.confirmed(cast, case, result=result)
    assert steps.seen_by(cast.police, report) == []


def test_a_ground_without_an_agreement(cast: Cast) -> None:
    case = a_case(cast)
    steps.excepted(cast, case, approve=False)
    copy = (
        "INSERT INTO referrals_exceptionrequest SELECT (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(), "
        "'ground', 'all_cases'))).* FROM referrals_exceptionrequest e"
    )
    with pytest.raises(IntegrityError, match="no agreement names this ground"):
        raw(cast.caseworker, copy)
