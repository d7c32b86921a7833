"""Letters as lines of a list, what a bureau has to do with them, and the card of a case that a bureau notified."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from agencies.directory.models import Office
from agencies.staff.models import Position
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.intake.codes import UrgencyItem
from cases.records.models import Case
from cases.records.panel import Panel
from cases.records.rules import check_may_manage
from face.lines import Line
from referrals.rights import rules
from referrals.rights.codes import ITEMS, LetterState
from referrals.rights.models import ChildLetter
from referrals.rights.queries import Waiting, Written, from_bureaus, waiting_letters
from security.encryption.fields import value_of, words_of
from security.walls import clock


@dataclass(frozen=True)
class Listed:
    """A letter in a list: until when what is to be done next, and whether that has passed."""

    letter: ChildLetter
    due: datetime | None
    late: bool


def listed(rows: Iterable[ChildLetter], office: Office, now: datetime) -> list[Listed]:
    """The letters with their days."""
    found = []
    for row in rows:
        due = rules.due_of(row, office)
        found.append(Listed(row, due, due is not None and due < now))
    return found


def waiting(by: Position, most: int) -> list[Line]:
    """What a bureau has to do, what presses first. A line says the number of the letter and nothing of the child."""
    now, decides = clock.now(), by.may(Permission.DECIDE_LETTERS)
    lines = [_line(row, by.office, now, decides=decides) for row in waiting_letters(by, most)]
    return sorted(lines, key=lambda line: not line.pressing)


def _line(row: Waiting, office: Office, now: datetime, *, decides: bool) -> Line:
    letter = row.letter
    due = rules.due_of(letter, office)
    words = {
        LetterState.RECEIVED.value: _("Read it today"),
        LetterState.READ.value: _("Judge the danger at once"),
        LetterState.CHECKED.value: _("Answer the child, or notify"),
    }
    text = words.get(letter.state, "")
    if row.draft:
        text = (
            _("A draft waits for your decision") if decides else _("The head of the section decides a draft")
        )
    if row.word:
        text = _("A center asks to tell the child something")
    is_now = letter.state == LetterState.READ
    return Line(
        reverse("child_letter", args=[letter.pk]),
        f"{letter.number} {letter.channel_label.label}",
        text,
        at=letter.received_at,
        due=None if is_now else due,
        pressing=is_now or (due is not None and due < now) or row.word or (row.draft and decides),
        fresh=letter.state == LetterState.RECEIVED,
    )


def first_notice(written: Written, office: Office) -> dict[str, Any]:
    """What a notification begins with, made of what the letter says."""
    reading, check = written.reading, written.danger
    if reading is None:
        return {"contact": office.telephone}
    items = [ITEMS[one] for one in value_of(reading.matters) or () if one in ITEMS]
    with override("ja"):
        lines = [_("A child's consultation about: %(what)s") % {"what": _joined(words_of(reading.matters))}]
        if check is not None:
            danger = {"danger": words_of(check.danger), "reasons": words_of(check.reasons)}
            lines.append(_("Danger now: %(danger)s. %(reasons)s") % danger)
            lines.append(words_of(check.calls))
        reach = [_joined(words_of(reading.answer_way)), words_of(reading.answer_to)]
        reach.append(_("safe: %(answer)s") % {"answer": words_of(reading.way_safe)})
        reach.append(words_of(reading.opened_by))
        name = words_of(reading.name)
        if name:
            lines.append(_("Name as the child wrote it: %(name)s") % {"name": name})
    return {
        "situation": "\n".join(filter(None, lines)),
        "reach": "、".join(filter(None, reach)),
        "grounds": [*([UrgencyItem.URGENT] if written.in_danger else []), *items],
        "contact": office.telephone,
    }


def _joined(words: str) -> str:
    return "、".join(words.splitlines())


def panel(case: Case, by: Position) -> Panel | None:
    """The notifications of a case that came from a rights bureau, with the way to tell the child something; None without one."""
    rows = from_bureaus(case)
    if not rows:
        return None
    context = {"rows": rows, "why_not": reason_against(check_may_manage, case, by)}
    return Panel("child_word", "referrals/rights/panel.html", context)
