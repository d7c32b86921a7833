"""No form chooses for the person who fills it in: not a recipient, an officer, a track, an urgency, a role, nor an answer.

Every single choice of every form begins empty: a radio without a mark, a list whose first line says "Choose". What may begin
otherwise is named here, with the reason.
"""

import importlib
import pkgutil
from typing import Any

from django import forms

import agencies
import cases
import desk
import referrals
import security
from face.forms import BaseForm

BEGINS: dict[tuple[str, str], str] = {
    ("AcceptForm", "kind"): "the kind of a conference decides nothing",
    ("AcceptForm", "place"): "where a conference sat decides nothing",
    ("TeamForm", "level"): "what a team member may do by default; the sheet says so",
    ("OfficeForm", "harm_band"): "the national guideline's value, which a local rule may only make stricter",
    ("OfficeForm", "home_band"): "the national guideline's value, which a local rule may only make stricter",
}
"""(form, field) -> why it begins with a value."""


def every_form() -> list[type[BaseForm]]:
    """The forms of the product, after every module named like one has been imported."""
    for package in (agencies, cases, desk, referrals, security):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "form" in found.name.rsplit(".", 1)[-1] or "view" in found.name:
                importlib.import_module(found.name)
    pending, seen = [BaseForm], []
    while pending:
        form = pending.pop()
        pending += form.__subclasses__()
        if form.__module__.split(".")[0] not in ("tests", "face"):
            seen.append(form)
    return seen


def begins_with(field: forms.Field) -> object:
    """What a single choice holds before anybody chose: its initial value, or the first line of a list; None for nothing."""
    if isinstance(field, (forms.MultipleChoiceField, forms.ModelMultipleChoiceField)):
        return None
    if isinstance(field, forms.ModelChoiceField):
        return field.initial if field.initial else ("first row" if field.empty_label is None else None)
    if not isinstance(field, forms.ChoiceField):
        return None
    choices: list[Any] = list(field.choices)  # type: ignore[arg-type]  # a ChoiceField iterates them
    is_list = isinstance(field.widget, forms.Select) and not isinstance(field.widget, forms.RadioSelect)
    return field.initial or (choices[0][0] if is_list and choices else None) or None


def test_no_single_choice_begins_with_a_value() -> None:
    looked, used, wrong = 0, set(), []
    for form in every_form():
        for name, field in form.base_fields.items():
            if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.MultipleChoiceField):
                looked += 1
            if begins_with(field):
                if (form.__name__, name) in BEGINS:
                    used.add((form.__name__, name))
                else:
                    wrong.append((form.__name__, name, begins_with(field)))
    assert wrong == []
    assert looked > 20
    assert used == set(BEGINS)
