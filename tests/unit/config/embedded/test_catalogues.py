"""Catalogues are compiled without gettext's tools."""

import gettext
import os
from pathlib import Path

import pytest

from config.embedded.accounts import EmbeddedError
from config.embedded.catalogues import compile_catalogues

HEADER = (
    'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=1; plural=0;\\n"\n\n'
)


def catalogue(root: Path, entries: str) -> Path:
    source = root / "ja" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(HEADER + entries)
    return source


def test_compiles_once_and_again_when_the_source_changed(tmp_path: Path) -> None:
    source = catalogue(tmp_path, 'msgid "child"\nmsgstr "児童"\n\n#, fuzzy\nmsgid "case"\nmsgstr "箱"\n')
    assert compile_catalogues(tmp_path) == [source.with_suffix(".mo")]
    later = source.stat().st_mtime_ns + 1
    os.utime(source.with_suffix(".mo"), ns=(later, later))
    assert compile_catalogues(tmp_path) == []
    found = gettext.translation("django", str(tmp_path), ["ja"])
    assert (found.gettext("child"), found.gettext("case")) == ("児童", "case")
    after = source.with_suffix(".mo").stat().st_mtime_ns + 1
    os.utime(source, ns=(after, after))
    assert compile_catalogues(tmp_path) == [source.with_suffix(".mo")]


def test_a_broken_source_is_refused(tmp_path: Path) -> None:
    catalogue(tmp_path, 'msgid "child"\nmsgid "case"\nmsgstr ""\n')
    with pytest.raises(EmbeddedError, match="missing msgstr"):
        compile_catalogues(tmp_path)
