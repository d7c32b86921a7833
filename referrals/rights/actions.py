"""Handling a letter of a child: registered, read, judged, answered, notified, ended; and a center's text for the child."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from agencies.directory.models import Office
from agencies.notices.actions import tell
from agencies.notices.codes import NoticeKind
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.intake.codes import Basis, Knows, UrgencyItem
from cases.intake.models import Filing, Notification
from cases.intake.pages import file_notification
from cases.records.actions import ChildFacts, locked, write_progress
from cases.records.codes import ContactMethod, Sex
from cases.records.models import UNKNOWN, Case
from cases.records.rules import check_may_manage
from referrals.rights import rules
from referrals.rights.codes import ENDS, DraftKind, LetterChannel, LetterState, NoteStep, Wish
from referrals.rights.models import (
    ChildLetter,
    DangerCheck,
    LetterDraft,
    LetterNote,
    LetterNotice,
    LetterReading,
    LetterReply,
    OfLetter,
    WordForChild,
)
from referrals.rights.names import kana_of, name_of
from referrals.rights.queries import Written, filing_of, heads_of, written_of
from security.encryption.fields import reveal, value_of, words_of
from security.encryption.keyring import Scope, current
from security.walls import clock

Row = TypeVar("Row", bound=OfLetter)


@transaction.atomic
def register_letter(
    *, channel: LetterChannel, number: str, received_at: datetime, held_by: str, by: Position
) -> ChildLetter:
    """Enter in the register what came from a child. Raises Refused."""
    now = clock.now()
    rules.check_may_keep(by)
    rules.check_has_come(received_at, now)
    letter = ChildLetter(
        id=uuid.uuid4(), office=by.office, channel=channel, number=number, received_at=received_at
    )
    letter.registered_by, letter.registered_at, letter.state = by, now, LetterState.RECEIVED
    current().create(letter.key_scope(), by.office_id)
    letter.held_by = held_by
    letter.save(force_insert=True)
    return letter


def _fresh(letter: ChildLetter) -> ChildLetter:
    """The letter, held: of two who act at once the second sees what the first did."""
    return locked(ChildLetter.objects.filter(pk=letter.pk))


def _move(letter: ChildLetter, state: LetterState) -> None:
    if state in rules.following(letter):
        letter.state = state
        letter.save(update_fields=["state"])


def _write(row: Row, facts: Mapping[str, Any], by: Position) -> Row:
    row.written_by, row.written_at = by, clock.now()
    for name, value in facts.items():
        setattr(row, name, None if value == "" else value)
    row.save(force_insert=True)
    return row


@transaction.atomic
def read_letter(letter: ChildLetter, facts: Mapping[str, Any], *, by: Position) -> LetterReading:
    """Transcribe what the child wrote or said, as it was; written again it is a correction. Raises Refused."""
    fresh = _fresh(letter)
    rules.check_open(fresh, by)
    rules.check_consultations(facts["consultations"])
    rules.check_wanted(facts)
    row = _write(LetterReading(letter=fresh), facts, by)
    _move(fresh, LetterState.READ)
    return row


@transaction.atomic
def judge_danger(letter: ChildLetter, facts: Mapping[str, Any], *, by: Position) -> DangerCheck:
    """Write whether the child is in danger now, and that 110 and the center were telephoned first. Raises Refused."""
    fresh = _fresh(letter)
    rules.check_may_judge(fresh, by)
    rules.check_danger(facts, clock.now())
    row = _write(DangerCheck(letter=fresh), facts, by)
    _move(fresh, LetterState.CHECKED)
    return row


@transaction.atomic
def draft_reply(
    letter: ChildLetter, facts: Mapping[str, Any], *, sent_at: datetime | None = None, by: Position
) -> LetterReply:
    """Draft the reply to the child for the head of the section; ``sent_at``: it was given in the conversation then. Raises
    Refused."""
    now, fresh = clock.now(), _fresh(letter)
    written = written_of(fresh)
    rules.check_judged(fresh, by)
    rules.check_no_draft(written.replies)
    rules.check_way(written.reading, facts["way"], facts["kept_safe"] or "")
    rules.check_spoken(fresh, facts["way"], sent_at, now)
    row = LetterReply(letter=fresh, sent_at=sent_at)
    _draft(row, facts, by, now)
    return row


@transaction.atomic
def draft_notice(
    letter: ChildLetter, recipient: Office, facts: Mapping[str, Any], *, by: Position
) -> LetterNotice:
    """Notify a center with what the letter says. Against the child's wish the head decides first. Raises Refused."""
    now, fresh = clock.now(), _fresh(letter)
    written = written_of(fresh)
    rules.check_judged(fresh, by)
    rules.check_no_draft(written.notices)
    rules.check_notice(facts)
    row = LetterNotice(letter=fresh, recipient=recipient, takes_two=facts["wish"] is Wish.AGAINST)
    for name, value in facts.items():
        setattr(row, name, None if value == "" else value)
    if not row.takes_two:
        row.filing = _file(fresh, row, written, by)
    _draft(row, {}, by, now)
    if not row.takes_two:
        _move(fresh, LetterState.NOTIFIED)
    return row


def _draft(row: LetterDraft, facts: Mapping[str, Any], by: Position, now: datetime) -> None:
    for name, value in facts.items():
        setattr(row, name, None if value == "" else value)
    row.drafted_by, row.drafted_person, row.drafted_at = by, by.staff, now
    row.save(force_insert=True)
    if rules.waits(row):
        told = [one for one in heads_of(by.office_id) if one != by.pk]
        tell(told, NoticeKind.DECISION_WAITING, "", path_of(row), cause=str(row.pk))


def path_of(row: LetterDraft) -> str:
    """Where a draft is decided."""
    kind = DraftKind.REPLY if isinstance(row, LetterReply) else DraftKind.NOTICE
    return reverse("child_letter_decide", args=[row.letter_id, kind.value, row.pk])


@transaction.atomic
def decide(row: LetterDraft, *, approved: bool, note: str, by: Position) -> None:
    """The head approves or returns a draft. A notification that is approved is filed by the head at once. Raises Refused."""
    letter = _fresh(row.letter)
    fresh: LetterDraft = locked(type(row)._default_manager.filter(pk=row.pk))
    rules.check_may_decide(fresh, letter, by)
    rules.check_returned(approved, note)
    fresh.approved, fresh.note = approved, note or None
    fresh.decided_by, fresh.decided_person, fresh.decided_at = by, by.staff, clock.now()
    columns = ["decided_by", "decided_person", "decided_at", "approved", "note"]
    if approved and isinstance(fresh, LetterNotice):
        fresh.filing = _file(letter, fresh, written_of(letter), by)
        columns.append("filing")
    fresh.save(update_fields=columns)
    if approved and isinstance(fresh, LetterNotice):
        _move(letter, LetterState.NOTIFIED)
    if approved and isinstance(fresh, LetterReply) and fresh.sent_at is not None:
        _move(letter, LetterState.REPLIED)
    kind = NoticeKind.DECISION_APPROVED if approved else NoticeKind.DECISION_RETURNED
    path = reverse("child_letter", args=[letter.pk])
    tell([fresh.drafted_by_id], kind, "", path, cause=str(fresh.pk))


@transaction.atomic
def send_reply(row: LetterReply, sent_at: datetime, *, by: Position) -> None:
    """Write that an approved reply went out. Raises Refused."""
    letter = _fresh(row.letter)
    fresh = locked(LetterReply.objects.filter(pk=row.pk))
    rules.check_may_send(fresh, letter, by)
    rules.check_sent(fresh, sent_at, clock.now())
    fresh.sent_at = sent_at
    fresh.save(update_fields=["sent_at"])
    _move(letter, LetterState.REPLIED)


@transaction.atomic
def write_note(
    letter: ChildLetter,
    *,
    step: NoteStep,
    happened_at: datetime,
    words: str,
    by: Position,
    word: WordForChild | None = None,
) -> LetterNote:
    """Write what else was done and what came of it; the letter is followed up or closed with it. Raises Refused."""
    fresh = _fresh(letter)
    rules.check_open(fresh, by)
    written = written_of(fresh)
    rules.check_note(fresh, step, happened_at, clock.now(), danger=written.in_danger, filed=written.is_filed)
    rules.check_answered(fresh, written.reading, step)
    facts = {"step": step, "happened_at": happened_at, "words": words}
    row = _write(LetterNote(letter=fresh, word=word), facts, by)
    if step in ENDS:
        _move(fresh, ENDS[step])
    return row


def _file(letter: ChildLetter, row: LetterNotice, written: Written, by: Position) -> Filing:
    """The filing that the letter becomes: nothing is typed again. The bureau makes the key of the texts that may come back."""
    reading = written.reading
    if reading is None:
        raise Refused("unread", _("Read and transcribe the letter first."))
    told = told_of(letter, reading, row)
    about = {
        "place_detail": "",
        "contact": reveal(row, "contact") or "",
        "keep_from": reveal(row, "keep_from") or "",
    }
    grounds: tuple[UrgencyItem, ...] = tuple(value_of(row.grounds) or ())
    filing = file_notification(row.recipient, child_of(reading), told, grounds=grounds, about=about, by=by)
    current().create(Scope("childword", filing.pk), by.office_id)
    return filing


def child_of(reading: LetterReading) -> ChildFacts:
    """The child as a filing names it: what the child wrote of itself, and unknown what it did not."""
    family, given = name_of(words_of(reading.name))
    school = " ".join(filter(None, [words_of(reading.school), words_of(reading.grade)]))
    return ChildFacts(
        family_name=family or UNKNOWN,
        given_name=given or UNKNOWN,
        family_kana=kana_of(family) or UNKNOWN,
        given_kana=kana_of(given) or UNKNOWN,
        sex=value_of(reading.sex) or Sex.OTHER,
        school=school,
        address=words_of(reading.address),
    )


def told_of(letter: ChildLetter, reading: LetterReading, row: LetterNotice) -> dict[str, Any]:
    """What the filing says. The child's words go on exactly as they were transcribed; nothing says which bureau it was."""
    with override("ja"):
        lines = [
            words_of(row.situation),
            _("How the child may be reached: %(how)s") % {"how": words_of(row.reach)},
            _("What the child says to the notification: %(what)s") % {"what": words_of(row.wish)},
            words_of(row.child_said),
        ]
        drawings = words_of(reading.drawings)
        observed = _("Drawings: %(what)s") % {"what": drawings} if drawings else ""
        if rules.is_spoken(letter):
            question, heard = _("not recorded"), _("staff of the office that notified")
        else:
            question, heard = _("nothing was asked"), _("nobody: the child wrote it")
    return {
        "situation": "\n".join(filter(None, lines)),
        "basis": Basis.FROM_CHILD,
        "words": words_of(reading.words),
        "question": question,
        "asked_by": heard,
        "asked_at": letter.received_at,
        "observed": observed,
        "injuries": "",
        "child_knows": Knows.NO if value_of(row.wish) is Wish.NOT_ASKED else Knows.YES,
        "custodian_knows": Knows.UNKNOWN,
    }


@transaction.atomic
def ask_to_tell(case: Case, notification: Notification, text: str, *, by: Position) -> WordForChild:
    """Ask the bureau that notified to tell the child something. The case's progress record has the text and its writer; what the
    bureau gets names a day and nobody (docs/adr/0094). Raises Refused."""
    check_may_manage(case, by)
    filing = filing_of(notification)
    if filing is None:
        raise Refused("no_bureau", _("This notification did not come from a rights bureau in this system."))
    rules.check_word(text)
    with override("ja"):
        whom, body = _("the office that notified"), _("Asked to tell the child: %(text)s") % {"text": text}
    write_progress(
        case, happened_at=clock.now(), method=ContactMethod.DOCUMENT, with_whom=whom, body=body, by=by
    )
    word = WordForChild(id=uuid.uuid4(), filing_id=filing, sent_at=clock.now())
    word.text = text
    word.save(force_insert=True)
    return word
