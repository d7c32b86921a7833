"""The draft of a change of the track."""

from django.utils.translation import gettext_lazy as _

from face.fields import LongTextField
from face.forms import BaseForm


class TrackForm(BaseForm):
    """Why the case goes over to the other track; which one it is there is no choice about."""

    reason = LongTextField(
        label=_("Reason"), rows=5, help_text=_("What is known now of who did it, and from where.")
    )
