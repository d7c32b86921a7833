"""Raw SQL as the application's role: what a colleague with it could take, hide or put in another's name, and is refused."""

import dataclasses
import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import Error, connection, connections, transaction
from django.utils import timezone

from agencies.notices.codes import BY_DATABASE
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.conferences.panel import TASK
from cases.duties.actions import leave_duty
from cases.records.actions import update_child
from cases.records.models import Case, Grant
from cases.records.queries import search_exact
from security.encryption.startup import check_key_matches
from security.search.models import SearchToken
from security.search.tokens import MOST_ROWS
from tests.cast import CHILD, Cast, a_case, as_owner


def ask(by: Position | None, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Rows of one committed statement as the application, in the name of ``by`` or of nobody."""
    if by is None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []
    with acting_as(by):
        return ask(None, statement, *values)


def refused(by: Position | None, statement: str, *values: Any, rule: str = "") -> None:
    """The database refuses the statement, under ``rule`` where one has a name."""
    with pytest.raises(Error) as caught:
        ask(by, statement, *values)
    cause = caught.value.__cause__
    assert isinstance(cause, psycopg.Error)
    assert (cause.diag.constraint_name or "") == rule, cause


KEY = (
    "INSERT INTO keys.data_key (id, kind, owner_id, office_id, root_version, wrapped, commitment)"
    " VALUES (gen_random_uuid(), 'child', %s, %s, 1, %s, decode(repeat('00', 32), 'hex'))"
)


def test_no_key_under_an_unknown_root_stops_the_next_start(cast: Cast) -> None:
    a_case(cast)
    office = cast.caseworker.office_id
    ((child,),) = ask(cast.caseworker, "SELECT wall.new_child()")
    for wrapped in (b"", b"\1" * 81, b"\1" * 500):
        refused(cast.caseworker, KEY, child, office, wrapped, rule="key_under_known_root")
    check_key_matches()
    ask(cast.caseworker, KEY, child, office, _mark() + b"\1" * 60)
    check_key_matches()


def _mark() -> bytes:
    """The mark of the root key in use, as whoever loads a key of their own knows it."""
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT substring(wrapped FROM 1 FOR 21) FROM keys.data_key LIMIT 1")
        return bytes(cursor.fetchone()[0])


@pytest.mark.parametrize("name", ["caseworker", "stranger", "police", "school", None])
def test_a_key_cannot_be_planted_and_its_existence_is_not_told(cast: Cast, name: str | None) -> None:
    """A child of a colleague, of another office, and one that is nobody's: one answer for the three, before any unique index."""
    foreign = [a_case(cast, lead=lead).child_id for lead in ("other_section", "stranger")]
    by, mark = cast.positions[name] if name else None, _mark()
    office = by.office_id if by else cast.caseworker.office_id
    for child in (*foreign, uuid4()):
        for wrapped in (mark + b"\1" * 60, b"x"):
            with pytest.raises(Error, match=r"row-level security|no root key of this database"):
                ask(by, KEY, child, office, wrapped)
        with pytest.raises(Error, match="row-level security"):
            ask(by, KEY, child, office, mark + b"\1" * 60)
    for table in ("wall.handed_out", "wall.identity"):
        for statement in (f"SELECT * FROM {table}", f"DELETE FROM {table}"):
            refused(by, statement)


def test_an_id_handed_out_to_a_colleague_is_theirs(cast: Cast) -> None:
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO wall.handed_out (position_id) VALUES (%s) RETURNING id", [cast.other_section.pk]
        )
        (child,) = cursor.fetchone()
    for name in ("caseworker", "supervisor", "stranger"):
        with pytest.raises(Error, match="row-level security"):
            ask(cast.positions[name], KEY, child, cast.positions[name].office_id, b"\1" * 81)


FORGED = """
INSERT INTO security_event (uuid, verb, action, case_id, scope_kind, scope_id)
SELECT gen_random_uuid(), %s, 1, %s, %s, %s
"""


@pytest.mark.parametrize("name", ["caseworker", "supervisor", "stranger", "police", "admin", "privacy", None])
def test_a_change_that_never_happened_cannot_be_logged(cast: Cast, name: str | None) -> None:
    """Neither of a foreign case or child nor of one's own: the database records changes, and the application none."""
    case, by = a_case(cast), cast.positions[name] if name else None
    for case_id, kind, owner in (
        (case.pk, "case", case.pk),
        (None, "child", case.child_id),
        (None, "", None),
    ):
        for verb in ("ROW_CREATE", "ROW_UPDATE", "ROW_DELETE", "CASE_VIEW"):
            refused(by, FORGED, verb, case_id, kind, owner)
    refused(by, "INSERT INTO security_event (uuid, verb) SELECT uuid, verb FROM security_event LIMIT 1")


TOKENS = (
    "SELECT pointer FROM security_searchtoken",
    "SELECT count(*) FROM security_searchtoken",
    "DELETE FROM security_searchtoken",
    "UPDATE security_searchtoken SET pointer = '\\x'",
    "INSERT INTO security_searchtoken (id, office_id, kind, token, object_id)"
    " VALUES (gen_random_uuid(), gen_random_uuid(), 'kana', 'x', gen_random_uuid())",
    "TABLE security_searchtoken",
    "TABLE security_searchplan",
    "UPDATE security_searchplan SET bits = 30",
    "TABLE security_searchcount",
    "UPDATE security_searchcount SET rows = 0",
)
PUT = "SELECT wall.put_tokens(%s, '{kana,child_exact}', %s, '{}', '{}', '{}', '{}', '{}')"
FIND = "SELECT pointer, object_id FROM wall.pointers(%s, %s, 0::smallint, 100)"


def _tokens(office_id: UUID) -> list[tuple[str, bytes, bytes]]:
    with as_owner():
        rows = SearchToken.objects.using("owner").filter(office_id=office_id)
        return sorted((row.kind, bytes(row.token), bytes(row.pointer or b"")) for row in rows)


@pytest.mark.parametrize("name", ["caseworker", "director", "stranger", "school", "admin", "privacy", None])
def test_search_tokens_of_an_office_cannot_be_read_or_written(cast: Cast, name: str | None) -> None:
    a_case(cast)
    for statement in TOKENS:
        refused(cast.positions[name] if name else None, statement)


def test_without_the_key_nobody_takes_a_child_out_of_the_search(cast: Cast) -> None:
    """Neither a colleague's record nor the own one: what takes a row away is derived from the index root."""
    foreign, own = a_case(cast, lead="other_section"), a_case(cast)
    before = _tokens(own.office_id)
    assert len(before) == 6
    guesses = [own.child_id.bytes, hashlib.sha256(own.child_id.bytes).digest(), *(row[2] for row in before)]
    for name in ("caseworker", "stranger", "police", None):
        by = cast.positions[name] if name else None
        for child in (foreign.child_id, uuid4()):
            refused(by, PUT, child, guesses, rule="indexed_by_right")
    ask(cast.caseworker, PUT, own.child_id, guesses)
    assert _tokens(own.office_id) == before


PLANT = (
    "SELECT wall.put_tokens(%s, '{}', %s, ARRAY['kana'], ARRAY[%s]::bytea[], ARRAY[%s]::bytea[], ARRAY[%s]::bytea[],"
    " ARRAY[%s]::smallint[])"
)


def _planted(cast: Cast, child: UUID, token: bytes, pointer: bytes, secret: bytes) -> None:
    release = hashlib.sha256(secret).digest()
    ask(cast.caseworker, PLANT, child, [], token, pointer, release, 0)


def test_an_editor_cannot_fill_a_token_with_rows(cast: Cast) -> None:
    """Neither with copies of a pointer nor with other bytes, in one call, in many, or beside another record's rows taken away."""
    one, other = a_case(cast), a_case(cast)
    ((_kind, token, pointer),) = [row for row in _tokens(one.office_id) if row[0] == "kana"][:1]
    spare = MOST_ROWS - 3
    for number in range(spare):
        _planted(cast, one.child_id, token, pointer if number % 2 else bytes([number]) * 92, b"%d" % number)
    more = (token, pointer, hashlib.sha256(b"more").digest(), 0)
    refused(cast.caseworker, PLANT, one.child_id, [], *more, rule="tokens_bounded")
    # Rows of the one taken away in the other's name give the one no further rows.
    taken = [b"%d" % number for number in range(spare)]
    ask(cast.caseworker, PLANT, other.child_id, taken, *more)
    refused(cast.caseworker, PLANT, one.child_id, [], *more, rule="tokens_bounded")
    assert len(_tokens(one.office_id)) <= 2 * MOST_ROWS
    with acting_as(cast.caseworker):
        found = search_exact(cast.caseworker, kana="タカハシヨシノ", birth_date=CHILD.birth_date)
        assert {case.pk for case in found} == {one.pk, other.pk}


def test_who_writes_a_child_whose_rows_are_full_replaces_them(cast: Cast) -> None:
    case = a_case(cast)
    for number in range(MOST_ROWS - 3):
        _planted(cast, case.child_id, b"", bytes([number]) * 92, b"%d" % number)
    with acting_as(cast.caseworker):
        facts = dataclasses.replace(CHILD, given_kana="ハナコ")
        update_child(case, facts, by=cast.caseworker)
        assert search_exact(cast.caseworker, kana="タカハシハナコ", birth_date=CHILD.birth_date) == [case]


@pytest.mark.parametrize(
    ("pointer", "release", "token", "version"),
    [
        (b"x" * 91, b"r" * 32, b"", 0),
        (b"x" * 44, b"r" * 32, b"", 0),
        (b"x" * 92, b"r" * 31, b"", 0),
        (b"x" * 92, b"r" * 32, b"t" * 33, 0),
        (None, b"r" * 32, b"", 0),
        (b"x" * 92, b"r" * 32, b"", 7),
    ],
)
def test_what_has_not_the_shape_of_a_token_is_not_stored(
    cast: Cast, pointer: bytes | None, release: bytes, token: bytes, version: int
) -> None:
    case = a_case(cast)
    values = token, pointer, release, version
    refused(cast.caseworker, PLANT, case.child_id, [], *values, rule="token_has_its_shape")


def test_who_knows_a_token_learns_how_many_have_it_in_the_own_office_and_not_who(cast: Cast) -> None:
    own = a_case(cast)
    a_case(cast, lead="other_section")
    for kind, token, _pointer in _tokens(own.office_id):
        for name in ("caseworker", "duty", "colleague"):
            found = ask(cast.positions[name], FIND, kind, [token])
            assert [object_id for _sealed, object_id in found] == [None, None]
        for other in ("stranger", "police", "privacy", None):
            by = cast.positions[other] if other else None
            assert ask(by, FIND, kind, [token]) == []


@pytest.mark.parametrize("name", ["colleague", "supervisor", "stranger", "privacy", None])
def test_the_cases_of_another_position_cannot_be_listed(cast: Cast, name: str | None) -> None:
    a_case(cast)
    by, asked = cast.positions[name] if name else None, "SELECT wall.own_case_ids(%s, 'view')"
    assert ask(by, asked, cast.caseworker.pk) == [([],)]
    refused(by, "SELECT wall.case_ids_for(%s, 'view')", cast.caseworker.pk)
    assert ask(cast.caseworker, asked, cast.caseworker.pk) != [([],)]


@pytest.mark.parametrize("name", ["other_section", "stranger", "police", None])
def test_who_works_on_a_foreign_case_is_not_told(cast: Cast, name: str | None) -> None:
    case = a_case(cast)
    team = "SELECT * FROM wall.positions_of_case(%s, ARRAY['lead', 'line', 'member', 'glass'])"
    assert ask(cast.positions[name] if name else None, team, case.pk) == []
    assert (cast.caseworker.pk,) in ask(cast.caseworker, team, case.pk)


def test_a_row_of_the_outbox_cannot_be_changed(cast: Cast) -> None:
    a_case(cast)
    for change in ("payload = '{}'", "kind = 'x'", "id = gen_random_uuid()", "created_at = now()"):
        refused(cast.caseworker, f"UPDATE security_outbox SET {change}")
    refused(cast.caseworker, "DELETE FROM security_outbox")


def test_notices_by_raw_sql_lead_to_no_foreign_address(cast: Cast) -> None:
    """Every notice is written by the database: of a known kind, with a reference and a page of the house."""
    tell = "SELECT wall.tell(ARRAY[%s]::uuid[], %s, %s, %s, 'a')"
    theirs = cast.colleague.pk
    for path in (
        "https://example.invalid/",
        "//example.invalid/",
        "javascript:x",
        "cases/",
        "/\\example.invalid",
    ):
        refused(cast.caseworker, tell, theirs, "case_assigned", "", path, rule="notice_of_known_form")
    refused(cast.caseworker, tell, theirs, "made_up", "", "/", rule="notice_of_known_form")
    for path in ("/cases/", "/", ""):
        ask(cast.caseworker, tell, theirs, "case_assigned", "KITA-2026-0001", path)
    with acting_as(cast.colleague):
        assert Notice.objects.count() == 3


def test_a_duty_of_a_foreign_case_is_told_by_nobody_who_cannot_open_it(cast: Cast) -> None:
    """Whoever knows a case and guesses a duty plants no notice of it, on no way to its page."""
    case, other = a_case(cast), a_case(cast)
    with acting_as(cast.caseworker):
        left = [leave_duty(one, TASK, cause=one.pk, owner=cast.caseworker.pk) for one in (case, other)]
    duty, foreign = (f"/cases/{one.case_id}/duties/{one.pk}/" for one in left)
    tell = "SELECT wall.tell(ARRAY[%s]::uuid[], %s, %s, %s, 'planted')"
    mine = cast.caseworker.pk, "duty_open", case.number
    for path in (duty, f"/x{duty}", f"/cases/{case.pk}/duties/{uuid4()}/"):
        refused(cast.stranger, tell, *mine, path, rule="notice_within_reach")
    refused(cast.stranger, tell, *mine, f"/police/..{duty}", rule="notice_within_reach")
    refused(cast.stranger, tell, *mine, "/police/../cases/", rule="notice_within_reach")
    refused(
        cast.stranger, tell, cast.caseworker.pk, "case_assigned", "", "/a/../b/", rule="notice_of_known_form"
    )
    # Of the own case: a duty that is there, and of that case.
    ask(cast.caseworker, tell, *mine, duty)
    for path in (
        f"/cases/{case.pk}/duties/{uuid4()}/",
        foreign.replace(str(other.pk), str(case.pk)),
        f"/cases/{case.pk}/",
        "/",
        "",
    ):
        refused(cast.caseworker, tell, *mine, path, rule="notice_within_reach")
    with acting_as(cast.caseworker):
        assert Notice.objects.filter(cause="planted").count() == 1


@pytest.mark.parametrize("kind", sorted(BY_DATABASE))
def test_what_the_watch_tells_is_told_by_no_session(cast: Cast, kind: str) -> None:
    """A warning is told once: who planted it beforehand, also on an own case, would keep the real one away."""
    case = a_case(cast)
    tell = "SELECT wall.tell(ARRAY[%s]::uuid[], %s, %s, %s, 'duty:1')"
    for path in (f"/cases/{case.pk}/", "/cases/", ""):
        told = cast.caseworker.pk, kind, case.number, path
        refused(cast.caseworker, tell, *told, rule="notice_within_reach")


GRANT = "SELECT wall.grant(gen_random_uuid(), %s, %s, %s, %s, NULL, %s, NULL)"


def _member_until_tomorrow(cast: Cast) -> Case:
    case = a_case(cast)
    tomorrow = timezone.now() + timedelta(days=1)
    ask(cast.caseworker, GRANT, case.pk, cast.colleague.pk, "member", "manage", tomorrow)
    return case


@pytest.mark.parametrize("days", [None, 2, 300])
@pytest.mark.parametrize("level", ["view", "manage"])
def test_an_own_grant_cannot_be_prolonged(cast: Cast, days: int | None, level: str) -> None:
    case = _member_until_tomorrow(cast)
    until = timezone.now() + timedelta(days=days) if days else None
    mine = (case.pk, cast.colleague.pk, "member", level, until)
    refused(cast.colleague, GRANT, *mine, rule="grant_not_prolonged")
    refused(
        cast.colleague, GRANT, case.pk, cast.colleague.pk, "lead", "manage", None, rule="grant_not_prolonged"
    )
    ask(cast.colleague, GRANT, case.pk, cast.colleague.pk, "member", level, timezone.now())
    ask(cast.caseworker, GRANT, *mine)


@pytest.mark.parametrize(("level", "days"), [("view", None), ("edit", None), ("manage", 1)])
def test_a_person_in_charge_is_one(cast: Cast, level: str, days: int | None) -> None:
    """Else the real one could be sent away, with somebody left who can do nothing or is gone tomorrow."""
    case = a_case(cast)
    until = timezone.now() + timedelta(days=days) if days else None
    refused(cast.caseworker, GRANT, case.pk, cast.colleague.pk, "lead", level, until, rule="case_has_lead")


def test_a_person_in_charge_who_has_left_does_not_count(cast: Cast) -> None:
    case = a_case(cast)
    ask(cast.caseworker, GRANT, case.pk, cast.colleague.pk, "lead", "manage", None)
    with as_owner():
        Position.objects.using("owner").filter(pk=cast.colleague.pk).update(ends_on="2021-01-01")
    with acting_as(cast.supervisor):
        own = Grant.objects.get(content_object=case, position=cast.caseworker, relation="lead")
    refused(cast.supervisor, "SELECT wall.revoke(%s)", own.pk, rule="case_has_lead")


def test_the_line_is_of_supervisors(cast: Cast) -> None:
    case = a_case(cast)
    for name in ("colleague", "duty"):
        refused(
            cast.supervisor,
            GRANT,
            case.pk,
            cast.positions[name].pk,
            "line",
            "manage",
            None,
            rule="grant_in_office",
        )
    ask(cast.supervisor, GRANT, case.pk, cast.supervisor2.pk, "line", "manage", None)


def test_a_session_is_not_kept_alive_beyond_its_idle_limit(cast: Cast) -> None:
    refused(cast.caseworker, "SELECT wall.touch(interval '9 hours')")
    with acting_as(cast.caseworker):
        ((before,),) = ask(None, "SELECT idle_until - now() FROM wall.my_sessions() WHERE is_this")
    assert before <= timedelta(minutes=15)


def test_the_application_moves_no_sequence(cast: Cast) -> None:
    """How many looks or changes there are elsewhere is nobody's to count."""
    for statement in ("nextval('{}')", "setval('{}', 1)", "currval('{}')"):
        for sequence in ("security_event_id_seq", "security_casetrace_id_seq", "security_mark_id_seq"):
            for alias in ("default", "audit", "gate"):
                with pytest.raises(Error, match="permission denied"), connections[alias].cursor() as cursor:
                    cursor.execute(f"SELECT {statement.format(sequence)}")


@pytest.mark.parametrize(
    "change", ["kind = 'police'", "police_desk = 'sho'", "code = 'xx'", "id = gen_random_uuid()"]
)
def test_the_kind_of_an_office_cannot_be_changed(cast: Cast, change: str) -> None:
    school = cast.offices["school"].pk
    refused(cast.admin, f"UPDATE agencies_office SET {change} WHERE id = %s", school)
    refused(
        cast.admin, "UPDATE agencies_office SET police_desk = 'sho' WHERE id = %s", cast.offices["support"].pk
    )
    ask(cast.admin, "UPDATE agencies_office SET telephone = '03-0000-0000' WHERE id = %s", school)


def test_where_every_key_is_destroyed_the_next_one_is_as_the_first(cast: Cast) -> None:
    """The last case of a small office was erased: the office still opens the next one."""
    erased = a_case(cast)
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE keys.data_key SET destroyed_at = now()")
    assert a_case(cast).pk != erased.pk
