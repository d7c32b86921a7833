"""The anonymous sheet with the institutions it goes to, and a question or its answer."""

from collections.abc import Callable, Collection, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.staff.rules import Refused
from agencies.vacancies.codes import Need
from agencies.vacancies.models import Unit
from agencies.vacancies.queries import Listed
from cases.records.models import Case
from face.fields import CodeField, CodesField, JapaneseDateField, LongTextField
from face.forms import BaseForm, Group, GroupedForm
from referrals.places import rules
from referrals.places.codes import AgeGroup, Pressing, Wanted
from referrals.places.models import PlaceAsk
from security.walls import clock


def _said(unit: Unit, *, stale: bool) -> str:
    ages = gettext("aged %(youngest)s to %(oldest)s") % {"youngest": unit.age_from, "oldest": unit.age_to}
    beds = gettext("open beds: %(n)s") % {"n": unit.beds}
    parts = [unit.name, str(unit.takes_label.label), ages, beds]
    if stale:
        parts.append(gettext("out of date"))
    return " ".join(parts)


def choices_of(
    institutions: Collection[Office], units: Mapping[UUID, Collection[Listed]]
) -> list[tuple[str, str]]:
    """The institutions with what they say of their units, those with an open bed first."""
    found = []
    for office in institutions:
        rows = units.get(office.pk, ())
        said = gettext(" / ").join(_said(one.unit, stale=one.stale) for one in rows) or gettext(
            "nothing on the board"
        )
        found.append((not any(one.unit.beds for one in rows), str(office.pk), f"{office.name}　{said}"))
    return [(key, label) for _full, key, label in sorted(found, key=lambda one: one[0])]


class AskForm(GroupedForm):
    """One anonymous sheet, to several institutions at once."""

    GROUPS: tuple[Group, ...] = (
        (
            _("The child"),
            _(
                "No name, no birth date, no number of the case: the institution learns who it is once you have chosen it."
            ),
            (("age_group", "wanted"), "care_needs"),
        ),
        (_("When and where"), "", ("how_soon", ("wanted_from", "not_near"))),
        (_("Institutions"), "", ("institutions",)),
    )

    age_group = CodeField(AgeGroup, label=_("Age"))
    wanted = CodeField(Wanted, label=_("Place wanted for"))
    care_needs = CodesField(Need, label=_("Needed"), required=False, widget=forms.CheckboxSelectMultiple)
    how_soon = CodeField(Pressing, label=_("How soon"), widget=forms.RadioSelect)
    wanted_from = JapaneseDateField(label=_("From when"), earliest=clock.today)
    not_near = forms.CharField(
        label=_("Not near this municipality"),
        max_length=40,
        required=False,
        help_text=_("A city or town, where being found there would be a danger. No address."),
    )
    institutions = forms.MultipleChoiceField(
        label=_("Institutions that are asked"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        *args: Any,
        case: Case,
        institutions: Collection[Office],
        units: Mapping[UUID, Collection[Listed]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.case, self.offices = case, {str(one.pk): one for one in institutions}
        self.fields["institutions"].choices = choices_of(institutions, units)  # type: ignore[attr-defined]  # a choice

    def clean(self) -> dict[str, Any]:
        """The sheet says nobody's name, and goes to no more than can be telephoned: the field that does not says so."""
        cleaned = super().clean()
        if "wanted_from" in cleaned:
            self._ask(lambda: rules.check_sheet(self.case, cleaned, clock.today()))
        if "institutions" in cleaned:
            self._ask(lambda: rules.check_whom(self.chosen))
        return cleaned

    def _ask(self, rule: Callable[[], None]) -> None:
        """Let a rule say beside its field what it refuses."""
        try:
            rule()
        except Refused as refusal:
            self.add_error(refusal.code, str(refusal.reason))

    @property
    def facts(self) -> dict[str, Any]:
        """The sheet."""
        return {name: self.cleaned_data[name] for name in PlaceAsk.SHEET}

    @property
    def chosen(self) -> list[Office]:
        """The institutions, as they were ticked."""
        return [self.offices[key] for key in self.cleaned_data["institutions"]]


class WordForm(BaseForm):
    """A question, or the answer to one. ``case``: of an answer, which says nothing of who the child is."""

    text = LongTextField(label=_("Text"), rows=4, limit=1000)

    def __init__(self, *args: Any, case: Case | None = None, hint: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        self.fields["text"].help_text = hint
        self._say_what_to_do(self.fields["text"])

    def clean(self) -> dict[str, Any]:
        """An answer names nobody."""
        cleaned = super().clean()
        if self.case is not None and "text" in cleaned:
            try:
                rules.check_anonymous(self.case, cleaned["text"], "text")
            except Refused as refusal:
                self.add_error("text", str(refusal.reason))
        return cleaned
