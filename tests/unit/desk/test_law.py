"""The page of the law: what a docstring cites is found, and every article has a test that cites it too."""

from pathlib import Path

from config.embedded.place import BASE_DIR
from desk.management.law import WINGS, cited, law


def test_articles_are_found_in_every_kind_of_docstring(tmp_path: Path) -> None:
    folder = tmp_path / "cases"
    folder.mkdir()
    (folder / "rules.py").write_text(
        '"""Of 架空法1条."""\nDAYS = 7\n"""架空法2条の3."""\n'
        'class Kind:\n    """架空法3条4項."""\n    def at(self):\n        """架空法5条の6の7."""\n',
        encoding="utf-8",
    )
    assert cited(tmp_path, ("cases",)) == {
        "架空法1条": ["cases.rules"],
        "架空法2条の3": ["cases.rules.DAYS"],
        "架空法3条4項": ["cases.rules.Kind"],
        "架空法5条の6の7": ["cases.rules.Kind.at"],
    }
    assert "## 架空法1条\n\n- `cases.rules`\n" in law(tmp_path, "")


def test_every_article_has_a_test_that_cites_it() -> None:
    code, tests = cited(BASE_DIR, WINGS), cited(BASE_DIR, ("tests",))
    assert len(code) >= 9
    assert set(code) - set(tests) == set()
