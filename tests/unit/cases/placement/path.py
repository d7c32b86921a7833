"""One child's placement: conferences, hearings, what each parent says, the family court, and what was decided: a model in plain
Python, written beside the product.

It knows no row and no rule of the application. Words are those of the law (児童福祉法27条, 28条, 33条の3の3, 33条の4); days are
compared, and ``today`` is handed down. Whatever is written gets the next number.
"""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta

NEXT = {
    "none": {"start"},
    "decided": {"renew", "change", "end"},
    "placed": {"renew", "change", "suspend", "end"},
    "suspended": {"renew", "resume", "end"},
    "ended": {"start"},
}
LEADS_TO = {"start": "decided", "suspend": "suspended", "resume": "placed", "end": "ended"}
LASTS = {"decided", "placed", "suspended"}
PLACES = {"start", "change"}
DECIDED_BY = {"start": "placement", "change": "changed", "suspend": "suspended", "end": "ended"}
"""What a support policy conference decides before; a renewal and the end of a suspension rest on none."""
COURT = {
    None: {"petition"},
    "petition": {"granted", "rejected", "withdrawn"},
    "granted": {"renewal_asked", "petition"},
    "rejected": {"petition"},
    "withdrawn": {"petition"},
    "renewal_asked": {"renewal_granted", "renewal_rejected", "renewal_withdrawn"},
    "renewal_granted": {"renewal_asked", "petition"},
    "renewal_rejected": {"renewal_asked", "petition"},
    "renewal_withdrawn": {"renewal_asked", "petition"},
}
APPROVALS = {"granted", "renewal_granted"}
REVIEWED_AFTER = timedelta(days=90)
DAY = timedelta(days=1)


def two_years(first: date) -> date:
    """The last day of a term that begins on ``first`` (児童福祉法28条2項)."""
    day = min(first.day, monthrange(first.year + 2, first.month)[1])
    last = date(first.year + 2, first.month, day)
    return last - DAY if day == first.day else last


@dataclass(frozen=True)
class Where:
    """Where a draft places the child, and whether on the court's approval."""

    name: str
    kind: str
    by_court: bool


@dataclass(frozen=True)
class Draft:
    """What waits for the director."""

    kind: str
    effective_on: date
    hearing: int
    conference: int
    where: Where | None = None


@dataclass(eq=False)
class Act:
    """What was approved, whether before its day, and when the child came by it."""

    kind: str
    effective_on: date
    is_ahead: bool
    came_on: date | None = None


@dataclass(eq=False)
class Path:
    """Where the placement is, and on what the next decision could rest."""

    parents: set[str]
    """Those known with parental authority."""
    state: str = "none"
    draft: Draft | None = None
    where: Where | None = None
    acts: list[Act] = field(default_factory=list)
    """Everything approved but the renewals."""
    written: int = 0
    decided: dict[str, tuple[int, bool]] = field(default_factory=dict)
    """The latest conference that decided each, while no decision rests on it, and whether it has the word of the council."""
    hearing: int = 0
    """The latest hearing of the child; 0 where a decision rests on it."""
    said: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    """What each parent said last to each kind of placement; ``""``: that there is nobody."""
    told: dict[str, int] = field(default_factory=dict)
    """When it was last explained to each parent why the placement is to end."""
    moved: int = 0
    """When it was last decided where the child is; ``approved``: when anything was."""
    approved: int = 0
    step: str | None = None
    """The last step at the court at all; ``court``: on this placement."""
    court: str | None = None
    approved_on: date | None = None
    approved_until: date | None = None
    kinds: set[str] = field(default_factory=set)
    """The kinds that the court approves for this placement."""
    term: date | None = None
    """The last day that the court approved, while a term runs."""
    review_on: date | None = None
    is_to_be_seen: bool = False

    def number(self) -> int:
        self.written += 1
        return self.written

    # --- what is written down

    def hears(self) -> None:
        self.hearing = self.number()

    def decides(self, what: str, *, council: bool) -> None:
        self.decided[what] = self.number(), council

    def answers(self, who: str, kind: str, what: str) -> bool:
        """Only consent that was given is withdrawn, and there is nobody only where nobody is known."""
        before = self.said.get((who, kind), (0, ""))[1]
        if (what == "withdrawn" and before != "consents") or (not who and self.parents):
            return False
        self.said[who, kind] = self.number(), what
        return True

    def goes_to_court(self, step: str, today: date, kinds: set[str], until: date | None) -> bool:
        if step not in COURT[self.step]:
            return False
        self.step = self.court = step
        if step in APPROVALS:
            self.approved_on, self.approved_until = today, until
            self.kinds = kinds or self.kinds
        return True

    def explains(self, who: str) -> bool:
        if self.state not in LASTS:
            return False
        self.told[who] = self.number()
        return True

    def awaited(self) -> Act | None:
        """By what the child comes somewhere; a suspension, its end and the end of the placement only move it where they were
        decided before their day."""
        if not self.acts:
            return None
        last = self.acts[-1]
        if last.kind in PLACES or last.kind == "resume":
            places = [one for one in self.acts if one.kind in PLACES][-1]
            if places.came_on is None:
                return places
        return last if last.is_ahead and last.came_on is None else None

    def arrives(self, today: date) -> bool:
        act = self.awaited()
        if act is None or today < act.effective_on:
            return False
        act.came_on = today
        if self.state == "decided":
            self.state = "placed"
        self.is_to_be_seen = act.kind != "end"
        if act.kind == "end":
            self.review_on = None
        return True

    def may_be_seen(self) -> bool:
        act = self.awaited()
        return self.state in ("placed", "suspended") or (act is not None and act.kind == "end")

    # --- what is decided

    def wills(self, kind: str) -> list[str | None]:
        """What each parent says to what is to be decided: what was said before the last decision was said to that."""
        found: list[str | None] = []
        for who in self.parents or {""}:
            number, what = self.said.get((who, kind), (0, ""))
            found.append(what if number > self.moved else None)
        return found

    def is_explained(self) -> bool:
        return all(self.told.get(who, 0) > self.approved for who in self.parents)

    def in_order(self, kind: str, effective_on: date) -> bool:
        """Nothing holds from a day before the decision before it, or before the child came; a renewal has the term's days."""
        last = self.acts[-1].effective_on if self.acts else effective_on
        came = max((one.came_on for one in self.acts if one.came_on), default=effective_on)
        return kind == "renew" or effective_on >= max(last, came)

    def ends_in_term(self, effective_on: date, today: date) -> bool:
        """An end ahead lies in the term, unless its renewal was asked for (児童福祉法28条2項, 3項)."""
        is_asked = self.court in ("renewal_asked", "renewal_granted")
        return self.term is None or effective_on <= max(today, self.term) or is_asked

    def follows(self, draft: Draft, today: date) -> bool:
        """What has to be so when it is drafted, and still when it is approved."""
        if draft.kind not in NEXT[self.state] or not self.in_order(draft.kind, draft.effective_on):
            return False
        if draft.kind == "end":
            return self.is_explained() and self.ends_in_term(draft.effective_on, today)
        if draft.where is not None and not draft.where.by_court:
            return None not in self.wills(draft.where.kind)
        return True

    def drafts(
        self, kind: str, where: Where, effective_on: date, today: date, *, opposed: bool = False
    ) -> bool:
        """Every ground but the will of the parents and the word of the court is there when it is drafted."""
        if self.draft is not None or not self.hearing or (kind == "renew" and self.term is None):
            return False
        conference, council = self.decided.get(DECIDED_BY.get(kind, ""), (0, False))
        if (kind in DECIDED_BY and not conference) or (opposed and not council):
            return False
        if kind == "change" and where == self.where:
            return False
        if kind == "renew" and self.term is not None:
            effective_on = self.term + DAY
        draft = Draft(kind, effective_on, self.hearing, conference, where if kind in PLACES else None)
        if not self.follows(draft, today):
            return False
        self.draft = draft
        return True

    def court_until(self, draft: Draft) -> date | None:
        """Until when the court approves what is drafted: two years at most; None where it does not."""
        last = two_years(draft.effective_on)
        last = min(last, self.approved_until or last)
        if draft.where is None:
            return last if self.court == "renewal_granted" and last >= draft.effective_on else None
        is_open = self.approved_on is not None and self.approved_on <= draft.effective_on <= last
        return last if is_open and self.court in APPROVALS and draft.where.kind in self.kinds else None

    def may_approve(self, today: date) -> bool:
        """The draft holds, and the court approved it or no parent is against it."""
        draft = self.draft
        if draft is None or not self.follows(draft, today):
            return False
        if draft.kind == "renew" or (draft.where is not None and draft.where.by_court):
            return self.court_until(draft) is not None
        if draft.where is None:
            return True
        return set(self.wills(draft.where.kind)) <= {"consents", "not_reached", "nobody"}

    def approve(self, today: date) -> bool:
        draft = self.draft
        if draft is None or not self.may_approve(today):
            return False
        self.draft, until = None, self.court_until(draft)
        self.state = LEADS_TO.get(draft.kind, self.state)
        self.approved = self.number()
        self._uses(draft)
        if draft.kind != "renew":
            self.acts.append(Act(draft.kind, draft.effective_on, draft.effective_on > today))
        if draft.kind in ("start", "change", "renew"):
            self.review_on = draft.effective_on + REVIEWED_AFTER
        if draft.kind == "renew":
            self.term = until
        elif draft.where is not None:
            self.where, self.moved = draft.where, self.approved
            self.term = (self.term or until) if draft.where.by_court else None
        elif draft.kind == "end":
            self.moved = self.approved
            self._is_over(draft.effective_on > today)
        return True

    def _uses(self, draft: Draft) -> None:
        """What a decision rests on is there for no other; what was said after it was drafted is."""
        if self.hearing == draft.hearing:
            self.hearing = 0
        if draft.conference and self.decided[DECIDED_BY[draft.kind]][0] == draft.conference:
            del self.decided[DECIDED_BY[draft.kind]]

    def _is_over(self, is_ahead: bool) -> None:
        """The court's word was on that placement; until its day the child is placed, and to be seen there."""
        self.term = self.court = self.approved_on = self.approved_until = None
        self.kinds = set()
        if not is_ahead:
            self.review_on, self.is_to_be_seen = None, False
