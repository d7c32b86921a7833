"""Codes are typed from the form to the rule: no action, rule, list or form takes one as text."""

import ast
from collections.abc import Iterator

import pytest

from tests.unit.house.test_habits import ours, text_of

CODES = frozenset(
    [
        "act",
        "acts",
        "channel",
        "consent",
        "ground",
        "grounds",
        "heard",
        "kind",
        "least",
        "level",
        "method",
        "outcome",
        "place_kind",
        "purpose",
        "relation",
        "relations",
        "role",
        "sex",
        "source",
        "stage",
        "state",
        "stay_after",
        "track",
        "urgency",
        "verdict",
    ]
)
"""Names of parameters and of fields of dataclasses that carry a code."""
PARTS = ("/actions.py", "/rules.py", "/listing.py", "/forms.py", "/queries.py")
TYPED = [
    path
    for path in ours(".py")
    if path.startswith(("agencies/", "cases/", "referrals/")) and path.endswith(PARTS)
]
AS_TEXT = {
    ("cases/decisions/actions.py", "named", "act"),  # from an address; an unknown one raises
    ("cases/records/queries.py", "rank", "relation"),  # of the access log: "receiver", and unknown ones
}
"""Where a code is text, as an address or the access log has it."""


def untyped(source: str) -> Iterator[tuple[str, str]]:
    """Function or class, and name, of each code that is annotated as text."""
    for node in ast.walk(ast.parse(source)):
        named: list[tuple[str, ast.expr | None]] = []
        if isinstance(node, ast.FunctionDef):
            named = [(one.arg, one.annotation) for one in (*node.args.args, *node.args.kwonlyargs)]
        elif isinstance(node, ast.ClassDef):
            fields = [one for one in node.body if isinstance(one, ast.AnnAssign)]
            named = [(ast.unparse(one.target), one.annotation) for one in fields]
        for name, annotation in named:
            if name in CODES and annotation is not None and "str" in _names(annotation):
                yield (getattr(node, "name", ""), name)


def _names(annotation: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)}


def test_no_code_is_taken_as_text() -> None:
    assert len(TYPED) >= 30
    found = {(path, *where) for path in TYPED for where in untyped(text_of(path))}
    assert found == AS_TEXT


@pytest.mark.parametrize(
    "source",
    [
        "def move(case: Case, stage: str) -> None: ...",
        "def ask(*, grounds: Iterable[str]) -> None: ...",
        "class Facts:\n    kind: str | None = None",
    ],
)
def test_a_code_taken_as_text_is_found(source: str) -> None:
    assert list(untyped(source))
    assert not list(untyped("def move(case: Case, stage: Stage, name: str) -> None: ..."))
