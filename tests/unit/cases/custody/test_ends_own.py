"""A draft ends the custody of its own child, also after its drafter changed it; of another case nothing is said."""

import uuid
from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.custody import actions
from cases.custody.models import CustodyDecision
from cases.records.models import Case
from tests.cast import CHILD, Cast, a_case
from tests.conftest import superuser
from tests.raw import UNDECIDED, known_row, refusal
from tests.unit.cases.custody.test_actions import a_draft, decide, end_facts, in_custody

OTHER = replace(CHILD, given_name="花乃", given_kana="ハナノ")
MOVED: Any = "UPDATE cases_custodydecision SET start_id = %s WHERE id = %s"
ENDED = (
    "UPDATE cases_custodydecision SET ended_at = (SELECT e.effective_at FROM cases_custodydecision e WHERE e.id = %s)"
    " WHERE id = %s"
)


def raw(by: Position, statement: str, *parameters: Any) -> None:
    with acting_as(by), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def an_end(cast: Cast, case: Case) -> CustodyDecision:
    with acting_as(cast.caseworker):
        return actions.draft_end(case, end_facts(), by=cast.caseworker)


def test_the_draft_is_not_moved_to_another_child(cast: Cast) -> None:
    """Else a director would read of one child and end the custody of another."""
    mine, other = in_custody(cast), in_custody(cast, case=a_case(cast, child=OTHER))
    draft = an_end(cast, mine.case)
    with pytest.raises(DatabaseError, match="only custody that lasts"):
        raw(cast.caseworker, MOVED, other.pk, draft.pk)
    raw(cast.caseworker, MOVED, mine.pk, draft.pk)


def test_an_end_of_another_case_ends_nothing(cast: Cast) -> None:
    mine, other = in_custody(cast), in_custody(cast, case=a_case(cast, child=OTHER))
    end = decide(cast, an_end(cast, mine.case))
    with superuser(connection.settings_dict["NAME"]) as session:
        session.execute("SET session_replication_role = replica")  # past every trigger
        session.execute(MOVED, [other.pk, end.pk])
    with pytest.raises(DatabaseError, match="a drafted decision cannot be changed"):
        raw(cast.caseworker, ENDED, end.pk, other.pk)


@pytest.mark.parametrize("who", ["colleague", "stranger", "police"])
def test_nobody_else_learns_whether_custody_lasts(cast: Cast, who: str) -> None:
    """Who knows the ids from earlier: custody that lasts, one that never came about and none at all are refused alike."""
    lasts, never = in_custody(cast), a_draft(cast, a_case(cast, child=OTHER))
    known = known_row("cases_custodydecision", lasts.pk) | UNDECIDED | {"kind": "end"}
    with acting_as(cast.positions[who]):
        answers = {
            refusal("cases_custodydecision", known, case_id=case, start_id=start)
            for case, start in (
                (lasts.case_id, lasts.pk),
                (never.case_id, never.pk),
                (lasts.case_id, uuid.uuid4()),
            )
        }
    assert [code for code, _words in answers] == ["42501"]
