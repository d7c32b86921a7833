"""The form of a text for children."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agencies.staff.rules import reason_against
from agencies.wordings import rules
from agencies.wordings.codes import About
from face.fields import JapaneseDateField, LongTextField
from face.forms import BaseForm
from security.walls import clock


class WordingForm(BaseForm):
    """A new text, beginning with the one that is read out now."""

    text = LongTextField(
        label=_("Text to be read out"),
        rows=24,
        help_text=_(
            "A reading stands behind its characters in double brackets, as in the text that is there. An empty line ends a"
            " paragraph. Name no child."
        ),
    )
    starts_on = JapaneseDateField(label=_("Read out from"), initial=clock.today)

    def __init__(self, *args: Any, about: About, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about = about

    def clean_text(self) -> str:
        """It says what a text of its kind has to."""
        text = str(self.cleaned_data["text"])
        if reason := reason_against(rules.check_says, self.about, text):
            raise ValidationError(str(reason), "true")
        return text
