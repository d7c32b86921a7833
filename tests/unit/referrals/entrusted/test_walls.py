"""Raw SQL of the application's login against entrusted plans: who reads what, and who takes which step."""

from itertools import product
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import Error, connection

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from referrals.entrusted import actions
from referrals.entrusted.codes import BY_CENTER, BY_OFFICE, OVER, EntrustState, ReturnKind
from referrals.entrusted.models import (
    Entrusted,
    EntrustedItem,
    EntrustedReturn,
    EntrustedSession,
    EntrustedWord,
)
from security.encryption.keyring import KeyNotVisible, current
from security.walls import clock
from tests.cast import Cast, as_owner
from tests.unit.referrals.entrusted import steps

S = EntrustState
TABLES = (Entrusted, EntrustedItem, EntrustedWord, EntrustedReturn, EntrustedSession)
OUTSIDERS = (
    "stranger",
    "colleague",
    "school",
    "police",
    "clinician",
    "institution",
    "therapist2",
    "privacy",
    "admin",
)


def sql(by: Position, statement: str, *values: Any) -> int:
    with acting_as(by), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def refused(by: Position, rule: str, statement: str, *values: Any) -> None:
    """Refused under this constraint, or by a policy where ``rule`` is empty."""
    with pytest.raises(Error) as told:
        sql(by, statement, *values)
    cause = told.value.__cause__
    assert isinstance(cause, psycopg.Error)
    if rule:
        assert cause.diag.constraint_name == rule, cause
    else:
        assert cause.sqlstate == "42501", cause


def full(cast: Cast) -> Entrusted:
    """A plan with a question, a session and something sent back."""
    row = steps.sent(cast)
    with acting_as(cast.therapist):
        actions.ask_back(row, "架空の照会", by=cast.therapist)
    steps.accepted(cast, row)
    steps.recorded(cast, row)
    return row


def test_outsiders_read_no_row_and_hold_no_key(cast: Cast) -> None:
    row = full(cast)
    for name in OUTSIDERS:
        with acting_as(cast.positions[name]):
            for model in TABLES:
                assert not model.objects.exists(), (name, model)
            for scope in (row.shared_scope(), row.notes_scope(), row.key_scope()):
                with pytest.raises(KeyNotVisible):
                    current().key(scope)


@pytest.mark.parametrize(("before", "after"), [pair for pair in product(S, S) if pair[0] != pair[1]])
def test_each_side_takes_its_own_steps_alone(cast: Cast, before: EntrustState, after: EntrustState) -> None:
    row = steps.sent(cast)
    ended_at = clock.now() if before in OVER else None
    with as_owner():
        Entrusted.objects.using("owner").filter(pk=row.pk).update(state=before, ended_at=ended_at)
    change = "UPDATE referrals_entrusted SET state = %s WHERE id = %s"
    for by, may in ((cast.caseworker, BY_CENTER), (cast.therapist, BY_OFFICE)):
        if after in may.get(before, ()) and after != S.ENDED:
            continue
        if by is cast.therapist and before in OVER:
            assert sql(by, change, after.value, row.pk) == 0
        else:
            rule = (
                "entrusted_end" if (after == S.ENDED and after in may.get(before, ())) else "entrusted_moves"
            )
            refused(by, rule, change, after.value, row.pk)


def test_what_was_told_stays_and_nothing_is_added_once_it_was_read(cast: Cast) -> None:
    row = steps.sent(cast)
    refused(
        cast.caseworker,
        "",
        "UPDATE referrals_entrusteditem SET item = 'plan_goal' WHERE entrusted_id = %s",
        row.pk,
    )
    refused(cast.caseworker, "", "DELETE FROM referrals_entrusteditem WHERE entrusted_id = %s", row.pk)
    refused(
        cast.caseworker,
        "",
        "UPDATE referrals_entrusted SET provider_id = %s",
        cast.positions["therapist2"].pk,
    )
    add = "INSERT INTO referrals_entrusteditem (id, case_id, entrusted_id, item, content) VALUES (%s, %s, %s, %s, 'x')"
    refused(cast.caseworker, "entrusted_item", add, uuid4(), row.case_id, row.pk, "incident_outline")
    refused(cast.therapist, "", add, uuid4(), row.case_id, row.pk, "plan_goal")
    with acting_as(cast.therapist):
        actions.note_opened(row, by=cast.therapist)
    refused(cast.caseworker, "entrusted_item", add, uuid4(), row.case_id, row.pk, "plan_goal")


def test_the_center_writes_no_return_and_the_other_office_accepts_none(cast: Cast) -> None:
    row = steps.accepted(cast)
    back = steps.returned(cast, row, ReturnKind.REVIEW)
    add = (
        "INSERT INTO referrals_entrustedreturn (id, case_id, entrusted_id, kind, state, written_by_id, written_at, happened_at,"
        " summary) VALUES (%s, %s, %s, 'review', %s, %s, now(), 'x', 'x')"
    )
    refused(cast.caseworker, "", add, uuid4(), row.case_id, row.pk, "sent", cast.caseworker.pk)
    refused(
        cast.therapist, "entrusted_return", add, uuid4(), row.case_id, row.pk, "accepted", cast.therapist.pk
    )
    accept = "UPDATE referrals_entrustedreturn SET state = 'accepted' WHERE id = %s"
    assert sql(cast.therapist, accept, back.pk) == 0
    refused(
        cast.caseworker,
        "entrusted_answer",
        "UPDATE referrals_entrustedreturn SET state = 'asked_back' WHERE id = %s",
        back.pk,
    )
    assert sql(cast.caseworker, accept, back.pk) == 1
    refused(cast.caseworker, "entrusted_answer", accept, back.pk)


def test_a_session_is_recorded_once_by_who_gives_it(cast: Cast) -> None:
    row = steps.accepted(cast)
    one = steps.recorded(cast, row)
    change = "UPDATE referrals_entrustedsession SET note = 'x' WHERE id = %s"
    refused(cast.therapist, "entrusted_session", change, one.pk)
    assert sql(cast.caseworker, change, one.pk) == 0
    add = (
        "INSERT INTO referrals_entrustedsession (id, entrusted_id, planned_for, planned_by_id, planned_at)"
        " VALUES (%s, %s, now(), %s, now())"
    )
    refused(cast.caseworker, "", add, uuid4(), row.pk, cast.caseworker.pk)


def test_a_duty_of_it_is_done_by_the_act_alone(cast: Cast) -> None:
    row = steps.sent(cast)
    done = "UPDATE cases_duty SET done_at = now() WHERE cause = %s"
    refused(cast.caseworker, "duty_by_act", done, row.pk)
    steps.accepted(cast, row)
    back = steps.returned(cast, row, ReturnKind.REVIEW)
    refused(cast.caseworker, "duty_by_act", done, back.pk)


def test_a_plan_is_entrusted_only_as_it_names_its_office(cast: Cast) -> None:
    row = steps.sent(cast)
    steps.withdrawn(cast, row)
    again = (
        "INSERT INTO referrals_entrusted (id, case_id, plan_id, reference, center_id, contact, office_id, provider_id, goal_codes, state,"
        " sent_by_id, sent_at, answer_by, basis, child_words, not_told) SELECT %s, case_id, plan_id, %s, center_id, contact, %s, %s,"
        " goal_codes, %s, sent_by_id, sent_at, answer_by, basis, child_words, not_told FROM referrals_entrusted WHERE id = %s"
    )
    here, there = cast.offices["home"].pk, cast.offices["home2"].pk
    for office, provider, state, rule in (
        (there, cast.positions["therapist2"].pk, "sent", "entrusted_fits"),
        (here, cast.positions["therapist2"].pk, "sent", "entrusted_fits"),
        (here, cast.positions["institution"].pk, "sent", "entrusted_fits"),
        (here, cast.therapist.pk, "accepted", "entrusted_begins"),
    ):
        refused(cast.caseworker, rule, again, uuid4(), "AAAAA-BBBBB", office, provider, state, row.pk)
    assert sql(cast.caseworker, again, uuid4(), "AAAAA-BBBBB", here, cast.therapist.pk, "sent", row.pk) == 1
