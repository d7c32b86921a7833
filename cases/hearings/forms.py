"""The form in which the hearing of a child is recorded."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.hearings.codes import Advocate
from cases.hearings.models import Hearing
from cases.records.forms import PastMomentField
from face.fields import CodeField, LongTextField
from face.forms import BaseForm
from face.widgets import Suggested
from security.walls import clock


class HearingForm(BaseForm):
    """How the child was heard; with the opinion, where that was not heard before."""

    SIDE_BY_SIDE = (("place", "heard_by"),)

    opinion = LongTextField(
        label=_("The child's opinion"),
        rows=5,
        help_text=_("In the child's own words, also where it differs."),
    )
    heard_at = PastMomentField(label=_("When the child was heard"), initial=clock.now)
    place = forms.CharField(label=_("Where the child was heard"), max_length=200, required=False)
    heard_by = forms.CharField(label=_("Who heard the child"), max_length=300, widget=Suggested)
    explained = LongTextField(
        label=_("How it was explained to the child"),
        limit=1000,
        rows=2,
        help_text=_("In which words, with which pictures, and whether the child understood."),
    )
    sheet_version = forms.CharField(
        label=_("Sheet for the child and its version"), max_length=200, required=False
    )
    advocate = CodeField(Advocate, label=_("Advocate of the child"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, asks_opinion: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_opinion:
            del self.fields["opinion"]

    def facts(self) -> dict[str, Any]:
        """How the child was heard."""
        return {name: self.cleaned_data[name] for name in Hearing.FACTS}
