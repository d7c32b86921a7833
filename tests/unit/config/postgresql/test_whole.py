"""The text of a plain statement is kept for the next one: with its own values, the same text and the same rows."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
from django.core.exceptions import EmptyResultSet
from django.db import connection, connections
from django.db.backends.postgresql import compiler as djangos
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value

from agencies.staff.models import Position, Staff
from config.postgresql import selected, whole
from config.postgresql.compiler import SQLCompiler
from tests.cast import Cast

JOINED = Position.objects.select_related("staff", "office", "section")
PLAIN: dict[str, Callable[[str], QuerySet[Any]]] = {
    "no condition": lambda _: Staff.objects.all(),
    "one value": lambda value: JOINED.filter(role=value),
    "two values": lambda value: JOINED.filter(role=value, staff__username=value),
    "one or the other": lambda value: JOINED.filter(Q(role=value) | Q(staff__username=value)),
    "not": lambda value: JOINED.exclude(role=value),
    "another row": lambda value: JOINED.filter(staff=Staff(pk=uuid5(NAMESPACE_URL, value))),
    "none": lambda value: JOINED.filter(section=None, role=value),
    "true": lambda value: Staff.objects.filter(is_active=True, username=value),
    "later": lambda value: Staff.objects.filter(username__gt=value),
    "cut": lambda value: JOINED.filter(role=value).order_by("-pk")[:2],
    "by the order of another table": lambda value: JOINED.filter(role=value).order_by("office__name", "pk"),
}
OTHER: dict[str, Callable[[], QuerySet[Any]]] = {
    "nothing": Staff.objects.none,
    "one of several": lambda: Staff.objects.filter(username__in=["caseworker", "director"]),
    "a column": lambda: Staff.objects.filter(username=F("name")),
    "a subquery": lambda: Staff.objects.filter(Exists(Position.objects.filter(staff=OuterRef("pk")))),
    "with a value": lambda: Staff.objects.annotate(typed=Value("x")),
    "locked": lambda: JOINED.select_for_update(of=("self",)),
    "each once": lambda: Staff.objects.order_by("name").distinct(),
    "from the second on": lambda: Staff.objects.order_by("pk")[1:3],
    "by a value": lambda: Staff.objects.order_by(F("kana").desc()),
    "some columns": lambda: Staff.objects.values("name"),
}


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selected, "kept", {})
    monkeypatch.setattr(whole, "kept", {})


def made(maker: Any, rows: QuerySet[Any]) -> Any:
    """The text, the values, the columns, and the tables of the query afterwards."""
    compiler = maker(rows.query, connection, "default")
    sql, values = compiler.as_sql(with_col_aliases=True)
    columns = [one[0] for one in compiler.select], compiler.col_count, compiler.annotation_col_map
    tables = list(rows.query.alias_map), dict(rows.query.alias_refcount), dict(rows.query.table_map)
    return sql, [*values], columns, tables


@pytest.mark.parametrize("name", PLAIN)
def test_the_second_has_the_text_of_the_first_and_its_own_values(cast: Cast, name: str) -> None:
    rows = PLAIN[name]
    first = made(SQLCompiler, rows("caseworker"))
    (kept,) = whole.kept.values()
    assert kept is not None
    second = made(SQLCompiler, rows("director"))
    assert len(whole.kept) == 1
    assert first == made(djangos.SQLCompiler, rows("caseworker"))
    assert second == made(djangos.SQLCompiler, rows("director"))
    assert first[0] == second[0]


@pytest.mark.parametrize("name", OTHER)
def test_any_other_statement_is_made_as_ever(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        connections["default"], "get_autocommit", lambda: False
    )  # nothing is locked outside a transaction
    for _time in range(2):
        with suppress(EmptyResultSet):
            made(SQLCompiler, OTHER[name]())
    assert not whole.kept


def test_the_rows_are_those_of_the_second(cast: Cast) -> None:
    for username in ("caseworker", "director", "nobody", "caseworker"):
        found = JOINED.using("gate").filter(staff__username=username)
        assert [row.staff.username for row in found] == ([] if username == "nobody" else [username])


def test_what_is_true_or_false_or_nothing_stands_in_the_text() -> None:
    asked = [
        Staff.objects.filter(is_active=True),
        Staff.objects.filter(is_active=False),
        JOINED.filter(section=None),
        JOINED.filter(section__isnull=False),
    ]
    texts = {made(SQLCompiler, rows)[0] for rows in asked}
    assert len(texts) == len(whole.kept) == 4


def test_all_are_forgotten_before_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole, "MOST", 2)
    for most in (1, 2, 3):
        made(SQLCompiler, Staff.objects.all()[:most])
    assert len(whole.kept) == 1


def test_a_connection_that_was_made_anew_is_asked(cast: Cast) -> None:
    """What is kept knows no connection: another thread, or another database, reads by its own."""
    rows = JOINED.using("gate").filter(role="director")
    before = {row.pk for row in rows.all()}
    connections["gate"].close()
    del connections["gate"]
    assert {row.pk for row in JOINED.using("gate").filter(role="director")} == before != set()
