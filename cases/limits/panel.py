"""Limits on contact on the page of custody, at the head of every page, in the stream, and what comes next."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.custody.queries import lasting
from cases.decisions.panel import parts_of_act, steps_after_return
from cases.duties.codes import DutyKind
from cases.limits import rules
from cases.limits.codes import CONTACT_LIMIT, CONTACT_LIMIT_END, Basis, LimitKind, ToldTo
from cases.limits.models import ContactLimit, ContactTold
from cases.limits.queries import all_limits_of, limit_rows, limits_of, standing, told_of, told_rows
from cases.records.models import Case
from cases.records.panel import Moment, Panel, Part, Span
from face.lines import Chip, Line, Step
from security.encryption.fields import value_of, words_of
from security.walls import clock


def first(case: Case) -> list[QuerySet[Any]]:
    """What the chips and the steps need on every page of a case."""
    return [limit_rows(case), told_rows(case)]


def panel(case: Case, by: Position) -> Panel:
    """Every limit with its state and who was told; the buttons that draft one, change it, end it, or say who was told."""
    now, rows, told = clock.now(), all_limits_of(case), told_of(case)
    stands = {row.pk for row in standing(rows, localdate(now))}
    context = {
        "limits": [(row, told.get(row.pk, []), row.pk in stands) for row in rows],
        "why_not": reason_against(rules.check_may_draft_limit, case, by, now),
    }
    return Panel("contact_limits", "cases/limits/panel.html", context)


def in_words(row: ContactLimit) -> str:
    """Whose contact, and which."""
    kinds = _(", ").join(words_of(row.kinds).splitlines())
    return _("%(who)s: %(kinds)s") % {"who": words_of(row.person.name), "kinds": kinds}


def cautions(case: Case, by: Position) -> list[Chip]:
    """Each limit that holds today: whoever lets somebody visit or call sees it before."""
    return [
        Chip(_("Contact limited: %(what)s") % {"what": in_words(row)}, "danger")
        for row in limits_of(case, clock.today())
    ]


def what_holds(case: Case, by: Position) -> list[Line]:
    """Each limit that holds, and since when."""
    return [
        Line(_url(row), CONTACT_LIMIT.label, in_words(row), on=row.starts_on, case_id=case.pk)
        for row in limits_of(case, clock.today())
    ]


def _url(row: ContactLimit) -> str:
    act = CONTACT_LIMIT if row.kind == LimitKind.LIMIT else CONTACT_LIMIT_END
    return reverse("decision", args=[row.case_id, act.value, row.pk])


def steps(case: Case, by: Position) -> list[Step]:
    """Drafts that came back; a person who has not been told; and a limit whose basis went with the custody."""
    rows, told = all_limits_of(case), told_of(case)
    found = [
        step
        for act, kind in ((CONTACT_LIMIT, LimitKind.LIMIT), (CONTACT_LIMIT_END, LimitKind.END))
        for step in steps_after_return(act, [row for row in rows if row.kind == kind], by)
    ]
    for row in standing(rows, clock.today()):
        if not any(value_of(one.to) is ToldTo.PERSON for one in told.get(row.pk, [])):
            url = reverse("contact_limit_told", args=[case.pk, row.pk])
            reason = reason_against(rules.check_may_tell, row, by)
            found.append(Step(_("Tell the person that contact is limited"), url, reason=reason))
        if value_of(row.basis) is Basis.SUSPECTED and lasting(case) is None:
            end = f"{reverse('contact_limit_end', args=[case.pk])}?of={row.pk}"
            label = _("The custody is over: end the limit on contact that rests on suspicion")
            reason = reason_against(rules.check_may_draft_end, case, by, clock.now())
            found.append(Step(label, end, pressing=True, reason=reason))
    return found


def moments_in(case: Case, by: Position, span: Span) -> list[Part]:
    """Drafts and decisions, and who was told."""
    rows = limit_rows(case).all()
    return [
        *parts_of_act(rows.filter(kind=LimitKind.LIMIT), CONTACT_LIMIT.label, span),
        *parts_of_act(rows.filter(kind=LimitKind.END), CONTACT_LIMIT_END.label, span),
        Part(span.of(told_rows(case).all(), "written_at", "written_by"), _told),
    ]


def _told(row: ContactTold) -> Moment:
    heading = _("Told of a limit on contact: %(who)s") % {"who": words_of(row.to)}
    return Moment(row.written_at, heading, words_of(row.how), by=row.written_by.staff, row=row.pk)


def _limit(case: UUID, cause: UUID) -> Line | None:
    """The limit that a duty follows from."""
    row = ContactLimit.objects.filter(case=case, pk=cause).first()
    return Line(_url(row), CONTACT_LIMIT.label, at=row.decided_at) if row else None


REVIEW = DutyKind(
    code="contact_limit_review",
    label=gettext_lazy("review the limit on contact"),
    days=lambda _office: 30,
    after=_limit,
)
"""Each limit names the day on which it is reviewed; that day is the duty's limit."""
