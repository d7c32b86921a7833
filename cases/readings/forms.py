"""The form that signs a receipt in the list."""

from django.utils.translation import gettext_lazy as _

from face.fields import LongTextField
from face.forms import BaseForm


class ReadingForm(BaseForm):
    """What the chair notes of a receipt."""

    note = LongTextField(
        label=_("Note"),
        rows=3,
        required=False,
        help_text=_("What is to be looked at again, or done otherwise. Those who work on the case read it."),
    )
