"""Who is not asked, decided before custody begins: by whom and why, and what that means for the draft of a start."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.clocks.rules import JAPAN
from cases.consents.codes import Said
from cases.custody.codes import Consent, Mark
from cases.custody.models import ConsentAnswer, CustodyDecision, Unasked
from cases.custody.queries import lasting, unasked_of
from cases.records.actions import locked
from cases.records.models import Case, Person
from cases.records.rules import check_may_edit
from security.encryption.fields import value_of, words_of
from security.walls import clock


def check_may_mark(case: Case, by: Position) -> None:
    """For those who work on the case, before custody begins. While it lasts, it is an answer on consent like the others."""
    check_may_edit(case, by)
    if lasting(case) is not None:
        raise Refused("in_custody", _("Custody has been decided. Record the answer on consent instead."))


def check_mark(case: Case, person: Person, mark: Mark) -> None:
    """It is one of the people around this child, and who is asked all the same was not to be asked before."""
    if person.case_id != case.pk or person.removed_at is not None:
        raise Refused("person", _("Choose one of the people around the child."))
    if mark is Mark.ASKED and person.pk not in {row.person_id for row in unasked_of(case)}:
        raise Refused(
            "whether",
            _("“Whether the person is asked”: it was not decided before that this person is not asked."),
        )


@transaction.atomic
def mark_unasked(
    case: Case, person: Person, mark: Mark, *, reason: str, decided_by_text: str, by: Position
) -> Unasked:
    """Record before custody begins that a person is not asked, with the reason and who decided it, or is asked all the same.
    Raises Refused."""
    fresh = locked(Case.objects.filter(pk=case.pk))
    check_may_mark(fresh, by)
    check_mark(fresh, person, mark)
    row = Unasked(case=fresh, person=person, recorded_by=by, recorded_at=clock.now())
    row.mark, row.reason, row.decided_by_text = mark, reason, decided_by_text
    row.save(force_insert=True)
    return row


def holders_unasked(case: Case, at: datetime) -> list[Unasked]:
    """Those with parental authority at that moment who are not asked."""
    day = at.astimezone(JAPAN).date()
    return [row for row in unasked_of(case) if row.person.holds_authority(day)]


def check_consent(case: Case, consent: Consent | None, at: datetime) -> None:
    """Who is not asked has not consented: with such a person among those with parental authority there is no consent of everybody
    (児童福祉法33条3項)."""
    if consent in (Consent.CONSENTS, Consent.NOBODY) and holders_unasked(case, at):
        raise Refused(
            "consent",
            _(
                "A person with parental authority is not asked, for a reason that is recorded: not everybody consents."
            ),
        )


def check_draft_consent(row: CustodyDecision) -> None:
    """The same, when a draft is approved: somebody may have been marked meanwhile."""
    if not row.is_oral:
        check_consent(row.case, value_of(row.consent), row.effective_at)


def become_answers(row: CustodyDecision, by: Position) -> None:
    """With the start of custody, that somebody is not asked is that person's answer, with the reason and who decided it."""
    now = clock.now()
    for mark in holders_unasked(row.case, row.effective_at):
        answer = ConsentAnswer(
            case=row.case, decision=row, person=mark.person, recorded_by=by, recorded_at=now
        )
        answer.consent, answer.answered_at = Said.NOT_ASKED, min(row.effective_at, now)
        answer.answered_by, answer.note = "", ""
        answer.why_not_asked, answer.decided_by_text = words_of(mark.reason), words_of(mark.decided_by_text)
        answer.save(force_insert=True)
