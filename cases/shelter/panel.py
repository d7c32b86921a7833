"""The facility on the page of custody, in the stream and among what comes next; one line a child on its own home page."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.custody.codes import Place
from cases.duties.queries import open_duties_of
from cases.limits.panel import in_words
from cases.limits.queries import limits_of
from cases.records.codes import Answer
from cases.records.models import Case
from cases.records.panel import Moment, Panel, Part, Span
from cases.shelter import rules
from cases.shelter.codes import SelfHarm
from cases.shelter.models import Admission, CareFacts, CareSheet, Leaving
from cases.shelter.queries import (
    Absence,
    absences_at,
    absences_of,
    children_here,
    glance_rows,
    leaving_rows,
    place_sheet_rows,
    present_admission,
    sheets_of,
    stay_rows,
)
from cases.stays.queries import present_stay
from face.lines import Chip, Step
from face.wareki import age_on
from security.encryption.fields import value_of, words_of
from security.walls import clock

FACILITIES = frozenset({Place.FACILITY, Place.OTHER_FACILITY})


def panel(case: Case, by: Position) -> Panel | None:
    """Where the child sleeps and since when, and the buttons; nothing where there was no custody."""
    stay, stays, now = present_stay(case), list(stay_rows(case)), clock.now()
    if stay is None and not stays:
        return None
    row = present_admission(case, now)
    context = {
        "row": row,
        "on_paper": next(iter(place_sheet_rows(case)), None),
        "goes_on": stay is not None,
        "earlier": [one for one in stays if one != row],
        "why_not": reason_against(rules.check_may_send, case, by, now),
        "why_not_change": _why_not_change(row, case, by) if row else "",
        "entries": [one for one in glance_rows(case) if row and one.admission_id == row.pk],
        "away": rules.open_absence(absences_of(case)),
    }
    return Panel("shelter", "cases/shelter/panel.html", context)


def _why_not_change(row: Admission, case: Case, by: Position) -> Any:
    row.case = case
    return reason_against(rules.check_may_correct, row, by, clock.now())


def steps(case: Case, by: Position) -> list[Step]:
    """The police who were not told of a child that left; a child who sleeps at a facility that was sent no sheet."""
    stay, now = present_stay(case), clock.now()
    away = rules.open_absence(absences_of(case))
    if away is not None and not away.police_told:
        url = reverse("shelter_left", args=[away.first.admission_id])
        label = _("Record that the police were told: the child left without leave")
        owed = (duty.due_at for duty in open_duties_of(case) if duty.cause == away.first.pk)
        return [Step(label, url, next(owed, None), pressing=True)]
    if stay is None or stay.kind not in FACILITIES or present_admission(case, now) is not None:
        return []
    url = reverse("shelter_new", args=[case.pk])
    reason = reason_against(rules.check_may_send, case, by, now)
    return [Step(_("Send the admission sheet to the facility"), url, pressing=True, reason=reason)]


def first(case: Case) -> list[QuerySet[Any]]:
    """What the chips and the steps need on every page of a case."""
    return [stay_rows(case), leaving_rows(case), glance_rows(case), place_sheet_rows(case)]


def cautions(case: Case, by: Position) -> list[Chip]:
    """A child who left without leave and is not found: before anything else."""
    away = rules.open_absence(absences_of(case))
    return [away_chip(away)] if away is not None else []


def away_chip(away: Absence) -> Chip:
    """That the child is away, and whether the police know."""
    if away.police_told:
        return Chip(_("Left without leave: the police are told"))
    return Chip(_("Left without leave: the police are not told yet"))


def moments_in(case: Case, by: Position, span: Span) -> list[Part]:
    """That a sheet was sent, and to where; and each step of a child who left without leave."""
    rows = Admission.objects.filter(case=case).select_related("office", "sent_by__staff")
    rows = rows.only("sent_at", "office__name", "sent_by__staff__name")
    steps = Leaving.objects.filter(case=case).select_related("written_by__staff")
    steps = steps.only("case", "admission", "step", "written_at", "written_by__staff__name")
    return [
        Part(span.of(rows, "sent_at", "sent_by"), _sent),
        Part(span.of(steps, "written_at", "written_by"), _left),
    ]


def _sent(row: Admission) -> Moment:
    return Moment(
        row.sent_at,
        _("Admission sheet sent to the facility"),
        row.office.name,
        by=row.sent_by.staff,
        row=row.pk,
    )


def _left(row: Leaving) -> Moment:
    return Moment(
        row.written_at,
        _("Left without leave: %(step)s") % {"step": row.get_step_display()},
        by=row.written_by.staff,
        row=row.pk,
    )


def barred_today(case: Case) -> str:
    """Whose contact with the child is limited today, as the sheet says it at first."""
    return "\n".join(in_words(row) for row in limits_of(case, clock.today()))


def called(sheet: CareFacts) -> str:
    """The child's name as in the record, and what it is called by."""
    name = f"{words_of(sheet.family_name)}　{words_of(sheet.given_name)}"
    other = words_of(sheet.called)
    return _("%(name)s (called %(other)s)") % {"name": name, "other": other} if other else name


@dataclass(frozen=True)
class Sleeper:
    """A child who sleeps at the facility, as its home page lists it."""

    stay: Admission
    child: str
    age: int | None
    cautions: list[Chip]
    must_not_come: str
    not_to_ask: str
    expected: bool


def sleepers(by: Position) -> list[Sleeper]:
    """Who sleeps here: a constant number of statements, however many they are."""
    now = clock.now()
    rows = children_here(by, now)
    sheets, absences = sheets_of(rows), absences_at([row.pk for row in rows])
    found = []
    for row in (one for one in rows if one.pk in sheets):
        away = rules.open_absence(absences.get(row.pk, []))
        first = [away_chip(away)] if away else []
        found.append(_sleeper(row, sheets[row.pk], first, row.admitted_at > now))
    return found


def _sleeper(row: Admission, sheet: CareSheet, first: list[Chip], expected: bool) -> Sleeper:
    birth = value_of(sheet.birth_date)
    return Sleeper(
        row,
        called(sheet),
        age_on(birth, clock.today()) if birth else None,
        [*first, *cautions_of(sheet)],
        words_of(sheet.must_not_come),
        words_of(sheet.not_to_ask),
        expected,
    )


def cautions_of(sheet: CareSheet) -> Iterable[Chip]:
    """What must not be overlooked: an allergy, or that none is known of, and the danger of self-harm."""
    allergy, self_harm = value_of(sheet.allergy), value_of(sheet.self_harm)
    if allergy is Answer.YES:
        yield Chip(_("Allergy: %(what)s") % {"what": words_of(sheet.allergies)})
    elif allergy is not Answer.NO:
        yield Chip(_("Not known whether there is an allergy"), "warning")
    if self_harm is not SelfHarm.NONE:
        yield Chip(words_of(sheet.self_harm))
