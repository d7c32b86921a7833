"""Forms of the vacancy board: what is looked for, a unit, a psychotherapist in post, and how many people need one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from agencies.vacancies import rules
from agencies.vacancies.codes import HOURS_MOST, MOST_BEDS, OLDEST, Facility, Need, Qualification, Takes
from agencies.vacancies.models import Therapist, Unit
from agencies.vacancies.queries import Asked, facts_of
from face.fields import CodeField, CodesField, JapaneseDateField, NameField
from face.forms import BaseForm, VersionedForm
from security.walls import clock

ANY = _("all")


def _age(label: Any, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=OLDEST, **more)


class BoardForm(BaseForm):
    """What a reader of the board looks for. Left empty, nothing is narrowed."""

    SIDE_BY_SIDE = (("takes", "age", "facility"),)

    takes = CodeField(Takes, label=_("Whom it takes"), without=Takes.BOTH, required=False, choose=ANY)
    age = _age(_("Age of the child"), required=False)
    facility = CodeField(Facility, label=_("Kind of institution"), required=False, choose=ANY)
    needs = CodesField(Need, label=_("Needed"), required=False, widget=forms.CheckboxSelectMultiple)
    full_too = forms.BooleanField(label=_("Also units without an open bed"), required=False)
    fresh_only = forms.BooleanField(label=_("Only what was written lately"), required=False)

    def asked(self) -> Asked:
        """What is looked for; a field that was not understood narrows nothing, and says so."""
        self.is_valid()
        return Asked(**{name: value for name, value in self.cleaned_data.items() if value is not None})


class UnitForm(VersionedForm):
    """One unit of the own institution. No child is named here, nor described."""

    SIDE_BY_SIDE = (("facility", "takes"), ("age_from", "age_to"), ("beds", "free_from"))

    name = NameField(
        label=_("Unit"),
        max_length=40,
        help_text=_("As your institution calls it, for example main house or second home."),
    )
    facility = CodeField(Facility, label=_("Kind of institution"))
    takes = CodeField(Takes, label=_("Whom it takes"))
    age_from = _age(_("Youngest age"))
    age_to = _age(_("Oldest age"))
    beds = forms.IntegerField(
        label=_("Open beds"), min_value=0, max_value=MOST_BEDS, help_text=_("0 for none.")
    )
    free_from = JapaneseDateField(
        label=_("Free from"), required=False, help_text=_("Left empty, a bed is free at once.")
    )
    cannot = CodesField(Need, label=_("Cannot take"), required=False, widget=forms.CheckboxSelectMultiple)
    contact_hours = forms.CharField(
        label=_("Contact hours"),
        max_length=80,
        help_text=_("When and at which number a center can telephone."),
    )

    def __init__(self, *args: Any, unit: Unit | None = None, **kwargs: Any) -> None:
        if unit is not None:
            kwargs["initial"] = facts_of(unit)
        super().__init__(*args, current_version=unit.version if unit else 0, **kwargs)

    def clean(self) -> dict[str, Any]:
        """The ages and the day are in their order: the field that is not says so."""
        cleaned = super().clean()
        if {"age_from", "age_to", "beds"} <= cleaned.keys():
            try:
                rules.check_unit(cleaned)
            except Refused as refusal:
                self.add_error(refusal.code, str(refusal.reason))
        return cleaned

    @property
    def facts(self) -> dict[str, Any]:
        """What was entered."""
        facts = {name: self.cleaned_data[name] for name in Unit.TOLD}
        return facts | {"cannot": [need.value for need in facts["cannot"]]}


class TherapistForm(BaseForm):
    """A psychotherapist in post."""

    SIDE_BY_SIDE = (("post", "hours"), ("qualification", "from_on"))

    name = NameField(label=_("Name"), max_length=80)
    post = forms.CharField(label=_("Post"), max_length=40)
    hours = forms.IntegerField(label=_("Hours a week"), min_value=1, max_value=HOURS_MOST)
    qualification = CodeField(Qualification, label=_("Qualification"))
    from_on = JapaneseDateField(label=_("In post from"))

    @property
    def facts(self) -> dict[str, Any]:
        """What was entered."""
        return {name: self.cleaned_data[name] for name in Therapist.TOLD}


class EndForm(BaseForm):
    """The last day of a post."""

    until_on = JapaneseDateField(label=_("In post until"))

    def __init__(self, *args: Any, row: Therapist, by: Position, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row, self.by = row, by

    def clean(self) -> dict[str, Any]:
        """It comes after the first day."""
        cleaned = super().clean()
        if "until_on" in cleaned:
            try:
                rules.check_may_end(self.row, self.by, cleaned["until_on"])
            except Refused as refusal:
                self.add_error("until_on" if refusal.code == "until_on" else None, str(refusal.reason))
        return cleaned


class CountForm(BaseForm):
    """How many people need psychotherapy."""

    SIDE_BY_SIDE = (("people", "counted_on"),)

    facility = CodeField(Facility, label=_("Kind of institution"))
    people = forms.IntegerField(
        label=_("People in need of psychotherapy"),
        min_value=0,
        max_value=MOST_BEDS,
        help_text=_(
            "The children of whom it was found; in an infant home their parents too, in a maternal and child living support"
            " facility the mothers too. In a psychological treatment facility all children. A number, no name."
        ),
    )
    counted_on = JapaneseDateField(label=_("Counted on"), latest=clock.today)
