"""終了報告書: the end of a course of counseling or guidance, as it was drafted and approved. Nothing of a session is on it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.staff.models import Position
from cases.counseling.models import CounselingEnd
from cases.counseling.papers import in_a_row, signed
from cases.counseling.queries import ends_of, first_day_of, given_by, goals_reviewed, results_on
from cases.decisions.codes import State
from cases.records.models import Case
from cases.records.panel import full_kana, full_name
from cases.records.papers import head_of_office, office_of
from face.paper import Facts, Listing, NoSubject, Paper, Part, Sheet, Subject, Text, Value
from face.wareki import format_date
from security.encryption.fields import words_of

STATES = (State.WAITING, State.APPROVED)


def _subjects(case: Case, _by: Position) -> list[Subject]:
    return [
        Subject(
            str(row.pk), f"{words_of(row.plan.kind)}　{words_of(row.last_on)}", final=row.approved is True
        )
        for row in ends_of(case)
        if row.state in STATES
    ]


def _sheet(case: Case, _by: Position, key: str) -> Sheet:
    row = next((one for one in ends_of(case) if str(one.pk) == key and one.state in STATES), None)
    if row is None:
        raise NoSubject
    period = f"{format_date(first_day_of(row.plan))}～{words_of(row.last_on)}"
    facts: list[tuple[str, Value]] = [
        (_("Name"), full_name(case.child)),
        (_("Reading"), full_kana(case.child)),
        (_("Kind of counseling or guidance"), words_of(row.plan.kind)),
        (_("Who gives the help"), given_by(row.plan)),
        (_("Period"), period),
        (_("Sessions held and missed"), in_a_row(words_of(row.attendance))),
        (_("Why the help ends"), words_of(row.reason)),
        (_("Follow-up on"), format_date(row.follow_up_on) if row.follow_up_on else ""),
    ]
    goals = [[heading, text, state] for heading, text, state in goals_reviewed(row.plan, row.goal_states)]
    parts: list[Part] = [
        Facts(facts),
        Listing([_("Goal"), _("What"), _("State")], (20, 55, 25), goals, heading=_("How far each goal is")),
        *_scores(row),
        *_texts(row),
        signed(row),
    ]
    return Sheet(head_of_office(case), office_of(case), parts, final=row.approved is True)


def _scores(row: CounselingEnd) -> list[Part]:
    """The scores of the help as they were known when the end was decided."""
    rows = [
        [
            one.occasion,
            str(one.instrument.label),
            format_date(one.on, style="short"),
            one.rater,
            scale,
            str(score),
        ]
        for one in results_on(row.plan, row.decided_at)
        for scale, score in one.scores
    ]
    if not rows:
        return []
    columns = [_("Occasion"), _("Instrument"), _("Date"), _("Rater"), _("Scale"), _("Score")]
    return [Listing(columns, (18, 18, 14, 18, 20, 12), rows, heading=_("Test scores"))]


def _texts(row: CounselingEnd) -> list[Part]:
    farewell = "\n".join(filter(None, [words_of(row.farewell), words_of(row.farewell_words)]))
    said = [
        (_("How it went"), words_of(row.report)),
        (_("Measures from start to end"), words_of(row.measured)),
        (_("What helped, in the child's words"), words_of(row.helped)),
        (_("Signs that it is getting worse again"), words_of(row.relapse)),
        (_("Where to turn then"), words_of(row.turn_to)),
        (_("What the child was told of the end, and said to it"), words_of(row.child_told)),
        (_("Farewell was taken"), farewell),
    ]
    return [Text(heading, text) for heading, text in said if text]


END_SHEET = Paper(
    code="counseling_end_form",
    label=gettext_lazy("Report on the end of support"),
    panels=("counseling", "child"),
    named=("counseling",),
    subjects=_subjects,
    sheet=_sheet,
    samples=True,
    filled_at=("counseling_end",),
)
