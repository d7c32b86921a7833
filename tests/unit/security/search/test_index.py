"""The token table: found within one office and one's own cases, replaced as a whole, read by nobody."""

import uuid
from datetime import date

import pytest
from django.db import IntegrityError, connections, transaction

from agencies.staff.acting import acting_as
from cases.records.queries import search_exact
from security.search.index import candidates, put_tokens
from tests.cast import Cast, a_case

BORN = date(2013, 5, 1)


def test_put_find_replace_and_drop(cast: Cast) -> None:
    office, thing = cast.caseworker.office_id, a_case(cast).child_id
    with acting_as(cast.caseworker):
        put_tokens(office, thing, {"kana": "オオノ ユウコ", "phone": "03-1111-2222"})
        assert candidates(office, "kana", "ｵｵﾉﾕｳｺ") == [thing]
        assert candidates(office, "phone", "０３ １１１１ ２２２２") == [thing]
        put_tokens(office, thing, {"kana": "タナカ ハナコ"})
        assert candidates(office, "kana", "オオノ ユウコ") == []
        assert candidates(office, "kana", "たなかはなこ") == [thing]
        assert candidates(office, "phone", "0311112222") == [thing], "other kinds stay"
        put_tokens(office, thing, {}, instead_of=("kana", "phone"))
        assert candidates(office, "kana", "たなかはなこ") == candidates(office, "phone", "0311112222") == []


def test_a_search_finds_no_case_that_is_not_visible(cast: Cast) -> None:
    case = a_case(cast)
    with acting_as(cast.caseworker):
        assert candidates(case.office_id, "kana_birth", ("タカハシヨシノ", BORN)) == [case.child_id]
    for position in (cast.colleague, cast.duty, cast.stranger, cast.police, cast.privacy, cast.admin):
        with acting_as(position):
            assert candidates(case.office_id, "kana_birth", ("タカハシヨシノ", BORN)) == []


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
            "EXPLAIN SELECT object_id FROM security_searchtoken"
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
