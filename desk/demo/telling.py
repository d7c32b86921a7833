"""One case of the demo while it is told: its people, its moments, and what it has so far."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from agencies.directory.models import Office
from agencies.staff.models import Position
from agencies.staff.roles import Role
from cases.custody.models import CustodyDecision
from cases.intake.models import Filing
from cases.records.models import Case
from desk.demo.hours import Hours
from referrals.consent.models import ExceptionRequest, Intention
from referrals.disclosures.models import Disclosure

Positions = dict[tuple[str, str], Position]


@dataclass
class Telling:
    """One case while it is told: who works on it, how late it is in its story, and what it has so far."""

    number: int
    row: dict[str, Any]
    positions: Positions
    lead: Position
    now: datetime
    limit: datetime
    case: Case = field(init=False)
    intention: Intention = field(init=False)
    exception: ExceptionRequest = field(init=False)
    report: Disclosure = field(init=False)
    filing: Filing = field(init=False)
    custody: CustodyDecision = field(init=False)
    entries: int = 0

    def of_role(self, role: Role) -> Position:
        """A colleague of the lead's office in this role, of the lead's section where there is one."""
        same = self.colleagues(role)
        return next((position for position in same if position.section_id == self.lead.section_id), same[0])

    def colleagues(self, role: Role) -> list[Position]:
        """The people of the lead's office in this role."""
        positions = self.positions.values()
        return [p for p in positions if p.office_id == self.lead.office_id and p.role == role]

    def police(self, role: Role) -> Position:
        """The officer of the support center that this office works with."""
        return next(p for p in self.positions.values() if p.office_id == self.recipient.pk and p.role == role)

    @property
    def recipient(self) -> Office:
        """The support center of the lead's region."""
        code = "ssc2" if self.lead.office.code == "umi" else "ssc1"
        return next(position.office for position in self.positions.values() if position.office.code == code)

    def later(self, hours: Hours, /, **passed: float) -> datetime:
        """Let time pass, on to these hours, never beyond the present; the new moment."""
        return self._move(hours.after(self.now + timedelta(**passed)), hours)

    def until(self, hours: Hours, /, **left: float) -> datetime:
        """Let time pass until so much is left to the present, at these hours; the new moment."""
        return self._move(hours.before(self.limit - timedelta(**left)), hours)

    def _move(self, wanted: datetime, hours: Hours) -> datetime:
        if wanted > self.limit:
            wanted = hours.before(self.limit)
        self.now = max(wanted, self.now + timedelta(seconds=1))
        return self.now

    @property
    def is_recent(self) -> bool:
        """Whether what has been told so far reaches into the last two weeks."""
        return self.limit - self.now < timedelta(days=14)
