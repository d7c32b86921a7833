"""The faults that are tried by hand still fit the code: a table that has rotted would try nothing."""

from collections import Counter

import pytest

from config.embedded.place import BASE_DIR
from tests.mutants.table import Mutant, mutants

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
