"""The sheet that explains custody to the child (児童用の説明書), in easy Japanese with readings above the characters.

Why, where, until when, that the child can say what it thinks (児童福祉法33条の3の3) and to whom. Its text is the office's for the
child's age (``agencies/wordings``); only the days, the place and who is in charge are filled in, and nothing of what happened.
"""

from collections.abc import Mapping
from datetime import date

import jaconv
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy, pgettext

from agencies.staff.models import Position
from agencies.wordings.codes import ASKED, About, Band, band_at
from agencies.wordings.queries import text_for
from cases.custody.models import CustodyDecision
from cases.outgoing.queries import Kept, goes_on_until, kept_by, kept_now, parts_of, starts_of
from cases.records.models import Case
from cases.records.panel import full_kana, full_name
from cases.records.queries import valid_leads
from face.paper import Late, NoSubject, Paper, Pieces, Plain, Sheet, Subject
from face.text import paragraphs, pieces
from face.wareki import age_on, format_datetime
from security.encryption.fields import value_of
from security.walls import clock


def _is_told(start: CustodyDecision) -> bool:
    """A child in custody is told at once: also where it was decided orally and waits to be confirmed."""
    return start.approved is True or start.is_oral


def _bands(case: Case) -> list[Band]:
    """The texts, that of the child's age first."""
    born = value_of(case.child.birth_date)
    own = band_at(age_on(born, clock.today())) if born else Band.FROM_10
    return sorted(ASKED, key=lambda band: (band is not own, ASKED.index(band)))


def _sheets(case: Case, _by: Position) -> list[Subject]:
    return [
        Subject(
            f"{start.pk}.{band.value}{kept_now(case, start).suffix}",
            f"{format_datetime(start.effective_at, style='short')} {band.label}",
            final=_is_told(start),
        )
        for start in starts_of(case)
        for band in _bands(case)
    ]


def _sheet(case: Case, _by: Position, key: str) -> Sheet:
    decision, about, number = parts_of(key)
    kept = kept_by(case, decision, number)
    if about not in ASKED or kept_now(case, kept.start).suffix != kept.suffix:
        raise NoSubject
    text = text_for(case.office, Band(about), clock.today(), About.CUSTODY)
    told = [pieces(part) for part in paragraphs(text.words)]
    return Sheet(
        to="",
        sender=case.office.name,
        parts=[
            Plain([_greeting(case), *told], rows=_rows(case, kept)),
        ],
        final=_is_told(kept.start),
    )


def _greeting(case: Case) -> Pieces:
    said = pgettext("after the name of a child", "this is for you")
    return [(full_name(case.child), jaconv.kata2hira(full_kana(case.child))), (said, "")]


def _rows(case: Case, kept: Kept) -> list[tuple[Pieces, Pieces]]:
    """From when until when, where, and who is in charge, as far as the record has it."""
    start = kept.start
    until = goes_on_until(case, start)
    lead = valid_leads(clock.now()).filter(content_object=case).select_related("position__staff").first()
    person = lead.position.staff if lead else None
    named = [(person.name, jaconv.kata2hira(person.kana))] if person else [("", "")]
    rows: list[tuple[str, Pieces]] = [
        (pgettext("said to a child", "Began on"), _day(localdate(start.effective_at))),
        (pgettext("said to a child", "Planned until"), _day(until) if until else [("", "")]),
        (pgettext("said to a child", "Place"), [(Late("place"), "")]),
        (pgettext("said to a child", "In charge"), named),
        (pgettext("said to a child", "Telephone"), [(case.office.telephone, "")]),
    ]
    return [(pieces(label), value) for label, value in rows]


def _day(day: date) -> Pieces:
    said = pgettext("a day, said to a child", "%(year)d-%(month)d-%(day)d")
    return [(said % {"year": day.year, "month": day.month, "day": day.day}, "")]


def _late(case: Case, key: str) -> Mapping[str, str]:
    """Where the child is. The sheet may be found by others: a withheld place is not on it."""
    decision, _about, number = parts_of(key)
    kept = kept_by(case, decision, number)
    if kept.is_withheld:
        return {"place": pgettext("said to a child", "Where you are now. Its name is not written here.")}
    return {"place": kept.place}


CHILDS_SHEET = Paper(
    code="custody_childs_sheet",
    label=gettext_lazy("Explanation of temporary custody, for the child"),
    panels=("custody", "stay", "child"),
    named=("custody",),
    subjects=_sheets,
    sheet=_sheet,
    late=_late,
    seats=False,
    samples=True,
    filled_at=("custody_start",),
)
