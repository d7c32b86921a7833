"""Every message of the code and the templates is in both catalogues, translated, and none is fuzzy."""

import ast
import re
from collections.abc import Iterator

import pytest

from config.embedded.messages import KEYWORDS, WINGS, read, used_messages
from config.embedded.place import BASE_DIR

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


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
        elif isinstance(message.id, tuple):
            named = set(PLACEHOLDER.findall(message.id[1]))
            assert all(set(PLACEHOLDER.findall(text)) == named for text in message.string or ()), message.id


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


VERB = re.compile(r"[るすうくぐつぬぶむ]$")
LISTS_WITH_A_FORM = {
    "delegations.html",
    "access_log.html",
    "person.html",
    "referral.html",
    "duty.html",
    "session.html",
    "version.html",
}
"""Pages that are about something, with a form below it: what they are about is their heading."""


def headings() -> Iterator[str]:
    """The headings of the pages that are a form, as the views and the templates of such pages have them."""
    for wing in WINGS:
        for path in (BASE_DIR / wing).rglob("*views*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.keyword) and node.arg == "heading":
                    yield from (str(call.args[0].value) for call, _inside in calls(node))  # type: ignore[attr-defined]  # a literal
    for path in (BASE_DIR / "templates").rglob("*.html"):
        source = path.read_text(encoding="utf-8")
        if '"form_card"' in source and path.name not in LISTS_WITH_A_FORM:
            yield from re.findall(r'"page_head" heading=_\("([^"]+)"\)', source)


def test_the_heading_of_a_form_is_the_verb_of_what_it_does() -> None:
    catalogue = read("ja")
    found = {heading: catalogue.get(heading) for heading in headings()}
    assert len(found) > 30
    said = {heading: message and str(message.string) for heading, message in found.items()}
    assert [heading for heading, text in said.items() if not VERB.search(text or "")] == []
