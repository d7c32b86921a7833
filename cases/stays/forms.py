"""The draft of a change of place."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.custody.codes import Place
from cases.records.forms import PastMomentField
from cases.stays.actions import ChangeFacts
from cases.stays.codes import Told
from cases.stays.models import PlaceChange
from face.fields import CodeField, LongTextField
from face.forms import Group, GroupedForm
from face.needed import Needed
from face.widgets import Suggested
from security.encryption.fields import values_of
from security.walls import clock

ENCRYPTED = (
    "place_kind",
    "place",
    "place_withheld",
    "reason",
    "told",
    "told_at",
    "words",
    "said_by",
    "said_at",
)


class ChangeForm(GroupedForm):
    """Where the child was moved, why, and how the child was told."""

    moved_at = PastMomentField(label=_("Moved at"), initial=clock.now)
    reason = LongTextField(label=_("Reason"), rows=4)
    place_kind = CodeField(
        Place, label=_("Place of custody"), without=Place.INSTITUTION, widget=forms.RadioSelect
    )
    place = forms.CharField(label=_("Name of the place"), max_length=200)
    place_withheld = forms.BooleanField(
        label=_("The place is withheld"),
        required=False,
        help_text=_("It then appears in this decision only, and on no sheet that leaves the office."),
    )
    told = CodeField(Told, label=_("Whether the child was told"), widget=forms.RadioSelect)
    told_at = PastMomentField(label=_("When the child was told"), required=False)
    words = LongTextField(
        label=_("What the child said to it"),
        required=False,
        rows=3,
        help_text=_("In the child's own words, also where it differs."),
    )
    said_by = forms.CharField(
        label=_("Who decided it orally"), max_length=300, required=False, widget=Suggested
    )
    said_at = PastMomentField(label=_("When it was decided orally"), required=False)

    NEEDED_IF: Mapping[str, Needed] = {
        "told_at": Needed(
            _("(required where the child was told)"), by=("told",), values=frozenset({Told.YES.value})
        ),
        "said_at": Needed(_("(required with a name)"), by=("said_by",)),
    }
    GROUPS: tuple[Group, ...] = (
        (_("Change of place"), "", ("moved_at", "reason")),
        (_("Place"), "", ("place_kind", "place", "place_withheld")),
        (_("The child"), "", ("told", "told_at", "words")),
        (
            _("Urgent oral decision"),
            _("Only where the child had to be moved before this draft."),
            (("said_by", "said_at"),),
        ),
    )

    def facts(self) -> ChangeFacts:
        """The draft as typed."""
        return ChangeFacts(**self.cleaned_data)


def typed_before(row: PlaceChange) -> dict[str, Any]:
    """A draft as the initial values of the form it is drafted again with."""
    kept = {name: value for name, value in values_of(row, ENCRYPTED).items() if value is not None}
    return {**kept, "moved_at": row.moved_at}
