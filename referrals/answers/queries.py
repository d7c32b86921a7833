"""The answers to a report as both sides see them, and the report as the officer who answers has it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from agencies.staff.models import Position
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.queries import on_cases_of
from face.reading import asked_once
from referrals.answers.codes import ASKS_OF_THE_CENTER, Says, Step
from referrals.answers.models import Answer, AnswerWord
from referrals.disclosures.models import Assignment, Disclosure, Envelope
from referrals.disclosures.queries import Report, reports_of
from security.walls import clock


@dataclass(frozen=True)
class Received:
    """A report in the hands of an assigned officer. ``row`` is None where it is closed to them: withdrawn, ended or run out."""

    envelope: Envelope
    row: Disclosure | None
    answers: list[Answer]

    @property
    def latest(self) -> Answer | None:
        """The answer that holds now."""
        return latest_of(self.answers)


def standing(answers: Iterable[Answer]) -> list[Answer]:
    """Those that no later answer corrects, in their order."""
    rows = list(answers)
    corrected = {row.corrects_id for row in rows}
    return [row for row in rows if row.pk not in corrected]


def latest_of(answers: Iterable[Answer]) -> Answer | None:
    """The answer that holds now."""
    return next(reversed(standing(answers)), None)


def step_before(answers: Iterable[Answer], corrects: Answer | None = None) -> str:
    """From where the next answer goes on; a correction goes on from where the corrected one did."""
    held = latest_of(row for row in answers if corrects is None or row.pk != corrects.pk)
    return held.step if held else Step.RECEIVED


def answers_to(disclosure_id: UUID) -> QuerySet[Answer]:
    """The answers to one report, in their order, as far as the walls show them to the acting position."""
    return Answer.objects.filter(disclosure=disclosure_id).select_related(
        "answered_by__staff", "answered_by__office"
    )


def words_to(disclosure_id: UUID) -> QuerySet[AnswerWord]:
    """What the center said to the answers of one report, in its order."""
    return AnswerWord.objects.filter(disclosure=disclosure_id).select_related(
        "said_by__staff", "said_by__office"
    )


def with_words(rows: Iterable[Answer], words: Iterable[AnswerWord]) -> list[Answer]:
    """The answers, each with what the center said to it."""
    said: dict[UUID, list[AnswerWord]] = {}
    for word in words:
        said.setdefault(word.answer_id, []).append(word)
    found = list(rows)
    for row in found:
        row.said = said.get(row.pk, [])
    return found


def received_by(by: Position, disclosure_id: UUID) -> Received | None:
    """A report that is assigned to this position, open or closed; None for any other."""
    assigned = Assignment.objects.filter(disclosure=disclosure_id, position=by, ended_at=None)
    envelope = Envelope.objects.filter(disclosure=disclosure_id, recipient=by.office_id)
    found = envelope.select_related("sender").first() if assigned.exists() else None
    if found is None:
        return None
    return Received(
        found,
        Disclosure.objects.filter(pk=disclosure_id).first(),
        with_words(answers_to(disclosure_id), words_to(disclosure_id)),
    )


def asked_back_on(disclosures: Collection[UUID]) -> set[UUID]:
    """Those of these reports whose latest answer the center asks back, as far as the walls show that to the acting position."""
    later = Answer.objects.filter(disclosure=OuterRef("disclosure"), number__gt=OuterRef("answer__number"))
    accepted = AnswerWord.objects.filter(answer=OuterRef("answer"), says=Says.ACCEPTED)
    words = AnswerWord.objects.filter(~Exists(later), ~Exists(accepted), disclosure__in=disclosures)
    return set(words.filter(says=Says.ASKED_BACK).values_list("disclosure", flat=True))


@dataclass(frozen=True)
class Answered:
    """A report that was sent, with the answers to it, as its sender sees them."""

    report: Report
    answers: list[Answer]

    @property
    def is_late(self) -> bool:
        """Whether the first answer is overdue."""
        now, row = clock.now(), self.report.row
        return not self.answers and row.is_open_at(now) and row.due_at < now

    @property
    def latest(self) -> Answer | None:
        """The answer that holds now."""
        return latest_of(self.answers)


@asked_once
def answered_reports_of(case: Case) -> list[Answered]:
    """The reports of a case that were sent, the newest first, with their answers."""
    sent = [report for report in reports_of(case) if report.row.sent_at is not None]
    found: dict[UUID, list[Answer]] = {}
    for row in with_words(answers_on(case), words_on(case)):
        found.setdefault(row.disclosure_id, []).append(row)
    return [Answered(report, found.get(report.row.pk, [])) for report in sent]


@asked_once
def words_on(case: Case) -> QuerySet[AnswerWord]:
    """What the center said to the answers on a case, perhaps not read yet."""
    return AnswerWord.objects.filter(case=case).select_related("said_by__staff", "said_by__office")


@asked_once
def answers_on(case: Case) -> QuerySet[Answer]:
    """Every answer of the police on a case, perhaps not read yet."""
    return Answer.objects.filter(case=case).select_related("answered_by__staff", "answered_by__office")


def answers_to_follow(by: Position) -> QuerySet[Answer]:
    """The answers that hold now and ask something of the sender, on the cases this position answers for; the oldest first.

    Each of an open report: what was closed has nothing to follow.
    """
    later = Answer.objects.filter(disclosure=OuterRef("disclosure"), number__gt=OuterRef("number"))
    rows = Answer.objects.filter(~Exists(later), step__in=ASKS_OF_THE_CENTER, disclosure__ended_at=None)
    rows = rows.filter(on_cases_of(by, Level.MANAGE))
    return rows.select_related("case", "disclosure__recipient").order_by("answered_at")
