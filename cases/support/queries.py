"""How the juvenile of a support case came to the police, and what was notified."""

from django.db.models import QuerySet

from agencies.directory.models import OfficeKind
from cases.decisions.queries import PEOPLE
from cases.records.models import Case
from cases.support.models import (
    Designation,
    Release,
    Supporter,
    SupporterReport,
    SupportNotice,
    SupportReception,
    SupportReview,
)
from face.reading import asked_once


def is_support(case: Case) -> bool:
    """Whether it is a support case of the police."""
    return case.office.kind == OfficeKind.POLICE


@asked_once
def reception_rows(case: Case) -> QuerySet[SupportReception]:
    """The reception of a support case, perhaps not read yet."""
    return SupportReception.objects.filter(case=case).select_related("received_by__staff")


@asked_once
def notice_rows(case: Case) -> QuerySet[SupportNotice]:
    """What was notified to a child guidance center, perhaps not read yet."""
    return SupportNotice.objects.filter(case=case).select_related("sent_by__staff", "recipient")


def reception_of(case: Case) -> SupportReception | None:
    """The reception that opened the case."""
    return next(iter(reception_rows(case)), None)


@asked_once
def designation_rows(case: Case) -> QuerySet[Designation]:
    """Every draft of a designation with its decision, the latest first, perhaps not read yet."""
    return Designation.objects.filter(case=case).select_related(*PEOPLE, "guardian", "replaced_by")


@asked_once
def release_rows(case: Case) -> QuerySet[Release]:
    """The same of releases."""
    return Release.objects.filter(case=case).select_related(*PEOPLE, "replaced_by")


@asked_once
def review_rows(case: Case) -> QuerySet[SupportReview]:
    """The reviews of the plan, the latest first, perhaps not read yet."""
    return SupportReview.objects.filter(case=case).select_related("reviewed_by__staff")


@asked_once
def supporter_rows(case: Case) -> QuerySet[Supporter]:
    """The volunteers who accompany the juvenile, the latest first, perhaps not read yet."""
    return Supporter.objects.filter(case=case).select_related("named_by__staff")


@asked_once
def supporter_reports(case: Case) -> QuerySet[SupporterReport]:
    """What they told, the latest first, perhaps not read yet."""
    return SupporterReport.objects.filter(case=case).select_related("told_by__staff")


def running(case: Case) -> Designation | None:
    """The designation under which the juvenile is supported now; None before it, and after the release that followed."""
    designed = next((row for row in designation_rows(case) if row.approved), None)
    released = next((row for row in release_rows(case) if row.approved), None)
    if designed is None or designed.decided_at is None:
        return None
    ended = (
        released is not None and released.decided_at is not None and released.decided_at > designed.decided_at
    )
    return None if ended else designed
