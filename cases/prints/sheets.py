"""Printing a sheet of an office: numbered once, what it has of each case kept under the key of that case.

Whoever opens it is shown the parts of the cases they read, as on the page; who reads none of them is answered as if there were
no such print.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import override
from django.views.decorators.debug import sensitive_variables

from agencies.staff.models import Position
from cases.prints.actions import dated_head, number_of
from cases.prints.models import SheetPart, SheetPrint
from cases.prints.queries import MOST
from cases.prints.withholding import kept_back, withheld_on
from cases.records.models import Case
from cases.records.queries import with_keys
from face import typeset
from face.paper import NoSubject, OfficePaper, OfficeSheet, joined
from security.encryption.fields import reveal
from security.walls import clock


def parts_on(row: SheetPrint) -> list[SheetPart]:
    """What the reader sees of a print: the parts of the cases that the wall shows, with their keys loaded."""
    parts = list(SheetPart.objects.filter(sheet=row).select_related("case__child", "case__office"))
    with_keys(part.case for part in parts)
    return parts


@transaction.atomic
@sensitive_variables("sheet", "head", "parts")
def print_office_sheet(paper: OfficePaper, key: str, *, by: Position) -> SheetPrint:
    """Make a sheet of what ``key`` names, of the cases that ``by`` reads, and give it its number. In Japanese, whatever the
    reader's language. It is set once before it is numbered: what cannot be set takes no number. Raises NoSubject, NotSet."""
    with override("ja"):
        sheet = paper.sheet(by, key)
        if not sheet.of_cases or len(sheet.of_cases) > MOST:
            raise NoSubject
        head = _head(paper, sheet, by)
    row = SheetPrint(office=by.office, fiscal_year=0, number=0, paper=paper.code, subject=key, printed_by=by)
    row.printed_at = clock.now()
    cases = {
        one.pk: one for one in Case.objects.filter(pk__in=sheet.of_cases).select_related("child", "office")
    }
    with_keys(cases.values())
    parts = []
    for place, (pk, told) in enumerate(sheet.of_cases.items()):
        part = SheetPart(case=cases[pk], sheet=row, place=place)
        part.content = json.dumps({"head": head, "parts": [asdict(one) for one in told]}, ensure_ascii=False)
        parts.append(part)
    typeset.as_pdf(_data_of(row, paper, parts, by=by, at=row.printed_at), row.printed_at)
    row.save(force_insert=True)
    row.refresh_from_db(fields=["office", "fiscal_year", "number"])
    SheetPart.objects.bulk_create(parts)
    return row


def _head(paper: OfficePaper, sheet: OfficeSheet, by: Position) -> dict[str, Any]:
    return {
        "form": str(paper.label),
        "about": sheet.about,
        "mark": by.office.document_mark or by.office.name,
        "seats": by.office.seats if paper.seats else [],
        "to": "",
        "sender": sheet.sender,
        "parts": sheet.head_as_data(),
    }


@transaction.atomic
@sensitive_variables("parts")
def issue_sheet(row: SheetPrint, paper: OfficePaper, parts: Sequence[SheetPart], *, by: Position) -> bytes:
    """The parts that ``by`` reads as PDF: the first time as it is, from then on as a reprint. Raises NotSet."""
    now = clock.now()
    first = SheetPrint.objects.filter(pk=row.pk, issued_at=None).update(issued_at=now) == 1
    return typeset.as_pdf(_data_of(row, paper, parts, by=by, at=now, again=not first), now)


@sensitive_variables("kept", "head", "told", "withheld")
def _data_of(
    row: SheetPrint,
    paper: OfficePaper,
    parts: Sequence[SheetPart],
    *,
    by: Position,
    at: datetime,
    again: bool = False,
) -> dict[str, Any]:
    """What ``templates/paper/sheet.typ`` draws. Through the same gate as every sheet: what is withheld of one of the cases, or of
    anybody of their homes, is in no part."""
    with override("ja"):
        withheld = withheld_on([part.case for part in parts])
        told: list[dict[str, Any]] = []
        head: dict[str, Any] = {}
        for part in parts:
            kept = json.loads(reveal(part, "content") or "")
            head = head or kept["head"]
            told += kept_back({"parts": kept["parts"]}, {}, withheld[part.case_id])["parts"]
        besides = paper.besides(by, row.subject, len(parts))
        last = [{"kind": "text", "heading": "", "text": besides}] if besides else []
        return typeset.sheet(
            dated_head(head, number_of(row, head["mark"]), row.printed_at, by=by, at=at, again=again),
            [*head["parts"], *joined(told), *last],
        )
