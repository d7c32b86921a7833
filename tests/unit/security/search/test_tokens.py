"""Tokens: short enough to be shared, bound to kind and office, and planned by a rule that refuses what tells
too much.
"""

import uuid
from datetime import date
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from security.search import tokens
from security.search.tokens import KINDS, ROWS, NotIndexable, plan, token

OFFICE, OTHER = uuid.uuid4(), uuid.uuid4()
BORN = date(2012, 4, 2)


@given(rows=st.integers(0, 10**9), population=st.integers(0, 10**12))
def test_a_plan_keeps_its_promise_or_refuses(rows: int, population: int) -> None:
    try:
        bits = plan(rows, population)
    except NotIndexable:
        return
    coincidences = rows / min(2**bits, population)
    assert population >= 16
    assert bits >= 1
    assert 2 <= coincidences <= sqrt(rows)
    assert rows / 2 ** (bits + 1) < 2, "no longer token would do"


@pytest.mark.parametrize(("rows", "bits"), [(16, 3), (100, 5), (20_000, 13), (1_000_000, 18)])
def test_plans(rows: int, bits: int) -> None:
    assert plan(rows, 10**9) == bits


@pytest.mark.parametrize(
    ("rows", "population"), [(10_000, 2), (10_000, 15), (0, 10**6), (1, 10**6), (3, 10**6), (10**6, 100)]
)
def test_what_is_refused(rows: int, population: int) -> None:
    with pytest.raises(NotIndexable):
        plan(rows, population)


def test_every_kind_can_be_planned_and_none_is_a_small_field() -> None:
    assert set(KINDS) == {"kana_birth", "child_exact", "kana", "case_number", "phone"}
    assert [name for name, kind in KINDS.items() if kind.whole] == ["child_exact"]
    for kind in KINDS.values():
        assert plan(ROWS, kind.population) == 13


def test_a_token_depends_on_kind_office_and_key() -> None:
    one = token(OFFICE, "kana", "タナカ ハナコ")
    assert one == token(OFFICE, "kana", "たなかはなこ")
    assert len(one) == 2
    names = [f"ナマエ{chr(0x30A2 + number)}" for number in range(40)]
    for office, kind in ((OTHER, "kana"), (OFFICE, "case_number")):
        assert sum(token(OFFICE, "kana", name) == token(office, kind, name) for name in names) < 5


def test_a_token_is_cut_to_its_bits() -> None:
    seen = {token(OFFICE, "phone", f"03-{number:08}") for number in range(3000)}
    assert all(int.from_bytes(found, "big") % 8 == 0 for found in seen), "13 of 16 bits"
    assert 1500 < len(seen) < 3000, "some share a token, most do not"


def test_kana_and_birth_date() -> None:
    assert token(OFFICE, "kana_birth", ("タナカ ハナコ", BORN)) == token(
        OFFICE, "kana_birth", ("ﾀﾅｶ ﾊﾅｺ", BORN)
    )
    days = {token(OFFICE, "kana_birth", ("タナカ ハナコ", date(2012, 4, day))) for day in range(1, 29)}
    assert len(days) > 20


@pytest.mark.parametrize(
    ("kind", "value"), [("kana", ""), ("kana", "・"), ("phone", "none"), ("case_number", " ")]
)
def test_nothing_to_search_is_refused(kind: str, value: str) -> None:
    with pytest.raises(ValueError):
        token(OFFICE, kind, value)


def test_wrong_values_and_kinds_are_refused() -> None:
    with pytest.raises(TypeError):
        token(OFFICE, "kana_birth", "タナカ")
    with pytest.raises(TypeError):
        token(OFFICE, "kana", ("タナカ", BORN))
    with pytest.raises(KeyError):
        token(OFFICE, "sex", "female")


def test_another_index_root_gives_other_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    from security.encryption.providers import InMemoryProvider

    names = [f"03-{number:08}" for number in range(50)]
    before = [token(OFFICE, "phone", name) for name in names]
    other = InMemoryProvider()
    monkeypatch.setattr(tokens, "get_provider", lambda: other)
    assert sum(old == token(OFFICE, "phone", name) for old, name in zip(before, names, strict=True)) < 5
