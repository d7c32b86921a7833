"""What an encrypted value refuses before it is revealed. ``columns_types`` says what the type checker knows."""

import operator
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.template import Context, Engine
from django.template.base import Lexer, TokenType

from security.encryption.fields import EncryptedTextField, sealed_text
from security.encryption.keyring import Scope
from security.encryption.secret import UNREVEALED, Secret


@pytest.fixture
def secret(note_model: Any, scope: Scope, stored: Any, load: Any) -> Secret[str]:
    found: Secret[str] = load(note_model, stored(note_model(case_id=scope.owner, text="home"))).text
    return found


OPERATIONS: dict[str, Callable[[Any], object]] = {
    "equal": lambda secret: secret == "home",
    "equal, turned": lambda secret: "home" == secret,
    "not equal": lambda secret: secret != "home",
    "truth": bool,
    "not": operator.not_,
    "length": len,
    "contains": lambda secret: "h" in secret,
    "contained": lambda secret: secret in ("home", "foster"),
    "contained in a text": lambda secret: secret in "home",
    "a key": {"home": 1}.get,
    "less": lambda secret: secret < "home",
    "less or equal": lambda secret: secret <= "home",
    "greater": lambda secret: secret > "home",
    "greater or equal": lambda secret: secret >= "home",
    "iteration": list,
    "index": lambda secret: secret[0],
    "slice": lambda secret: secret[:3],
    "text": str,
    "f-string": lambda secret: f"{secret}",
    "format": lambda secret: f"{secret:>10}",
    "percent": lambda secret: "%s" % secret,  # noqa: UP031  (the old way is what is tested)
    "template": lambda secret: _rendered("{{ v }}", secret),
    "template, unescaped": lambda secret: _rendered("{% autoescape off %}{{ v }}{% endautoescape %}", secret),
    "template, default": lambda secret: _rendered("{{ v|default:'-' }}", secret),
    "template, filter": lambda secret: _rendered("{{ v|upper }}", secret),
    "template, if": lambda secret: _rendered("{% if v %}x{% endif %}", secret),
    "template, for": lambda secret: _rendered("{% for c in v %}x{% endfor %}", secret),
}
# Python itself refuses what an object that is no text cannot do.
NATIVE: dict[str, Callable[[Any], object]] = {
    "join": lambda secret: "".join([secret]),
    "add": lambda secret: secret + "",
    "add, turned": lambda secret: "" + secret,
    "regular expression": lambda secret: re.match("h", secret),
    "json": lambda secret: __import__("json").dumps(secret),
}


def _rendered(source: str, value: object) -> str:
    return Engine().from_string(source).render(Context({"v": value}))


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_would_answer_from_the_ciphertext_raises(secret: Secret[str], name: str) -> None:
    try:
        OPERATIONS[name](secret)
    except TypeError as error:
        said = str(error)
    else:
        pytest.fail(f"{name} gave an answer")
    assert said == UNREVEALED or "requires string as left operand" in said
    assert "reveal(" in UNREVEALED
    assert "words_of(" in UNREVEALED


@pytest.mark.parametrize("name", NATIVE)
def test_a_secret_is_no_text(secret: Secret[str], name: str) -> None:
    with pytest.raises(TypeError):
        NATIVE[name](secret)


def test_it_is_compared_with_none_and_with_another_secret(
    secret: Secret[str], note_model: Any, scope: Scope
) -> None:
    assert (secret == None) is False  # noqa: E711  (the comparison is what is tested)
    assert (secret != None) is True  # noqa: E711  (as above)
    assert secret == secret  # noqa: PLR0124  (as above)
    assert secret != note_model(case_id=scope.owner, text="home").text
    assert secret is not None
    assert sealed_text(secret)
    assert sealed_text(None) is None
    assert _rendered("{% if v is not None %}written{% endif %}", secret) == "written"


# Django gives False for a comparison within {% if %} that raises: such a line would never show and never fail.

TEMPLATES = Path(__file__).parents[4] / "templates"
CLEAR = frozenset(
    {
        "asked.section",
        "chosen.kind",
        "d.kind",
        "grant.relation",
        "line.number",
        "one.file.reached",
        "row.day",
        "row.items",
        "row.result",
        "e.answered_at",
        "panel.name",
        "person.age",
        "person.attitude",
        "person.occupation",
        "person.sex",
    }
)
"""Of the same name as an encrypted column, and none: clear columns, and texts that were revealed before."""
JOINING = frozenset({"not", "and", "or", "==", "!=", "<", ">", "<=", ">=", "in", "is"})


def _conditions() -> Iterator[tuple[str, list[str]]]:
    for path in sorted(TEMPLATES.rglob("*.html")):
        for token in Lexer(path.read_text()).tokenize():
            words = token.contents.split()
            if token.token_type is TokenType.BLOCK and words[:1] in (["if"], ["elif"]):
                yield f"{path.name}: {token.contents}", words[1:]


def test_templates_ask_an_encrypted_column_only_whether_it_was_written() -> None:
    names = {
        field.name
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, EncryptedTextField)
    }
    asked = [(where, words) for where, words in _conditions() if JOINING & set(words)]
    wrong = []
    for where, words in asked:
        for number, word in enumerate(words):
            is_sealed = "." in word and word.split(".")[-1] in names and word not in CLEAR
            if is_sealed and words[number + 1 : number + 3] not in (["is", "None"], ["is", "not"]):
                wrong.append(where)
    assert not wrong
    assert len(asked) > 30
