"""The diagnoses of one case, in plain words: the model that the product is compared with (``test_machine.py``)."""

from dataclasses import dataclass, field

WRITE = {
    "social": {"caseworker", "supervisor"},
    "psychological": {"psychologist"},
    "behavioural": {"caseworker", "supervisor", "psychologist"},
}
"""Who of the team writes which kind."""
UNWRITTEN = ("planned", "in_progress")


@dataclass
class Row:
    """One diagnosis: its place among them is its name."""

    kind: str
    writer: str
    replaces: int | None = None
    state: str = "planned"
    begun: bool = False
    submitted_by: str = ""
    there: int | None = None
    """The place of what the facility wrote, where the facility wrote it."""

    @property
    def stands(self) -> bool:
        return self.state in ("submitted", "accepted")


@dataclass
class Draft:
    """A comprehensive diagnosis."""

    by: str
    rests_on: set[int]
    state: str = "waiting"


@dataclass
class Course:
    """A case, whose child sleeps at a facility."""

    assessed: bool = True
    sleeps_there: bool = True
    rows: list[Row] = field(default_factory=list)
    there: list[str] = field(default_factory=list)
    """What the facility wrote, the first first: open, submitted, returned."""
    drafts: list[Draft] = field(default_factory=list)

    @property
    def waiting(self) -> Draft | None:
        return next((one for one in self.drafts if one.state == "waiting"), None)

    def is_replaced(self, place: int) -> bool:
        return any(row.replaces == place for row in self.rows)

    def may_replace(self, place: int, kind: str) -> bool:
        row = self.rows[place]
        return row.kind == kind and row.state in ("returned", "accepted") and not self.is_replaced(place)

    def standing(self) -> set[int]:
        return {place for place, row in enumerate(self.rows) if row.stands}

    def accept(self, draft: Draft) -> None:
        """What it rests on is accepted. Of what was written in the place of another, however often it came back, the later one
        alone stands from then on."""
        draft.state = "approved"
        for place in sorted(draft.rests_on):
            row = self.rows[place]
            if row.state != "submitted":
                continue
            row.state = "accepted"
            before = row.replaces
            while before is not None and self.rows[before].state == "returned":
                before = self.rows[before].replaces
            if before is not None and self.rows[before].state == "accepted":
                self.rows[before].state = "superseded"

    def submit_there(self, place: int, worker: str) -> None:
        """What the facility submits is one of the diagnoses; it is in the place of what came back to it last."""
        self.there[place] = "submitted"
        came_back = [
            number
            for number, row in enumerate(self.rows)
            if row.there is not None and row.state == "returned" and not self.is_replaced(number)
        ]
        row = Row("behavioural", worker, max(came_back, default=None), "submitted", begun=True, there=place)
        row.submitted_by = worker
        self.rows.append(row)
