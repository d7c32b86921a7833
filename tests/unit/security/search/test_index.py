"""The token table: found within one office, replaced as a whole, invisible to every other."""

import uuid
from datetime import date

import pytest
from django.db import Error, connections, transaction

from agencies.staff.acting import acting_as
from cases.records.queries import search_exact
from security.search.index import candidates, drop_tokens, put_tokens
from security.search.models import SearchToken
from tests.cast import Cast, a_case

BORN = date(2013, 5, 1)


def test_put_find_replace_and_drop(cast: Cast) -> None:
    office, thing = cast.caseworker.office_id, uuid.uuid4()
    with acting_as(cast.caseworker):
        put_tokens(office, thing, {"kana": "オオノ ユウコ", "phone": "03-1111-2222"})
        assert candidates(office, "kana", "ｵｵﾉﾕｳｺ") == [thing]
        assert candidates(office, "phone", "０３ １１１１ ２２２２") == [thing]
        put_tokens(office, thing, {"kana": "タナカ ハナコ"})
        assert candidates(office, "kana", "オオノ ユウコ") == []
        assert candidates(office, "kana", "たなかはなこ") == [thing]
        assert candidates(office, "phone", "0311112222") == [thing], "other kinds stay"
        drop_tokens(office, thing, "kana", "phone")
        assert not SearchToken.objects.filter(object_id=thing).exists()


def test_another_office_sees_no_token(cast: Cast) -> None:
    case = a_case(cast)
    with acting_as(cast.caseworker):
        assert candidates(case.office_id, "kana_birth", ("タカハシヨシノ", BORN)) == [case.child_id]
    for post in (cast.stranger, cast.police, cast.privacy, cast.admin):
        with acting_as(post):
            assert not SearchToken.objects.exists()
            assert candidates(case.office_id, "kana_birth", ("タカハシヨシノ", BORN)) == []


def test_nobody_plants_tokens_in_another_office(cast: Cast) -> None:
    with acting_as(cast.stranger), transaction.atomic():
        with pytest.raises(Error):
            put_tokens(cast.caseworker.office_id, uuid.uuid4(), {"kana": "タナカ"})
        transaction.set_rollback(True)


def test_the_search_uses_the_index(cast: Cast) -> None:
    with acting_as(cast.caseworker), connections["default"].cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT object_id FROM security_searchtoken"
            " WHERE office_id = %s AND kind = 'kana' AND token = '\\x0102'",
            [cast.caseworker.office_id],
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
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
