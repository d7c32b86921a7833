"""The police answer a report that they have read; the center accepts the answer, asks back, or has still to do one of both."""

from typing import Any

from agencies.staff.roles import Role
from cases.records.models import Case
from desk.demo.hours import OFFICE
from desk.demo.owner import at
from desk.demo.telling import Telling
from desk.demo.texts import texts
from referrals.answers.actions import accept_answer, ask_back, write_answer
from referrals.answers.codes import Step, Why
from referrals.answers.queries import received_by

ASKED_BACK, WAITING = 22, 25
"""The numbers of the cases of which an answer is asked back, and waits."""


def answered(t: Telling) -> None:
    """By the officer who reads the report; what waits, or is asked back, came within the last hours of work."""
    words: dict[str, Any] = texts()["police_answer"]
    officer = t.police(Role.JUVENILE_OFFICER)
    lately = t.number in (ASKED_BACK, WAITING)
    with at(t.until(OFFICE, hours=7) if lately else t.later(OFFICE, days=2), officer):
        received = received_by(officer, t.report.pk)
        if received is None:
            raise LookupError("the story gives the report to this officer before it is answered")
        row = write_answer(received, step=Step.ACCEPTED, texts=words["answer"], by=officer)
    if t.number == WAITING:
        return
    with at(t.later(OFFICE, minutes=20), t.lead):
        case = Case.objects.select_related("office").get(pk=t.case.pk)
        if t.number == ASKED_BACK:
            ask_back(case, row.pk, why=Why.NEXT, question=words["question"], by=t.lead)
        else:
            accept_answer(case, row.pk, by=t.lead)
