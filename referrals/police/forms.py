"""Forms of the police room: assigning an officer, and a contact by voice."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from face.fields import CodeField, JapaneseDateTimeField, LongTextField
from face.forms import BaseForm
from referrals.police.models import ContactBasis
from referrals.police.queries import officers_of, open_letters_by_officer
from security.walls import clock


class OfficerChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django takes no argument here when it runs
    """An officer by name, role and how many open cases are in their hands: who assigns weighs the load."""

    open_cases: Mapping[UUID, int] = {}

    def label_from_instance(self, position: Position) -> str:
        """As in 巡田 真 (少年補導職員、担当中2件)."""
        return gettext("%(name)s (%(role)s, open cases: %(count)d)") % {
            "name": position.staff.name,
            "role": position.role_label,
            "count": self.open_cases.get(position.pk, 0),
        }


class AssignForm(BaseForm):
    """Which officer of the office."""

    officer = OfficerChoice(queryset=None, label=_("Officer"))

    def __init__(self, *args: Any, office_id: UUID, taken: set[UUID], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast(OfficerChoice, self.fields["officer"])
        choice.queryset = officers_of(office_id).exclude(pk__in=taken)
        choice.open_cases = open_letters_by_officer()


class ContactForm(BaseForm):
    """What happened by voice."""

    happened_at = JapaneseDateTimeField(label=_("When"), latest=clock.today, initial=clock.now)
    who = forms.CharField(label=_("With whom at the police"), max_length=200)
    basis = CodeField(
        ContactBasis, label=_("Basis"), without=ContactBasis.AGREEMENT, widget=forms.RadioSelect
    )
    said = LongTextField(
        label=_("What was said"), rows=6, help_text=_("Also what was not said, where that matters.")
    )

    def texts(self) -> dict[str, Any]:
        """What is sealed."""
        return {name: self.cleaned_data[name] for name in ("happened_at", "who", "basis", "said")}
