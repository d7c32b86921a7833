"""How many receipts wait for the signature of the intake conference's chair, for those who sign them."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from agencies.staff.access import StaffRequest
from cases.readings.codes import MOST, WEEK
from cases.readings.queries import waiting_for
from desk.home.lines import Section
from face.lines import Line
from security.walls import clock


def receipts_to_sign(request: StaffRequest) -> Section:
    """One line with the number of receipts that nobody has signed; it presses where the first of them is older than a week."""
    waiting, url = waiting_for(request.by), reverse("reading_list")
    count = min(len(waiting), MOST)
    text = ngettext("%(count)d receipt to sign", "%(count)d receipts to sign", count) % {"count": count}
    lines = [Line(url, text, pressing=waiting[0].received_at < clock.now() - WEEK)] if waiting else []
    return Section(
        "readings", _("List of receipts"), _("Every receipt is signed."), lines, url, _("Open the list")
    )
