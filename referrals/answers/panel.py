"""The answers of the police on the pages of a case: the card, the stream, and what follows from them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.duties.codes import DutyKind
from cases.duties.queries import open_duties_of
from cases.records.codes import CasePage
from cases.records.models import Case
from cases.records.panel import Moment, Panel
from face.lines import Line, Step
from face.reading import asked_once
from referrals.answers import rules
from referrals.answers.codes import ACCEPT_DAYS, ASKS_OF_THE_CENTER, OWED
from referrals.answers.codes import Step as Answered
from referrals.answers.models import Answer
from referrals.answers.queries import answered_reports_of, answers_to_follow
from referrals.disclosures.codes import POLICE_REPORT
from referrals.disclosures.models import Disclosure
from security.walls import clock

TO_DO: dict[str, str | Promise] = {
    Answered.INTERVIEW_ASKED.value: gettext_lazy("Answer the police about the interview"),
    Answered.NOT_TAKEN.value: gettext_lazy("The police do not accept the report: decide what follows"),
}


def panel(case: Case, by: Position) -> Panel | None:
    """The answers to each report that was sent; no card where none was."""
    now = clock.now()
    reports = [
        {
            "found": found,
            "not_accept": reason_against(rules.check_may_accept, found, found.latest, by),
            "not_ask": reason_against(rules.check_may_ask_back, found, found.latest, by, now),
        }
        if found.latest
        else {"found": found}
        for found in answered_reports_of(case)
    ]
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
    ] + [
        Moment(
            word.said_at,
            str(word.label.label),
            text=f"{found.report.row.reference} {row.label.label}",
            by=word.said_by.staff,
        )
        for found in answered_reports_of(case)
        for row in found.answers
        for word in row.said
    ]


def steps(case: Case, by: Position) -> list[Step]:
    """What follows from the answer that holds, as long as its report is open; and that it is accepted, or asked back."""
    now = clock.now()
    owed = {duty.cause: duty.due_at for duty in open_duties_of(case) if duty.kind == OWED}
    to_accept = [
        Step(
            _("Accept the answer of the police, or ask back"),
            reverse(CasePage.WISHES, args=[case.pk], fragment="answers"),
            due=owed[found.report.row.pk],
            pressing=owed[found.report.row.pk] < now,
            reason=reason_against(rules.check_may_accept, found, found.latest, by),
        )
        for found in answered_reports_of(case)
        if found.latest and found.report.row.pk in owed and not found.latest.is_asked_back
    ]
    return to_accept + [
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


def _report(case: UUID, cause: UUID) -> Line | None:
    """The report whose answer is to be accepted."""
    row = Disclosure.objects.filter(case=case, pk=cause).select_related("recipient").first()
    if row is None:
        return None
    url = reverse(CasePage.WISHES, args=[case], fragment="answers")
    return Line(url, gettext_lazy("answer of the police"), row.recipient.name, at=row.sent_at)


ACCEPT = DutyKind(
    code=OWED,
    label=gettext_lazy("answer of the police: accept it, or ask back"),
    days=lambda _office: ACCEPT_DAYS,
    after=_report,
    by_act=True,
)
"""Left by the database with an answer, for whoever is in charge of the case, and done by accepting the answer that holds
(``wall.answer_is_owed``). Asking back does not end it: somebody goes on looking after what the police say."""
