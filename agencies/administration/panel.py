"""What has to be confirmed or decided about positions, delegations and agreements."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.administration.queries import positions_waiting_for, powers_waiting_for
from agencies.staff.models import Position
from face.lines import Line


def to_do(by: Position, most: int) -> list[Line]:
    """Positions to confirm, delegations and agreements to decide."""
    delegations, agreements = powers_waiting_for(by)
    lines = [
        Line(
            reverse("position", args=[position.pk]),
            _("A position is to be confirmed"),
            f"{position.staff.name} {position.office.name} {position.role_label}",
            at=position.added_at,
            pressing=True,
        )
        for position in positions_waiting_for(by)[:most]
    ]
    lines += [
        Line(
            reverse("delegations"),
            _("A delegation is to be decided"),
            row.to_position.staff.name,
            at=row.drafted_at,
        )
        for row in delegations[:most]
    ]
    return lines + [
        Line(
            reverse("agreement", args=[row.pk]),
            _("A sharing agreement is to be decided"),
            row.parties,
            at=row.drafted_at,
        )
        for row in agreements[:most]
    ]
