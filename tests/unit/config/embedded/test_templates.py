"""The check of templates: what it finds, and what it lets pass."""

from pathlib import Path

import pytest

from config.embedded.templates import WIDTH, faults, main


@pytest.mark.parametrize(
    "line",
    [
        "<p>" + "x" * WIDTH + "</p>",
        '{% extends "base.html" %}{% load i18n %}',
        '{% url "case" 1 as url %}{% ui "link_button" url=url %}',
        '{% trans "Save" as label %}{% ui "button" label=label %}',
        '{% if row.is_late %}{% ui "badge" text=row.state %}{% endif %}',
        "{% if a %}{% for b in c %}{% if d %}x{% endif %}{% endfor %}{% endif %}",
    ],
)
def test_a_line_that_says_too_much_is_found(line: str) -> None:
    assert [number for number, _what in faults(f"<p></p>\n{line}\n")] == [2]


@pytest.mark.parametrize(
    "line",
    [
        '<div{% if a %} id="a"{% endif %}{% if b %} hidden{% endif %}{% if c %} lang="ja"{% endif %}>',
        "<dd>{% for a in b %}{{ a }}{% if not forloop.last %}, {% endif %}{% endfor %}</dd>",
        '{% block title %}{% trans "Cases" %}{% endblock %}',
        "    >える<ruby>何<rt>なに</rt></ruby",
    ],
)
def test_a_line_of_one_statement_passes(line: str) -> None:
    assert faults(line) == []


def test_the_check_fails_for_one_fault_and_for_no_template_at_all(tmp_path: Path) -> None:
    assert main(tmp_path) == 1
    (tmp_path / "a.html").write_text("<p>Good</p>\n")
    assert main(tmp_path) == 0
    (tmp_path / "b.html").write_text("{% load i18n %}{% load face %}\n")
    assert main(tmp_path) == 1
