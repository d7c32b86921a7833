"""The answers of the police on the pages of a case: the card, the stream, and what follows from them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.staff.models import Position
from cases.records.models import Case
from cases.records.panel import Moment, Panel
from face.lines import Line, Step
from face.reading import asked_once
from referrals.answers.codes import ASKS_OF_THE_CENTER
from referrals.answers.codes import Step as Answered
from referrals.answers.models import Answer
from referrals.answers.queries import answered_reports_of, answers_to_follow
from referrals.disclosures.codes import POLICE_REPORT
from security.walls import clock

TO_DO: dict[str, str | Promise] = {
    Answered.INTERVIEW_ASKED.value: gettext_lazy("Answer the police about the interview"),
    Answered.NOT_TAKEN.value: gettext_lazy("The police do not accept the report: decide what follows"),
}


def panel(case: Case, by: Position) -> Panel | None:
    """The answers to each report that was sent; no card where none was."""
    reports = answered_reports_of(case)
    return Panel("answers", "referrals/answers/panel.html", {"reports": reports}) if reports else None


def moments(case: Case, by: Position) -> list[Moment]:
    """When each answer came."""
    return [
        Moment(
            row.answered_at,
            _("Answer of the police"),
            text=f"{found.report.row.reference} {row.label.label}",
            by=row.answered_by,
        )
        for found in answered_reports_of(case)
        for row in found.answers
    ]


def steps(case: Case, by: Position) -> list[Step]:
    """What follows from the answer that holds, as long as its report is open."""
    now = clock.now()
    return [
        Step(TO_DO[found.latest.step], _url_of(found.latest), pressing=True)
        for found in answered_reports_of(case)
        if found.latest and found.latest.step in ASKS_OF_THE_CENTER and found.report.row.is_open_at(now)
    ]


@asked_once
def first_to_do(by: Position, most: int) -> Sequence[QuerySet[Any]]:
    """The answers of which ``to_do`` tells."""
    return [answers_to_follow(by)[:most]]


def to_do(by: Position, most: int) -> list[Line]:
    """The same of all cases this position answers for."""
    return [
        Line(
            _url_of(row),
            TO_DO[row.step],
            row.disclosure.recipient.name,
            at=row.answered_at,
            pressing=True,
            case_id=row.case_id,
            number=row.case.number,
        )
        for row in first_to_do(by, most)[0]
    ]


def _url_of(row: Answer) -> str:
    """Where the report is read."""
    return reverse("decision", args=[row.case_id, POLICE_REPORT.value, row.disclosure_id])
