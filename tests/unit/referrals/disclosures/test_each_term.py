"""Every condition of the read walls is needed: with it nothing is shown, and with it alone taken out the same state shows.

The states are planted past every trigger, as a lost race or a faulty release would leave them. Each test so proves two things:
that the wall closes this state by itself, and that the test would notice the day somebody drops that condition.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connections

from config.embedded import testing
from config.embedded.postgres import Server
from referrals.disclosures.desk_walls import I_AM_POLICE
from referrals.disclosures.models import Disclosure
from tests.cast import Cast, a_case
from tests.unit.referrals import steps

Arrange = Callable[[Cast], Disclosure]

BY_WORD = {
    "i.case_id = d.case_id": "UPDATE referrals_intention SET case_id = (SELECT id FROM cases_case WHERE id <> case_id LIMIT 1)",
    "i.recipient_id = d.recipient_id": "UPDATE referrals_intention SET recipient_id = "
    "(SELECT id FROM agencies_office WHERE code = 'support2')",
    "i.purpose = d.purpose": "UPDATE referrals_intention SET purpose = 'another'",
    "i.result = 'wishes'": "UPDATE referrals_intention SET result = 'undecided'",
    "coalesce(i.understood, i.wording_version IN ('2026-1', '2026-2'))": "UPDATE referrals_intention SET understood = false",
    "i.superseded_at IS NULL": "UPDATE referrals_intention SET superseded_at = now()",
    "i.withdrawn_at IS NULL": "UPDATE referrals_intention SET withdrawn_at = now()",
    "NOT EXISTS (SELECT 1 FROM public.referrals_withdrawal w WHERE w.intention_id = i.id)": "INSERT INTO referrals_withdrawal "
    "(id, case_id, intention_id, withdrawn_at, withdrawn_by_id) SELECT gen_random_uuid(), case_id, id, now(), recorded_by_id "
    "FROM referrals_intention",
    "i.valid_until > wall.moment()": "UPDATE referrals_intention SET valid_until = now() - interval '1 second'",
    "d.items::text[] <@ i.items::text[]": "UPDATE referrals_intention SET items = ARRAY['identity_min']",
}
BY_EXCEPTION = {
    "e.case_id = d.case_id": "UPDATE referrals_exceptionrequest SET case_id = "
    "(SELECT id FROM cases_case WHERE id <> case_id LIMIT 1)",
    "e.recipient_id = d.recipient_id": "UPDATE referrals_exceptionrequest SET recipient_id = "
    "(SELECT id FROM agencies_office WHERE code = 'support2')",
    "e.purpose = d.purpose": "UPDATE referrals_exceptionrequest SET purpose = 'another'",
    "e.approved": "UPDATE referrals_exceptionrequest SET approved = false",
    "e.expires_at > wall.moment()": "UPDATE referrals_exceptionrequest SET expires_at = now() - interval '1 second'",
    "(e.spent_on IS NULL OR e.spent_on = d.id)": "UPDATE referrals_exceptionrequest SET spent_on = gen_random_uuid()",
    "(e.ground <> 'cannot_form' OR NOT wall.intention_is_formed(e.case_id, e.purpose))": "UPDATE referrals_exceptionrequest "
    "SET ground = 'cannot_form'",
    "wall.ground_is_on(e.ground, e.case_id, e.recipient_id, d.items::text[])": "UPDATE referrals_exceptionrequest "
    "SET ground = 'all_cases'",
    "d.items::text[] <@ e.items::text[]": "UPDATE referrals_exceptionrequest SET items = ARRAY['identity_min']",
}
BY_READER = {
    "a.position_id = (SELECT wall.my_position())": "UPDATE referrals_assignment SET position_id = "
    "(SELECT p.id FROM agencies_position p JOIN agencies_staff s ON s.id = p.staff_id WHERE s.username = 'police2')",
    "a.ended_at IS NULL": "UPDATE referrals_assignment SET ended_at = now()",
    "d.recipient_id = (SELECT wall.my_office())": "UPDATE agencies_position SET office_id = "
    "(SELECT id FROM agencies_office WHERE code = 'support2') "
    "WHERE staff_id = (SELECT id FROM agencies_staff WHERE username = 'police')",
    I_AM_POLICE: "UPDATE agencies_position SET role = 'liaison' "
    "WHERE staff_id = (SELECT id FROM agencies_staff WHERE username = 'police')",
    "d.sent_at IS NOT NULL": "UPDATE referrals_disclosure SET sent_at = NULL",
    "d.ended_at IS NULL": "UPDATE referrals_disclosure SET ended_at = now()",
    "wall.basis_holds(d)": "UPDATE referrals_intention SET withdrawn_at = now()",
    "NOT EXISTS (SELECT 1 FROM public.cases_block b\n"
    "                    WHERE b.case_id = d.case_id AND b.staff_id = (SELECT wall.my_staff()) AND b.ended_at IS NULL)": "INSERT "
    "INTO cases_block (id, case_id, staff_id, blocked_by_id, created_at) SELECT gen_random_uuid(), d.case_id, "
    "(SELECT id FROM agencies_staff WHERE username = 'police'), d.drafted_by_id, now() FROM referrals_disclosure d",
}


@contextmanager
def past_every_trigger() -> Iterator[psycopg.Connection]:
    """A superuser's session on this test's database in which no trigger fires; nothing of the database itself is loosened."""
    home, name = (
        Server(testing.server_home(), testing.PASSWORDS["postgres"]),
        connections["default"].settings_dict["NAME"],
    )
    with psycopg.connect(home.conninfo(dbname=name)) as session:
        session.execute("SET session_replication_role = replica")
        yield session


def source_of(session: psycopg.Connection, function: str) -> str:
    """The statement that makes a function of the walls."""
    row = session.execute("SELECT pg_get_functiondef(%s::regproc)", [f"wall.{function}"]).fetchone()
    assert row is not None
    return str(row[0])


def without(function: str, term: str) -> None:
    """Take one condition out of a function of this test's database; it must stand there exactly once."""
    with past_every_trigger() as session:
        source = source_of(session, function)
        assert source.count(term) == 1, (function, term)
        session.execute(source.replace(term, "true").encode())


def closes(cast: Cast, report: Disclosure, function: str, term: str, plant: str) -> None:
    """The state ``plant`` hides the report because of ``term``, and because of nothing else."""
    a_case(cast)  # another one, to point at
    assert sorted(steps.seen_by(cast.police, report)) == sorted(steps.ITEMS)
    with past_every_trigger() as session:
        session.execute(plant)
    police = type(cast.police).objects.using("gate").select_related("staff").get(pk=cast.police.pk)
    assert steps.seen_by(police, report) == []
    without(function, term)
    assert steps.seen_by(police, report), (
        "another condition closes this state too: it proves nothing about this one"
    )


@pytest.mark.parametrize("term", BY_WORD)
def test_the_childs_word(cast: Cast, term: str) -> None:
    closes(cast, steps.readable(cast), "basis_holds", term, BY_WORD[term])


@pytest.mark.parametrize("term", BY_EXCEPTION)
def test_an_exception(cast: Cast, term: str) -> None:
    case = a_case(cast)
    steps.confirmed(cast, case, result="undecided", recipient=cast.offices["support2"])
    steps.excepted(cast, case)
    report = steps.sent(cast, steps.decided(cast, steps.drafted(cast, case)))
    steps.assigned(cast, report)
    closes(cast, report, "basis_holds", term, BY_EXCEPTION[term])


@pytest.mark.parametrize("term", BY_READER)
def test_the_reader(cast: Cast, term: str) -> None:
    closes(cast, steps.readable(cast), "my_disclosures", term, BY_READER[term])


def test_every_condition_is_named_here(cast: Cast) -> None:
    """A condition added to a wall later needs a row above."""
    with past_every_trigger() as session:
        for function, terms in (("basis_holds", [*BY_WORD, *BY_EXCEPTION]), ("my_disclosures", [*BY_READER])):
            body = source_of(session, function).split("$function$")[1]
            for term in [*terms, "i.id = d.intention_id", "e.id = d.exception_id", "d.id = a.disclosure_id"]:
                body = body.replace(term, "")
            signs = {"=", "<>", ">", "<", "<@", "IN", "IS", "NOT"}
            assert not signs & set(body.split()), (function, body)
