"""援助指針票, and the page of the child itself in words it knows, with readings above the characters."""

from collections.abc import Sequence

import jaconv
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from agencies.staff.models import Position
from agencies.wordings.codes import ASKED, About, Band, band_at
from agencies.wordings.queries import text_for
from cases.decisions.codes import State
from cases.guidelines.codes import Horizon
from cases.guidelines.models import Guideline
from cases.guidelines.queries import (
    Goal,
    goals_of,
    guidelines_of,
    named_wishes,
    next_review,
    reviews_of,
    told_rows,
    whole,
)
from cases.records.models import Case
from cases.records.panel import full_kana, full_name, roles_in_words
from cases.records.papers import head_of_office, named_by, office_of
from cases.records.queries import valid_leads
from face.paper import Facts, Listing, NoSubject, Paper, Part, Pieces, Plain, Sheet, Subject, Text, Value
from face.text import paragraphs, pieces
from face.wareki import age_on, format_date, format_datetime
from security.encryption.fields import value_of, words_of
from security.walls import clock

STATES = (State.WAITING, State.APPROVED, State.ENDED)


def _printable(case: Case) -> list[Guideline]:
    return [row for row in guidelines_of(case) if row.state in STATES]


def _subjects(case: Case, _by: Position) -> list[Subject]:
    return [
        Subject(
            row.name,
            f"{format_datetime(row.drafted_at, style='short')} {row.state_label}",
            final=row.approved is True,
        )
        for row in _printable(case)
    ]


def _named(case: Case, key: str) -> Guideline:
    """The guideline that a key names, whole. Raises NoSubject."""
    row = named_by(key, Guideline.objects.filter(case=case))
    if row.state not in STATES:
        raise NoSubject
    return whole(case, row.pk)


def _sheet(case: Case, _by: Position, key: str) -> Sheet:
    row = _named(case, key)
    offices = [
        (_("Municipality"), row.municipality),
        (_("School or nursery"), row.school),
        (_("Institution or foster family"), row.institution),
        (_("Family court"), row.court),
        (_("Opinion of the council"), row.council.words if row.council else None),
    ]
    needs = [
        (_("Needs and problems"), row.needs),
        (_("Strengths of the child and the family"), row.strengths),
        (_("Why it rests on no comprehensive diagnosis"), row.view_why),
        (_("Support that is chosen"), row.support),
        (_("Why this support"), row.support_why),
        (_("What else was weighed"), row.alternatives),
    ]
    goals = goals_of(row)
    parts: list[Part] = [
        Facts(
            [
                (_("Name"), full_name(case.child)),
                (_("Reading"), full_kana(case.child)),
                (_("Birth date"), words_of(case.child.birth_date)),
                (_("Number"), case.number),
            ]
        ),
        Text(_("The child's wish"), words_of(row.child_wish)),
        *_wishes(row),
        *(Text(label, words_of(text)) for label, text in offices if words_of(text)),
        *_rests(row),
        *(Text(label, words_of(text)) for label, text in needs if words_of(text)),
        *(_goals(kind, [one for one in goals if one.horizon is kind]) for kind in Horizon),
        *([Text(_("Points of care"), words_of(row.care))] if row.care is not None else []),
        Facts(_signed(case, row), heading=_("Evaluation, draft and decision"), columns=1),
    ]
    return Sheet(head_of_office(case), office_of(case), parts, final=row.approved is True)


def _wishes(row: Guideline) -> list[Part]:
    comma = _(", ")
    rows = [
        [f"{words_of(person.name)}\n{comma.join(roles_in_words(person))}", wish.words]
        for person, wish in named_wishes(row)
    ]
    return (
        [Listing([_("Custodian"), _("Wish")], [5, 13], rows, heading=_("Wish of each custodian"))]
        if rows
        else []
    )


def _rests(row: Guideline) -> list[Part]:
    """The conferences it follows and rests on, by their day."""
    facts: list[tuple[str, Value]] = [
        (label, format_date(link.entry.sitting.held_from.date()))
        for label, link in (
            (_("Assessment conference"), row.judgement),
            (_("Support policy conference"), row.item),
        )
        if link is not None
    ]
    return [Facts(facts)] if facts else []


def _goals(horizon: Horizon, goals: Sequence[Goal]) -> Listing:
    columns = [_("Goal"), _("Means"), pgettext("goal", "Who"), pgettext("goal", "Until")]
    rows = [[one.goal, one.means, one.who, format_date(one.until)] for one in goals]
    return Listing(columns, [6, 6, 4, 4], rows, heading=_("Goals: %(kind)s") % {"kind": horizon.label})


def _signed(case: Case, row: Guideline) -> list[tuple[str, Value]]:
    found: list[tuple[str, Value]] = [
        (_("To be evaluated on"), format_date(row.review_on)),
        (_("Drafted by"), f"{row.drafted_by.staff.name} {format_datetime(row.drafted_at)}"),
        (_("State"), str(row.state_label)),
    ]
    if row.decided_by is not None and row.decided_at is not None:
        found.append((_("Decided by"), f"{row.decided_by.staff.name} {format_datetime(row.decided_at)}"))
    told = [one for one in told_rows(case) if one.guideline_id == row.pk]
    found += [
        (
            _("Explained to the child"),
            f"{words_of(one.told_at)} {words_of(one.told_by)} {words_of(one.sheet_version)}",
        )
        for one in told
    ]
    return found


GUIDELINE_SHEET = Paper(
    code="guideline_form",
    label=gettext_lazy("Support guideline (sheet)"),
    panels=("guidelines", "around", "child"),
    named=("guidelines",),
    subjects=_subjects,
    sheet=_sheet,
    samples=True,
    filled_at=("guideline_new",),
)


def _bands(case: Case) -> list[Band]:
    """The texts, that of the child's age first."""
    born = value_of(case.child.birth_date)
    own = band_at(age_on(born, clock.today())) if born else Band.FROM_10
    return sorted(ASKED, key=lambda band: (band is not own, ASKED.index(band)))


def _pages(case: Case, _by: Position) -> list[Subject]:
    return [
        Subject(
            f"{row.pk}.{band.value}",
            f"{format_datetime(row.drafted_at, style='short')} {row.state_label} {band.label}",
            final=row.approved is True,
        )
        for row in _printable(case)
        if not row.is_over_at(clock.now())
        for band in _bands(case)
    ]


def _page(case: Case, _by: Position, key: str) -> Sheet:
    of_guideline, _point, band = key.partition(".")
    row = _named(case, of_guideline)
    if band not in ASKED or row.is_over_at(clock.now()):
        raise NoSubject
    text = text_for(case.office, Band(band), clock.today(), About.GUIDELINE)
    told = [pieces(part) for part in (*paragraphs(text.words), *paragraphs(words_of(row.for_child)))]
    return Sheet(
        to="",
        sender=case.office.name,
        parts=[Plain([_greeting(case), *told], rows=_rows(case, row))],
        final=row.approved is True,
    )


def _greeting(case: Case) -> Pieces:
    said = pgettext("after the name of a child", "this is for you")
    return [(full_name(case.child), jaconv.kata2hira(full_kana(case.child))), (said, "")]


def _rows(case: Case, row: Guideline) -> list[tuple[Pieces, Pieces]]:
    """When we look at it together again, and who is in charge."""
    lead = valid_leads(clock.now()).filter(content_object=case).select_related("position__staff").first()
    person = lead.position.staff if lead else None
    day = next_review(row, reviews_of(case)) or row.review_on
    said = pgettext("a day, said to a child", "%(year)d-%(month)d-%(day)d")
    rows: list[tuple[str, Pieces]] = [
        (
            pgettext("said to a child", "We look at it together again by"),
            [(said % {"year": day.year, "month": day.month, "day": day.day}, "")],
        ),
        (
            pgettext("said to a child", "In charge"),
            [(person.name, jaconv.kata2hira(person.kana))] if person else [("", "")],
        ),
        (pgettext("said to a child", "Telephone"), [(case.office.telephone, "")]),
    ]
    return [(pieces(label), value) for label, value in rows]


CHILDS_PAGE = Paper(
    code="guideline_childs_page",
    label=gettext_lazy("Support guideline, for the child"),
    panels=("guidelines", "child"),
    named=("guidelines",),
    subjects=_pages,
    sheet=_page,
    seats=False,
    samples=True,
    filled_at=("guideline_new",),
)
