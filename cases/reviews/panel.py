"""What was signed of a case in the progress list: on the page of its progress, on the timeline, and what is to be done next."""

from django.utils.translation import gettext as _

from agencies.staff.models import Position
from cases.records.codes import Stage
from cases.records.models import Case
from cases.records.pages import section_url
from cases.records.panel import Moment, Panel
from cases.reviews.models import CaseReview
from cases.reviews.queries import reviews_of
from face.lines import Step
from face.months import begins
from face.wareki import format_month
from security.encryption.fields import words_of


def panel(case: Case, by: Position) -> Panel | None:
    """The lines that were signed last; None where none was."""
    found = reviews_of(case)
    return Panel("reviews", "cases/reviews/panel.html", {"reviews": found}) if found else None


def moments(case: Case, by: Position) -> list[Moment]:
    """When a line was signed, and when it was corrected."""
    return [
        Moment(row.signed_at, _said(row), words_of(row.next_task), by=row.signed_by.staff)
        for row in reviews_of(case)
    ]


def _said(row: CaseReview) -> str:
    text = _("Progress reviewed: %(month)s") if row.corrects_id is None else _("Review corrected: %(month)s")
    return text % {"month": format_month(row.month)}


def steps(case: Case, by: Position) -> list[Step]:
    """The next task that the last review set, until its day; the next review sets another."""
    last = next(iter(reviews_of(case)), None)
    if last is None or case.stage == Stage.CLOSED:
        return []
    return [
        Step(_("See the next task of the review"), section_url(case, "reviews"), due=begins(last.next_on))
    ]
