"""What is known of one term: who is against continuing custody, and what the family court did (児童福祉法33条13項, 14項)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from cases.clocks.models import Clock
from cases.clocks.rules import JAPAN
from cases.continuing.codes import HOLDS, PETITIONS, Court, CourtStep, Stand
from cases.continuing.models import OfTerm, TermCourt, TermStand
from cases.continuing.queries import continuings_of, court_rows, stand_rows, term_of
from cases.custody.queries import lasting
from cases.records.models import Case, Person
from cases.records.queries import everybody_around
from security.encryption.fields import value_of

TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Voice:
    """One person, whether they have parental authority, and their latest stand on this term."""

    person: Person
    holds: bool
    latest: TermStand | None

    @property
    def is_against(self) -> bool:
        """Whether it goes against this person's will; a word of another version counts as that."""
        if not self.holds or self.latest is None:
            return False
        return value_of(self.latest.stand) not in (Stand.AGREES, Stand.NOT_REACHED, Stand.NOT_ASKED)


@dataclass(frozen=True)
class Term:
    """A term that begins ``at`` a moment: what each person says, the steps at the court, and what these come to."""

    at: datetime
    voices: tuple[Voice, ...]
    steps: tuple[TermCourt, ...]
    court: Court
    approved_until: date | None

    @property
    def first(self) -> date:
        """The first day of the term in Japan."""
        return self.at.astimezone(JAPAN).date()

    @property
    def is_against_will(self) -> bool:
        """Whether somebody with parental authority is against it."""
        return any(voice.is_against for voice in self.voices)

    @property
    def is_unasked(self) -> bool:
        """Whether nothing is written of somebody with parental authority."""
        return any(voice.holds and voice.latest is None for voice in self.voices)

    @property
    def lacks_court(self) -> bool:
        """Whether the approval of the family court is missing (児童福祉法33条14項)."""
        return self.is_against_will and self.court not in HOLDS


def after(term: Clock) -> datetime:
    """The moment from which custody is continued when this term is over."""
    return term.due_at + TICK


def next_term(case: Case, now: datetime) -> Term | None:
    """The term that a continuing would begin; None where no custody lasts, or its term is not known."""
    start, limit = lasting(case), term_of(case)
    return term_at(case, start.pk, after(limit), now) if start and limit else None


def present_term(case: Case, now: datetime) -> Term | None:
    """The term that runs, where it is one of custody that was continued."""
    start, limit = lasting(case), term_of(case)
    if start is None or limit is None:
        return None
    is_continued = any(row.approved and row.starts_at == limit.started_at for row in continuings_of(case))
    return term_at(case, start.pk, limit.started_at, now) if is_continued else None


def written_terms(case: Case, now: datetime) -> list[Term]:
    """Every term of which something is written, also of custody that has ended, and the next one; the latest first."""
    rows: list[OfTerm] = [*stand_rows(case), *court_rows(case)]
    named = {(row.start_id, row.term_at) for row in rows}
    named |= {(row.start_id, row.starts_at) for row in continuings_of(case)}
    start, limit = lasting(case), term_of(case)
    if start and limit:
        named.add((start.pk, after(limit)))
    found = [term_at(case, start_id, at, now) for start_id, at in named]
    return sorted(found, key=lambda term: term.at, reverse=True)


def term_at(case: Case, start: UUID, at: datetime, now: datetime) -> Term:
    """What is known of the term of this custody that begins at a moment."""
    stands = [row for row in stand_rows(case) if row.start_id == start and row.term_at == at]
    steps = [row for row in court_rows(case) if row.start_id == start]
    today = now.astimezone(JAPAN).date()
    latest = {row.person_id: row for row in sorted(stands, key=_said)}
    voices = [
        Voice(person, person.holds_authority(today), latest.get(person.pk))
        for person in everybody_around(case)
        if person.holds_authority(today) or person.pk in latest
    ]
    court, until = court_of(steps, at)
    of_term = tuple(row for row in in_order(steps) if row.term_at == at or value_of(row.step) in PETITIONS)
    return Term(at, tuple(voices), of_term, court, until)


def _said(row: TermStand) -> tuple[datetime, datetime]:
    return value_of(row.said_at) or row.recorded_at, row.recorded_at


def in_order(steps: Iterable[TermCourt]) -> list[TermCourt]:
    """The steps by their day, and those of one day as they were written."""
    return sorted(steps, key=lambda row: (value_of(row.step_on) or date.min, row.recorded_at))


def court_of(steps: Sequence[TermCourt], at: datetime) -> tuple[Court, date | None]:
    """What the steps of a custody come to for the term that begins at a moment, and until when the court approved it.

    A petition counts in every term until it is over; a request for approval and its answer in their own (児童福祉法33条14項).
    """
    first = at.astimezone(JAPAN).date()
    court, until, is_pending = Court.NONE, None, False
    for row in in_order(steps):
        step, on = value_of(row.step), value_of(row.step_on)
        if step in PETITIONS or step is CourtStep.PETITION_OVER:
            is_pending = step in PETITIONS
        elif row.term_at != at:
            continue
        elif step is CourtStep.ASKED:
            court, until = (Court.WAITING if on is not None and on < first else Court.LATE), None
        elif step is CourtStep.GRANTED:
            court, until = Court.GRANTED, value_of(row.approved_until)
        else:
            court, until = (Court.REFUSED if step is CourtStep.REFUSED else Court.NONE), None
    return (Court.PETITION, None) if is_pending and court is not Court.GRANTED else (court, until)
