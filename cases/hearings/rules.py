"""When a child was heard."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from agencies.staff.rules import Refused


def check_heard_at(heard_at: datetime, now: datetime) -> None:
    """A hearing that is recorded was held (児童福祉法33条の3の3)."""
    if heard_at > now:
        raise Refused("heard_at", _("“When the child was heard” lies in the future."))
