"""What a list selects is kept for the next one: the same SQL, the same joins and the same rows as when it was worked out."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections
from django.db.backends.postgresql import compiler as djangos
from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Value

from agencies.staff.models import Position, Staff
from cases.records.models import Grant
from config.postgresql import selected
from config.postgresql.compiler import SQLCompiler
from tests.cast import Cast

JOINED = Position.objects.select_related("staff", "office", "section")
TWICE = Grant.objects.select_related("position__staff", "granted_by__staff")
KEPT: dict[str, Callable[[], QuerySet[Any]]] = {
    "one table": Staff.objects.all,
    "with others": JOINED.all,
    "with one table twice": TWICE.all,
    "joined before by a condition": lambda: TWICE.filter(granted_by__staff__username="x"),
    "joined before by another": lambda: TWICE.filter(position__staff__username="x"),
    "where a condition may be empty": lambda: JOINED.filter(Q(section__name="x") | Q(staff__username="x")),
    "without a column": lambda: JOINED.defer("staff__kana", "role"),
    "only some columns": lambda: JOINED.only("role", "staff__name", "office__name", "section__name"),
    "locked": lambda: JOINED.select_for_update(of=("self", "staff")),
    "by the order of another table": lambda: TWICE.order_by("position__office__name", "granted_by__pk"),
    "under a condition in a subquery": lambda: Staff.objects.filter(
        Exists(JOINED.filter(staff=OuterRef("pk")))
    ),
    "without those who": lambda: JOINED.exclude(staff__positions__role="x"),
    "with a number": lambda: Staff.objects.annotate(many=Count("positions")),
    "with a number and others": lambda: JOINED.annotate(
        here=Exists(TWICE.filter(position=OuterRef("pk")))
    ).order_by("here"),
    "with a value": lambda: JOINED.annotate(typed=Value("x"), name=F("staff__name")).order_by(
        "-typed", "name"
    ),
    "cut": lambda: JOINED.order_by("pk")[2:5],
}
WORKED_OUT: dict[str, Callable[[], QuerySet[Any]]] = {
    "as values": lambda: Grant.objects.values("relation", case=F("content_object_id")),
    "with a relation of its own": lambda: Staff.objects.annotate(
        now=FilteredRelation("positions", condition=Q(positions__role="x"))
    ).select_related("now"),  # type: ignore[misc]  # a relation of this list alone
    "everything related": Position.objects.select_related,
}


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selected, "kept", {})


def compiled(maker: Any, rows: QuerySet[Any], with_names: bool) -> Any:
    """The SQL, and all that making it left behind."""
    query = rows.query
    made = maker(query, connection, "default")
    sql = made.as_sql(with_col_aliases=with_names)
    converters = made.get_converters([one[0] for one in made.select])
    return (
        sql,
        list(query.alias_map),
        query.alias_refcount,
        query.table_map,
        _infos(made.klass_info),
        {place: len(found) for place, (found, _column) in converters.items()},
        made.annotation_col_map,
    )


def _infos(info: Any) -> Any:
    """A ``klass_info`` that can be compared."""
    return info and (
        info["model"],
        info["select_fields"],
        [_infos(one) for one in info.get("related_klass_infos", ())],
    )


@pytest.mark.parametrize("named", [*KEPT, *WORKED_OUT])
@pytest.mark.parametrize("with_names", [False, True])
def test_the_second_time_is_as_the_first(
    named: str, with_names: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists = KEPT | WORKED_OUT
    monkeypatch.setattr(
        connections["default"], "get_autocommit", lambda: False
    )  # nothing is locked outside a transaction
    theirs = compiled(djangos.SQLCompiler, lists[named](), with_names)
    first = compiled(SQLCompiler, lists[named](), with_names)
    if named in KEPT:  # nothing is worked out again
        monkeypatch.setattr(djangos.SQLCompiler, "get_default_columns", None)
    assert theirs == first == compiled(SQLCompiler, lists[named](), with_names)
    assert bool(selected.kept) == (named in KEPT)


def test_an_annotation_is_made_each_time_and_not_kept() -> None:
    """What somebody typed may stand in it; and one that is never true has no SQL of its own."""

    def found(rows: QuerySet[Any], maker: Any = SQLCompiler) -> Any:
        return compiled(maker, rows, False)[0]

    for typed in ("架空一", "架空二"):
        rows = JOINED.annotate(typed=Value(typed))
        assert found(rows) == found(rows.all(), djangos.SQLCompiler)
        assert typed in found(rows.all())[1]
    assert "架空" not in repr(selected.kept)
    for condition in (TWICE.none(), TWICE.all(), TWICE.none()):
        rows = Position.objects.annotate(some=Exists(condition))
        assert found(rows) == found(rows.all(), djangos.SQLCompiler)


def test_further_conditions_after_the_columns_were_kept() -> None:
    """A list whose joins came from what was kept is asked further, and one that is asked again."""
    for _time in range(2):
        for maker in (djangos.SQLCompiler, SQLCompiler):
            rows = TWICE.all()
            compiled(maker, rows, False)
            further = rows.filter(granted_by__staff__username="x").exclude(position__role="x")
            again = [compiled(maker, one, False) for one in (rows, further, further.reverse())]
            if maker is djangos.SQLCompiler:
                theirs = again
        assert again == theirs


def test_the_same_rows(cast: Cast) -> None:
    asked = JOINED.using("gate").order_by("pk")
    seen, worked_out = [], []
    for _time in range(2):
        seen.append(
            [
                (one.pk, one.staff.name, one.office.name, one.section and one.section.name)
                for one in asked.all()
            ]
        )
        worked_out.append(len(selected.kept))
    assert seen[0] == seen[1]
    assert len(seen[0]) == len(cast.positions)
    assert worked_out[0] == worked_out[1] > 0


def test_no_more_than_so_many_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selected, "MOST", 2)
    for key in range(5):
        selected.keep(key, None)  # type: ignore[arg-type]  # what is kept does not matter
        assert len(selected.kept) <= 2
