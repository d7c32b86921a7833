"""The forms of a caution: recorded, and lifted."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.cautions.codes import CautionKind
from face.fields import CodeField, LongTextField
from face.forms import BaseForm
from face.needed import Needed


class CautionForm(BaseForm):
    """What must be minded, and whom it is about."""

    NEEDED_IF = {
        "whom": Needed(
            _("(required for a person who is not to be told)"),
            by=("kind",),
            values=frozenset({CautionKind.NOT_TO_TELL.value}),
        )
    }

    kind = CodeField(CautionKind, label=_("Kind of caution"), widget=forms.RadioSelect)
    whom = forms.CharField(
        label=_("Whom it is about"),
        max_length=40,
        required=False,
        help_text=_("For example: mother. The head of every page of the case then says so."),
    )
    words = LongTextField(
        label=_("The child's words, or what is known"),
        rows=3,
        help_text=_("Where somebody is not to be told, the child's words exactly as they were said."),
    )


class EndForm(BaseForm):
    """Why a caution is lifted."""

    why = LongTextField(label=_("Why the caution is lifted"), rows=3)
