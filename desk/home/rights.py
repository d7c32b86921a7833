"""For the people of a rights bureau: the letters and calls of children with which something is to be done."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.staff.access import StaffRequest
from desk.home.lines import Section
from face.lines import FEW
from referrals.rights.panel import waiting


def child_letters(request: StaffRequest) -> Section:
    """What presses first, then the oldest."""
    return Section(
        "child_letters",
        _("Letters and calls of children"),
        _("Nothing waits for you."),
        waiting(request.by, FEW),
        reverse("child_letters"),
        _("All letters"),
    )
