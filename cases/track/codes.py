"""Codes of the change of the track of a case."""

from django.utils.translation import gettext_lazy as _

from agencies.staff.roles import Act

TRACK_CHANGE = Act("track_change", _("change of the track"), by_line=True)
"""A supervisor decides it, or the director: with the track it changes which law the case is under."""
