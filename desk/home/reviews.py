"""How far the progress list of the month is signed, for those who sign it."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from agencies.staff.access import StaffRequest
from cases.reviews.codes import COUNTED, PRESSES
from cases.reviews.pages import list_of
from cases.reviews.queries import Counted, counted_up_to
from desk.home.lines import Section
from face.lines import Line
from face.wareki import format_month
from security.walls import clock


def progress_list(request: StaffRequest) -> Section:
    """Of each section how many lines of this month are signed; it presses from the 25th on. A list that is too long to be counted
    here leads to its page alone."""
    today = clock.today()
    asked = list_of(today)
    counts = counted_up_to(request.by, asked.month, COUNTED)
    month, total = format_month(today), sum(one.lines for one in counts or ())
    heading, nothing = _("Progress list %(month)s") % {"month": month}, _("No open case is in your line.")
    if counts is None:
        nothing = _("The list is too long to be counted here.")
    elif total:
        numbers = {"month": month, "signed": sum(one.signed for one in counts), "total": total}
        heading = _("Progress list %(month)s: %(signed)s of %(total)s signed") % numbers
    lines = [line_of(one, today) for one in counts or ()]
    return Section("reviews", heading, nothing, lines, asked.url, _("Open the list"))


def line_of(one: Counted, today: date) -> Line:
    """The line of a section; from a day of the month on it presses while one of its lines is not signed."""
    return Line(
        list_of(today, one.section).url,
        one.name or _("no section"),
        _("%(signed)s of %(total)s signed") % {"signed": one.signed, "total": one.lines},
        pressing=today.day >= PRESSES and one.signed < one.lines,
    )
