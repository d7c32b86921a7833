"""What the support of a juvenile victim contributes to the pages of its case."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.decisions.panel import moments_of_act, steps_after_return
from cases.records.models import Case
from cases.records.panel import Moment, Panel
from cases.support import rules
from cases.support.codes import DESIGNATION, RELEASE, Danger
from cases.support.queries import (
    designation_rows,
    notice_rows,
    reception_of,
    reception_rows,
    release_rows,
    review_rows,
    supporter_reports,
    supporter_rows,
)
from face.lines import Chip, Step
from security.encryption.fields import value_of, words_of
from security.walls import clock


def first(case: Case) -> list[QuerySet[Any]]:
    """The rows of which every page of the case tells."""
    return [reception_rows(case), notice_rows(case), designation_rows(case), release_rows(case)]


def panel(case: Case, by: Position) -> Panel | None:
    """How the juvenile came to the police, and what was notified."""
    row = reception_of(case)
    if row is None:
        return None
    context = {
        "row": row,
        "notices": list(notice_rows(case)),
        "is_owed": rules.is_owed(row),
        "notify_url": reverse("support_notify", args=[case.pk]),
        "not_notify": reason_against(rules.check_may_notify, case, by, clock.today()),
    }
    return Panel("support", "cases/support/panel.html", context)


def plan_panel(case: Case, by: Position) -> Panel | None:
    """Designation, reviews and release, and the buttons with the reasons why they are grey."""
    if reception_of(case) is None:
        return None
    now, reports = clock.now(), list(supporter_reports(case))
    context = {
        "designations": list(designation_rows(case)),
        "reviews": list(review_rows(case)),
        "releases": list(release_rows(case)),
        "supporters": [
            (row, [one for one in reports if one.supporter_id == row.pk]) for row in supporter_rows(case)
        ],
        "supporter_url": reverse("support_supporter", args=[case.pk]),
        "not_name": reason_against(rules.check_may_name, case, by),
        "designate_url": reverse("support_designate", args=[case.pk]),
        "review_url": reverse("support_review", args=[case.pk]),
        "release_url": reverse("support_release", args=[case.pk]),
        "not_designate": reason_against(rules.check_may_designate, case, by, now),
        "not_review": reason_against(rules.check_may_review, case, by),
        "not_release": reason_against(rules.check_may_release, case, by, now),
    }
    return Panel("support_plan", "cases/support/panel_plan.html", context)


def steps(case: Case, by: Position) -> list[Step]:
    """A draft that came back."""
    return [
        *steps_after_return(DESIGNATION, list(designation_rows(case)), by),
        *steps_after_return(RELEASE, list(release_rows(case)), by),
    ]


def cautions(case: Case, by: Position) -> list[Chip]:
    """That the juvenile may kill themselves."""
    row = reception_of(case)
    if row is None or value_of(row.danger) not in (Danger.PRESSING, Danger.WATCH):
        return []
    kind = "danger" if value_of(row.danger) is Danger.PRESSING else "warning"
    return [Chip(_("Risk of suicide: %(risk)s") % {"risk": words_of(row.danger)}, kind)]


def moments(case: Case, by: Position) -> list[Moment]:
    """The reception, and what was notified."""
    row = reception_of(case)
    found = [Moment(row.received_at, words_of(row.recognised), by=row.received_by.staff)] if row else []
    named, heard = _("A supporter was entered"), _("A supporter told of a meeting")
    told, reviewed = _("The child guidance center was notified"), _("The plan of the support was reviewed")
    return [
        *found,
        *(Moment(one.sent_at, told, one.recipient.name, by=one.sent_by.staff) for one in notice_rows(case)),
        *(one for row in designation_rows(case) for one in moments_of_act(row, DESIGNATION.label)),
        *(Moment(one.reviewed_at, reviewed, by=one.reviewed_by.staff) for one in review_rows(case)),
        *(Moment(one.named_at, named, by=one.named_by.staff) for one in supporter_rows(case)),
        *(
            Moment(one.told_at, heard, words_of(one.words), by=one.told_by.staff)
            for one in supporter_reports(case)
        ),
        *(one for row in release_rows(case) for one in moments_of_act(row, RELEASE.label)),
    ]
