"""Texts for children that a director has to decide."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.roles import Permission
from agencies.wordings.queries import waiting_for
from face.lines import Line


def to_do(by: Position, most: int) -> list[Line]:
    """Drafts of the office's texts."""
    if not by.may(Permission.DECIDE):
        return []
    return [
        Line(
            reverse("wording", args=[row.pk]),
            _("A text for children is to be decided"),
            row.get_band_display(),
            at=row.drafted_at,
        )
        for row in waiting_for(by)[:most]
    ]
