"""The siblings on the case page, at its head, and among what is to be done next."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.staff.models import Position
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.households import rules
from cases.households.queries import Home, Sibling, has_one_lead_of_suspect, home_of
from cases.intake.queries import notifications_of
from cases.records.models import Case
from cases.records.pages import section_url
from cases.records.panel import Panel, full_name
from cases.records.rules import check_may_edit
from face.lines import Chip, Step
from security.audit.access_event import current, current_or_none
from security.encryption.fields import value_of
from security.walls import clock


def panel(case: Case, by: Position) -> Panel:
    """The siblings whom the reader sees, how many there are besides, and the buttons that add one. The look names each case."""
    home = home_of(case)
    for sibling in home.siblings:
        current().note_shown(sibling.case.pk, "household", under=[sibling.case.child.key_scope()])
    context = {
        "rows": [_row(sibling) for sibling in home.siblings],
        "others": home.others,
        "same_lead": has_one_lead_of_suspect(case, home),
        "takes": by.may(Permission.TAKE_CONTACTS) and bool(notifications_of(case)),
        "why_not": reason_against(rules.check_may_link, case, by),
    }
    return Panel("household", "cases/households/panel.html", context)


def _row(sibling: Sibling) -> dict[str, Any]:
    return {
        "case": sibling.case,
        "name": full_name(sibling.case.child),
        "born": value_of(sibling.case.child.birth_date),
        "relation": sibling.member.relation,
        "last_seen": sibling.last_seen,
        "is_unseen": sibling.is_unseen,
        "limit": sibling.limit,
    }


def cautions(case: Case, by: Position) -> list[Chip]:
    """That a sibling has not been seen yet: never which one."""
    unseen = len(_home_at_a_glance(case).unseen)
    text = ngettext("%(count)d sibling not seen yet", "%(count)d siblings not seen yet", unseen)
    return [Chip(text % {"count": unseen})] if unseen else []


def steps(case: Case, by: Position) -> list[Step]:
    """On a case on which the reader works: of the siblings whom nobody has seen the one whose limit is due first."""
    unseen = _home_at_a_glance(case).unseen
    if not unseen or reason_against(check_may_edit, case, by):
        return []
    first = min(unseen, key=lambda sibling: (sibling.limit is None, sibling.limit and sibling.limit.due_at))
    due = first.limit.due_at if first.limit else None
    text = _("Sibling not seen yet (%(number)s)") % {"number": first.case.number}
    return [
        Step(text, section_url(first.case, "intake"), due=due, pressing=due is not None and due < clock.now())
    ]


def _home_at_a_glance(case: Case) -> Home:
    """For the head of a page, which says nothing of a sibling but that it was not seen: no look at that case."""
    home = home_of(case)
    if (look := current_or_none()) is not None:
        look.covered.update(sibling.case.key_scope() for sibling in home.siblings)
    return home
