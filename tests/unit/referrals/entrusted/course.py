"""What an entrusted plan is, in plain words: the model that the product is compared with (``test_courses.py``)."""

from dataclasses import dataclass, field

OVER = ("declined", "ended", "withdrawn")


@dataclass
class Back:
    """Something that the other office sent back."""

    kind: str
    state: str = "sent"
    question: bool = False


@dataclass
class Told:
    """One plan that was entrusted, with what was said, sent back and kept on it."""

    plan: int
    state: str = "sent"
    opened: bool = False
    answered: bool = False
    words: list[str] = field(default_factory=list)
    backs: list[Back] = field(default_factory=list)
    kept: list[bool] = field(default_factory=list)
    """The sessions of the other office: whether each was recorded."""
    to_office: list[str] = field(default_factory=list)
    to_center: list[str] = field(default_factory=list)
    """What each side was told of it, as kinds of notices."""

    @property
    def over(self) -> bool:
        return self.state in OVER

    @property
    def giving(self) -> bool:
        return self.state in ("accepted", "running")

    def close(self, state: str) -> None:
        """The center, or its plan, ends it: the other office is told."""
        self.state = state
        self.to_office.append("entrusted_over")

    def send(self, kind: str) -> None:
        self.backs.append(Back(kind))
        self.to_center.append("entrusted_danger" if kind == "danger" else "entrusted_return")


@dataclass
class Course:
    """One case: whether a plan is current, what was entrusted, and whether who gives the help is excluded from the case."""

    plans: int = 1
    current: bool = True
    excluded: bool = False
    told: list[Told] = field(default_factory=list)

    def reads(self, one: Told) -> bool:
        """The other office reads what it was told of while that is open there, and its person is not excluded."""
        return not one.over and not self.excluded

    def may_entrust(self) -> bool:
        return self.current and all(one.over for one in self.told if one.plan == self.plans)

    def plan_over(self) -> None:
        """With the plan, what is entrusted of it is over: help that was given has ended, what was only offered is withdrawn."""
        for one in self.told:
            if one.plan == self.plans and not one.over:
                one.close("ended" if one.giving else "withdrawn")

    def owed(self) -> list[tuple[int, int, str]]:
        """What the center owes: (number of the plan told, number of what came back or -1, kind of duty)."""
        found = []
        for number, one in enumerate(self.told):
            if one.state == "sent":
                found.append((number, -1, "entrusted_answer"))
            sent = {back.kind for back in one.backs}
            if one.giving and "end" not in sent:
                found.append((number, -1, "entrusted_report"))
                found += [] if "review" in sent else [(number, -1, "entrusted_review")]
            for place, back in enumerate(one.backs):
                if back.state == "sent":
                    found.append((number, place, "entrusted_read"))
                elif back.state == "asked_back" and not one.over:
                    found.append((number, place, "entrusted_answer"))
        return sorted(found)
