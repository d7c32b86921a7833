"""Every message of the code and the templates is in both catalogues, translated, and none is fuzzy."""

import ast
from collections.abc import Iterator

import pytest

from config.embedded.messages import KEYWORDS, WINGS, read, used_messages
from config.embedded.place import BASE_DIR


@pytest.mark.parametrize("language", ["ja", "en"])
def test_nothing_is_untranslated_or_fuzzy(language: str) -> None:
    catalogue = read(language)
    wrong = []
    for (message, context), places in used_messages().items():
        known = catalogue.get(message, context)
        texts = (
            []
            if known is None
            else [known.string]
            if isinstance(known.string, str)
            else list(known.string or ())
        )
        if known is None or known.fuzzy or not texts or not all(texts):
            wrong.append(f"{places[0]}: {message!r}")
    assert not wrong, "run `make po` and translate:\n" + "\n".join(wrong)


def test_placeholders_are_the_same() -> None:
    """A translation that drops or invents a placeholder would fail at the moment it is shown."""
    for message in read("ja"):
        if isinstance(message.id, str) and message.id and "python-format" in message.flags:
            assert not message.check(), message.id


def calls(tree: ast.AST, inside: bool = False) -> Iterator[tuple[ast.Call, bool]]:
    """Every call of a gettext function, and whether it stands inside an f-string."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS:
            yield node, inside
        yield from calls(node, inside or isinstance(node, ast.JoinedStr))


def test_every_message_can_be_found_by_the_catalogue() -> None:
    """What stands in an f-string or in a variable is extracted by no tool, and would stay English without a word."""
    hidden = []
    for wing in WINGS:
        for path in sorted((BASE_DIR / wing).rglob("*.py")):
            for call, inside in calls(ast.parse(path.read_text(encoding="utf-8"))):
                first = call.args[0] if call.args else None
                if inside or not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
                    hidden.append(f"{path.relative_to(BASE_DIR)}:{call.lineno}")
    assert not hidden, "write the message as a literal of its own:\n" + "\n".join(hidden)
