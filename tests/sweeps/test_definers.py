"""What the wall's own functions answer to each person who calls them with SQL of their own.

They read past the policies, so each has a condition of its own; here every relation asks each of them about one case.
"""

from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.nights.rules import A_DAY
from security.walls import clock
from tests.sweeps.declared import (
    AT_KITA,
    EDITS,
    KEEPER,
    MANAGES,
    MAY_BREAK_GLASS,
    POLICE,
    RIGHTS,
    SEES,
    WORKERS,
)
from tests.sweeps.matrix import client_of, path_of
from tests.sweeps.world import World, sql

TOKENS_OF = "SELECT token FROM security_searchtoken WHERE kind = 'child_exact' AND office_id = %s"
EVER = "'-infinity', 'infinity', 'infinity', 9223372036854775807, NULL, false, 1000)"
FIRST = "'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff', false, 1000)"
REVIEWS = MANAGES | {"privacy"}
AT_THE_DESK = POLICE - {"foreign_police"}
OF_OTHERS = " AND actor_id IS DISTINCT FROM %(me)s"


def log(function: str, lead: str, whom: str, *, reviewed: bool = True, of: str = "%(case)s") -> str:
    """A condition: a page of the log has a row of that case which somebody else left."""
    return (
        f"EXISTS (SELECT 1 FROM wall.{function}('{lead}', {whom}, {reviewed}, NULL, '', '', {EVER}"
        f" WHERE case_id = {of}{OF_OTHERS})"
    )


def days(lead: str, whom: str) -> str:
    """A condition: the log by days has a line of somebody else."""
    return (
        f"EXISTS (SELECT 1 FROM wall.looks_by_day('{lead}', {whom}, '', NULL, true, NULL, '-infinity', 'infinity', NULL, NULL,"
        " false, 1000) WHERE who IS DISTINCT FROM %(me)s)"
    )


def page(function: str, arguments: str, found: str) -> str:
    """A condition: a page of a list has the id."""
    return f"{found} IN (SELECT wall.{function}({arguments}{FIRST})"


# what is asked → who is answered
ANSWERS: dict[str, tuple[str, frozenset[str] | set[str]]] = {
    "looks at the case": (log("traces_page", "case", "%(case)s"), REVIEWS),
    "days of the case": (days("case", "%(case)s"), REVIEWS),
    "days of others at it": (days("others", "%(case)s"), REVIEWS),
    "days of its lead": (days("person", "%(lead)s"), REVIEWS - {"lead"}),
    "looks of its lead": (log("traces_page", "person", "%(lead)s"), REVIEWS - {"lead"}),
    "looks of its lead, one's own too": (
        log("traces_page", "person", "%(lead)s", reviewed=False),
        REVIEWS - {"lead"},
    ),
    "looks from outside the team": (log("traces_page", "outside", "NULL"), REVIEWS),
    "what was refused": (log("events_page", "denied", "NULL"), REVIEWS),
    "the other case of a look that showed two": (
        log("traces_page", "person", "%(two_seen_by)s", of="%(foreign)s"),
        {"stranger", "stranger_director", "privacy"},
    ),
    "the other case of one from outside": (
        log("traces_page", "outside", "NULL", of="%(foreign)s"),
        {"stranger", "stranger_director", "privacy"},
    ),
    "changes of the case": (log("events_page", "changes", "%(case)s"), REVIEWS),
    "changes of the child": (
        "EXISTS (SELECT 1 FROM wall.events_page('changes of child', %(child)s, true, NULL, '', '', "
        + EVER
        + ")",
        MANAGES,
    ),
    "who is in the log": ("%(lead)s IN (SELECT wall.people_in_log(%(case)s, 300))", REVIEWS),
    "the number of a case in the log": (
        "EXISTS (SELECT 1 FROM wall.numbers_for_log(ARRAY[%(case)s]::uuid[], ''))",
        {"privacy"},
    ),
    "what happened in a night": (
        "%(case)s IN (SELECT case_id FROM wall.night_of(%(night)s, %(morning)s))",
        MAY_BREAK_GLASS,
    ),
    "contacts of a night": (
        "%(case)s IN (SELECT case_id FROM wall.contacts_of_night(%(night)s, %(morning)s))",
        MAY_BREAK_GLASS,
    ),
    "pages of the office's cases": (
        page("office_cases_page", "'', '', 'all', NULL, false, ", "%(case)s"),
        SEES,
    ),
    "pages of one's own cases": (page("own_cases_page", "'', '', 'all', NULL, false, ", "%(case)s"), SEES),
    "pages of the progress": (
        f"EXISTS (SELECT 1 FROM wall.progress_page(%(case)s, NULL, {FIRST})",
        SEES,
    ),
    "pages of the people around the child": (
        f"EXISTS (SELECT 1 FROM wall.people_page(%(case)s, {FIRST})",
        SEES,
    ),
    "the desk's pages": (page("envelopes_page", "false, ", "%(disclosure)s"), AT_THE_DESK),
    "the desk's pages of what is assigned": (
        page("envelopes_page", "true, ", "%(disclosure)s"),
        {"disclosed"},
    ),
    "the desk's pages of what has ended": (page("ended_envelopes_page", "", "%(withdrawn)s"), AT_THE_DESK),
    "how many envelopes are in hand": ("wall.envelopes_counted(false) > 0", AT_THE_DESK),
    "when an envelope ended": ("wall.ended_at_my_desk(%(withdrawn)s) IS NOT NULL", AT_THE_DESK),
    "how an envelope is": (
        "EXISTS (SELECT 1 FROM wall.envelopes_at_my_desk(ARRAY[%(withdrawn)s]::uuid[]))",
        AT_THE_DESK,
    ),
    "the case of a closed disclosure": ("wall.case_of_closed(%(withdrawn)s) IS NOT NULL", {"withdrawn"}),
    "the case of an open one": ("wall.case_of_closed(%(disclosure)s) IS NOT NULL", {"disclosed"}),
    "what a person in charge has in hand": (
        "EXISTS (SELECT 1 FROM wall.workload() WHERE lead = %(lead_position)s)",
        {"line"},
    ),
    "pages of one's own receipts": (
        f"EXISTS (SELECT 1 FROM wall.receipts_page({FIRST} r WHERE r.id = %(filing)s)",
        {"disclosed"},
    ),
    "whether one filed it oneself": ("wall.is_my_filing(%(filing)s)", {"disclosed"}),
    "pages of a bureau's letters": (page("letters_page", "'', ", "%(letter)s"), RIGHTS),
    "how far a letter's notifications came": (
        "EXISTS (SELECT 1 FROM wall.receipts_of_letter(%(letter)s))",
        RIGHTS,
    ),
    "which filings came of letters": (
        "%(from_letter)s IN (SELECT wall.filings_of_my_letters())",
        RIGHTS,
    ),
    "whether one writes to the bureau": ("wall.takes_word(%(from_letter)s)", AT_KITA),
    "which filing has a reference": ("wall.filing_for_word(%(reference)s) IS NOT NULL", AT_KITA),
    "how many psychotherapists are in post": (
        "EXISTS (SELECT 1 FROM wall.therapists_posted(ARRAY[%(home)s]::uuid[]))",
        WORKERS | KEEPER,
    ),
    "whether one asked for a place": ("wall.side_of_ask(%(ask)s) = 'center'", EDITS),
    "whether one was asked for it": ("wall.side_of_ask(%(ask)s) = 'institution'", KEEPER),
    "what a search token leads to": (
        "EXISTS (SELECT 1 FROM wall.pointers('child_exact', %(tokens)s::bytea[], 0::smallint, 9))",
        AT_KITA | {"facility"},
    ),
    "what stands before the glass": (
        "%(case)s IN (SELECT case_id FROM wall.behind_glass(ARRAY[%(child)s]::uuid[], ''))",
        MAY_BREAK_GLASS,
    ),
    "psychological findings": ("wall.reads_findings('psychological', %(case)s)", {"reader"}),
    "medical findings": ("wall.reads_findings('medical', %(case)s)", {"lead", "line"}),
    "findings of no kind": ("wall.reads_findings('social', %(case)s)", set()),
    "a level on the case": ("wall.own_level(%(me_position)s, %(case)s) IS NOT NULL", SEES),
    "a level of the lead's on it": ("wall.own_level(%(lead_position)s, %(case)s) IS NOT NULL", {"lead"}),
}


@pytest.fixture
def asked(world: World) -> dict[str, Any]:
    """What the questions name, after looks, a refusal and a first entry of others at the case."""
    for relation in ("lead", "member", "glass"):
        assert client_of(world, relation).get(path_of("case", world)).status_code == 200
    assert client_of(world, "none").get(path_of("case", world)).status_code == 404
    sql(
        "INSERT INTO security_casetrace (event_uuid, case_ids, relation, verb, actor_id)"
        " VALUES (gen_random_uuid(), %s, 'none', 'CASE_LIST', %s)",
        [world.case.pk, world.foreign.pk],
        world["second_position"].staff_id,
    )
    return {
        "two_seen_by": world["second_position"].staff_id,
        "foreign": world.foreign.pk,
        "case": world.case.pk,
        "child": world.case.child_id,
        "tokens": [token for (token,) in sql(TOKENS_OF, world.case.office_id)],
        "lead": world["lead"].staff_id,
        "lead_position": world["lead"].pk,
        "disclosure": world.ids["disclosure_id"],
        "withdrawn": world.withdrawn_id,
        "intention": world.ids["intention_id"],
        "filing": world.ids["filing_id"],
        "letter": world.ids["letter_id"],
        "home": world["institution"].office_id,
        "ask": world.ids["ask_id"],
        **_from_letter(world),
        "night": clock.today() - A_DAY,
        "morning": clock.today() + A_DAY,
    }


def _from_letter(world: World) -> dict[str, Any]:
    """The filing that the letter of the world became, and its reference."""
    ((filing, reference),) = sql(
        "SELECT f.id, f.reference FROM cases_filing f JOIN referrals_letternotice n ON n.filing_id = f.id"
        " WHERE n.letter_id = %s",
        world.ids["letter_id"],
    )
    return {"from_letter": filing, "reference": reference}


def people(world: World) -> dict[str, Position]:
    """Everybody who can be signed in; of ``moved`` the position is over."""
    found = {relation: position for relation, position in world.people.items() if position is not None}
    assert len(found) > 20
    return found


def test_who_is_answered(world: World, asked: dict[str, Any]) -> None:
    answered: dict[str, set[str]] = {question: set() for question in ANSWERS}
    questions = ", ".join(condition for condition, _relations in ANSWERS.values())
    for relation, position in people(world).items():
        with acting_as(position), connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {questions}", asked | {"me": position.staff_id, "me_position": position.pk}
            )
            for question, answer in zip(ANSWERS, cursor.fetchone(), strict=True):
                if answer:
                    answered[question].add(relation)
    assert answered == {question: relations for question, (_condition, relations) in ANSWERS.items()}


def test_who_has_a_case_compared_with_its_record(world: World, asked: dict[str, Any]) -> None:
    for relation, position in people(world).items():
        with acting_as(position), connection.cursor() as cursor:
            try:
                with transaction.atomic():
                    cursor.execute("SELECT * FROM wall.case_unlike_record(%(case)s)", asked)
            except IntegrityError:
                assert relation not in REVIEWS, relation
            else:
                assert relation in REVIEWS, relation


def test_who_takes_a_confirmation_back(world: World, asked: dict[str, Any]) -> None:
    """Whoever writes on the case, and nobody else: it would end what the child wishes."""
    for relation, position in people(world).items():
        with acting_as(position), connection.cursor() as cursor:
            try:
                with transaction.atomic():
                    cursor.execute("SELECT wall.withdraw(%(intention)s)", asked)
                    transaction.set_rollback(True)
            except IntegrityError:
                assert relation not in EDITS, relation
            else:
                assert relation in EDITS, relation


def test_who_prints_what_was_disclosed(world: World, asked: dict[str, Any]) -> None:
    """The officer who may read it, and only the first print is the first."""
    sql("UPDATE referrals_envelope SET printed_at = NULL")
    found: dict[str, list[bool]] = {}
    for relation, position in [*people(world).items(), ("disclosed", world["disclosed"])]:
        with acting_as(position), connection.cursor() as cursor:
            cursor.execute("SELECT wall.note_printed(%(disclosure)s)", asked)
            found.setdefault(relation, []).append(cursor.fetchone()[0])
    assert found.pop("disclosed") == [True, False]
    assert {first for firsts in found.values() for first in firsts} == {False}


def test_who_opens_an_envelope(world: World, asked: dict[str, Any]) -> None:
    """Only the officer who may read it: anybody else would still the warning that it lies unopened."""
    sql("UPDATE referrals_envelope SET opened_at = NULL")
    opened = "SELECT opened_at IS NOT NULL FROM referrals_envelope WHERE disclosure_id = %s"
    for relation, position in people(world).items():
        if relation == "disclosed":
            continue
        with acting_as(position), connection.cursor() as cursor:
            cursor.execute("SELECT wall.note_opened(%(disclosure)s)", asked)
        assert sql(opened, asked["disclosure"]) == [(False,)], relation
    with acting_as(world["disclosed"]), connection.cursor() as cursor:
        cursor.execute("SELECT wall.note_opened(%(disclosure)s)", asked)
    assert sql(opened, asked["disclosure"]) == [(True,)]


def test_who_holds_a_stay(world: World) -> None:
    """Whoever writes of it, and nobody else: others wait while it is held."""
    stay = world.ids["admission_id"]
    holders = set()
    for relation, position in people(world).items():
        with acting_as(position), connection.cursor() as cursor, transaction.atomic():
            cursor.execute("SELECT wall.hold_stay(%s)", [stay])
            try:
                sql("SELECT 1 FROM cases_admission WHERE id = %s FOR UPDATE NOWAIT", stay)
            except OperationalError:
                holders.add(relation)
    assert holders == EDITS | {"facility"}
