"""A sheet of an office (the minutes of a sitting, the progress list): each case under its own key, seen by its own readers."""

from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from agencies.staff.acting import acting_as
from cases.conferences.models import Sitting
from cases.conferences.sitting_paper import SITTING_MINUTES
from cases.prints.models import SheetPart, SheetPrint
from cases.records.actions import block_person
from cases.records.codes import Stage
from cases.records.models import Case
from cases.reviews.actions import sign_review
from cases.reviews.papers import key_of
from face.months import month_of
from security.audit.models import CaseTrace
from security.encryption.envelope import DecryptionError
from security.encryption.fields import reveal
from security.walls import clock
from tests.cast import Cast, as_owner
from tests.client import signed_in, text_of
from tests.unit.cases.conferences.test_conferences import (
    decide,
    draft,
    held,
    investigated,
    minutes,
    planned,
    put,
    stored,
)
from tests.unit.cases.prints.test_prints import a_record, printed, words_on
from tests.unit.cases.prints.test_withheld_home import AS_WRITTEN, home

FACTS = ("一人目の事実（架空）", "二人目の事実（架空）")


def sat(cast: Cast, *facts: str, cases: list[Case] | None = None) -> tuple[Sitting, list[Case]]:
    """A sitting with a decided item for each of these facts."""
    cases = cases or [investigated(cast) for _text in facts]
    sitting = planned(cast)
    for case in cases:
        put(cast, case, sitting)
    held(cast, sitting)
    for case, text in zip(cases, facts, strict=True):
        decide(cast, draft(cast, case, minutes(facts=text)))
    return sitting, cases


def sheet(cast: Cast, value: str, by: str = "caseworker") -> Any:
    """The answer to the button."""
    return signed_in(cast.positions[by]).post(reverse("sheet_new"), {"sheet": value}, follow=True)


def words_of_sitting(cast: Cast, sitting: Sitting, by: str = "caseworker") -> str:
    return "".join(words_on(sheet(cast, f"{SITTING_MINUTES.code}:{sitting.pk}", by)))


def the_print(cast: Cast) -> SheetPrint:
    with acting_as(cast.caseworker):
        return SheetPrint.objects.select_related("office").get()


def prints_traced(cast: Cast, by: str = "") -> list[tuple[list[UUID], list[str]]]:
    """The cases and panels that the access log has of prints, of everybody or of one person."""
    who = {"actor_id": cast.positions[by].staff_id} if by else {}
    with as_owner():
        rows = CaseTrace.objects.using("owner").filter(verb="CASE_PRINT", **who)
        return [(row.case_ids, row.panels) for row in rows]


def blocked(cast: Cast, case: Case, who: str) -> None:
    with acting_as(cast.director):
        block_person(case, cast.positions[who].staff, by=cast.director)


def test_a_sitting_is_printed_with_every_case_and_the_next_number(cast: Cast) -> None:
    printed(cast, a_record(cast))
    sitting, cases = sat(cast, *FACTS)
    words = words_of_sitting(cast, sitting)
    for word in (*FACTS, "会議録", "第2号", "北児童相談所", *(case.number for case in cases)):
        assert word in words, word
    row = the_print(cast)
    assert (row.number, row.fiscal_year) == (2, row.fiscal_year)
    page = signed_in(cast.caseworker).get(reverse("prints", args=[cases[0].pk]))
    assert reverse("sheet_pdf", args=[row.pk]) in page.content.decode()
    page = signed_in(cast.caseworker).get(reverse("sitting", args=[sitting.pk]))
    assert f"{row.fiscal_year}-2" in text_of(page)


def test_each_part_is_sealed_under_its_case_and_each_look_is_recorded(cast: Cast) -> None:
    sitting, cases = sat(cast, *FACTS)
    words_of_sitting(cast, sitting)
    row = the_print(cast)
    with acting_as(cast.caseworker):
        parts = list(SheetPart.objects.filter(sheet=row).select_related("case"))
        assert {part.case_id for part in parts} == {case.pk for case in cases}
        for part, fact in zip(parts, FACTS, strict=True):
            kept = reveal(part, "content") or ""
            assert [one for one in FACTS if one in kept] == [fact]
    (traced,) = prints_traced(cast)
    assert set(traced[0]) == {case.pk for case in cases}
    assert set(traced[1]) == {"sitting_form", "conferences", "child"}


def test_who_does_not_read_a_case_does_not_find_it_on_the_sheet(cast: Cast) -> None:
    sitting, cases = sat(cast, *FACTS)
    words_of_sitting(cast, sitting)
    row = the_print(cast)
    where = reverse("sheet_pdf", args=[row.pk])
    blocked(cast, cases[1], "supervisor")
    words = "".join(words_on(signed_in(cast.supervisor).get(where)))
    assert (FACTS[0] in words, FACTS[1] in words, cases[1].number in words) == (True, False, False)
    assert "再印刷" in words
    assert "ほか1件あります" in words
    assert [seen for seen, _panels in prints_traced(cast, "supervisor")] == [[cases[0].pk]]
    blocked(cast, cases[0], "supervisor")
    for by in (cast.supervisor, cast.other_section, cast.stranger, cast.police):
        assert signed_in(by).get(where).status_code == 404, by
    own = sheet(cast, f"{SITTING_MINUTES.code}:{sitting.pk}", "other_section")
    assert own["Content-Type"].startswith("text/html")
    with acting_as(cast.caseworker):
        assert SheetPrint.objects.count() == 1


def test_what_is_not_decided_is_not_on_it(cast: Cast) -> None:
    sitting, case = planned(cast), investigated(cast)
    put(cast, case, sitting)
    held(cast, sitting)
    draft(cast, case, minutes(facts=FACTS[0]))
    assert sheet(cast, f"{SITTING_MINUTES.code}:{sitting.pk}")["Content-Type"].startswith("text/html")
    page = text_of(signed_in(cast.caseworker).get(reverse("sitting", args=[sitting.pk])))
    assert "印刷" not in page.split("文書")[-1] or "決裁" in page
    with acting_as(cast.caseworker):
        assert not SheetPrint.objects.exists()


def test_a_withheld_address_of_one_is_on_no_line_of_the_sheet(cast: Cast) -> None:
    case, other = home(cast)
    with as_owner():
        Case.objects.using("owner").filter(pk__in=[case.pk, other.pk]).update(stage=Stage.INVESTIGATION)
    case, other = (stored(cast, one) for one in (case, other))
    sitting, _cases = sat(
        cast, f"父は{AS_WRITTEN}を知らない（架空）", f"本児は{AS_WRITTEN}にいる（架空）", cases=[case, other]
    )
    words = words_of_sitting(cast, sitting)
    assert "西町" not in words
    assert words.count("秘匿") >= 2


REFUSED = (DatabaseError, DecryptionError)
"""By the trigger or the policy; or there is no key to seal it with."""


def add_part(row: SheetPrint, case: Case) -> None:
    part = SheetPart(case=case, sheet=row, place=9)
    part.content = "{}"
    part.save(force_insert=True)


def test_nothing_is_added_to_a_sheet_that_has_its_number(cast: Cast) -> None:
    sitting, cases = sat(cast, FACTS[0])
    words_of_sitting(cast, sitting)
    row, more = the_print(cast), investigated(cast)
    for by, case in ((cast.caseworker, more), (cast.supervisor, more), (cast.stranger, cases[0])):
        with acting_as(by), pytest.raises(REFUSED), transaction.atomic():
            add_part(row, case)
    changed = SheetPrint.objects.filter(pk=row.pk)
    with (
        acting_as(cast.caseworker),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        changed.update(number=7)


def test_a_sheet_of_another_office_takes_no_number_there(cast: Cast) -> None:
    row = SheetPrint(office=cast.offices["minami"], fiscal_year=0, number=0, paper="x", subject="")
    row.printed_by, row.printed_at = cast.caseworker, clock.now()
    with acting_as(cast.caseworker), transaction.atomic():
        row.save(force_insert=True)
        row.refresh_from_db()
    assert row.office_id == cast.offices["kita"].pk


def progress(cast: Cast, by: str = "supervisor", key: str = "") -> Any:
    return sheet(cast, f"progress_list_form:{key or key_of(month_of(clock.today()), None)}", by)


def test_the_progress_list_is_printed_line_by_line(cast: Cast) -> None:
    cases = [a_record(cast), a_record(cast)]
    with acting_as(cast.supervisor):
        case = Case.objects.get(pk=cases[0].pk)
        sign_review(
            case,
            month_of(clock.today()),
            note="覚え（架空）",
            next_task="学校訪問（架空）",
            next_on=clock.today(),
            by=cast.supervisor,
        )
    words = "".join(words_on(progress(cast)))
    for word in ("進行管理", "学校訪問（架空）", "未点検", "2件中1件", *(case.number for case in cases)):
        assert word in words, word
    assert "覚え" not in words
    assert [set(seen) for seen, _panels in prints_traced(cast)] == [{case.pk for case in cases}]
    page = signed_in(cast.supervisor).get(reverse("review_list"))
    with acting_as(cast.supervisor):
        assert reverse("sheet_pdf", args=[SheetPrint.objects.get().pk]) in page.content.decode()


def test_the_list_is_printed_by_the_line_and_leaves_out_who_is_barred(cast: Cast) -> None:
    cases = [a_record(cast), a_record(cast)]
    blocked(cast, cases[1], "supervisor")
    words = "".join(words_on(progress(cast)))
    assert (cases[0].number in words, cases[1].number in words) == (True, False)
    assert progress(cast, "caseworker")["Content-Type"].startswith("text/html")
    with acting_as(cast.supervisor):
        where = reverse("sheet_pdf", args=[SheetPrint.objects.get().pk])
    assert signed_in(cast.caseworker).get(where).status_code == 404


@pytest.mark.parametrize("key", ["2026-13:", "1999-01:", "9999-01:", "x", "2026-11:x", ""])
def test_a_key_that_names_no_list_prints_nothing(cast: Cast, key: str) -> None:
    a_record(cast)
    answer = sheet(cast, f"progress_list_form:{key}", "supervisor")
    assert answer["Content-Type"].startswith("text/html")
    with acting_as(cast.supervisor):
        assert not SheetPrint.objects.exists()


def test_what_cannot_be_set_takes_no_number(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    sitting, _cases = sat(cast, FACTS[0])
    killed = tmp_path / "setter.py"
    killed.write_text("import os\nos.kill(os.getpid(), 9)\n")
    monkeypatch.setattr("face.typeset.SETTER", killed)
    assert sheet(cast, f"{SITTING_MINUTES.code}:{sitting.pk}").status_code == 503
    monkeypatch.undo()
    assert "第1号" in words_of_sitting(cast, sitting)
