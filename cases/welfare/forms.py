"""The forms of what goes to a welfare office, and of its decision."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.welfare.codes import Matter, Verdict
from face.fields import CodeField, JapaneseDateField, LongTextField
from face.forms import BaseForm
from security.walls import clock


class ReferralForm(BaseForm):
    """What goes to which welfare office, since when, and why."""

    matter = CodeField(Matter, label=_("What the welfare office is to decide"), widget=forms.RadioSelect)
    sent_on = JapaneseDateField(label=_("Sent on"), latest=clock.today, initial=clock.today)
    welfare_office = forms.CharField(label=_("Which welfare office"), max_length=200)
    reason = LongTextField(label=_("Why it goes there"), rows=4)

    def facts(self) -> dict[str, Any]:
        """The arguments of ``refer``."""
        return dict(self.cleaned_data)


class DecisionForm(BaseForm):
    """What the welfare office decided, on which day and under which number, and its words."""

    verdict = CodeField(Verdict, label=_("What the welfare office decided"), widget=forms.RadioSelect)
    decided_on = JapaneseDateField(label=_("Decided by the welfare office on"), latest=clock.today)
    decision_no = forms.CharField(
        label=_("Number of the decision"),
        max_length=80,
        required=False,
        help_text=_("As it is on its paper."),
    )
    decision_words = LongTextField(label=_("Words of the decision"), rows=4)

    def facts(self) -> dict[str, Any]:
        """The arguments of ``record_decision``."""
        return dict(self.cleaned_data)
