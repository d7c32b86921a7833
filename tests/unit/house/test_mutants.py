"""The faults that are tried by hand still fit the code: a table that has rotted would try nothing."""

from collections import Counter

import pytest

from config.embedded.place import BASE_DIR
from tests.mutants.table import Mutant, mutants
from tests.mutants.trial import copy_of, judged, run

LEAST = 130


def test_there_are_as_many_as_there_were() -> None:
    names = Counter(mutant.name for mutant in mutants())
    assert len(names) >= LEAST
    assert not [name for name, count in names.items() if count > 1]


@pytest.mark.parametrize("mutant", mutants(), ids=lambda mutant: mutant.name)
def test_each_fits_the_code_in_one_place(mutant: Mutant) -> None:
    assert (BASE_DIR / mutant.file).read_text(encoding="utf-8").count(mutant.old) == 1, mutant.what
    assert mutant.old != mutant.new
    assert all((BASE_DIR / path).exists() for path in mutant.tests)


MADE = """
import pytest
from agencies.staff.rules import Refused

def test_asserts():
    assert 1 == 2

def test_expects_a_refusal():
    with pytest.raises(Refused):
        pass

def test_meets_a_refusal():
    raise Refused("rule", "sentence")

def test_unpacks():
    (one,) = []

def test_imports():
    import nowhere

def test_divides():
    1 / 0

def test_needs(nothing):
    pass
"""


def test_a_test_has_found_a_fault_only_where_it_says_so() -> None:
    with copy_of(BASE_DIR) as copy:
        (copy / "tests" / "unit" / "test_made.py").write_text(MADE, encoding="utf-8")
        trial = run(copy, ["tests/unit/test_made.py"])
    assert {failure["test"].partition("::test_")[2]: failure["says_so"] for failure in trial.failed} == {
        "asserts": True,
        "expects_a_refusal": True,
        "meets_a_refusal": True,
        "unpacks": True,
        "imports": False,
        "divides": False,
        "needs": False,
    }
    assert trial.broken.startswith("tests/unit/test_made.py::test_imports raised ModuleNotFoundError")


FOUND = {"test": "t", "says_so": True, "why": "assert False"}


@pytest.mark.parametrize(
    ("ran", "was_read", "failed", "code", "verdict"),
    [
        (3, True, [FOUND], 1, "killed by t (assert False)"),
        (3, True, [], 0, "survived"),
        (3, False, [], 0, "broken: no test reads the faulty file"),
        (0, True, [], 5, "broken: no test ran"),
        (3, True, [], 2, "broken: pytest ended with 2"),
    ],
)
def test_a_run_that_says_nothing_is_broken(
    ran: int, was_read: bool, failed: list[dict[str, object]], code: int, verdict: str
) -> None:
    assert judged({"ran": ran, "was_read": was_read, "failed": failed}, code).verdict == verdict
