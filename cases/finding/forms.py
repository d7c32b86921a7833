"""The one box in which a case is looked for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from face.fields import NameField
from face.forms import BaseForm


class FindForm(BaseForm):
    """Part of a name or of its reading, or a case number in any width. It stays above what was found."""

    typed = NameField(
        label=_("Name, reading, school or case number of the child"),
        help_text=_("Part of it is enough. Of a number, the last digits are."),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
