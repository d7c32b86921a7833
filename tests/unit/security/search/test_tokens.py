"""Tokens: short enough to be shared, bound to kind and office, planned by the office's own size."""

import uuid
from datetime import date
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from security.search import tokens as module
from security.search.tokens import FIRST, KINDS, Plan, bits_for, parts_for, term, tokens

OFFICE, OTHER = uuid.uuid4(), uuid.uuid4()
BORN = date(2012, 4, 2)
WIDE = Plan(1, 13)


@given(rows=st.integers(0, 10**9))
def test_a_plan_keeps_its_promise(rows: int) -> None:
    bits = bits_for(rows)
    if rows < 256:
        assert bits == 0, "so few are all read"
    else:
        assert 8 <= rows / 2**bits <= sqrt(rows)
        assert rows / 2 ** (bits + 1) < 8, "no longer token would do"


@pytest.mark.parametrize(("rows", "bits"), [(255, 0), (256, 5), (1_000, 6), (20_000, 11), (1_000_000, 16)])
def test_plans(rows: int, bits: int) -> None:
    assert bits_for(rows) == bits


@given(rows=st.integers(1, 10**6), hottest=st.integers(0, 10**6))
def test_a_frequent_name_is_spread(rows: int, hottest: int) -> None:
    assert hottest / parts_for(rows, hottest) <= sqrt(rows)
    assert parts_for(rows, 1) == 1


def test_no_kind_is_a_small_field() -> None:
    assert set(KINDS) == {"child_exact", "child_school", "kana"}
    assert [name for name, kind in KINDS.items() if kind.whole] == ["child_exact", "child_school"]


def test_a_token_depends_on_kind_office_and_key() -> None:
    (one,) = tokens(OFFICE, "kana", "タナカ ハナコ", WIDE)
    assert [one] == tokens(OFFICE, "kana", "たなかはなこ", WIDE)
    assert len(one) == 2
    names = [f"ナマエ{chr(0x30A2 + number)}" for number in range(40)]
    alike = [
        name for name in names if tokens(OFFICE, "kana", name, WIDE) == tokens(OTHER, "kana", name, WIDE)
    ]
    assert len(alike) < 5


def test_a_token_is_cut_to_its_bits() -> None:
    some = [f"ナマエ{chr(0x30A2 + one)}{chr(0x30A2 + other)}" for one in range(50) for other in range(50)]
    seen = {tokens(OFFICE, "kana", name, WIDE)[0] for name in some}
    assert all(int.from_bytes(found, "big") % 8 == 0 for found in seen), "13 of 16 bits"
    assert 1500 < len(seen) < 2500, "some share a token, most do not"
    assert tokens(OFFICE, "kana", "タナカ", Plan(1, 0)) == [b""]
    assert len({tokens(OFFICE, "kana", name, FIRST)[0] for name in some}) == 2**FIRST.bits


def test_each_part_is_another_token() -> None:
    spread = tokens(OFFICE, "kana", "タナカ", Plan(1, 13, parts=5))
    assert len(set(spread)) == len(spread) == 5
    assert len(set(tokens(OFFICE, "kana", "タナカ", Plan(1, 5, parts=30)))) == 30, "none fall together"
    assert spread[:1] == tokens(OFFICE, "kana", "タナカ", WIDE)


def test_a_whole_token_knows_no_plan() -> None:
    whole = tokens(OFFICE, "child_exact", ("タナカ ハナコ", BORN), WIDE)
    assert whole == tokens(OFFICE, "child_exact", ("ﾀﾅｶ ﾊﾅｺ", BORN), Plan(7, 3, parts=4))
    assert [len(token) for token in whole] == [32]
    assert whole != tokens(OFFICE, "child_exact", ("タナカ ハナコ", date(2012, 4, 3)), WIDE)


def test_a_school_is_the_same_next_year_and_is_nothing_by_itself() -> None:
    def of(school: str) -> list[bytes]:
        return tokens(OFFICE, "child_school", ("タナカ ハナコ", school), FIRST)

    assert of("青空小学校") == of("青空小学校　３年") == of("青空小学校4年2組")
    assert of("青空小学校") != of("青空中学校")
    for nothing in ("", "3年", "・"):
        with pytest.raises(ValueError):
            of(nothing)


def test_the_log_keeps_no_token() -> None:
    found = term(OFFICE, "kana", "タナカ")
    assert found == term(OFFICE, "kana", "タナカ")
    assert bytes.fromhex(found) not in {*tokens(OFFICE, "kana", "タナカ", Plan(1, 256))}
    assert term(OFFICE, "kana", "") == ""


NOTHING: list[tuple[str, module.Value]] = [
    ("kana", ""),
    ("kana", "・"),
    ("child_exact", ("・", BORN)),
    ("child_school", ("・", "青空小")),
]


@pytest.mark.parametrize(("kind", "value"), NOTHING)
def test_nothing_to_search_is_refused(kind: str, value: module.Value) -> None:
    with pytest.raises(ValueError):
        tokens(OFFICE, kind, value, FIRST)


def test_wrong_values_and_kinds_are_refused() -> None:
    with pytest.raises(TypeError):
        tokens(OFFICE, "child_exact", "タナカ", FIRST)
    with pytest.raises(TypeError):
        tokens(OFFICE, "kana", ("タナカ", BORN), FIRST)
    with pytest.raises(KeyError):
        tokens(OFFICE, "sex", "female", FIRST)


def test_another_index_root_gives_other_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    from security.encryption.providers import InMemoryProvider

    names = [f"ナマエ{chr(0x30A2 + number)}" for number in range(50)]
    before = [tokens(OFFICE, "kana", name, WIDE) for name in names]
    other = InMemoryProvider()
    monkeypatch.setattr(module, "get_provider", lambda: other)
    assert sum(old == tokens(OFFICE, "kana", name, WIDE) for old, name in zip(before, names, strict=True)) < 5
