"""What the answers of those with parental authority come to together, and since when a warrant is needed (児童福祉法33条3項)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.staff.rules import Refused
from cases.clocks.codes import ClockKind
from cases.clocks.rules import JAPAN, due_at
from cases.consents.codes import Said
from cases.consents.rules import Stand, in_order, latest_by_person, refuse_nobody, said_at
from cases.custody.codes import Consent
from cases.custody.models import ConsentAnswer, CustodyDecision
from cases.custody.queries import answers_of
from cases.custody.rules import needs_warrant
from cases.records.models import Person
from cases.records.queries import everybody_around
from security.encryption.fields import value_of

TOGETHER: dict[Said, Consent] = {
    Said.CONSENTS: Consent.CONSENTS,
    Said.OBJECTS: Consent.OBJECTS,
    Said.WITHDRAWN: Consent.OBJECTS,
    Said.NOT_REACHED: Consent.NOT_ASKED,
    Said.NOT_ASKED: Consent.NOT_ASKED,
    Said.NOBODY: Consent.NOBODY,
}
"""What one answer is worth. Who is not reached or not asked has not consented (児童福祉法33条3項)."""


def consent_together(
    start: CustodyDecision, holders: Collection[UUID], answers: Sequence[ConsentAnswer]
) -> Consent | None:
    """What the answers come to (児童福祉法33条3項: consent of those with parental authority exempts from the warrant).

    Once one person's own answer is written down, there is consent only if every one of ``holders`` consents. Where nobody is
    recorded as one, everybody who answered must. Before that it is as the draft, or a later answer for all, has it.
    """
    latest = latest_by_person(answers)
    for_all = [answer for answer in in_order(answers) if answer.person_id is None]
    if not latest:
        said = value_of(for_all[-1].consent) if for_all else None
        return TOGETHER[said] if said else None if for_all else value_of(start.consent)
    if not holders and value_of(in_order(answers)[-1].consent) is Said.NOBODY:
        return Consent.NOBODY
    each = [_worth(latest.get(person)) for person in holders or latest]
    if all(one is Consent.CONSENTS for one in each):
        return Consent.CONSENTS
    return Consent.OBJECTS if Consent.OBJECTS in each else Consent.NOT_ASKED


def _worth(answer: ConsentAnswer | None) -> Consent | None:
    """None without an answer, and for a code that is unknown today: it means nothing, and so no consent."""
    said = value_of(answer.consent) if answer else None
    return TOGETHER[said] if said else None


def _holders(people: Sequence[Person], on: date) -> list[UUID]:
    return [person.pk for person in people if person.holds_authority(on)]


def needed_since(
    start: CustodyDecision, people: Sequence[Person], answers: Sequence[ConsentAnswer], now: datetime
) -> datetime | None:
    """Since when, without a break, a warrant is needed for this custody; None where it is not (児童福祉法33条3項).

    What was said and who had parental authority is looked at for each moment at which one of the two changed.
    """
    moments = [start.effective_at, now, *map(said_at, answers), *_changes(people)]
    since: datetime | None = None
    for at in sorted({min(max(moment, start.effective_at), now) for moment in moments}):
        until_then = [answer for answer in answers if said_at(answer) <= at]
        together = consent_together(start, _holders(people, at.astimezone(JAPAN).date()), until_then)
        needed = needs_warrant(together, start.case.office)
        since = (since or at) if needed else None
    return since


def _changes(people: Sequence[Person]) -> list[datetime]:
    """The midnights at which somebody's parental authority begins, or has ended."""
    days = [value_of(person.authority_from) for person in people]
    days += [_next(value_of(person.authority_until)) for person in people]
    return [datetime.combine(day, time.min, JAPAN) for day in days if day]


def _next(day: date | None) -> date | None:
    return day + timedelta(days=1) if day and day < date.max else None


def is_late(start: CustodyDecision, since: datetime) -> bool:
    """Whether a warrant came to be needed only after the seven days in which it is requested (児童福祉法33条3項): no duty to
    request one then is known, so the office's own rule decides."""
    over = since > due_at(ClockKind.WARRANT, start.effective_at, start.case.office)
    return over and not start.case.office.late_withdrawal_warrant


@dataclass(frozen=True)
class Together:
    """What the answers come to today: ``consent``, since when a warrant is ``needed`` (or None), and each person's ``stands``.

    ``by_person``: whether each person's own answer counts.
    """

    consent: Consent | None
    needed: datetime | None
    is_late: bool
    by_person: bool
    stands: tuple[Stand[ConsentAnswer], ...]

    @property
    def holders(self) -> list[Stand[ConsentAnswer]]:
        """Those with parental authority today."""
        return [stand for stand in self.stands if stand.holds]

    @property
    def counted(self) -> list[Stand[ConsentAnswer]]:
        """Those whose answers count: with parental authority or, where nobody is recorded with it, who answered."""
        return self.holders or [stand for stand in self.stands if stand.answer]

    @property
    def all_consent(self) -> bool:
        """Whether each of them consents."""
        return self.consent is Consent.CONSENTS


def together(start: CustodyDecision, now: datetime) -> Together:
    """What the answers to this custody come to, those with parental authority first among its people."""
    answers = answers_to(start)
    people = everybody_around(start.case)
    latest, holders = latest_by_person(answers), _holders(people, now.astimezone(JAPAN).date())
    needed = needed_since(start, people, answers, now)
    stands = [Stand(person, person.pk in holders, latest.get(person.pk)) for person in people]
    return Together(
        consent=consent_together(start, holders, answers),
        needed=needed,
        is_late=needed is not None and is_late(start, needed),
        by_person=bool(latest),
        stands=tuple(sorted(stands, key=lambda stand: not stand.holds)),
    )


def unsettled(found: Together, *, runs: bool, requested: bool) -> str | Promise:
    """What the page says where the time limit does not follow the answers: somebody's parental authority began, was written down
    or ended after the last answer. ``runs``: whether the limit runs; ``requested``: whether the warrant was requested."""
    if runs and found.by_person and found.needed is None:
        return _(
            "Parental authority has changed since the last answer: everybody consents now. Record the latest answer of one of"
            " them again to end the time limit of the warrant."
        )
    if not runs and found.needed and found.by_person and not requested and not found.is_late:
        return _(
            "Parental authority has changed since the last answer: not everybody consents now. Ask each person and record the"
            " answer; the time limit of the warrant then runs from the day custody began."
        )
    return ""


def answers_to(start: CustodyDecision) -> list[ConsentAnswer]:
    """The answers to one custody, as they were given."""
    return in_order([answer for answer in answers_of(start.case) if answer.decision_id == start.pk])


def check_can_withdraw(start: CustodyDecision, person: Person, said: Said, at: datetime) -> None:
    """Consent is withdrawn by who gave it before: by an own answer, or as one of those for whom the draft says so."""
    if said is not Said.WITHDRAWN:
        return
    before = [answer for answer in answers_to(start) if said_at(answer) <= at]
    own = latest_by_person(before).get(person.pk)
    holds = person.holds_authority(at.astimezone(JAPAN).date())
    of_all = holds and consent_together(start, (), [a for a in before if not a.person_id]) is Consent.CONSENTS
    if not (_worth(own) is Consent.CONSENTS if own else of_all):
        raise Refused("withdrawn", _("No consent of this person is recorded that could be withdrawn."))


def check_nobody(start: CustodyDecision, at: datetime) -> None:
    """That nobody has parental authority is said where nobody is recorded with it."""
    refuse_nobody(_holders(everybody_around(start.case), at.astimezone(JAPAN).date()))
