"""What waits on the pages of a large office: each list reads what waits, and not what the office did in ten years.

20,000 cases, and for each of them a settled row of every kind of work; a few rows wait.
"""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from bench.data import Made, Plan, fill, settle
from cases.clocks.queries import due_for, workload
from cases.custody.queries import in_custody, opinions_to_hear, reaching_two_months
from cases.decisions.actions import declared
from cases.decisions.queries import came_back_to, queue_of
from cases.duties.queries import duties_open_for
from cases.handover.queries import handovers_of, latest_counts, to_receive
from cases.households.models import HouseholdMember
from cases.households.queries import beside, leads_of_home, limits_beside, people_of_home
from cases.intake.queries import incoming_filings
from cases.nights.queries import night_of
from cases.nights.rules import A_DAY
from cases.readings.queries import waiting_for as receipts_to_sign
from cases.records.models import Case
from cases.records.queries import cases_for, glasses_to_review, leads_to_replace
from cases.reviews.codes import COUNTED
from cases.reviews.queries import counted_up_to, order_of
from desk.home.tables import LINE
from face.lines import FEW
from face.months import month_of
from referrals.disclosures.queries import (
    reports_to_send,
    reports_unopened_for,
    reports_unread_for,
)
from referrals.police.queries import contacts_of_night, contacts_unseen_for
from security.walls import clock
from tests.conftest import copy_database, drop_database, use_database
from tests.sweeps.test_explain import superuser
from tests.sweeps.test_explain_log import blocks_of

CASES = 20_000
MOST = 350
"""How many blocks of 8 kB a list of what waits may read: with five rows the busiest reads 290, most read 20 to 200."""
EVERY = 4_000
"""One case in so many has a row that waits."""

WAITS = f"c.n % {EVERY} = 0"
# Table → what its rows say beside the case, and what those say that are settled.
WORK: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "cases_clock": (
        {"kind": "'safety'", "started_at": "now()", "due_at": "now() + interval '1 day'"},
        {"met_at": "now()", "ended_at": "now()"},
    ),
    "cases_custodydecision": (
        {"kind": "'start'", "effective_at": "now() - interval '1 year'", "is_oral": "false"},
        {"ended_at": "now()", "opinion": "c.outline"},
    ),
    "cases_closingdecision": ({"kind": "'ended'"}, {}),
    "cases_duty": ({"kind": "'review_exception'"}, {"done_at": "now()"}),
    "cases_handover": (
        {"begins_at": "now() + interval '1 day'", "reference": "'C' || c.n"},
        {"cancelled_at": "now()"},
    ),
    "cases_filing": (
        {"recipient_id": "c.office_id", "reference": "'F' || c.n", "filed_by_id": "gen_random_uuid()"},
        {"registered_at": "now()"},
    ),
    "referrals_exceptionrequest": ({"ground": "'danger'", "purpose": "'police_report'"}, {}),
    "referrals_policecontact": ({}, {"seen_at": "now()"}),
    "cases_notification": ({"id": "c.id", "received_at": "now() - interval '1 day'"}, {}),
    "cases_receiptreading": ({"notification_id": "c.id"}, {"read_at": "now()"}),
    "referrals_disclosure": (
        {"reference": "'R' || c.n", "exception_id": "c.id", "kind": "'police_report'"},
        {"sent_at": "now()", "ended_at": "now()"},
    ),
    "referrals_envelope": (
        {"disclosure_id": "c.id", "id": "c.id", "reference": "'R' || c.n"},
        {"opened_at": "now()"},
    ),
}
SETTLED = {
    "decided_at": "now() - interval '1 year'",
    "approved": "true",
    "decided_by_id": "c.position",
    "decided_person_id": "gen_random_uuid()",
}
PLAIN = {
    "text": "c.outline",
    "uuid": "c.position",
    "timestamp with time zone": "now()",
    "ARRAY": "'{}'",
    "integer": "1",
    "boolean": "false",
}


def write_work(session: psycopg.Connection, lead: UUID) -> None:
    """A row of every kind for each case: its columns as :data:`WORK` has them, and something of the right type in the others."""
    session.execute("SET session_replication_role = replica")
    session.execute(
        """CREATE TEMP TABLE worked AS SELECT c.id, c.office_id, c.outline, row_number() OVER (ORDER BY c.id) AS n,
                  coalesce(g.position_id, %s) AS position
           FROM cases_case c LEFT JOIN cases_grant g ON g.case_id = c.id AND g.relation = 'lead' AND g.ended_at IS NULL""",
        [lead],
    )
    for table, (always, settled) in WORK.items():
        columns = session.execute(
            "SELECT column_name, data_type, is_nullable FROM information_schema.columns WHERE table_name = %s",
            [table],
        ).fetchall()
        names = {name for name, _kind, _null in columns}
        done = settled | {name: text for name, text in SETTLED.items() if name in names}
        values = {name: PLAIN.get(kind, "''") for name, kind, null in columns if null == "NO"}
        values |= {"id": "gen_random_uuid()"} | ({"case_id": "c.id"} if "case_id" in names else {}) | always
        values |= {name: f"CASE WHEN NOT ({WAITS}) THEN {text} END" for name, text in done.items()}
        if table == "referrals_disclosure":
            values["id"] = "c.id"
        written = ", ".join(values), ", ".join(values.values())
        session.execute(f"INSERT INTO {table} ({written[0]}) SELECT {written[1]} FROM worked c".encode())
    settle(session)


HOME = """
WITH two AS (SELECT id, office_id, position FROM worked WHERE id IN (
                  SELECT case_id FROM cases_grant WHERE position_id = %s AND relation = 'lead' AND ended_at IS NULL
              ) ORDER BY n LIMIT 2),
     home AS (INSERT INTO cases_household (id, office_id, made_at, made_by_id)
              SELECT gen_random_uuid(), office_id, now(), position FROM two LIMIT 1 RETURNING id)
INSERT INTO cases_householdmember (id, case_id, household_id, joined_at, joined_by_id)
SELECT gen_random_uuid(), two.id, home.id, now(), two.position FROM two, home
"""
"""Two children of one home."""


@pytest.fixture(scope="module")
def worked_template(template: str) -> Iterator[tuple[str, Made]]:
    name = copy_database(template, "work")
    with superuser(name) as session:
        made = fill(session, CASES, bulk=True, plan=Plan(per_supervisor=5_000))
        write_work(session, made.caseworker)
        session.execute(HOME, [made.caseworker])
    yield name, made
    drop_database(name)


@pytest.fixture
def worked(worked_template: tuple[str, Made], django_db_blocker: DjangoDbBlocker) -> Iterator[Made]:
    """The large office, for tests that only read."""
    with django_db_blocker.unblock():
        use_database(worked_template[0])
        yield worked_template[1]
        connections.close_all()


def _position(position_id: UUID) -> Position:
    return Position.objects.using("gate").select_related("staff", "office").get(pk=position_id)


LISTS: tuple[Callable[[Position], object], ...] = (
    due_for, opinions_to_hear, reaching_two_months,
    incoming_filings, glasses_to_review, leads_to_replace, duties_open_for,
    receipts_to_sign, in_custody, reports_to_send, reports_unopened_for, reports_unread_for, contacts_unseen_for,
)  # fmt: skip


@pytest.mark.parametrize("who", ["caseworker", "director"])
@pytest.mark.parametrize("listed", LISTS, ids=lambda listed: listed.__name__)
def test_a_list_reads_what_waits(worked: Made, who: str, listed: Callable[[Position], object]) -> None:
    position = _position(getattr(worked, who))
    with acting_as(position):
        read = blocks_of(lambda: list(listed(position)))  # type: ignore[call-overload]  # a list or a queryset
    assert read <= MOST


@pytest.mark.parametrize("who", ["caseworker", "director"])
@pytest.mark.parametrize("decision", declared(), ids=lambda decision: decision.act.value)
def test_a_list_of_drafts_reads_what_came_back(worked: Made, who: str, decision: Any) -> None:
    position = _position(getattr(worked, who))
    with acting_as(position):
        assert blocks_of(lambda: list(came_back_to(decision, position))) <= MOST


@pytest.mark.parametrize("who", ["caseworker", "director"])
def test_the_list_of_hand_overs_reads_its_own_and_what_is_planned(worked: Made, who: str) -> None:
    position = _position(getattr(worked, who))
    with acting_as(position):
        assert blocks_of(lambda: handovers_of(position, clock.now())) <= MOST
        assert blocks_of(lambda: list(to_receive(position, clock.now())[:FEW])) <= MOST
        assert blocks_of(lambda: latest_counts([uuid4() for _row in range(FEW)])) <= MOST


@pytest.mark.parametrize(
    "listed", [beside, limits_beside, people_of_home, leads_of_home], ids=lambda listed: listed.__name__
)
@pytest.mark.parametrize("who", ["caseworker", "director"])
def test_a_page_of_a_child_with_a_sibling_reads_the_two(
    worked: Made, who: str, listed: Callable[[Case], Any]
) -> None:
    with acting_as(_position(getattr(worked, who))):
        case = HouseholdMember.objects.earliest("id").case
        assert len(beside(case)) == 1
        read = blocks_of(lambda: list(listed(case).all()))
    assert read <= MOST


@pytest.mark.parametrize("who", ["caseworker", "director"])
def test_the_sheet_of_a_night_reads_its_night(worked: Made, who: str) -> None:
    night = clock.today() - 10 * A_DAY
    with acting_as(_position(getattr(worked, who))):
        assert blocks_of(lambda: night_of(night, night + A_DAY)) <= MOST
        assert blocks_of(lambda: contacts_of_night(night, night + A_DAY)) <= MOST


@pytest.mark.parametrize("who", ["caseworker", "director"])
def test_the_queue_reads_what_waits(worked: Made, who: str) -> None:
    position = _position(getattr(worked, who))
    with acting_as(position):
        assert blocks_of(lambda: queue_of(position)) <= MOST * len(declared())


def test_the_work_of_a_line_is_read_case_by_case(worked: Made) -> None:
    """A supervisor's table probes each case of the line a few times, and lists none of the office's other cases."""
    position = _position(worked.supervisor)
    with acting_as(position):
        in_line = cases_for(position).count()
        read = blocks_of(workload)
        assert in_line > 4_000
        assert sum(load.cases for load in workload()) > in_line / 2
        on_home = blocks_of(lambda: workload(LINE))
        assert workload(LINE) == []
    assert read < 16 * in_line
    assert on_home < 2 * LINE


def test_the_progress_list_of_a_long_line_knows_of_every_line_whether_the_child_was_seen(
    worked: Made,
) -> None:
    """5,000 open cases: a statement for the lines, one for the keys, one a room."""
    position, month = _position(worked.supervisor), month_of(clock.today())
    with acting_as(position):
        with CaptureQueriesContext(connection) as asked:
            order = order_of(position, month)
        assert len(order) > 4_000
        assert not any(one.seen for one in order)
        assert len(asked) <= 4
        assert blocks_of(lambda: order_of(position, month)) < 40 * len(order)


@pytest.mark.parametrize("who", ["supervisor", "director"])
def test_a_home_counts_no_more_of_the_progress_list_than_it_says(worked: Made, who: str) -> None:
    position, month = _position(getattr(worked, who)), month_of(clock.today())
    with acting_as(position):
        assert counted_up_to(position, month, COUNTED) is None
        assert blocks_of(lambda: counted_up_to(position, month, COUNTED)) < 10 * COUNTED
