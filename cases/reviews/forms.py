"""The form that signs a line of the progress list."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from cases.reviews.codes import AHEAD
from face.fields import JapaneseDateField, LongTextField
from face.forms import BaseForm
from security.walls import clock


def _latest() -> date:
    return clock.today() + AHEAD


class ReviewForm(BaseForm):
    """What the supervisor notes of a case, what is to be done next, and when it is looked at again."""

    next_task = LongTextField(
        label=_("Next task"),
        rows=2,
        help_text=_("What the person in charge does next. They read it on the case."),
    )
    next_on = JapaneseDateField(label=_("Next review on"), earliest=clock.today, latest=_latest)
    note = LongTextField(label=_("Note"), rows=3, required=False)
