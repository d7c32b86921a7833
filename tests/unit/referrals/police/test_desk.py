"""The police desk with hundreds of envelopes: what is due first stands first, what has ended apart, and a page costs a page."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from agencies.staff.acting import acting_as
from referrals.disclosures.models import Assignment, Envelope
from referrals.police.queries import SIZE, letters_counted
from referrals.police.views import FEW
from tests.cast import Cast
from tests.client import signed_in
from tests.conftest import superuser
from tests.unit.referrals import pages, steps

MANY = 300
# The sent report and everything it rests on once more, each on a case of its own; every second copy has ended, due and ended in
# the order of their numbers.
COPIES = """
CREATE TEMP TABLE copy AS
  SELECT n, gen_random_uuid() AS id, gen_random_uuid() AS on_case, gen_random_uuid() AS basis,
         d.due_at + n * interval '1 minute' AS due, CASE WHEN n % 2 = 0 THEN now() + n * interval '1 second' END AS ended,
         CASE WHEN n % 2 = 0 THEN 'closed' ELSE '' END AS ending
  FROM generate_series(1, {many}) n, referrals_disclosure d;
INSERT INTO referrals_intention
  SELECT (jsonb_populate_record(i, jsonb_build_object('id', c.basis, 'case_id', c.on_case))).*
  FROM copy c, referrals_intention i;
INSERT INTO referrals_disclosure
  SELECT (jsonb_populate_record(d, jsonb_build_object(
    'id', c.id, 'case_id', c.on_case, 'intention_id', c.basis, 'reference', 'COPY-' || c.n, 'due_at', c.due,
    'ended_at', c.ended, 'ending', c.ending))).*
  FROM copy c, referrals_disclosure d WHERE d.reference NOT LIKE 'COPY-%';
INSERT INTO referrals_envelope
  SELECT (jsonb_populate_record(e, jsonb_build_object(
    'id', c.id, 'disclosure_id', c.id, 'reference', 'COPY-' || c.n, 'due_at', c.due))).*
  FROM copy c, referrals_envelope e WHERE e.reference NOT LIKE 'COPY-%';
INSERT INTO referrals_assignment
  SELECT (jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid(), 'disclosure_id', c.id))).*
  FROM copy c, referrals_assignment a WHERE c.n % 3 = 0;
ANALYZE"""


def _fill(database: str, many: int) -> None:
    with superuser(database) as session:
        session.execute("SET session_replication_role = replica")
        for statement in COPIES.format(many=many).split(";\n"):
            session.execute(statement.encode())


def _numbers(page: str) -> list[int]:
    """The copies that a page names, in their order."""
    return [int(number) for number in re.findall(r">(?:\n\s*)?COPY-(\d+)\s*<", page)]


def _parts(page: str) -> tuple[list[int], list[int]]:
    """What the desk names as in hand, and as ended."""
    in_hand, _heading, ended = page.partition('id="ended"')
    return _numbers(in_hand), _numbers(ended)


def test_what_is_due_first_comes_first_and_ended_ones_are_apart(cast: Cast, database: str) -> None:
    steps.readable(cast)
    _fill(database, MANY)
    client = pages.in_english(signed_in(cast.positions["policechief"]))
    found, answer = [], client.get(reverse("envelopes"))
    assert _parts(answer.content.decode())[1] == [MANY - 2 * number for number in range(FEW)]
    for _page in range(20):
        page = _parts(answer.content.decode())[0]
        assert 0 < len(page) <= SIZE
        found += page
        if not answer.context["shown"].newer:
            break
        answer = client.get(f"{reverse('envelopes')}?{answer.context['shown'].newer}")
    assert found == list(range(1, MANY, 2))
    before = client.get(f"{reverse('envelopes')}?{answer.context['shown'].older}")
    assert _parts(before.content.decode())[0] == found[-len(page) - SIZE : -len(page)]


def test_every_ended_envelope_is_on_the_pages_of_the_ended(cast: Cast, database: str) -> None:
    steps.readable(cast)
    _fill(database, MANY)
    client, found = signed_in(cast.police), []
    answer = client.get(reverse("envelopes_ended"))
    assert ">操作</th>" not in answer.content.decode(), "nothing of it can be pressed"
    for _page in range(20):
        found += _numbers(answer.content.decode())
        if not answer.context["shown"].older:
            break
        answer = client.get(f"{reverse('envelopes_ended')}?{answer.context['shown'].older}")
    assert found == list(range(MANY, 0, -2))


def _read(ask: Callable[[], object]) -> tuple[int, int]:
    """How many statements ``ask`` sends, and how many rows come back."""
    statements = rows = 0

    def count(execute: Callable[..., Any], sql: Any, parameters: Any, many: bool, context: Any) -> Any:
        nonlocal statements, rows
        answer = execute(sql, parameters, many, context)
        statements, rows = statements + 1, rows + max(0, context["cursor"].rowcount)
        return answer

    with connection.execute_wrapper(count):
        ask()
    return statements, rows


@pytest.mark.parametrize("who", ["policechief", "police"])
def test_desk_and_home_read_a_page_whatever_came_in(cast: Cast, database: str, who: str) -> None:
    steps.readable(cast)
    client: Client = signed_in(cast.positions[who])
    few = [_read(partial(client.get, path)) for path in ("/", "/police/")]
    _fill(database, MANY)
    many = [_read(partial(client.get, path)) for path in ("/", "/police/")]
    for (statements, _rows), (more_statements, rows) in zip(few, many, strict=True):
        # The ended ones, of which there were none before: their rows, their states and who may open them.
        assert more_statements <= statements + 3
        assert rows < 4 * SIZE + 60


def test_home_shows_a_few_and_says_how_many(cast: Cast, database: str) -> None:
    steps.readable(cast)
    _fill(database, MANY)
    in_hand, assigned = MANY // 2 + 1, MANY // 6 + 1
    for who, heading in (
        ("policechief", f"Envelopes: {in_hand}"),
        ("police", f"Assigned to you: {assigned}"),
    ):
        page = pages.in_english(signed_in(cast.positions[who])).get("/").content.decode()
        assert heading in page
        in_hand_part, ended_part = page.split('<details class="folded"')
        assert 0 < len(_numbers(in_hand_part)) <= 8
        assert 0 < len(_numbers(ended_part)) <= 8


def test_no_other_role_reads_the_pages_of_a_desk(cast: Cast, database: str) -> None:
    """The page functions are a wall of their own: another office, another role and a colleague of the case find nothing."""
    steps.readable(cast)
    _fill(database, 20)
    edge = "%s::timestamptz, %s::uuid"
    for who in (
        "caseworker",
        "director",
        "supervisor",
        "stranger",
        "school",
        "privacy",
        "admin",
        "foreign_police",
    ):
        with acting_as(cast.positions[who]), connection.cursor() as cursor:
            for own in (False, True):
                cursor.execute(
                    f"SELECT * FROM wall.envelopes_page({own}, {edge}, true, 26)",
                    ["-infinity", "0" * 32],
                )
                assert not cursor.fetchall(), who
                assert letters_counted(own=own) == 0, who
            cursor.execute(
                f"SELECT * FROM wall.ended_envelopes_page({edge}, false, 26)", ["infinity", "f" * 32]
            )
            assert not cursor.fetchall(), who
            ids = list(Envelope.objects.values_list("disclosure_id", flat=True)) or [cast.police.pk]
            cursor.execute("SELECT * FROM wall.envelopes_at_my_desk(%s)", [ids])
            assert not cursor.fetchall(), who
            cursor.execute("SELECT wall.ended_at_my_desk(%s)", [ids[0]])
            assert cursor.fetchone() == (None,), who
    with acting_as(cast.positions["stranger"]):
        assert not Assignment.objects.exists()
