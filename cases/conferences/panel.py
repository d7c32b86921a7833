"""The conferences on the page of reception and conferences, the timeline, and what comes next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.staff.models import Position
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.conferences import rules
from cases.conferences.codes import CONFERENCE, INTAKE_ITEM, CouncilWay, Stand
from cases.conferences.council import COUNCIL, REPORT, Owed, owed_on, record_rows
from cases.conferences.hearing import HEARING
from cases.conferences.models import (
    Acceptance,
    AgendaEntry,
    ConferenceItem,
    ItemHearing,
    Minuted,
    Sitting,
)
from cases.conferences.queries import (
    Item,
    acceptance_rows,
    cases_to_accept,
    entry_rows,
    hearing_rows,
    is_on_no_agenda,
    is_unheard,
    item_rows,
    items_of,
    minutes_to_write,
    named_views,
    names_of,
    outsiders_of,
    sittings_ahead,
    tasks_of,
    to_minute,
    to_sign,
)
from cases.decisions.codes import State
from cases.decisions.panel import parts_of_act, steps_after_return
from cases.duties.codes import DutyKind
from cases.duties.queries import open_duties_of
from cases.records.codes import Stage
from cases.records.models import Case
from cases.records.panel import Panel, Part, Span
from face.lines import Line, Step
from face.reading import asked_once
from face.together import read_together
from face.wareki import format_date
from security.encryption.fields import value_of, words_of
from security.walls import clock


def first(case: Case) -> list[QuerySet[Any]]:
    """What the steps need on every page of a case."""
    return [entry_rows(case), item_rows(case), acceptance_rows(case)]


def panel(case: Case, by: Position) -> Panel:
    """Every item of the case with its state, and what the latest decided."""
    context = {
        "items": _with_what_followed(case),
        "to_minute": {one.entry.pk for one in to_minute(case, by)},
        "in_reception": case.stage == Stage.RECEPTION,
        "why_not_accept": reason_against(rules.check_may_accept, case, by, clock.now()),
        "why_not": reason_against(rules.check_may_put, case, by),
        "why_not_minutes": reason_against(rules.check_may_minute, case, by, clock.now()),
    }
    return Panel("conferences", "cases/conferences/panel.html", context)


@dataclass(frozen=True)
class Followed(Item):
    """An item of the case's page with what was recorded after its decision."""

    heard: ItemHearing | None
    is_unheard: bool
    owed: Owed | None


def _with_what_followed(case: Case) -> list[Followed]:
    read_together(hearing_rows(case), record_rows(case))
    heard = {one.item_id: one for one in hearing_rows(case)}
    records = list(record_rows(case))
    found = []
    for item in items_of(case):
        row = item.minutes
        if isinstance(row, ConferenceItem):
            row_owed = owed_on(row, records)
            owed = row_owed if row_owed.done or row_owed.open else None
            found.append(Followed(item.entry, row, heard.get(row.pk), is_unheard(row, heard), owed))
        else:
            found.append(Followed(item.entry, row, None, False, None))
    return found


OWED = {
    HEARING.code: (gettext_lazy("Hear and record the child's opinion"), "conference_hearing"),
    COUNCIL.code: (gettext_lazy("Record what the child welfare council was asked and said"), "council_step"),
    REPORT.code: (gettext_lazy("Tell the child welfare council of the measure"), "council_step"),
}
"""What is owed after a decision, done by recording it: in words, and on which page."""


def _steps_owed(case: Case, by: Position) -> list[Step]:
    """What is owed to the child and to the council, until it is recorded."""
    now, found = clock.now(), []
    for duty in open_duties_of(case):
        if duty.kind in OWED:
            label, page = OWED[duty.kind]
            url = reverse(page, args=[case.pk, duty.cause])
            reason = reason_against(rules.check_may_put, case, by)
            found.append(Step(str(label), url, duty.due_at, pressing=duty.due_at < now, reason=reason))
    return found


def steps(case: Case, by: Position) -> list[Step]:
    """The intake conference of a case in reception, minutes that came back, and those that this secretary still has to write."""
    if case.stage == Stage.RECEPTION:
        return _steps_to_accept(case, by)
    owed = [*_steps_owed(case, by), *_steps_to_sign(_minutes(case), by)]
    found = steps_after_return(CONFERENCE, list(item_rows(case)), by)
    if found:
        return [*owed, *found]
    address = reverse("conference_minutes", args=[case.pk])
    if is_on_no_agenda(case):
        return [
            *owed,
            Step(
                _("Put the case before another conference"),
                reverse("conference_put", args=[case.pk]),
                reason=reason_against(rules.check_may_put, case, by),
            ),
        ]
    return [
        *owed,
        *(
            Step(
                _("Write the minutes"),
                f"{address}?of={one.entry.pk}",
                reason=reason_against(rules.check_may_minute, case, by, clock.now()),
            )
            for one in to_minute(case, by)
        ),
    ]


def _minutes(case: Case) -> list[Minuted]:
    """The minutes that count of each item of a case, with its conference."""
    found: list[Minuted] = []
    for item in items_of(case):
        if item.minutes is not None:
            item.minutes.entry = item.entry
            found.append(item.minutes)
    return found


def _steps_to_accept(case: Case, by: Position) -> list[Step]:
    drafts = list(acceptance_rows(case))
    if any(row.state is State.WAITING for row in drafts):
        return _steps_to_sign(_minutes(case), by)
    return steps_after_return(INTAKE_ITEM, drafts, by) or [
        Step(
            _("Record the intake conference"),
            reverse("accept_case", args=[case.pk]),
            due=rules.intake_by(case.opened_at, case.office.intake_days),
            pressing=case.urgency in ("AA", "A"),
            reason=reason_against(rules.check_may_accept, case, by, clock.now()),
        )
    ]


@asked_once
def first_to_do(by: Position, most: int) -> Sequence[QuerySet[Any]]:
    """The cases, conferences and minutes of which ``to_do`` tells; only who drafts decisions writes minutes."""
    written = [minutes_to_write(by)[:most]] if by.may(Permission.DRAFT_DECISIONS) else []
    signed = (
        [to_sign(ConferenceItem, by)[:most], to_sign(Acceptance, by)[:most]]
        if by.may(Permission.MANAGE_TEAM)
        else []
    )
    return [cases_to_accept(by)[:most], sittings_ahead(by)[:most], *signed, *written]


def to_do(by: Position, most: int) -> list[Line]:
    """Cases to be accepted by the intake conference, of which no decision waits; the conferences ahead; minutes to write."""
    received, ahead, *more = first_to_do(by, most)
    return [
        *to_accept(received, by.office.intake_days),
        *_ahead(ahead, by),
        *(
            line
            for rows in more
            for line in (_to_write(rows) if rows.model is AgendaEntry else _to_sign(rows))
        ),
    ]


def _to_sign(rows: Iterable[Minuted]) -> list[Line]:
    """What this chair has still to sign."""
    return [
        Line(
            _decision_url(row),
            _("Sign the minutes as chair"),
            row.entry.sitting.get_kind_display(),
            at=row.drafted_at,
            case_id=row.case_id,
            number=row.case.number,
        )
        for row in rows
    ]


def _decision_url(row: Minuted) -> str:
    kind = CONFERENCE if isinstance(row, ConferenceItem) else INTAKE_ITEM
    return reverse("decision", args=[row.case_id, kind.value, row.pk])


def _steps_to_sign(rows: Iterable[Minuted], by: Position) -> list[Step]:
    """The chair signs what waits for the signature."""
    return [
        Step(_("Sign the minutes as chair"), _decision_url(row))
        for row in rows
        if row.waits_for_chair and row.state is State.WAITING and row.entry.sitting.chair_id == by.pk
    ]


def _ahead(rows: Iterable[Sitting], by: Position) -> list[Line]:
    """Conferences that this position chairs, writes up or is invited to; one that is over is to be recorded as held."""
    now, found = clock.now(), []
    for row in rows:
        over = row.held_from <= now
        if over and by.pk not in (row.chair_id, row.secretary_id):
            continue
        text = _("Record the conference as held, or cancel it") if over else row.get_kind_display()
        detail = row.get_kind_display() if over else row.get_place_display()
        found.append(Line(reverse("sitting", args=[row.pk]), text, detail, at=row.held_from))
    return found


def _to_write(rows: Iterable[AgendaEntry]) -> list[Line]:
    """Minutes that this secretary has still to write."""
    found = []
    for row in rows:
        page = "accept_case" if row.sitting.is_intake else "conference_minutes"
        found.append(
            Line(
                f"{reverse(page, args=[row.case_id])}?of={row.pk}",
                _("Write the minutes"),
                row.sitting.get_kind_display(),
                at=row.sitting.held_from,
                case_id=row.case_id,
                number=row.case.number,
            )
        )
    return found


def to_accept(received: Iterable[Case], days: int) -> list[Line]:
    """The cases of the reader's office that wait for the intake conference: until which day, and pressing once that is over."""
    now = clock.now()
    return [
        Line(
            reverse("accept_case", args=[case.pk]),
            _("Hold the intake conference"),
            _("%(band)s, by %(day)s")
            % {"band": case.urgency, "day": format_date(localdate(due), style="short")},
            at=case.opened_at,
            pressing=case.urgency in ("AA", "A") or due <= now,
            case_id=case.pk,
            number=case.number,
        )
        for case in received
        for due in [rules.intake_by(case.opened_at, days)]
    ]


def moments_in(case: Case, by: Position, span: Span) -> list[Part]:
    """Minutes and decisions."""
    return [
        *parts_of_act(item_rows(case).all(), CONFERENCE.label, span),
        *parts_of_act(acceptance_rows(case).all(), INTAKE_ITEM.label, span),
    ]


def _chaired(row: Minuted, by: Position) -> Mapping[str, Any]:
    """What the card of the chair's signature needs."""
    url = reverse("conference_sign", args=[row.case_id, row.pk])
    return {
        "is_chair": row.entry.sitting.chair_id == by.pk,
        "sign_url": f"{url}?version={row.version}",
        "not_sign": reason_against(rules.check_may_sign, row, by, clock.now()) if row.waits_for_chair else "",
    }


def shown(row: ConferenceItem, by: Position) -> Mapping[str, Any]:
    """What the template of an item needs."""
    sitting = row.entry.sitting
    return {
        "d": row,
        "sitting": sitting,
        "present": names_of(sitting.present),
        "outsiders": outsiders_of(row),
        "why_council": why_council(row),
        **_said(row),
        **_chaired(row, by),
    }


def _said(row: ConferenceItem | Acceptance) -> Mapping[str, Any]:
    """What was said at any conference on a case, and the tasks it gave."""
    tasks = tasks_of(row)
    owners = {one.pk: one for one in names_of([task.owner for task in tasks])} if tasks else {}
    return {
        "voices": [
            (name, _(", ").join(filter(None, marks)), words, stand.label if stand else "")
            for name, marks, words, stand in voices(row)
        ],
        "opinions": [(OPINIONS[name], getattr(row, name)) for name in row.OPINIONS],
        "tasks": [(task, owners.get(task.owner)) for task in tasks],
    }


def voices(row: ConferenceItem | Acceptance) -> list[tuple[str, list[str], str, Stand | None]]:
    """What each person with care or parental authority says: name, marks, words, stand. Suspected is who was so then."""
    found = []
    for person, view in named_views(row):
        marks = [words_of(person.relation_code) or words_of(person.relation)]
        marks += [_("suspected")] if view.suspected else []
        found.append((words_of(person.name), marks, view.words, view.stand))
    return found


def why_council(row: ConferenceItem) -> str:
    """What the reason is about that minutes give of the council."""
    if value_of(row.council_way) is CouncilWay.URGENT:
        return _("Why the council could not be heard before")
    return _("Why the opinion of the council is not followed")


def shown_of_acceptance(row: Acceptance, by: Position) -> Mapping[str, Any]:
    """What the template of an acceptance needs."""
    sitting = row.entry.sitting
    return {
        "d": row,
        "sitting": sitting,
        "present": names_of(sitting.present),
        **_said(row),
        **_chaired(row, by),
    }


OPINIONS = {
    "social": gettext_lazy("Social opinion"),
    "psychological": gettext_lazy("Psychological opinion"),
    "medical": gettext_lazy("Medical opinion"),
    "conduct": gettext_lazy("Opinion on conduct"),
    "supervisor": gettext_lazy("Opinion of the supervisor"),
}
"""The opinions by profession, as the form labels them."""


def _item(case: UUID, cause: UUID) -> Line | None:
    for act, model in ((CONFERENCE, ConferenceItem), (INTAKE_ITEM, Acceptance)):
        found = model._default_manager.filter(case=case, pk=cause).first()
        if found is not None:
            url = reverse("decision", args=[case, act.value, cause])
            return Line(url, act.label, at=found.decided_at)
    return None


TASK = DutyKind(
    code="conference_task",
    label=gettext_lazy("task from a conference"),
    days=lambda _office: 14,
    after=_item,
)
"""A task that a conference gave; its own day is its limit."""


def _sitting(case: UUID, cause: UUID) -> Line | None:
    found = AgendaEntry.objects.filter(case=case, pk=cause).select_related("sitting").first()
    if found is None:
        return None
    url = reverse("sitting", args=[found.sitting_id])
    return Line(url, found.sitting.get_kind_display(), at=found.sitting.held_from)


WRITE_UP = DutyKind(
    code="write_up_intake",
    label=gettext_lazy("write up the emergency intake conference"),
    days=lambda _office: 1,
    after=_sitting,
)
"""By 09:00 of the next morning; done by itself when the secretary has written what was decided."""
