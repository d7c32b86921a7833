"""Several children in one form: the call with a row for each further child, and children registered later."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.households.actions import Attempt, Call, Further
from cases.households.codes import SIBLINGS, Sight
from cases.intake.codes import Outcome
from cases.intake.pages import AskedForm, CallForm
from cases.records.actions import ChildFacts
from cases.records.codes import HouseholdRelation, Sex
from cases.records.forms import (
    GROWN_UP,
    UNKNOWN_HINT,
    PastMomentField,
    offer_colleagues,
)
from face.fields import (
    UNKNOWN,
    CodeField,
    JapaneseDateField,
    KanaField,
    LongTextField,
    NameField,
)
from face.forms import Group, GroupedForm
from face.needed import Needed
from face.wareki import age_on
from face.widgets import Suggested
from security.walls import clock

LEGENDS = {
    2: _("Second child"), 3: _("Third child"), 4: _("Fourth child"), 5: _("Fifth child"), 6: _("Sixth child"),
}  # fmt: skip
"""The rows of one call, by the number of the child."""
AS_FIRST = _("Empty: as the first child's.")
OF_ROW = ("family_name", "given_name", "family_kana", "given_kana", "birth_date", "sex", "school", "relation")
OF_SIGHT = ("seen_at", "seen_by", "place", "condition")
ALWAYS = ("given_name", "given_kana", "birth_date", "sex", "seen")
"""What is asked of each further child; the rest may stay empty."""
LAYOUT = (
    ("family_name", "given_name"), ("family_kana", "given_kana"), ("another",), ("birth_date", "sex"),
    ("school", "relation"), ("seen",), ("seen_at",), ("seen_by", "place"), ("condition",),
)  # fmt: skip
ROW_HINT = _(
    "The notifier, what happened, the address, the custodian and the assignment are taken from above. The child's own words, the"
    " answers on urgency and the injuries stay with the first child."
)


def name_in(number: int, name: str) -> str:
    """The name of a field of one row."""
    return f"child{number}_{name}"


def relation_field(**options: Any) -> CodeField:
    """What a child is to the one registered first: of the relations of a household those that a child can have."""
    found = CodeField(HouseholdRelation, **options)
    found.choices = [choice for choice in found.choices if choice[0] in ("", *SIBLINGS)]  # type: ignore[union-attr, misc, index]
    return found


def _fields() -> dict[str, forms.Field]:
    """The fields of one row, none of them required: most rows stay empty."""
    found: dict[str, forms.Field] = {
        "family_name": NameField(label=_("Family name"), help_text=AS_FIRST),
        "given_name": NameField(label=_("Given name"), help_text=UNKNOWN_HINT),
        "family_kana": KanaField(label=_("Family name in katakana"), allow_unknown=True, help_text=AS_FIRST),
        "given_kana": KanaField(
            label=_("Given name in katakana"), allow_unknown=True, help_text=UNKNOWN_HINT
        ),
        "birth_date": JapaneseDateField(
            label=_("Birth date"), allow_unknown=True, latest=clock.today, near=False
        ),
        "sex": CodeField(Sex, label=_("Sex")),
        "school": forms.CharField(label=_("School and grade"), max_length=200),
        "relation": relation_field(label=_("Relation to the first child")),
        "seen": CodeField(Sight, label=_("Has this child been seen?")),
        "seen_at": PastMomentField(label=_("When")),
        "seen_by": forms.CharField(label=_("Who went to see the child"), max_length=300, widget=Suggested),
        "place": forms.CharField(label=_("Where"), max_length=300),
        "condition": LongTextField(label=_("How the child was, or what prevented it"), rows=2),
    }
    for field in found.values():
        field.required = False
    return found


def _needed(number: int) -> dict[str, Needed]:
    """When the fields of one row have to be filled in."""
    row = tuple(name_in(number, name) for name in (*OF_ROW, "seen", *OF_SIGHT))
    of_row = Needed(_("(required for each further child)"), by=row)
    of_sight = Needed(
        _("(required where somebody went to see the child)"),
        by=(name_in(number, "seen"),),
        values=frozenset({Sight.SEEN.value, Sight.TRIED.value}),
    )
    return {name_in(number, name): of_row for name in ALWAYS} | {
        name_in(number, name): of_sight for name in OF_SIGHT
    }


def group_of(number: int, legend: str | Promise, hint: str | Promise = "") -> Group:
    """One row as a part of the form."""
    return legend, hint, tuple(tuple(name_in(number, name) for name in row) for row in LAYOUT)


class FurtherChildren(AskedForm, GroupedForm):
    """A row for each of some further children. ``about``: the row of which it is asked whether the child is known."""

    LEGENDS: Mapping[int, str | Promise] = LEGENDS
    about = 0

    def __init__(self, *args: Any, colleagues: Iterable[Position], **kwargs: Any) -> None:
        rows = {name_in(number, name): one for number in self.LEGENDS for name, one in _fields().items()}
        self.base_fields = {**self.base_fields, **rows}  # type: ignore[misc]  # those of this form, with its rows
        super().__init__(*args, **kwargs)
        offered = list(colleagues)
        for number in self.LEGENDS:
            self.NEEDED_IF = {**self.NEEDED_IF, **_needed(number)}
            offer_colleagues(self, name_in(number, "seen_by"), offered)

    @property
    def rows_used(self) -> list[int]:
        """The rows in which something was typed; of a cleaned form."""
        names = (*OF_ROW, "seen", *OF_SIGHT)
        return [
            number
            for number in self.LEGENDS
            if any(self.cleaned_data.get(name_in(number, name)) for name in names)
        ]

    def clean(self) -> dict[str, Any]:
        """Nobody is entered twice, and nobody who is grown up (児童福祉法4条)."""
        cleaned = super().clean()
        entered = [self._identity("{}")]  # the first child's, where the form has one
        for number in self.rows_used:
            self._check_age(number)
            one = self._identity(f"child{number}_{{}}")
            if one in entered and one[0] not in ("", UNKNOWN):
                text = gettext("This child has been entered above already.")
                self.add_error(name_in(number, "given_name"), ValidationError(text, code="twice"))
            entered.append(one)
        return cleaned

    def _identity(self, names: str) -> tuple[Any, ...]:
        return tuple(
            self.cleaned_data.get(names.format(name)) for name in ("given_name", "given_kana", "birth_date")
        )

    def _check_age(self, number: int) -> None:
        born = self.cleaned_data.get(name_in(number, "birth_date"))
        age = age_on(born, clock.today()) if isinstance(born, date) else 0
        if age >= GROWN_UP:
            text = gettext(
                "This makes an age of %(age)s. Check the birth date; whoever is 18 or over is written among the people around the"
                " child."
            )
            self.add_error(
                name_in(number, "birth_date"), ValidationError(text % {"age": age}, code="grown_up")
            )

    def further(self, first: ChildFacts) -> list[Further]:
        """The further children as typed; what is one home's is the first child's."""
        return [self._further(number, first) for number in self.rows_used]

    def _further(self, number: int, first: ChildFacts) -> Further:
        typed = {name: self.cleaned_data[name_in(number, name)] for name in _fields()}
        born = None if typed["birth_date"] == UNKNOWN else typed["birth_date"]
        child = ChildFacts(
            family_name=typed["family_name"] or first.family_name,
            given_name=typed["given_name"],
            family_kana=typed["family_kana"] or first.family_kana,
            given_kana=typed["given_kana"],
            sex=typed["sex"],
            birth_date=born,
            school=typed["school"],
            address=first.address,
            address_withheld=first.address_withheld,
            telephone=first.telephone,
        )
        return Further(child, typed["relation"], _attempt(typed))

    @property
    def is_another(self) -> bool:
        """Whether the person said of the child that it is asked ``about`` that no known child is meant."""
        return bool(self.data.get(self._another))

    def ask_whether_another(self) -> None:
        """Ask it in the child's own row: nothing is saved before the answer."""
        label = _("This is another child: open a new case")
        self.fields[self._another] = forms.BooleanField(label=label, required=False)
        text = _("This child may have a case already. Say that this is another child, or take it out here.")
        self.add_error(self._another, ValidationError(text, code="known"))

    @property
    def _another(self) -> str:
        return name_in(self.about, "another") if self.about else "another"


def _attempt(typed: Mapping[str, Any]) -> Attempt | None:
    if typed["seen"] is Sight.NOT_YET:
        return None
    outcome = Outcome.SEEN if typed["seen"] is Sight.SEEN else Outcome.NOT_SEEN
    texts = {name: typed[name] for name in ("place", "seen_by", "condition")}
    return Attempt(outcome, typed["seen_at"], texts)


class HouseholdCallForm(FurtherChildren, CallForm):
    """The call with the whole form for the first child, and the rows of the others."""

    GROUPS = (  # type: ignore[assignment]  # more parts than a call about one child
        CallForm.GROUPS[0],
        (*CallForm.GROUPS[1][:2], ("another", *CallForm.GROUPS[1][2])),
        *CallForm.GROUPS[2:],
        group_of(2, LEGENDS[2], ROW_HINT),
    )
    LATER = (  # type: ignore[assignment]
        *(group_of(number, legend) for number, legend in LEGENDS.items() if number > 2),
        *CallForm.LATER,
    )

    def __init__(self, *args: Any, in_charge: list[Position], by: Position, **kwargs: Any) -> None:
        super().__init__(*args, colleagues=in_charge, in_charge=in_charge, by=by, **kwargs)

    def call(self) -> Call:
        """What was typed once for all of the children."""
        return Call(self.facts(), self.received(), self.cleaned_data["in_charge"], self.custodian())
