"""The minutes of one case on paper: 援助方針会議録・判定会議録, 受理会議録. What the conference had of other cases is on none.

Those of a whole sitting are a sheet of the office (``sitting_paper``).
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.staff.models import Position
from cases.conferences.models import Acceptance, AgendaEntry, ConferenceItem, Sitting
from cases.conferences.panel import OPINIONS, voices, why_council
from cases.conferences.queries import Item, items_of, names_of, outsiders_of, tasks_of
from cases.decisions.codes import State
from cases.records.models import Case
from cases.records.panel import full_kana, full_name
from cases.records.papers import head_of_office, office_of
from face.paper import Facts, Listing, NoSubject, Paper, Part, Sheet, Subject, Text, Value
from face.wareki import format_date, format_datetime
from security.encryption.fields import words_of

STATES = (State.WAITING, State.APPROVED)


def _printable(case: Case, *, intake: bool) -> list[Item]:
    """The items with minutes that wait for their decision, or have it; of intake conferences or of the others."""
    return [
        one
        for one in items_of(case)
        if one.minutes is not None and one.minutes.state in STATES and one.entry.sitting.is_intake is intake
    ]


def _subjects(case: Case, *, intake: bool) -> list[Subject]:
    return [
        Subject(
            one.name,
            f"{one.entry.sitting.get_kind_display()} {format_datetime(one.entry.sitting.held_from, style='short')}",
            final=one.minutes is not None and one.minutes.approved is True,
        )
        for one in _printable(case, intake=intake)
    ]


def _named(case: Case, key: str, *, intake: bool) -> Item:
    """The item that a key names. Raises NoSubject."""
    found = next((one for one in _printable(case, intake=intake) if one.name == key), None)
    if found is None:
        raise NoSubject
    return found


def _minutes(case: Case, _by: Position, key: str) -> Sheet:
    item = _named(case, key, intake=False)
    row = item.minutes
    if not isinstance(row, ConferenceItem):
        raise NoSubject
    parts = [*_head(case, item.entry.sitting), *minutes_parts(item.entry, row)]
    return Sheet(head_of_office(case), office_of(case), parts, final=row.approved is True)


def minutes_parts(entry: AgendaEntry, row: ConferenceItem) -> list[Part]:
    """What is on paper of the minutes of one case, besides which conference it was and whose case it is."""
    texts = [
        (_("Facts laid before the conference"), row.facts),
        *((str(label), getattr(row, name)) for name, label in OPINIONS.items()),
        (_("The child's view and wishes"), row.child_view),
        (_("How the child's view was obtained"), row.view_how),
        (_("Note of the advocate"), row.advocate_note),
        (_("Why the child was not heard before"), row.heard_why),
        (_("Views of further custodians"), row.custodians_view),
        (_("Opinion of the council"), row.council.words if row.council else None),
        (str(why_council(row)), row.council_why),
        (_("Conditions"), row.conditions),
        (_("Reasons"), row.reasons),
    ]
    return [
        *_outsiders(row),
        Text(_("What is to be decided"), words_of(entry.matter)),
        *papers_shown(entry),
        Facts(_decided(row), heading=_("Decision"), columns=1),
        *(Text(label, words_of(text)) for label, text in texts if words_of(text)),
        *_views(row),
        *_minority(row),
        *_tasks(row),
        _signed(row),
    ]


def _decided(row: ConferenceItem) -> list[tuple[str, Value]]:
    found: list[tuple[str, Value]] = [
        (_("Measures decided"), words_of(row.measures)),
        (_("Hearing of the child"), words_of(row.heard)),
        (_("Those with parental authority"), words_of(row.stand)),
    ]
    if row.approved_on is not None:
        found.append((_("Approval of the family court"), words_of(row.approved_on)))
    if row.opposed is not None:
        found.append((_("Whose opinion differs from the measure"), words_of(row.opposed)))
    if row.council_way is not None:
        found.append((_("Child welfare council"), words_of(row.council_way)))
    if row.council_followed is not None:
        found.append((_("Opinion of the council is followed"), words_of(row.council_followed)))
    found.append((_("Next time before the conference"), format_date(row.next_on)))
    return found


def _outsiders(row: ConferenceItem) -> list[Part]:
    """Those of other offices, and what binds them: the members of the council, 児童福祉法25条の5."""
    others = outsiders_of(row)
    if not others:
        return []
    if row.of_council is not None:
        said = _("Members of the council keep secret what they heard there (Child Welfare Act, Art. 25-5).")
    else:
        said = _("What they heard is to be kept secret.")
    lines = [f"{one.office}　{one.position}" for one in others]
    return [Text(_("Present from other offices"), "\n".join([*lines, said]))]


def papers_shown(entry: AgendaEntry) -> list[Part]:
    """Which papers lay before the conference, where that is written."""
    return [] if entry.papers is None else [Text(_("Papers shown"), words_of(entry.papers))]


def _views(row: ConferenceItem | Acceptance) -> list[Part]:
    """What each person with care or parental authority says, and where it stands."""
    rows = [
        ["\n".join(filter(None, (name, *marks))), words, str(stand.label) if stand else "–"]
        for name, marks, words, stand in voices(row)
    ]
    if not rows:
        return []
    return [
        Listing([_("Custodian"), _("View"), _("Stand")], [5, 9, 4], rows, heading=_("View of each custodian"))
    ]


def _minority(row: ConferenceItem | Acceptance) -> list[Part]:
    if row.minority is None:
        return []
    return [Text(_("Minority view"), f"{words_of(row.minority_who)}\n{words_of(row.minority)}")]


def _tasks(row: ConferenceItem | Acceptance) -> list[Part]:
    tasks = tasks_of(row)
    if not tasks:
        return []
    owners = {one.pk: one.staff.name for one in names_of([task.owner for task in tasks])}
    rows = [[task.what, owners.get(task.owner, ""), format_date(task.until)] for task in tasks]
    return [Listing([_("Task"), _("Person"), _("Until")], [9, 4, 5], rows, heading=_("Tasks"))]


def _head(case: Case, sitting: Sitting) -> list[Part]:
    """Which conference it was, who sat, and whose case it is."""
    return [
        sitting_part(sitting),
        Facts(
            [(_("Name"), full_name(case.child)), (_("Reading"), full_kana(case.child))],
            heading=_("The child"),
        ),
    ]


def sitting_part(sitting: Sitting) -> Facts:
    """Which conference it was, and who sat."""
    until = f" – {format_datetime(sitting.held_to)}" if sitting.held_to else ""
    present = [
        " ".join(filter(None, [f"{one.staff.name}（{one.role_label}）", _how(one, sitting)]))
        for one in names_of(sitting.present)
    ]
    return Facts(
        [
            (_("Kind of conference"), sitting.get_kind_display()),
            (_("When"), f"{format_datetime(sitting.held_from)}{until}"),
            (_("Place of the conference"), sitting.get_place_display()),
            (_("Chair"), sitting.chair.staff.name),
            (_("Secretary"), sitting.secretary.staff.name),
            (_("Present"), "\n".join(present)),
        ],
        columns=1,
    )


def _how(one: Position, sitting: Sitting) -> str:
    return _("by telephone or online") if one.pk in sitting.by_telephone else ""


def _signed(row: ConferenceItem | Acceptance) -> Facts:
    found: list[tuple[str, Value]] = [
        (_("Drafted by"), f"{row.drafted_by.staff.name} {format_datetime(row.drafted_at)}"),
        (_("State"), str(row.state_label)),
    ]
    if row.chair_signed_by is not None and row.chair_signed_at is not None:
        signed = f"{row.chair_signed_by.staff.name} {format_datetime(row.chair_signed_at)}"
        found.append((_("Signed by the chair"), signed))
    elif row.goes_unsigned:
        found.append((_("Signed by the chair"), _("no signature")))
    if row.decided_by is not None and row.decided_at is not None:
        found.append((_("Decided by"), f"{row.decided_by.staff.name} {format_datetime(row.decided_at)}"))
        found.append((_("Note on the decision"), words_of(row.note)))
    return Facts(found, heading=_("Draft and decision"), columns=1)


def _acceptance(case: Case, _by: Position, key: str) -> Sheet:
    item = _named(case, key, intake=True)
    row = item.minutes
    if not isinstance(row, Acceptance):
        raise NoSubject
    parts = [*_head(case, item.entry.sitting), *papers_shown(item.entry), *acceptance_parts(row)]
    return Sheet(head_of_office(case), office_of(case), parts, final=row.approved is True)


def acceptance_parts(row: Acceptance) -> list[Part]:
    """The same of what an intake conference decided of one case."""
    facts: list[tuple[str, Value]] = [(_("Person in charge"), row.in_charge.staff.name)]
    if row.sight is not None:
        facts.append((_("How the child is to be seen"), words_of(row.sight)))
    if row.who_goes is not None:
        facts.append((_("Who goes to see the child"), words_of(row.who_goes)))
    if row.next_on is not None:
        facts.append((_("Next time before the conference"), format_date(row.next_on)))
    texts = [
        (_("Facts laid before the conference"), row.facts),
        *((str(label), getattr(row, name)) for name, label in OPINIONS.items()),
        (_("The child's view and wishes"), row.child_view),
        (_("How the child's view was obtained"), row.view_how),
        (_("Note of the advocate"), row.advocate_note),
        (_("Views of further custodians"), row.custodians_view),
        (_("Reasons"), row.reasons),
    ]
    return [
        *([Text(_("Other attendees"), words_of(row.attendees))] if row.attendees is not None else []),
        Text(_("Decision"), words_of(row.decision)),
        Facts(facts, columns=1),
        *(Text(label, words_of(text)) for label, text in texts if words_of(text)),
        *_views(row),
        *_minority(row),
        *_tasks(row),
        *(
            [Text(_("What is investigated"), words_of(row.to_investigate))]
            if row.to_investigate is not None
            else []
        ),
        _signed(row),
    ]


MINUTES = Paper(
    code="conference_form",
    label=gettext_lazy("Minutes of the support policy or assessment conference"),
    panels=("conferences", "child"),
    named=("conferences",),
    subjects=lambda case, _by: _subjects(case, intake=False),
    sheet=_minutes,
    samples=True,
    filled_at=("conference_minutes",),
)
INTAKE_MINUTES = Paper(
    code="acceptance_form",
    label=gettext_lazy("Minutes of the intake conference"),
    panels=("conferences", "child"),
    named=("conferences",),
    subjects=lambda case, _by: _subjects(case, intake=True),
    sheet=_acceptance,
    samples=True,
    filled_at=("accept_case",),
)
