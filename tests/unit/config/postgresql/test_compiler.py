"""The shorter way to an order leads to the same SQL as Django's own."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql import compiler as djangos
from django.db.models import Count, F, QuerySet

from agencies.staff.models import Position, Staff
from cases.records.models import Case, Grant
from config.postgresql.compiler import SQLCompiler

JOINED = Position.objects.select_related("staff", "office", "section")
LISTS: dict[str, Callable[[], QuerySet[Any]]] = {
    "by the model's own order": JOINED.all,
    "by names of other tables": lambda: JOINED.order_by("-office__name", "staff__kana"),
    "by a name that was given": lambda: JOINED.annotate(kana=F("staff__kana")).order_by("-kana", "starts_on"),
    "by a number of rows": lambda: Staff.objects.annotate(many=Count("positions")).order_by(
        "many", "username"
    ),
    "by an expression": lambda: JOINED.order_by(F("staff__kana").desc(nulls_last=True), "starts_on"),
    "by a selected expression": lambda: Case.objects.values(at=F("opened_at")).order_by(F("at").desc()),
    "by values": lambda: Grant.objects.values("relation", case=F("content_object_id")).order_by("case"),
    "turned round": lambda: JOINED.order_by("staff__kana").reverse(),
    "of two lists": lambda: (
        Case.objects.values_list("pk", "opened_at")
        .union(Case.objects.values_list("pk", "opened_at"), all=True)
        .order_by("-opened_at")
    ),
    "by chance": lambda: JOINED.order_by("?"),
    "in no order": JOINED.order_by,
}


@pytest.mark.parametrize("named", LISTS)
@pytest.mark.parametrize("with_names", [False, True])
def test_the_same_sql(named: str, with_names: bool) -> None:
    ours, theirs = (
        maker(LISTS[named]().query, connection, "default").as_sql(with_col_aliases=with_names)
        for maker in (SQLCompiler, djangos.SQLCompiler)
    )
    assert ours == theirs
    assert ("ORDER BY" in ours[0]) == (named != "in no order")


@pytest.mark.parametrize(("maker", "keyed"), [(SQLCompiler, False), (djangos.SQLCompiler, True)])
def test_no_column_is_made_a_key(maker: type[djangos.SQLCompiler], keyed: bool) -> None:
    """If Django's way has changed, either ours is no longer taken or it is not needed any more."""
    listed = Grant.objects.select_related("position__staff", "granted_by__staff").order_by("starts_at")
    made = maker(listed.query, connection, "default")
    made.as_sql()
    # Of a table that is joined twice Django keeps the columns of the first join from query to query.
    again = [one for one, _sql, _name in made.select if one.alias != one.target.model._meta.db_table]
    assert len(again) > 10
    assert [("identity" in vars(one)) for one in again] == [keyed] * len(again)


def test_the_product_asks_for_it() -> None:
    assert type(JOINED.query.get_compiler("default")) is SQLCompiler
