"""Names written in many ways: what is one name is found, and the names falsely found as one are listed."""

import unicodedata

import jaconv
import pytest

from security.search.names import KANJI_GROUPS, name_key, number_key
from tests.unit.security.search.corpus import DIFFERENT, FAMILY, GIVEN, PAGE, SAME, SHARED, document


def generated() -> list[tuple[str, str]]:
    """Each name and each way an office might have typed it."""
    found = []
    for number, family in enumerate(FAMILY):
        full = f"{family} {GIVEN[number % len(GIVEN)]}"
        spellings = {
            jaconv.kata2hira(full),
            jaconv.z2h(full),
            full.replace(" ", "　"),
            full.replace(" ", ""),
            full.replace(" ", "・"),
            full.translate(str.maketrans("ァィゥェォッャュョ", "アイウエオツヤユヨ")),
            unicodedata.normalize("NFD", full),
            full.replace("ヅ", "ズ").replace("ヂ", "ジ"),
            full.replace("ウ ", "ー ").replace("オオ", "オー"),
        }
        found += [(full, spelling) for spelling in sorted(spellings)]
    for group in KANJI_GROUPS.split():
        found += [(f"{group[0]}山", f"{variant}山") for variant in group[1:]]
        found += [(f"{group[0]}山", f"{group[0]}\U000e0100山")]
    return found


def test_the_corpus_is_large_enough() -> None:
    assert len(set(SAME)) == len(SAME) >= 500
    assert len({*DIFFERENT, *SHARED}) == len(DIFFERENT) + len(SHARED) >= 150
    assert all(one != two for one, two in [*SAME, *DIFFERENT, *SHARED])
    assert sum(len(group) - 1 for group in KANJI_GROUPS.split()) >= 60
    everything = "".join(KANJI_GROUPS.split())
    assert len(everything) == len(set(everything)), "no character stands in two groups"


@pytest.mark.parametrize("pairs", [SAME, generated()], ids=["curated", "generated"])
def test_recall_is_complete(pairs: list[tuple[str, str]]) -> None:
    assert [
        (one, two, name_key(one), name_key(two)) for one, two in pairs if name_key(one) != name_key(two)
    ] == []
    assert all(name_key(one) for one, _two in pairs)


def test_different_names_have_different_keys() -> None:
    assert [(one, two) for one, two in DIFFERENT if name_key(one) == name_key(two)] == []


def test_the_false_pairs_are_the_listed_ones() -> None:
    assert PAGE.read_text() == document(), "write it again: python -m tests.unit.security.search.corpus"
    assert [(one, two) for one, two in SHARED if name_key(one) != name_key(two)] == []
    names = [*FAMILY, *GIVEN, *(name for pair in DIFFERENT for name in pair)]
    by_key: dict[str, set[str]] = {}
    for name in names:
        by_key.setdefault(name_key(name), set()).add(name)
    assert [sorted(shared) for shared in by_key.values() if len(shared) > 1] == []


def test_a_key_is_its_own_key() -> None:
    for one, _two in [*SAME, *generated()]:
        assert name_key(name_key(one)) == name_key(one), one


@pytest.mark.parametrize("nothing", ["", " ", "　", "・", "ー", "\U000e0100", "-"])
def test_nothing_to_search(nothing: str) -> None:
    assert name_key(nothing) == ""


@pytest.mark.parametrize("marks", ["々々", "ヽ", "々田", "ヾ々", "佐々々木", "一々ゝ々"])
def test_loose_repetition_marks_end(marks: str) -> None:
    assert isinstance(name_key(marks), str)


@pytest.mark.parametrize(
    "typed", ["R7-cgc-0001", "Ｒ７－ＣＧＣ－０００１", "r7‐CGC−0001 ", "R7 - CGC - 0001"]
)
def test_case_numbers(typed: str) -> None:
    assert number_key(typed) == "R7-CGC-0001"
