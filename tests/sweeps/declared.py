"""Who is admitted where: one row for every address of the product (test bar 7).

``row(get, post)`` names the relations (tests/sweeps/world.py) that are answered; ``None``: the address has no such method.
Everybody else who is signed in gets the 404 of a page that does not exist, and whoever is not is sent to the sign-in page.
``to`` is for whom the address is at all: ``public``, a ``person`` who may not have chosen a post yet, or a ``post``.

A new address needs a row here. Write down who should come in, from the design; never copy what the sweep says it found.
"""

from dataclasses import dataclass
from typing import Literal

from tests.sweeps.world import NEWCOMERS, RELATIONS

Relations = frozenset[str]


def who(*names: "str | Relations") -> Relations:
    """A set of relations from names and sets."""
    return frozenset().union(*({name} if isinstance(name, str) else name for name in names))


@dataclass(frozen=True)
class Row:
    """Who is answered on GET (and HEAD) and on POST; None where there is no such method."""

    get: Relations | None
    post: Relations | None
    to: Literal["public", "person", "post"] = "post"
    answer: tuple[int, ...] = (200,)


def row(get: Relations | None, post: Relations | None = None, **more: object) -> Row:
    """A row of the table; a form page names its GET and its POST."""
    return Row(get, post, **more)  # type: ignore[arg-type]  # the fields of Row


ANYBODY = who(*RELATIONS, *(name for name, *_ in NEWCOMERS), "anonymous")
SIGNED_IN = ANYBODY - {"anonymous"}
POSTED = SIGNED_IN - {"moved"}  # "moved" is a session in a post that has ended

LINE = who("line", "director", "second_post_director")
MANAGES = who("lead", LINE)
EDITS = who(MANAGES, "member", "glass")
SEES = who(EDITS, "reader")
"""Who sees the case of the world, by what they hold on it."""

NEAR = who(EDITS, "none", "second_post", "other_section", "other_supervisor", "ended", "not_begun")
"""Who may break the glass of the case, or is on its team with a role that may: the office's, and not blocked."""

WORKS = who(SEES, NEAR, "blocked", "stranger", "stranger_director", "moved/minami")
"""Who works on cases at all."""

REVIEWS = who(LINE, "other_supervisor", "stranger_director", "privacy")
"""Who reviews looks at all."""

ADMIN = who("admin")

ROWS: dict[str, Row] = {
    # everybody's
    "face:language": row(None, ANYBODY, to="public"),
    "sign_in": row(ANYBODY, ANYBODY, to="public", answer=(200, 302)),
    "sign_out": row(None, ANYBODY, to="public"),
    "choose_post": row(SIGNED_IN, SIGNED_IN, to="person"),
    "new_password": row(SIGNED_IN, SIGNED_IN, to="person"),
    "sessions": row(SIGNED_IN, to="person"),
    "end_session": row(None, SIGNED_IN, to="person"),
    "alive": row(None, SIGNED_IN, to="person"),
    "parked": row(SIGNED_IN, to="person"),
    "parked_form": row(who("member"), to="person"),
    "parked_discard": row(None, who("member"), to="person"),
    "home": row(POSTED),
    # the case
    "case": row(SEES),
    # the record: a form is shown to whoever may write; what is sent by somebody who only reads comes back with the refusal
    "case_list": row(WORKS),
    "case_search": row(WORKS, WORKS),
    "case_glass": row(NEAR, NEAR, answer=(200, 302)),
    "glass_review": row(LINE, LINE),
    "child_edit": row(EDITS, SEES),
    "child_address": row(SEES),
    "basics_edit": row(EDITS, SEES),
    "stage_move": row(None, SEES),
    "person_add": row(EDITS, SEES),
    "person_edit": row(EDITS, SEES),
    "person_remove": row(EDITS, SEES),
    "progress_list": row(SEES),
    "progress_add": row(EDITS, SEES),
    "progress_correct": row(EDITS, SEES),
    "team_add": row(MANAGES, SEES),
    "lead_change": row(MANAGES, SEES),
    "grant_end": row(MANAGES, SEES),
    "block_add": row(MANAGES, SEES),
    "block_lift": row(MANAGES, SEES),
    # the evidence: of a case for those who manage it, of people for supervisors and directors, of everything for privacy
    "case_looks": row(MANAGES),
    "case_changes": row(MANAGES),
    "case_change": row(MANAGES),
    "evidence": row(REVIEWS, REVIEWS),
    "evidence_denials": row(REVIEWS),
    "evidence_person": row(REVIEWS - {"stranger_director"}),  # somebody of another office than theirs
    "evidence_mine": row(POSTED),
    "evidence_case": row(who("privacy")),
    "evidence_changes": row(who("privacy")),
    "evidence_change": row(who("privacy")),
}
