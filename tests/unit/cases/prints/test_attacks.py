"""Prints under attack: foreign addresses, killed processes, and texts that no form was made for."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.db import connections
from django.urls import reverse

from agencies.staff.acting import acting_as
from cases.prints.models import Print
from cases.records import actions as records
from cases.records.panel import PEOPLE
from face import typeset
from tests.cast import Cast, a_case
from tests.client import signed_in
from tests.unit.cases.prints.test_prints import a_record, printed, words_on
from tests.unit.cases.prints.test_sheets import RARE, notified, sheet_of

AT = datetime(2026, 11, 28, 1, 31, tzinfo=UTC)
NAMES = ("form", "about", "number", "date", "to", "sender", "printed")
HEAD: dict[str, Any] = {**dict.fromkeys(NAMES, "x"), "seats": []}


def a_part(text: str) -> dict[str, Any]:
    """A listing with one narrow and one wide column."""
    columns = {"kind": "listing", "heading": "", "columns": ["a", "b"], "widths": [1, 3]}
    return columns | {"rows": [[text[:200], text]]}


def test_foreign_people_and_foreign_cases_get_no_print(cast: Cast) -> None:
    mine = a_record(cast)
    printed(cast, mine)
    with acting_as(cast.caseworker):
        row = Print.objects.get()
    here = reverse("print_pdf", args=[mine.pk, row.pk])
    for by in (cast.stranger, cast.police):
        assert signed_in(by).get(here).status_code == 404
    assert signed_in(cast.stranger).post(reverse("print_new", args=[mine.pk])).status_code == 404
    other = a_case(cast)
    assert signed_in(cast.caseworker).get(reverse("print_pdf", args=[other.pk, row.pk])).status_code == 404


def test_a_killed_process_uses_no_number_among_twenty_at_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    case = a_record(cast)
    killed = tmp_path / "setter.py"
    killed.write_text("import os\nos.kill(os.getpid(), 9)\n")
    monkeypatch.setattr(typeset, "SETTER", killed)
    assert printed(cast, case).status_code == 503
    monkeypatch.undo()

    def one(_turn: int) -> int:
        try:
            return int(printed(cast, case).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(one, range(20))) == {200}
    with acting_as(cast.caseworker):
        assert sorted(Print.objects.values_list("number", flat=True)) == list(range(1, 21))


@pytest.mark.parametrize("sign", ["ー", "y", "…", "。", "ぁ", "-", "?", "\u0416"])
def test_signs_without_a_place_to_break_stay_within_their_frame(sign: str) -> None:
    made = typeset.as_pdf(typeset.sheet(HEAD, [a_part(sign * 8000)]), AT)
    assert len(pypdf.PdfReader(io.BytesIO(made)).pages) > 1


def test_a_tab_or_a_joiner_is_not_missing_and_an_emoji_is() -> None:
    assert typeset.missing(["a\tb\u200dc\u3000d\ufeff\U000e0100", RARE]) == []
    assert typeset.missing(["a\U0001f600\u05e9"]) == ["\U0001f600", "\u05e9"]


def test_the_file_itself_tells_of_no_child(cast: Cast) -> None:
    reader = pypdf.PdfReader(io.BytesIO(printed(cast, a_record(cast)).content))
    about = {str(key): str(value) for key, value in (reader.metadata or {}).items()}
    assert about.keys() == {"/Title", "/Creator"}
    assert about["/Title"] == "経過記録"
    assert not reader.attachments


def test_the_reception_form_says_that_there_are_more_people(cast: Cast) -> None:
    case = notified(cast)
    person = dict.fromkeys(("kana", "age", "occupation", "telephone", "note"), "")
    with acting_as(cast.caseworker):
        for turn in range(PEOPLE):
            facts = person | {"role": "custodian", "name": f"人{turn}", "relation": "親族"}
            records.save_person(case, facts, by=cast.caseworker)
    assert "ほか" in sheet_of(cast, case, "reception_form")


def test_eight_thousand_characters_are_all_on_paper(cast: Cast) -> None:
    words = "".join(words_on(printed(cast, a_record(cast, "本日" * 4000))))
    assert words.count("本日") == 4000
