"""Printing: a sheet is made, numbered and kept with its number; every print of it is drawn from what was kept."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.debug import sensitive_variables

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.prints.models import Print, SheetPrint
from cases.prints.rules import check_may_leave
from cases.prints.withholding import kept_back, withheld_of
from cases.records.models import Case
from cases.records.papers import printed_line
from face import typeset
from face.paper import NoSubject, Paper
from face.wareki import era_year, format_date
from security.encryption.fields import reveal
from security.walls import clock


@transaction.atomic
@sensitive_variables("row")
def print_sheet(case: Case, paper: Paper, key: str, *, by: Position) -> Print:
    """Make a sheet of what ``key`` names, and give it its number. A form is printed in Japanese, whatever the reader's language.

    It is set once before it is numbered: what cannot be set takes no number. Raises NoSubject, NotSet, and Refused for a
    sheet that the police may not have now; the database asks the same of it (``wall.sheet_gate``).
    """
    check_may_leave(case, paper, key, clock.now())
    row, final = _unnumbered(case, paper, key, by)
    if not final:
        raise NoSubject
    typeset.as_pdf(data_of(row, paper, by=by, at=row.printed_at), row.printed_at)
    row.save(force_insert=True)
    row.refresh_from_db(fields=["office", "fiscal_year", "number"])
    return row


def sample(case: Case, paper: Paper, key: str, *, by: Position) -> bytes:
    """The same sheet as a sample (見本): nothing is kept, and no number is given. Raises NoSubject, NotSet, Refused as above."""
    check_may_leave(case, paper, key, clock.now())
    row, _final = _unnumbered(case, paper, key, by)
    return typeset.as_pdf(data_of(row, paper, by=by, at=row.printed_at, is_sample=True), row.printed_at)


@sensitive_variables("kept")
def _unnumbered(case: Case, paper: Paper, key: str, by: Position) -> tuple[Print, bool]:
    """A print that is not stored yet, and whether what it says is final."""
    with override("ja"):
        sheet = paper.sheet(case, by, key)
        kept = {
            **sheet.as_data(),
            "form": str(paper.label),
            "about": _("Case %(number)s") % {"number": case.number},
            "mark": case.office.document_mark or case.office.name,
            "seats": case.office.seats if paper.seats else [],
        }
    row = Print(
        case=case,
        office=case.office,
        fiscal_year=0,  # this and the number are the database's
        number=0,
        paper=paper.code,
        subject=key,
        printed_by=by,
        printed_at=clock.now(),
        content=json.dumps(kept, ensure_ascii=False),
    )
    return row, sheet.final


@transaction.atomic
@sensitive_variables("data")
def issue(row: Print, paper: Paper, *, by: Position) -> bytes:
    """The sheet as PDF for a person who prints it now: the first time as it is, from then on as a reprint. Raises NotSet, and
    Refused where the police may not have it any more: what was printed before is not printed again."""
    now = clock.now()
    check_may_leave(row.case, paper, row.subject, now)
    if why := paper.why_not_again(row.case, row.subject):
        raise Refused("gate", why)
    first = Print.objects.filter(pk=row.pk, issued_at=None).update(issued_at=now) == 1
    return typeset.as_pdf(data_of(row, paper, by=by, at=now, again=not first), now)


def data_of(
    row: Print, paper: Paper, *, by: Position, at: datetime, again: bool = False, is_sample: bool = False
) -> dict[str, Any]:
    """What ``templates/paper/sheet.typ`` draws, with what is asked for at every print."""
    with override("ja"):
        kept = json.loads(reveal(row, "content") or "")
        kept = kept_back(kept, paper.late(row.case, row.subject), withheld_of(row.case))
        number = _("Sample, without a number") if is_sample else number_of(row, kept["mark"])
        head = dated_head(kept, number, row.printed_at, by=by, at=at, again=again)
        return typeset.sheet({**head, "sample": _("Sample") if is_sample else ""}, kept["parts"])


def dated_head(
    kept: Mapping[str, Any], number: str, printed_at: datetime, *, by: Position, at: datetime, again: bool
) -> dict[str, Any]:
    """What stands on each page of a sheet, with what is asked for at every print; ``kept`` is what was kept of it."""
    return {
        "form": kept["form"],
        "about": kept["about"],
        "number": number,
        "date": format_date(localdate(printed_at), style="western"),
        "to": kept["to"],
        "sender": kept["sender"],
        "seats": kept["seats"],
        "printed": printed_line(by, at, again=again),
    }


def number_of(row: Print | SheetPrint, mark: str) -> str:
    """As in 令和8年度 北児相第12号."""
    era, year = era_year(date(row.fiscal_year or localdate(row.printed_at).year, 4, 1))
    named = {"era": era.kanji if era else "", "year": year, "mark": mark, "number": row.number}
    return _("%(era)s %(year)d, %(mark)s no. %(number)d") % named
