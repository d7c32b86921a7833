"""The token table: found within one office and one's own cases, replaced as a whole, read by nobody."""

import dataclasses
import uuid
from datetime import date

import pytest
from django.db import IntegrityError, connections, transaction

from agencies.staff.acting import acting_as
from cases.records.queries import search_exact
from security.encryption.keyring import Failure, on_failure
from security.search.index import EXACT, SCHOOL, alike, candidates, put_tokens
from security.search.models import SearchToken
from security.search.tokens import FIRST, Value, tokens
from tests.cast import CHILD, Cast, a_case, as_owner

BORN = date(2013, 5, 1)


def test_put_find_replace_and_drop(cast: Cast) -> None:
    office, thing = cast.caseworker.office_id, a_case(cast).child_id
    with acting_as(cast.caseworker):
        put_tokens(office, thing, {"kana": "オオノ ユウコ", EXACT: ("オオノユウコ", BORN)})
        assert candidates(office, "kana", "ｵｵﾉﾕｳｺ") == [thing]
        assert candidates(office, EXACT, ("オオノ ユウコ", BORN)) == [thing]
        put_tokens(office, thing, {"kana": "タナカ ハナコ"})
        assert candidates(office, "kana", "たなかはなこ") == [thing]
        assert candidates(office, EXACT, ("オオノ ユウコ", BORN)) == [thing], "other kinds stay"
        put_tokens(office, thing, {}, instead_of=("kana", EXACT, SCHOOL))
        assert candidates(office, "kana", "たなかはなこ") == []
        assert candidates(office, EXACT, ("オオノ ユウコ", BORN)) == []
    assert rows_of(office) == []


def rows_of(office: uuid.UUID) -> list[SearchToken]:
    with as_owner():
        return list(SearchToken.objects.using("owner").filter(office_id=office).order_by("pk"))


def test_a_row_does_not_say_whose_it_is(cast: Cast) -> None:
    """Two records of one child share whole tokens and nothing else; no two rows of one record share anything."""
    one, other = a_case(cast), a_case(cast)
    rows = rows_of(one.office_id)
    assert len(rows) == 6
    for row in rows:
        hashes = 3 * 16 if row.kind == "kana" else 0
        assert (row.object_id, len(row.pointer or b"")) == (None, 12 + 16 + hashes + 16)
        seen = b"".join(map(bytes, (row.token, row.pointer or b"", row.release or b"")))
        assert one.child_id.bytes not in seen
        assert other.child_id.bytes not in seen
    assert (
        len({bytes(row.pointer or b"") for row in rows})
        == len({bytes(row.release or b"") for row in rows})
        == 6
    )


@pytest.mark.parametrize("born", [BORN, None])
@pytest.mark.parametrize("school", ["星見小学校", ""])
def test_of_children_without_a_birth_date_the_table_says_no_more_than_of_others(
    cast: Cast, born: date | None, school: str
) -> None:
    """Two of wholly the same reading have nothing the same but the cut token and, with a school, what ADR 7 names. How much is
    known of a child, its row of the reading does not show."""
    facts = dataclasses.replace(CHILD, birth_date=born, school=school)
    cases = [a_case(cast, child=facts) for _ in range(2)]
    rows = [row for row in rows_of(cases[0].office_id) if row.kind == "kana"]
    assert len(rows) == 2
    assert [len(bytes(row.pointer or b"")) for row in rows] == [92, 92]
    assert [len(bytes(row.token)) for row in rows] == [1, 1], "cut to 5 bits"
    pieces = [[bytes(row.pointer or b"")[at : at + 4] for at in range(89)] for row in rows]
    assert not set(pieces[0]) & set(pieces[1])
    with acting_as(cast.caseworker):
        name = "タカハシヨシノ"
        values: dict[str, Value] = {"kana": name, EXACT: (name, BORN), SCHOOL: (name, "月見小学校")}
        found = alike(cases[0].office_id, values)
    assert {one.record for one in found} == {case.child_id for case in cases}
    assert {one.birth_date for one in found} == {True if born else None}
    assert {one.school for one in found} == {False if school else None}


def test_a_reading_that_shares_its_token_is_told_from_it(cast: Cast) -> None:
    """Readings of an office of 3 children share 32 tokens; without a key of the child the same one is told from another."""
    office = cast.caseworker.office_id
    wanted = tokens(office, "kana", "タカハシヨシノ", FIRST)
    names = [
        f"ヨシ{chr(0x30A2 + number)}{chr(0x30A2 + other)}" for number in range(20) for other in range(20)
    ]
    near = next(name for name in names if tokens(office, "kana", f"タカハシ{name}", FIRST) == wanted)
    a_case(cast, child=dataclasses.replace(CHILD, given_kana=near))
    with acting_as(cast.colleague):
        assert len(candidates(office, "kana", "タカハシヨシノ")) == 1
        assert alike(office, {"kana": "タカハシヨシノ"}) == []
        assert [one.birth_date for one in alike(office, {"kana": f"タカハシ{near}"})] == [None]
    with acting_as(cast.stranger):
        assert alike(office, {"kana": f"タカハシ{near}"}) == []


def test_a_pointer_moved_to_another_token_leads_nowhere_and_is_recorded(cast: Cast) -> None:
    one = a_case(cast)
    other = a_case(cast, child=dataclasses.replace(CHILD, given_kana="ハナコ"))
    exact = [row for row in rows_of(one.office_id) if row.kind == EXACT]
    with as_owner():
        for row, pointer in zip(exact, [row.pointer for row in reversed(exact)], strict=True):
            SearchToken.objects.using("owner").filter(pk=row.pk).update(pointer=pointer)
    failures: list[Failure] = []
    on_failure(failures.append)
    with acting_as(cast.caseworker):
        assert candidates(one.office_id, EXACT, ("タカハシヨシノ", BORN)) == []
    assert [failure.place for failure in failures] == ["security_searchtoken.pointer"]
    assert other.child_id != one.child_id


def test_only_the_office_asks_for_its_tokens_and_what_is_not_visible_is_not_found(cast: Cast) -> None:
    case = a_case(cast)
    for position in (cast.caseworker, cast.colleague, cast.duty):
        with acting_as(position):
            assert candidates(case.office_id, EXACT, ("タカハシヨシノ", BORN)) == [case.child_id]
            found = search_exact(position, kana="タカハシヨシノ", birth_date=BORN)
            assert [one.pk for one in found] == ([case.pk] if position == cast.caseworker else [])
    for position in (cast.stranger, cast.police, cast.privacy, cast.admin):
        with acting_as(position):
            assert candidates(case.office_id, EXACT, ("タカハシヨシノ", BORN)) == []


@pytest.mark.parametrize("name", ["colleague", "stranger", "police", "admin"])
def test_search_tokens_cannot_be_planted_for_records_of_others(cast: Cast, name: str) -> None:
    case = a_case(cast)
    for thing in (case.child_id, uuid.uuid4()):
        with acting_as(cast.positions[name]), pytest.raises(IntegrityError), transaction.atomic():
            put_tokens(case.office_id, thing, {"kana": "タナカ"})


def test_the_search_uses_the_index(cast: Cast) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET ROLE wall")
        cursor.execute("SET enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT pointer FROM security_searchtoken"
            " WHERE office_id = %s AND kind = 'kana' AND token = '\\x0102'",
            [cast.caseworker.office_id],
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("RESET ROLE")
    assert "token_search" in plan
    assert "Index Cond" in plan
    assert "token = " in plan.split("Index Cond")[1].split("\n")[0]


def test_any_spelling_finds_the_child(cast: Cast) -> None:
    case = a_case(cast)
    with acting_as(cast.caseworker):
        for kana in ("タカハシ ヨシノ", "ﾀｶﾊｼ ﾖｼﾉ", "たかはし　よしの"):
            assert [found.pk for found in search_exact(cast.caseworker, kana=kana, birth_date=BORN)] == [
                case.pk
            ]
        assert search_exact(cast.caseworker, kana="タカハシ ヨシコ", birth_date=BORN) == []
