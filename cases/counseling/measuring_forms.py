"""The form in which the scores of one point of a help are written, and corrected."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.staff.rules import Refused
from cases.counseling.codes import Occasion
from cases.counseling.measuring import check_occasion, check_tests
from cases.counseling.models import CounselingPlan, PlanMeasure
from cases.scores.forms import check_scores, needed_of, rows_of, test_fields, tests_typed, typed_tests
from cases.scores.queries import Result, results_in
from face.fields import CodeField, LongTextField
from face.forms import Group, GroupedForm
from security.encryption.fields import reveal, value_of
from security.walls import clock

TESTS = (1, 2, 3)
"""The tests that have a row in the form. What more was given is a further entry."""
OF_TEAM = _(
    "Everybody who reads this plan reads these scores. What stays with psychologists is written in the psychological diagnosis."
)


class MeasureForm(GroupedForm):
    """At which point of the help, and what was measured. ``measure_form`` adds the tests."""

    CORRECTS = False

    occasion = CodeField(Occasion, label=_("At which point of the help"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, plan: CounselingPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan

    def clean(self) -> dict[str, Any]:
        """A score that is none of its instrument, and a point that has not come or is over, are refused beside their fields."""
        cleaned = super().clean()
        check_scores(self, cleaned, TESTS)
        if cleaned.get("occasion"):
            self._ask(partial(check_occasion, corrects=self.CORRECTS), self.plan, cleaned["occasion"])
        if not self.errors:
            self._ask(check_tests, self.tests(), clock.today())
        return cleaned

    def _ask(self, rule: Callable[..., None], *of: Any) -> None:
        try:
            rule(*of)
        except Refused as refusal:
            self.add_error(refusal.code, str(refusal.reason))

    def tests(self) -> list[Result]:
        """The tests that were typed; only of a valid form."""
        return tests_typed(self.cleaned_data, TESTS)


def measure_form(*, corrects: bool) -> type[MeasureForm]:
    """The form of new scores, or of those that correct others, which says why."""
    fields: dict[str, Any] = dict(test_fields(TESTS))
    groups: list[Group] = [
        (_("Occasion"), "", ("occasion",)),
        (_("Test scores"), OF_TEAM, rows_of(TESTS)),
    ]
    if corrects:
        fields["replaced_why"] = LongTextField(label=_("Why the scores are corrected"), rows=2)
        groups.append((_("Correction"), "", ("replaced_why",)))
    named = {"__module__": __name__, "__doc__": MeasureForm.__doc__, "CORRECTS": corrects}
    more = {"GROUPS": tuple(groups), "NEEDED_IF": needed_of(TESTS)}
    return type("MeasureForm", (MeasureForm,), {**fields, **named, **more})


def measured_before(row: PlanMeasure) -> dict[str, Any]:
    """Scores as the initial values of the form that corrects them."""
    return {"occasion": value_of(row.occasion), **typed_tests(results_in(reveal(row, "tests")), TESTS)}
