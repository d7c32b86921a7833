"""The look of a request: what it showed, collected while the page is made and written before the first byte leaves."""

import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from security.audit.verbs import Decision, Verb
from security.rooms import named, rooms

_current: ContextVar["AccessEvent | None"] = ContextVar("look", default=None)


@dataclass
class AccessEvent:
    """Who asks, and what they were shown. One request has one, and at most one event comes of it."""

    staff_id: UUID | None = None
    position_id: UUID | None = None
    role: str = ""
    office_id: UUID | None = None
    address: str | None = None
    session: str | None = field(default=None, repr=False)
    """The raw key of the acting session: by it the database knows that the look is this person's."""
    request_id: UUID = field(default_factory=uuid.uuid4)
    verb: Verb = Verb.PAGE_VIEW
    decision: Decision = Decision.ALLOWED
    rule: str = ""
    purpose: str = ""
    object_pk: str = ""
    detail: str = ""
    cases: dict[UUID, set[str]] = field(default_factory=dict)
    covered: set[Any] = field(default_factory=set)
    wanted: bool = False
    survives_audit_failure: bool = False
    """What was done is kept even where the look cannot be written: its change is recorded with it, and it shows nothing."""

    def note_shown(
        self, case_id: UUID, *panels: str, verb: Verb | None = None, under: Iterable[Any] = ()
    ) -> None:
        """This page shows ``case_id`` (its ``panels``).

        ``under`` names further keys whose fields are of this case, as its child's: what they open need not be traced back to it.
        """
        self.cases.setdefault(case_id, set()).update(panels)
        self.covered.update(under)
        self.wanted = True
        if verb is not None:
            self._set_verb(verb)

    def note(
        self, verb: Verb, *, rule: str = "", purpose: str = "", object_pk: str = "", detail: str = ""
    ) -> None:
        """Something worth a trace happened that shows no case, or shows it under another verb."""
        self._set_verb(verb)
        self.wanted = True
        self.rule, self.purpose = rule or self.rule, purpose or self.purpose
        self.object_pk, self.detail = object_pk or self.object_pk, detail or self.detail

    def _set_verb(self, verb: Verb) -> None:
        # A failed decryption is worth more attention than the page it happened on, which the panels name anyway.
        if self.verb is not Verb.DECRYPTION_FAIL:
            self.verb = verb

    def note_denied(self, rule: str, object_pk: str = "", case_id: UUID | None = None) -> None:
        """The request was refused under ``rule``. ``case_id`` is the case it named: its supervisor reads of the attempt."""
        self.decision = Decision.DENIED
        self.cases = {} if case_id is None else {case_id: set()}
        self.note(Verb.ACCESS_DENY, rule=rule, object_pk=object_pk)

    def who(self) -> dict[str, Any]:
        """The acting person and position, as columns of an event."""
        return {
            "actor_id": self.staff_id,
            "position_id": self.position_id,
            "role": self.role,
            "office_id": self.office_id,
            "remote_addr": self.address,
        }

    def relations(self) -> Mapping[UUID, str]:
        """The viewer's relation to each case shown, at this moment."""
        if not self.cases or self.position_id is None:
            return {}
        found: dict[UUID, str] = {}
        for room in rooms():
            missing = self.cases.keys() - found.keys()
            if room.relations is not None and missing:
                found |= room.relations(self.position_id, missing)
        return found

    def add_revealed(self, revealed: Mapping[Any, set[str]]) -> set[str]:
        """Count every case whose key opened a field as shown, even where a view forgot to say so; return the fields."""
        fields: set[str] = set().union(*revealed.values())
        self.wanted = self.wanted or bool(revealed)
        by_kind: dict[str, list[UUID]] = {}
        for scope in revealed.keys() - self.covered:
            by_kind.setdefault(scope.kind, []).append(scope.owner)
        for kind, owners in by_kind.items():
            for cases in _cases_of(kind, owners):
                if not any(case_id in self.cases for case_id in cases):
                    for case_id in cases:
                        self.note_shown(case_id)
        return fields


def _cases_of(kind: str, owners: list[UUID]) -> Iterable[Collection[UUID]]:
    """The cases of each owner of a key. Raises KeyError for a kind of key that no room declares: its look could not be traced."""
    found: Mapping[UUID, Collection[UUID]] = named("keys", kind)(owners)
    return found.values()


@contextmanager
def open_event(look: AccessEvent) -> Iterator[AccessEvent]:
    """Make ``look`` the current one."""
    token = _current.set(look)
    try:
        yield look
    finally:
        _current.reset(token)


def current_or_none() -> AccessEvent | None:
    """The current look, or None outside a request."""
    return _current.get()


def current() -> AccessEvent:
    """The current look; a read of case content outside any look is an error."""
    look = _current.get()
    if look is None:
        raise RuntimeError("no look is open: case content is read only where a trace can be written")
    return look
