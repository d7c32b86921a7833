"""The forms of the basic facts of a case, and of its stage."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agencies.staff.rules import reason_against
from cases.records.codes import Stage, StayKind, Track, Urgency
from cases.records.forms import SECRET_PLACE_HINT, RecordForm
from cases.records.models import Case
from cases.records.rules import check_lowering_has_reason, is_lowered
from face.fields import CodeField, JapaneseDateField, LongTextField
from face.forms import BaseForm
from face.needed import Needed
from security.walls import clock


class BasicsForm(RecordForm):
    """Urgency, outline and where the child is staying; the track while one person can change it (``rules.check_may_turn``)."""

    track = CodeField(Track, label=_("Track"), widget=forms.RadioSelect)
    urgency = CodeField(
        Urgency,
        label=_("Urgency"),
        widget=forms.RadioSelect,
        help_text=_(
            "Any sign of sexual harm lifts a case to AA or A. It is raised freely, and lowered only with a reason."
        ),
    )
    lowered_because = LongTextField(label=_("Why the urgency is lowered"), required=False, limit=1000, rows=2)
    harm_type = forms.CharField(label=_("Type of harm"), max_length=200, required=False)
    outline = LongTextField(label=_("Outline"), required=False)
    place_of_stay = CodeField(StayKind, label=_("Place of stay"), widget=forms.RadioSelect)
    place_detail = forms.CharField(
        label=_("Details of the place of stay"), max_length=300, required=False, help_text=SECRET_PLACE_HINT
    )

    def __init__(self, *args: Any, case: Case, track_too: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        lowered = Needed(
            _("(required where the urgency is lowered)"),
            only=lambda typed: "urgency" in typed and is_lowered(case, typed["urgency"]),
            message=_("Lowering the urgency needs a reason."),
        )
        self.NEEDED_IF = {"lowered_because": lowered}
        if not track_too:
            del self.fields["track"]

    def clean(self) -> dict[str, Any]:
        """The rule of the action, beside its field."""
        cleaned = super().clean()
        reason = cleaned.get("lowered_because", "")
        if reason and "urgency" in cleaned:
            why_not = reason_against(check_lowering_has_reason, self.case, cleaned["urgency"], reason)
            if why_not:
                self.add_error("lowered_because", ValidationError(str(why_not), code="not_lowered"))
        return cleaned

    def texts(self) -> dict[str, str]:
        """The texts that are sealed."""
        return {
            name: self.cleaned_data[name]
            for name in ("harm_type", "outline", "place_of_stay", "place_detail")
        }


class StageCorrectionForm(BaseForm):
    """Which stage is the right one, from which day on, and why the present one was wrong."""

    stage = CodeField(Stage, label=_("Right stage"), widget=forms.RadioSelect)
    effective_on = JapaneseDateField(label=_("Effective from"), latest=clock.today)
    reason = LongTextField(
        label=_("Why the stage is corrected"),
        error_messages={"required": _("A correction of the stage needs a reason.")},
        limit=1000,
        rows=3,
    )

    def __init__(self, *args: Any, following: Iterable[Stage], opened_on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"].choices = [(stage.value, stage.label) for stage in following]  # type: ignore[attr-defined]
        self.fields["effective_on"].earliest = opened_on  # type: ignore[attr-defined]
