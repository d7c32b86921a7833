"""Access log as a page shows it: names, offices and words in place of ids and codes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from agencies.directory.models import Office
from agencies.staff.models import Position, Staff
from agencies.staff.roles import Permission, Role
from desk.audit import labels
from desk.audit.pages import case_labels, managed, reads_all
from face.codes import stored_code
from referrals.disclosures.queries import references_at_desk
from security.audit.models import CaseTrace, Event
from security.audit.verbs import Decision, Verb
from security.rooms import panels_label


@dataclass(frozen=True)
class Row:
    """One look, attempt or change. ``case_id`` None: no case, or several, are named by the event."""

    at: datetime
    staff_id: UUID | None
    who: str
    role: str
    office: str
    relation: str | Promise
    what: str
    panels: str
    case_id: UUID | None
    case: str
    case_url: str
    rule: str | Promise
    tried: str
    is_denied: bool


class Names:
    """Names of the people and offices of some rows, read once."""

    def __init__(
        self, rows: Iterable[CaseTrace | Event], by: Position, known: Mapping[UUID, str] | None = None
    ) -> None:
        found = list(rows)
        tried = {UUID(account) for row in found if (account := _account_of(row))}
        self._staff = Staff.objects.in_bulk({row.actor_id for row in found if row.actor_id} | tried)
        self._offices = Office.objects.in_bulk({row.office_id for row in found if row.office_id})
        self._is_outside = not by.may(Permission.WORK_ON_CASES) and not reads_all(by)
        self._references = references_of(found, outside=self._is_outside)
        known = known or {}
        cases = {row.case_id for row in found if row.case_id} - known.keys()
        self._cases = {**case_labels(cases, by), **known}
        self._page = "access_log_case" if reads_all(by) else "case_looks"
        self._open = {*known, *(cases if reads_all(by) else managed(cases, by))}

    def person(self, staff_id: UUID | None) -> str:
        """The person's name; empty for a person who is not signed in."""
        found = self._staff.get(staff_id) if staff_id else None
        return found.name if found is not None else ""

    def office(self, office_id: UUID | None) -> str:
        """The office's name."""
        found = self._offices.get(office_id) if office_id else None
        return found.name if found is not None else ""

    def case(self, row: CaseTrace | Event) -> str:
        """The case's number or the short form of its id; for a receiver of a disclosure its reference.

        An outside office reads nothing of our ids: two references to one case would tell that it is the same child.
        """
        if self._is_outside or (row.relation == "disclosure" and row.case_id not in self._open):
            return self._references.get(_uuid_of(row), "")
        return self._cases[row.case_id] if row.case_id else ""

    def relation(self, row: CaseTrace | Event) -> str | Promise:
        """The relation then. That of a refused attempt would tell an outside office whether it guessed a case's id."""
        is_attempt = row.decision == Decision.DENIED
        return "" if self._is_outside and is_attempt else labels.relation_label(row.relation)

    def tried(self, row: CaseTrace | Event) -> str:
        """At what somebody was refused: whose account, where it was a sign-in, or which address."""
        if not isinstance(row, Event):
            return ""
        account = _account_of(row)
        if account is None:
            return labels.tried_label(row.object_pk)
        person = self.person(UUID(account)) if account else ""
        return _("account: %(name)s") % {"name": person} if person else _("an account that does not exist")

    def case_url(self, case_id: UUID | None) -> str:
        """Where the reader sees who looked at the case; empty where the reader may not."""
        return reverse(self._page, args=[case_id]) if case_id in self._open else ""


def _account_of(row: CaseTrace | Event) -> str | None:
    """The id of the account at which a sign-in failed, "" where there is none; None for what was no sign-in."""
    return row.object_pk if isinstance(row, Event) and row.verb == Verb.SESSION_REFUSE else None


def _uuid_of(row: CaseTrace | Event) -> UUID:
    return row.uuid if isinstance(row, Event) else row.event_uuid


def references_of(rows: Iterable[CaseTrace | Event], *, outside: bool) -> dict[UUID, str]:
    """The reference of the disclosure that each event opened or tried to, as far as the reader sees its envelope."""
    opened = [_uuid_of(row) for row in rows if outside or row.relation == "disclosure"]
    if not opened:
        return {}
    named = Event.objects.filter(uuid__in=opened, object_pk__regex="^[0-9a-f-]{36}$")
    events = dict(named.values_list("uuid", "object_pk"))
    envelopes = references_at_desk(events.values())
    return {event: envelopes[pk] for event, pk in events.items() if pk in envelopes}


def rows_of(
    found: Sequence[CaseTrace | Event], by: Position, known: Mapping[UUID, str] | None = None
) -> list[Row]:
    """The rows of a page for the reader ``by``. ``known``: cases whose log the reader may read, with their numbers."""
    names = Names(found, by, known)
    return [_row(one, names) for one in found]


def _row(one: CaseTrace | Event, names: Names) -> Row:
    return Row(
        at=one.timestamp if isinstance(one, Event) else one.at,
        staff_id=one.actor_id,
        who=names.person(one.actor_id),
        role=role_label(one.role),
        office=names.office(one.office_id),
        relation=names.relation(one),
        what=verb_label(one.verb),
        panels=panels_label(one.panels),
        case_id=one.case_id,
        case=names.case(one),
        case_url=names.case_url(one.case_id),
        rule=labels.rule_label(one.rule) if isinstance(one, Event) else "",
        tried=names.tried(one),
        is_denied=one.decision == Decision.DENIED,
    )


def role_label(role: str) -> str:
    """The role's title at that moment; a role that the code no longer has is shown as it was stored."""
    return str(stored_code(Role, role).label)


def verb_label(verb: str) -> str:
    """What happened, in words."""
    return str(stored_code(Verb, verb).label)
