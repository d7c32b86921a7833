"""The form of a duty."""

from django.utils.translation import gettext_lazy as _

from face.fields import LongTextField
from face.forms import BaseForm


class DutyForm(BaseForm):
    """How a duty was done."""

    note = LongTextField(label=_("How it was done"), rows=4)
