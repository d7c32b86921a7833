"""心理支援計画書: a plan of counseling and guidance as it was drafted and approved. Nothing of a session is on it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.staff.models import Position
from cases.counseling.codes import FactInterview
from cases.counseling.models import CounselingPlan
from cases.counseling.queries import all_plans_of, answers_of, fact_interview, given_by, plans_of
from cases.decisions.codes import State
from cases.decisions.models import CaseAct
from cases.records.models import Case
from cases.records.panel import full_kana, full_name
from cases.records.papers import head_of_office, office_of
from face.paper import Facts, Listing, NoSubject, Paper, Part, Sheet, Subject, Text, Value
from face.wareki import format_date, format_datetime
from security.encryption.fields import words_of
from security.walls import clock

STATES = (State.WAITING, State.APPROVED, State.ENDED)


def _subjects(case: Case, _by: Position) -> list[Subject]:
    return [
        Subject(
            str(row.pk),
            f"{words_of(row.kind)}　{format_date(row.starts_on)}",
            final=row.approved is True,
        )
        for row in plans_of(case)
        if row.state in STATES
    ]


def _sheet(case: Case, _by: Position, key: str) -> Sheet:
    rows = all_plans_of(case).select_related("item__entry__sitting")
    row = next((one for one in rows if str(one.pk) == key and one.state in STATES), None)
    if row is None:
        raise NoSubject
    row.case = case
    parts: list[Part] = [
        Facts(
            [
                (_("Name"), full_name(case.child)),
                (_("Reading"), full_kana(case.child)),
                (_("Kind of counseling or guidance"), words_of(row.kind)),
                (_("For whom"), in_a_row(words_of(row.for_whom))),
                (_("Legal form"), row.get_legal_form_display()),
                (_("Who gives the help"), given_by(row)),
                (_("How often"), words_of(row.frequency)),
                (_("Length and number of sessions"), in_a_row(words_of(row.amount))),
                (_("From"), format_date(row.starts_on)),
                (_("Expected to end on"), format_date(row.ends_on) if row.ends_on else _("no end is set")),
                (_("To be reviewed on"), format_date(row.review_on)),
                *_conference(row),
            ]
        ),
        *_before_facts(row),
        Text(_("The child's own goal"), words_of(row.child_goal)),
        Text(
            _("The child's words on the plan"),
            f"{words_of(row.child_stand)}　{words_of(row.child_said_at)}\n{words_of(row.child_words)}",
        ),
        *_custodians(row),
        Text(_("Needs"), words_of(row.needs)),
        Text(_("Goals"), words_of(row.goals)),
        Text(_("What would count as done"), words_of(row.done_when)),
        *(
            [Text(_("Risks, and what is not to be touched"), words_of(row.risks))]
            if row.risks is not None
            else []
        ),
        signed(row),
    ]
    return Sheet(head_of_office(case), office_of(case), parts, final=row.approved is True)


def in_a_row(lines: str) -> str:
    """Several lines as one."""
    return _(", ").join(lines.splitlines())


def _conference(row: CounselingPlan) -> list[tuple[str, Value]]:
    if row.item is None:
        return []
    held = row.item.entry.sitting.held_from
    return [(_("Conference that decided the measure"), format_date(held.date()))]


def _before_facts(row: CounselingPlan) -> list[Part]:
    """While an interview on the facts is ahead, that is the first thing to be read."""
    if row.ended_at is not None or fact_interview(row.case, clock.now()) is not FactInterview.AHEAD:
        return []
    said = _("The child is not talked to about the facts before it is over.")
    return [Text(_("An interview on the facts is still ahead"), said)]


def _custodians(row: CounselingPlan) -> list[Part]:
    rows = [
        [
            words_of(one.person.name) if one.person else "",
            str(one.stand.label),
            format_datetime(one.at, style="short"),
            one.words,
        ]
        for one in answers_of(row)
    ]
    if not rows:
        return []
    columns = [_("Name"), _("Stand"), _("When"), _("What was said")]
    return [Listing(columns, (20, 20, 20, 40), rows, heading=_("What each custodian says to it"))]


def signed(row: CaseAct) -> Facts:
    """Who drafted and who decided it."""
    found: list[tuple[str, Value]] = [
        (_("Drafted by"), f"{row.drafted_by.staff.name} {format_datetime(row.drafted_at)}"),
        (_("State"), str(row.state_label)),
    ]
    if row.decided_by is not None and row.decided_at is not None:
        found.append((_("Decided by"), f"{row.decided_by.staff.name} {format_datetime(row.decided_at)}"))
    return Facts(found, heading=_("Draft and decision"), columns=1)


PLAN_SHEET = Paper(
    code="counseling_plan_form",
    label=gettext_lazy("Plan of psychological support"),
    panels=("counseling", "child"),
    named=("counseling",),
    subjects=_subjects,
    sheet=_sheet,
    samples=True,
    filled_at=("counseling_new",),
)
