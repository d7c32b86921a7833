"""What custody, the conferences, consent and the warrant allow: a model in plain Python, written beside the product.

It knows no row and no rule of the application. Moments are compared; ``now`` is handed down.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

JAPAN = ZoneInfo("Asia/Tokyo")
FOREVER = datetime.max.replace(tzinfo=JAPAN)
HOUR = timedelta(hours=1)


@dataclass
class Custody:
    """One start of custody. ``consent`` is as its draft has it, ``answers`` are (moment, who, what), in the order of writing."""

    at: datetime
    consent: str
    is_oral: bool
    waits: bool = True
    approved: bool = False
    ended_at: datetime | None = None
    was_requested: bool = False
    answers: list[tuple[datetime, str, str]] = field(default_factory=list)

    @property
    def has_effect(self) -> bool:
        """By a decision in writing, or by word of mouth until somebody says that it was wrong."""
        return self.approved or (self.is_oral and self.waits)

    @property
    def lasts(self) -> bool:
        return self.has_effect and self.ended_at is None

    def last_moment(self) -> datetime:
        """Of the limit: the end of the seventh day, the day of the start being the first (児童福祉法33条)."""
        day = self.at.astimezone(JAPAN) + timedelta(days=6)
        return day.replace(hour=23, minute=59, second=59, microsecond=999999)


@dataclass
class Ending:
    """One draft of an end."""

    of: Custody
    at: datetime
    waits: bool = True
    approved: bool = False


@dataclass
class Asking:
    """One draft of a request to the judge, for one custody."""

    of: Custody
    waits: bool = True
    approved: bool = False
    ruling: str = ""
    """What became of it at the court; '' until it is handed in."""


AFTER = {
    "requested": {"asked_more", "issued", "rejected"},
    "asked_more": {"answered", "issued", "rejected"},
    "answered": {"asked_more", "issued", "rejected"},
    "rejected": {"review_asked"},
    "review_asked": {"upheld", "quashed"},
    "quashed": {"issued"},
}
"""The order of the law (児童福祉法33条4項・7項)."""


@dataclass
class Sat:
    """One policy conference that was held on the case: are its minutes to be written, do they wait, or is it decided?"""

    waits: bool = False
    is_over: bool = False
    from_stage: str = ""
    begins_support: bool = False


@dataclass
class World:
    """A case as the law has it. ``limit_of`` is the custody from whose start the limit of the warrant runs, or None."""

    nobody_needs_warrant: bool
    late_needs_warrant: bool
    is_accepted: bool = False
    acceptance_waits: bool = False
    parents: set[str] = field(default_factory=set)
    starts: list[Custody] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    askings: list[Asking] = field(default_factory=list)
    limit_of: Custody | None = None
    review_runs: bool = False
    sat: list[Sat] = field(default_factory=list)
    stage: str = "reception"
    was_seen: bool = False

    # --- the policy conference: it advises on custody, and only a decision on custody changes that

    def may_sit(self) -> bool:
        """After the case was accepted; one at a time here."""
        return self.stage != "reception" and all(one.is_over for one in self.sat)

    def may_minute(self, sat: Sat, measure: str, *, against: bool) -> bool:
        """Against the will of who has parental authority no child is placed (児童福祉法27条4項)."""
        return not sat.is_over and not sat.waits and not (measure == "g27_1_3" and against)

    def minute(self, sat: Sat, measure: str) -> None:
        sat.waits, sat.from_stage = True, self.stage
        sat.begins_support = measure in ("keizoku", "g27_1_3") and self.stage != "support"

    def may_resolve(self, sat: Sat) -> bool:
        return sat.waits and (not sat.begins_support or self.stage != "reception")

    def resolve(self, sat: Sat, verdict: str) -> None:
        sat.waits, sat.is_over = False, verdict != "return"
        if verdict == "approve" and sat.begins_support:
            self.stage = "support"

    # --- the intake conference: it asks nothing of custody, and custody nothing of it

    def may_draft_acceptance(self) -> bool:
        return not self.is_accepted and not self.acceptance_waits

    # --- custody

    def present(self) -> Custody | None:
        return next((one for one in self.starts if one.lasts), None)

    def may_start(self, at: datetime) -> bool:
        """One draft at a time, and never two custodies at once."""
        if any(one.waits for one in self.starts):
            return False
        others = [one for one in self.starts if one.has_effect]
        return not any((one.ended_at or FOREVER) > max(one.at, at) for one in others)

    def take_effect(self, start: Custody) -> None:
        if self.needs(start.consent):
            self.run_limit(start)

    def may_end(self, at: datetime) -> bool:
        present = self.present()
        return present is not None and at >= present.at and not any(one.waits for one in self.endings)

    def end(self, ending: Ending) -> None:
        """Custody that is over within its seven days needs no warrant (児童福祉法33条3項)."""
        ending.approved, ending.of.ended_at, self.review_runs = True, ending.at, False
        if self.limit_of and ending.at <= self.limit_of.last_moment():
            self.limit_of = None

    def not_confirmed(self, start: Custody, began: bool) -> None:
        """What was said by word of mouth and is not confirmed: the limit stays, unless the child was never in custody."""
        start.waits = False
        if start.is_oral and not began and start.ended_at is None:
            self.limit_of = None

    # --- consent and the warrant

    def needs(self, consent: str) -> bool:
        """Consent alone exempts from the warrant (児童福祉法33条3項); without anybody to ask, the office's rule says."""
        return self.nobody_needs_warrant if consent == "nobody" else consent != "consents"

    def run_limit(self, start: Custody) -> None:
        """The earlier of two limits is the one that runs."""
        if self.limit_of is None or start.last_moment() < self.limit_of.last_moment():
            self.limit_of = start

    def worth(self, start: Custody, at: datetime) -> str:
        """What all of them say together at a moment: consents, nobody, or something else."""
        said = sorted((one for one in start.answers if one[0] <= at), key=lambda one: one[0])
        own = {who: what for _at, who, what in said if who}
        if not own:
            return said[-1][2] if said else start.consent
        if not self.parents and said[-1][2] == "nobody":
            return "nobody"
        asked = self.parents or own.keys()
        return "consents" if all(own.get(who) == "consents" for who in asked) else "something else"

    def needed_since(self, start: Custody, now: datetime) -> datetime | None:
        """Walk back from now, hour by hour, as long as a warrant is needed."""
        hours = int((now - start.at) / HOUR) + 1
        grid = {start.at + HOUR * number for number in range(hours)}
        grid |= {whole(start.at + HOUR * number) for number in range(1, hours + 1)}
        grid |= {at for at, _who, _what in start.answers}
        since = None
        for at in sorted((one for one in grid | {now} if start.at <= one <= now), reverse=True):
            if not self.needs(self.worth(start, at)):
                break
            since = at
        return since

    def may_answer(self, start: Custody, who: str, what: str, at: datetime) -> bool:
        """While custody lasts. Consent is withdrawn by who gave it; that there is nobody is said where nobody is known."""
        if not start.lasts:
            return False
        if what == "nobody":
            return not self.parents
        if what != "withdrawn":
            return True
        before = [one for one in sorted(start.answers, key=lambda one: one[0]) if one[0] <= at]
        own = [said for _at, name, said in before if name == who]
        if own:
            return own[-1] == "consents"
        for_all = [said for _at, name, said in before if not name]
        return who in self.parents and (for_all[-1] if for_all else start.consent) == "consents"

    def answer(self, start: Custody, who: str, what: str, at: datetime, now: datetime) -> None:
        start.answers.append((at, "" if what == "nobody" else who, what))
        since = self.needed_since(start, now)
        if since is None:
            self.limit_of = None
        elif not start.was_requested and (since <= start.last_moment() or self.late_needs_warrant):
            self.run_limit(start)

    def to_ask_for(self) -> Custody | None:
        """For which custody a warrant is asked while its limit runs: the one that lasts, else the latest that began when the
        limit did, which was said by word of mouth and returned, or ended too late."""
        if self.limit_of is None:
            return None
        began = [one for one in self.starts if one.at == self.limit_of.at]
        return self.present() or began[-1]

    def may_draft_request(self) -> bool:
        return self.to_ask_for() is not None and not any(one.waits for one in self.askings)

    def may_approve_request(self, asking: Asking) -> bool:
        return asking.waits and self.to_ask_for() is asking.of

    def may_hand_in(self, asking: Asking) -> bool:
        """What was approved, while it is needed for that very custody. Only this meets the limit."""
        return asking.approved and self.to_ask_for() is asking.of

    def hand_in(self, asking: Asking) -> None:
        asking.of.was_requested, self.limit_of, asking.ruling = True, None, "requested"

    def may_follow(self, asking: Asking, ruling: str) -> bool:
        """What is rejected for good ends with the custody (児童福祉法33条7項)."""
        is_released = asking.ruling in ("rejected", "upheld") and asking.of.ended_at is not None
        return ruling in AFTER.get(asking.ruling, ()) and not is_released

    def follow(self, asking: Asking, ruling: str) -> None:
        """Rejected, custody is ended or the reversal asked for; that limit runs while custody has not been ended."""
        asking.ruling = ruling
        if ruling == "rejected" and asking.of.ended_at is None:
            self.review_runs = True
        if ruling == "review_asked":
            self.review_runs = False


def whole(moment: datetime) -> datetime:
    """The hour it lies in, as it began."""
    return moment.replace(minute=0, second=0, microsecond=0)
