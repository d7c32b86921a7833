"""The admission sheet (一時保護連絡票) on paper, for a place that has no account: what it must know of the child, and no more.

What happened to the child and where the family lives are not on it. A facility with a desk of its own reads the sheet there.
"""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.staff.models import Position
from cases.outgoing.entrusting import addressee, asked_of_place, place_facts, withheld_advice
from cases.outgoing.queries import Kept, kept_by, kept_now, parts_of, starts_of
from cases.records.codes import Answer
from cases.records.models import Case
from cases.shelter.models import PlaceSheet
from cases.shelter.panel import called
from cases.shelter.queries import place_sheet_of
from face.paper import Facts, Late, NoSubject, Paper, Part, Sheet, Subject, Text, Value
from face.wareki import format_datetime
from security.encryption.fields import value_of, words_of


def _sheets(case: Case, _by: Position) -> list[Subject]:
    return [
        Subject(
            f"{start.pk}.sheet{kept_now(case, start).suffix}",
            f"{format_datetime(start.effective_at, style='short')} {words_of(kept_now(case, start).row.place_kind)}",
            final=start.approved is True or start.is_oral,
        )
        for start in starts_of(case)
        if place_sheet_of(case, start) is not None
    ]


def _kept(case: Case, key: str) -> tuple[Kept, PlaceSheet]:
    """The place that a key names, and what was written for it last. Raises NoSubject."""
    decision, about, number = parts_of(key)
    kept = kept_by(case, decision, number)
    sheet = place_sheet_of(case, kept.start)
    if about != "sheet" or sheet is None:
        raise NoSubject
    return kept, sheet


def _sheet(case: Case, _by: Position, key: str) -> Sheet:
    kept, sheet = _kept(case, key)
    if kept_now(case, kept.start).suffix != kept.suffix:
        raise NoSubject
    parts: list[Part] = [
        Facts(
            [
                (_("Name of the child"), called(sheet)),
                (_("Reading"), f"{words_of(sheet.family_kana)}　{words_of(sheet.given_kana)}"),
                (_("Birth date"), words_of(sheet.birth_date)),
                (_("Sex"), words_of(sheet.sex)),
            ],
            heading=_("The child"),
        ),
        Facts(place_facts(case, kept, _("There since")), columns=1),
        Facts(_health(sheet), heading=_("Health and danger"), columns=1),
        Facts(
            [
                (_("Who may call or come"), words_of(sheet.may_come)),
                (_("Who must not call or come"), words_of(sheet.must_not_come) or _("none")),
                (_("What the child must not be asked"), words_of(sheet.not_to_ask)),
            ],
            heading=_("Who may call or come, and what not to ask"),
            columns=1,
        ),
        Text(_("What we ask of you"), asked_of_place()),
        Facts(
            [
                (_("Written by"), f"{sheet.written_by.staff.name} {format_datetime(sheet.written_at)}"),
            ],
            columns=1,
        ),
    ]
    return Sheet(
        to=Late("to"),
        sender=_("Head of %(office)s") % {"office": case.office.name},
        parts=parts,
        final=kept.start.approved is True or kept.start.is_oral,
    )


def _health(sheet: PlaceSheet) -> list[tuple[str, Value]]:
    period = words_of(sheet.period)
    return [
        (_("Allergy"), _allergy(sheet)),
        (_("Medicine"), words_of(sheet.medicine) or _("none")),
        (_("Illness and disability"), words_of(sheet.illness) or _("none")),
        *([(_("Menstruation"), period)] if period else []),
        (_("Danger of self-harm"), words_of(sheet.self_harm)),
        (_("Other dangers"), words_of(sheet.danger) or _("none")),
    ]


def _allergy(sheet: PlaceSheet) -> str:
    known = value_of(sheet.allergy)
    if known is Answer.YES:
        return words_of(sheet.allergies)
    return _("none") if known is Answer.NO else words_of(sheet.allergy)


def _late(case: Case, key: str) -> Mapping[str, str]:
    kept, _sheet = _kept(case, key)
    return {"to": addressee(kept)}


ADMISSION_SHEET = Paper(
    code="admission_sheet",
    label=gettext_lazy("Admission sheet for the place of temporary custody"),
    panels=("custody", "stay", "shelter", "child"),
    named=("custody", "stay"),
    subjects=_sheets,
    sheet=_sheet,
    late=_late,
    seats=False,
    samples=True,
    advice=lambda case: withheld_advice(kept_now(case, start) for start in starts_of(case)),
    filled_at=("shelter_paper",),
)
