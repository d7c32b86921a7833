"""One course of help: its plan and amendments, reviews, sessions and end: a model in plain Python, written beside the product.

It knows no row and no rule of the application. Days are compared; ``today`` is handed down.
"""

from dataclasses import dataclass, field
from datetime import date


@dataclass(eq=False)
class Plan:
    """One plan: approved on which day, and what became of it."""

    begins: date
    review_on: date
    approved: date | None = None
    amended: date | None = None
    ended: date | None = None

    @property
    def is_current(self) -> bool:
        return self.approved is not None and self.amended is None and self.ended is None

    def runs(self, day: date) -> bool:
        """From its first day and its approval on, to its end; from the day of an amendment on by that one."""
        if self.approved is None or day < max(self.begins, self.approved):
            return False
        return (self.amended is None or day < self.amended) and (self.ended is None or day <= self.ended)


@dataclass(eq=False)
class Course:
    """Every plan of the course in the order of their approval; what waits for a decision; what is owed."""

    plans: list[Plan] = field(default_factory=list)
    draft: Plan | None = None
    """The first plan, or an amendment."""
    end_waits: bool = False
    review_due: date | None = None
    report_owed: bool = False
    follow_ups: int = 0

    @property
    def current(self) -> Plan | None:
        return next((one for one in self.plans if one.is_current), None)

    def may_draft(self) -> bool:
        """A first plan, or an amendment of the current one while nothing waits."""
        return self.current is not None and self.draft is None and not self.end_waits

    def approve(self, today: date) -> bool:
        plan = self.draft
        if plan is None or plan.review_on < today:
            return False
        if self.current is not None:
            self.current.amended = today
        plan.approved = today
        self.plans.append(plan)
        self.draft, self.review_due, self.report_owed = None, plan.review_on, False
        return True

    def may_review(self, today: date) -> bool:
        return self.current is not None and self.current.runs(today)

    def review(self, next_on: date | None) -> None:
        """The review before is done; the next is owed, or the report: once, however often a review comes to the end."""
        self.review_due = next_on
        self.report_owed = self.report_owed or next_on is None

    def may_end(self) -> bool:
        return self.may_draft()

    def end(self, today: date) -> None:
        assert self.current is not None
        self.current.ended = today
        self.end_waits, self.review_due, self.report_owed = False, None, False
        self.follow_ups += 1

    def may_plan_session(self, today: date) -> bool:
        return self.current is not None and self.may_hold(today)

    def may_hold(self, day: date) -> bool:
        """From when the first plan has begun to the end: what is amended goes on until the amendment begins."""
        if any(one.ended is not None and one.ended < day for one in self.plans):
            return False
        return any(one.approved is not None and day >= max(one.begins, one.approved) for one in self.plans)
