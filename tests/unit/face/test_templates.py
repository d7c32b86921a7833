"""Sweeps over all templates and sources: nothing inline, everything translated, no names in titles."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
WINGS = ("face", "security", "agencies", "cases", "referrals", "desk", "config")
SOURCES = sorted(path for wing in WINGS for path in (ROOT / wing).rglob("*.py"))
JAPANESE = re.compile("[\u3041-\u30fa\u30fc-\u30ff\u4e00-\u9fff]")

# Japanese as data, not as text for the reader: era names and signs, folding tables, the stored word 不詳.
JAPANESE_IS_DATA = {
    "agencies/wordings/rules.py": "the words by whose sound a text is known to say what is true",
    "cases/interviews/rules.py": "the words by which the police are known in a field that must not name them",
    "desk/management/law.py": "how a law and its articles are named",
    "face/wareki.py": "era names and the written form of dates, the same in every catalogue",
    "face/typed_dates.py": "words and signs with which days and times are typed",
    "face/addresses.py": "how an address is written, and folded to be compared",
    "face/text.py": "folding tables of dashes and kana",
    "cases/records/models.py": "the stored word for an unknown reading",
    "cases/intake/rules.py": "how it is written that a child told something unasked",
    "security/search/names.py": "folding tables of name variants",
    "agencies/directory/codes.py": "the usual boxes for approval, as forms have them",
    "agencies/migrations/0005_paper.py": "the same, as an office has them at first",
    "face/fields.py": "the stored word for an unknown reading and the first year of an era",
    "referrals/disclosures/names.py": "how names and birth dates are written in a text, and what stands for one nobody knows",
}


def strip_django(source: str) -> str:
    """A template without its tags and comments, so that only markup and text remain."""
    return re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", "", source, flags=re.DOTALL)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_inline_style_script_or_handler(path: Path) -> None:
    markup = strip_django(path.read_text(encoding="utf-8"))
    assert not re.search(r"\sstyle\s*=|<style\b", markup, re.IGNORECASE)
    assert not re.search(r"\son[a-z]+\s*=", markup, re.IGNORECASE)
    assert not re.search(r"javascript:|hx-on|hx-vals\s*=\s*['\"]?js", markup, re.IGNORECASE)
    assert all("src=" in tag for tag in re.findall(r"<script\b[^>]*>", markup))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_text_of_a_template_is_japanese_beside_the_catalogue(path: Path) -> None:
    # A line that begins with the end of a tag goes on from the one before (config/embedded/templates.py).
    for line in re.sub(r"\n\s*>", ">", path.read_text(encoding="utf-8")).splitlines():
        # A line marked lang="ja" is Japanese in every language on purpose (the product's name).
        assert 'lang="ja"' in line or not JAPANESE.search(line), f"{path.name}: {line.strip()}"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_english_sentence_is_in_the_catalogue(path: Path) -> None:
    source = re.sub(
        r"{% blocktrans.*?{% endblocktrans %}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL
    )
    source = re.sub(r"<!doctype html>|<[^<>]*>", " ", strip_django(source), flags=re.IGNORECASE)
    words = re.findall(r"[A-Za-z]{3,}", source.replace("Tomoshibi", ""))
    assert not words, words


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_space_follows_a_colon(path: Path) -> None:
    """The English colon brings its space; after the Japanese one (：) there is none, and the end of a line is one."""
    assert not re.search(r'{% trans ": " %}\s', path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_title_names_no_person(path: Path) -> None:
    """A case number or a reference may stand in a title; it shows in the browser's history and in screen shares."""
    for title in re.findall(
        r"{% block title %}(.*?){% endblock %}", path.read_text(encoding="utf-8"), re.DOTALL
    ):
        given = dict(re.findall(r"(\w+)=([\w.]+)", title))
        shown = [given.get(name, name) for name in re.findall(r"{{\s*([\w.]+)[^}]*}}", title)]
        assert all(name == "heading" or name.endswith((".number", ".reference")) for name in shown), shown


def test_a_heading_that_a_view_gives_is_a_text_of_the_catalogue() -> None:
    """It becomes the title of `form_page.html`, where no name may stand."""
    views = [path for path in SOURCES if path.stem.endswith("views") or path.parent.name == "views"]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in views]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    given = [word.value for call in calls for word in call.keywords if word.arg == "heading"]
    texts = [choice for text in given for choice in _choices(text)]
    assert len(texts) > 20
    assert all(isinstance(text, ast.Call) and ast.unparse(text.func) == "_" for text in texts)


def _choices(text: ast.expr) -> list[ast.expr]:
    return [text.body, text.orelse] if isinstance(text, ast.IfExp) else [text]


def strings_of(source: str) -> list[tuple[int, str]]:
    """The string literals of a Python source with their lines, docstrings and comments left out."""
    tree = ast.parse(source)
    spoken = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            # Docstrings and the notes under a field are expressions that stand alone.
            spoken |= {id(item.value) for item in body if isinstance(item, ast.Expr)}
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spoken
    ]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_source_text_is_japanese_beside_the_catalogue(path: Path) -> None:
    name = str(path.relative_to(ROOT))
    japanese = [
        (line, text) for line, text in strings_of(path.read_text(encoding="utf-8")) if JAPANESE.search(text)
    ]
    assert not japanese or name in JAPANESE_IS_DATA, japanese


SEARCHED = "it asks for a list, and is soon typed again; what was searched is never kept"
NO_DRAFTS = {
    "agencies/administration/people.html": SEARCHED,
    "agencies/training/attended.html": "it chooses the year and the course of the list that is printed",
    "agencies/training/years.html": SEARCHED,
    "agencies/vacancies/board.html": SEARCHED,
    "cases/finding/case_list.html": SEARCHED,
    "cases/finding/child_form.html": SEARCHED,
    "cases/diagnoses/facility.html": "what is not submitted is saved by a button of its own",
    "cases/finding/find_box.html": SEARCHED,
    "cases/handover/new.html": "it chooses from whom the form below it hands over",
    "cases/reviews/review_list.html": SEARCHED,
    "desk/audit/filter.html": SEARCHED,
    "desk/case/stream_filter.html": SEARCHED,
    "parts/masthead.html": SEARCHED,
}
"""Templates with a form in which one types and that has no button 「下書きとして保存」, and why."""


def test_every_form_in_which_one_types_keeps_drafts_or_says_why_not() -> None:
    """`{% drafts form %}` asks whether the form is long; of a form that is never kept :data:`NO_DRAFTS` says why."""
    written = r'<select|<textarea|<input(?![^>]*type="(?:hidden|checkbox|radio)")'
    typed = re.compile(rf"{{{{ (?:[\w.]*form|box|by_child) }}}}|as_field_group|{written}")
    forms = [
        (str(path.relative_to(ROOT / "templates")), form)
        for path in TEMPLATES
        for form in re.findall(r"<form .*?</form>", path.read_text(encoding="utf-8"), re.DOTALL)
    ]
    asked = [(name, form) for name, form in forms if typed.search(form)]
    assert len(asked) > 15
    needed = (
        "{% drafts form %}",
        *(f'{{% include "components/draft_{part}.html" %}}' for part in ("button", "line")),
    )
    assert {name for name, form in asked if any(part not in form for part in needed)} == {*NO_DRAFTS}


def test_every_template_that_another_names_is_there() -> None:
    named = re.compile(r'\{% (?:include|extends) "([^"]+)"')
    asked = {name for path in TEMPLATES for name in named.findall(path.read_text(encoding="utf-8"))}
    assert len(asked) > 20
    assert {name for name in asked if not (ROOT / "templates" / name).exists()} == set()


def test_every_exception_is_still_needed() -> None:
    for name in JAPANESE_IS_DATA:
        texts = strings_of((ROOT / name).read_text(encoding="utf-8"))
        assert any(JAPANESE.search(text) for _line, text in texts), name


@pytest.mark.parametrize("path", sorted((ROOT / "static/css").rglob("*.css")), ids=lambda path: path.name)
def test_styles_work_in_browsers_of_2022(path: Path) -> None:
    source = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert ":has(" not in source
    assert "@layer" not in source
    assert "@container" not in source
    # Nesting: a block opened inside a rule that is not an at-rule. A margin box of a page is passed over by browsers without it.
    flat = re.sub(r"@media[^{]*{|@supports[^{]*{|@page[^{]*{", "", source)
    assert not re.search(r"{[^{}]*{", flat)
