"""The clock is an argument: rules never read it, and of the models only properties for templates do (ADR 45)."""

import ast
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType

import pytest
from django.apps import apps
from django.db.models import Model
from django.utils.functional import cached_property

from config.embedded.place import BASE_DIR
from tests.unit.house.test_habits import ours, text_of

READS = frozenset({"now", "today", "utcnow"})
"""Calls that read a clock whatever their arguments."""
READS_UNTOLD = frozenset({"localtime", "localdate"})
"""Calls that read it when no moment is given."""
RULES = ours("/rules.py")
MODELS = ours("/models.py")


def calls(source: ast.AST) -> Iterator[str]:
    """The calls within ``source`` that read a clock."""
    for node in ast.walk(source):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in READS or (name in READS_UNTOLD and not node.args and not node.keywords):
                yield name


def timed_properties(model: type[Model]) -> set[str]:
    """The properties of a model that read the clock, also through one another."""
    names = {name: property_ for name in dir(model) if (property_ := _code_of(model, name)) is not None}
    found = {"clock"}
    while more := {name for name, words in names.items() if words & found} - found:
        found |= more
    return found - {"clock"}


def _code_of(model: type[Model], name: str) -> set[str] | None:
    value = next((vars(base)[name] for base in model.__mro__ if name in vars(base)), None)
    function = value.fget if isinstance(value, property) else getattr(value, "func", None)
    if not isinstance(value, property | cached_property) or not isinstance(function, FunctionType):
        return None
    return set(function.__code__.co_names)


TIMED = {model.__name__: timed_properties(model) for model in apps.get_models()}


def timed_reads(source: str) -> list[str]:
    """Where ``source`` reads such a property, but of a parameter whose model has none of that name."""
    names = set().union(*TIMED.values())
    found = []
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef):
            models = {
                argument.arg: ast.unparse(argument.annotation)
                for argument in function.args.args
                if argument.annotation is not None
            }
            for node in ast.walk(function):
                if isinstance(node, ast.Attribute) and node.attr in names:
                    of = models.get(ast.unparse(node.value), "")
                    if of not in TIMED or node.attr in TIMED[of]:
                        found.append(f"{function.name}: {ast.unparse(node)}")
    return found


@pytest.mark.parametrize("path", RULES)
def test_rules_never_read_the_clock(path: str) -> None:
    source = text_of(path)
    assert list(calls(ast.parse(source))) == []
    assert timed_reads(source) == []


def test_models_read_the_clock_in_properties_alone() -> None:
    read = [
        (path, function.name)
        for path in MODELS
        for function in ast.walk(ast.parse(text_of(path)))
        if isinstance(function, ast.FunctionDef) and any(calls(function)) and not _is_property(function)
    ]
    assert read == []


def _is_property(function: ast.FunctionDef) -> bool:
    return [ast.unparse(decorator) for decorator in function.decorator_list] in (
        ["property"],
        ["cached_property"],
    )


def test_there_is_something_to_look_at() -> None:
    assert len(RULES) >= 12
    assert {Path(BASE_DIR, path).exists() for path in RULES} == {True}
    assert TIMED["Disclosure"] >= {"state", "state_label", "badge"}
    assert TIMED["Position"] == {"is_current"}
    assert "state" not in TIMED["Clock"]


@pytest.mark.parametrize(
    "source",
    [
        "def due(row: Disclosure) -> bool:\n    return row.state is State.ENDED",
        "def due(rows: list[Disclosure]) -> bool:\n    return any(row.is_usable for row in rows)",
    ],
)
def test_a_timed_property_is_found(source: str) -> None:
    assert timed_reads(source)
    assert not timed_reads("def due(limit: Clock) -> bool:\n    return limit.state is ClockState.RUNNING")


@pytest.mark.parametrize("reading", ["timezone.now()", "clock.today()", "localdate()", "datetime.now(UTC)"])
def test_a_reading_is_found(reading: str) -> None:
    assert list(calls(ast.parse(reading)))
    assert not list(calls(ast.parse("localdate(now)")))
