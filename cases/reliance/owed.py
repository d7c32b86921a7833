"""What the center owes on the plan of an institution: that the first one is accepted in time, and each review."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.duties.codes import DutyKind
from cases.reliance.models import RelianceFile, ReliancePlan
from face.lines import Line


def _asked(case: UUID, cause: UUID) -> Line | None:
    row = RelianceFile.objects.filter(case=case, pk=cause).select_related("institution").first()
    if row is None:
        return None
    url = reverse("case_custody", args=[case], fragment="reliance")
    return Line(url, gettext("An institution was asked for its plan"), row.institution.name, at=row.opened_at)


def _accepted(case: UUID, cause: UUID) -> Line | None:
    row = ReliancePlan.objects.filter(case=case, pk=cause).first()
    if row is None:
        return None
    url = reverse("reliance_plan", args=[case, row.pk])
    return Line(url, gettext("Self-reliance plan accepted"), at=row.answered_at)


FIRST = DutyKind(
    code="reliance_first",
    label=_("have the institution's first self-reliance plan, and accept it"),
    days=lambda office: office.reliance_first_months * 28,
    after=_asked,
    by_act=True,
)
"""From asking until a plan is accepted. No law sets the months: they are the office's."""

REVIEW = DutyKind(
    code="reliance_review",
    label=_("have the institution's self-reliance plan reviewed, and accept the new one"),
    days=lambda office: office.reliance_months * 28,
    after=_accepted,
    by_act=True,
    of_plan=True,
)
"""Each accepted plan names the day of its review; the end of that day is the duty's limit."""
