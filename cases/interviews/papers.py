"""The plan of a joint interview on paper (協同面接実施計画書), for the police and the public prosecutor.

No address is on it, and no word of the child: the offices meet at the place of the interview, and the recording is the account.
It says no more than the ceilings of both: who the child is, and the plan with its conditions. One that goes to the police is made
only while the child, or an exception, lets that office be told (``Paper.to_police``, ADR 108).
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.directory.models import Office
from agencies.staff.models import Position
from cases.interviews.codes import TOLD, Outside, PlanState
from cases.interviews.models import JointPlan
from cases.interviews.queries import all_plans_of, plans_of, written_of
from cases.interviews.rules import OF_POLICE, has_of_police
from cases.records.models import Case
from cases.records.panel import full_name
from cases.records.papers import named_by, office_of
from face.paper import Facts, Listing, Paper, Part, Sheet, Subject, Text, Value
from face.wareki import format_datetime
from security.encryption.fields import reveal, value_of, words_of
from security.rooms import Name

FINAL = frozenset({PlanState.AGREED, PlanState.MOVED, PlanState.HELD})


def _subjects(case: Case, _by: Position) -> list[Subject]:
    return [
        Subject(
            str(row.pk),
            f"{format_datetime(row.proposed_at, style='short')} {row.get_state_display()}",
            final=_is_final(row),
        )
        for row in plans_of(case)
    ]


def _sheet(case: Case, _by: Position, key: str) -> Sheet:
    row = named_by(key, all_plans_of(case))
    parts: list[Part] = [
        Facts(
            [
                (_("Name of the child"), full_name(case.child)),
                (_("Birth date"), words_of(case.child.birth_date)),
                (_("Reference"), case.number),
            ]
        ),
        Listing(
            [_("Office"), _("Office and person"), _("Telephone")],
            [3, 8, 4],
            _contacts(case, row),
            heading=_("Offices that take part"),
        ),
        Facts(_how(row), heading=_("How the child is interviewed"), columns=1),
        *(
            Text(str(label), reveal(row, name) or _("none"))
            for name, label in LONG.items()
            if row.police is not None or name not in OF_POLICE
        ),
    ]
    return Sheet(_to(row), office_of(case), parts, final=_is_final(row))


def _is_final(row: JointPlan) -> bool:
    """Agreed on. One from before the office of the police was chosen is not: of nobody could the child's word be asked for."""
    return row.known_state in FINAL and not _in_words_alone(row)


def _in_words_alone(row: JointPlan) -> bool:
    """Whether it names the police, and no office of them."""
    return row.police is None and has_of_police(written_of(row))


def _why_not_again(case: Case, key: str) -> Name:
    """What was printed of a plan with the police before their office was chosen is not shown again: it is addressed to them."""
    if _in_words_alone(named_by(key, all_plans_of(case))):
        return gettext_lazy(
            "This sheet is for the police, and the plan names no office of them of which the child could have been asked."
            " End the plan and propose it anew."
        )
    return ""


def _police_of(case: Case, key: str) -> Office | None:
    """The office of the police that the sheet goes to."""
    row = next((one for one in plans_of(case) if str(one.pk) == key), None)
    return (row or named_by(key, all_plans_of(case))).police


def _contacts(case: Case, row: JointPlan) -> list[list[Value]]:
    offices = (
        (case.office.name, "center"),
        (row.police.name if row.police else "", "police"),
        (str(Outside.PROSECUTOR.label), "prosecutor"),
    )
    return [
        [label, reveal(row, f"{name}_who") or _("none"), reveal(row, f"{name}_tel") or ""]
        for label, name in offices
        if label
    ]


def _how(row: JointPlan) -> list[tuple[str, Value]]:
    when = format_datetime(row.planned_for) if row.planned_for else _("not settled")
    return [
        (_("Planned for"), when),
        (_("Place and equipment"), reveal(row, "place") or _("not settled")),
        (_("Interviewer"), interviewer_in_words(row)),
        (_("Protocol"), words_of(row.protocol)),
        (_("In the monitor room"), reveal(row, "monitors") or _("none")),
    ]


def interviewer_in_words(row: JointPlan) -> str:
    """Who asks the child; of one from outside the statement that the other office vouches for the training."""
    if row.interviewer is not None:
        return row.interviewer.name
    name = reveal(row, "outside_name")
    if not name:
        return _("not settled")
    told = {"office": words_of(row.outside), "name": name, "by": reveal(row, "outside_vouches") or ""}
    return _("%(name)s (%(office)s). That office vouches for the training: %(by)s") % told


def _to(row: JointPlan) -> str:
    """Those of the two offices that take part."""
    prosecutor = str(Outside.PROSECUTOR.label) if reveal(row, "prosecutor_who") else ""
    return "\n".join(filter(None, (row.police.name if row.police else "", prosecutor))) or _("not settled")


def _advice(case: Case) -> Sequence[str]:
    """What free words could tell although nothing else of the sheet does."""
    found = [
        _("Hand it to the offices that take part, and to nobody else. No word of the child belongs on it.")
    ]
    if value_of(case.child.address_withheld):
        found.append(
            _(
                "The child's address is withheld. Make sure that who brings the child does not say where it lives."
            )
        )
    return found


LONG = {
    "aim": gettext_lazy("Aim"),
    "topics": gettext_lazy("Topics to be asked"),
    "topics_center": gettext_lazy("Topics the center wants"),
    "topics_police": gettext_lazy("Topics the police want"),
    "topics_prosecutor": gettext_lazy("Topics the public prosecutor wants"),
    "topics_left": gettext_lazy("Topics left to others"),
    "against_leading": gettext_lazy("Measures against leading"),
    "best_hours": gettext_lazy("When the child can speak best"),
    "transport": gettext_lazy("Who brings the child"),
    "stays_with": gettext_lazy("Who stays with the child"),
    "interpreter": gettext_lazy("Interpreter"),
    "child_told": gettext_lazy("What the child is told"),
    "tells_after": gettext_lazy("Who tells whom afterwards"),
}
"""The longer texts of a plan, as the form, the page and the sheet label them."""
INSIDE = {
    "traits": gettext_lazy("What the child needs in the interview"),
    "learned_first": gettext_lazy("Who learned of it first"),
    "outline": gettext_lazy("Outline of what happened"),
    "suspect_relation": gettext_lazy("What the suspect is to the child"),
    "medical": gettext_lazy("Medical examination"),
}
"""Those that stay in the office: what the police are told of the facts goes by a report, on the child's word."""

PLAN_SHEET = Paper(
    code="joint_plan_form",
    label=gettext_lazy("Plan of a joint interview"),
    panels=("joint", "child"),
    named=("joint",),
    subjects=_subjects,
    sheet=_sheet,
    seats=False,
    samples=True,
    advice=_advice,
    filled_at=("joint_new", "joint_change"),
    to_police=_police_of,
    tells=TOLD,
    why_not_again=_why_not_again,
)
