"""Unlike lists in one statement: each with its own rows, order and limit."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.directory.models import Office
from agencies.staff.acting import acting_as
from agencies.staff.models import Position, Staff
from face.together import read_together
from tests.cast import Cast


def test_each_list_is_as_if_read_alone(cast: Cast) -> None:
    def lists() -> tuple[object, ...]:
        return (
            Position.objects.select_related("staff").order_by("-pk")[:3],
            Office.objects.order_by("name"),
            Staff.objects.none(),
            Staff.objects.order_by("-kana", "pk")[1:4],
        )

    alone, together = lists(), lists()
    with acting_as(cast.director), CaptureQueriesContext(connection) as asked:
        read_together(*together)  # type: ignore[arg-type]  # querysets of several models
        read_together(*together)  # type: ignore[arg-type]  # what is read is not read again
        found = [list(rows) for rows in together]  # type: ignore[call-overload]
        names = [row.staff.name for row in found[0]]
    assert len(asked) == 1
    with acting_as(cast.director):
        assert found == [list(rows) for rows in alone]  # type: ignore[call-overload]
    assert [len(rows) for rows in found][::2] == [3, 0]
    assert len(names) == len(found[3]) == 3


@pytest.mark.parametrize("lists", [[], [0]])
def test_nothing_to_read_asks_nothing(cast: Cast, lists: list[int]) -> None:
    with CaptureQueriesContext(connection) as asked:
        read_together(*(Staff.objects.none() for _one in lists))
    assert len(asked) == 0


def test_lists_that_have_more_columns_than_a_statement_brings_are_read_in_several(cast: Cast) -> None:
    lists = [Position.objects.select_related("staff", "office")[:2] for _one in range(60)]
    with acting_as(cast.director), CaptureQueriesContext(connection) as asked:
        read_together(*lists)
        assert {len(list(rows)) for rows in lists} == {2}
    assert 1 < len(asked) < len(lists)
