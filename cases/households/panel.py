"""The siblings on the case page, at its head, and among what is to be done next."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.staff.models import Position
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.decisions.panel import parts_of_act, steps_after_return
from cases.households import rules
from cases.households.codes import HOUSEHOLD_JOIN, HOUSEHOLD_SPLIT
from cases.households.models import HouseholdMember, MemberFacts
from cases.households.queries import (
    Home,
    Sibling,
    beside,
    facts_beside,
    facts_here,
    has_one_lead_of_suspect,
    home_of,
    join_rows,
    joins_of,
    known_of,
    leads_of_home,
    left_before,
    limits_beside,
    membership_of,
    people_of_home,
    split_rows,
    splits_of,
)
from cases.intake.queries import notifications_of
from cases.records.models import Case, Person
from cases.records.pages import section_url
from cases.records.panel import Moment, Panel, Part, Span, full_name, relation_in_words
from cases.records.queries import everybody_around
from cases.records.rules import check_may_edit
from face.lines import Chip, Step
from security.audit.access_event import current, current_or_none
from security.encryption.fields import value_of, words_of
from security.walls import clock


def first(case: Case) -> list[QuerySet[Any]]:
    """What every page of a case needs of its household, and its overview of what was written of it."""
    of_home = [membership_of(case), beside(case), limits_beside(case), join_rows(case), split_rows(case)]
    return [*of_home, people_of_home(case), leads_of_home(case), *_written_of(case)]


def _written_of(case: Case) -> list[QuerySet[Any]]:
    return [facts_here(case), facts_beside(case), left_before(case)]


def panel(case: Case, by: Position) -> Panel:
    """The siblings whom the reader sees, how many there are besides, and the buttons that add one. The look names each case."""
    home = home_of(case)
    for sibling in home.siblings:
        current().note_shown(sibling.case.pk, "household", under=[sibling.case.child.key_scope()])
    context = {
        "rows": [_row(sibling, facts_beside(case)) for sibling in home.siblings],
        "persons": [_person(one) for one in everybody_around(case) if _lived_there(one)],
        "own": known_of(home.member, facts_here(case)) if home.member else None,
        "earlier": list(facts_here(case)),
        "left": list(left_before(case)),
        "latest": next(iter(join_rows(case)), None),
        "others": home.others,
        "same_lead": has_one_lead_of_suspect(case, home),
        "takes": by.may(Permission.TAKE_CONTACTS) and bool(notifications_of(case)),
        "why_not": reason_against(rules.check_may_link, case, by),
        "why_not_join": reason_against(rules.check_may_draft_join, case, by, clock.now()),
        "split": next(iter(split_rows(case)), None),
        "why_not_split": reason_against(rules.check_may_draft_split, case, by, clock.now()),
    }
    return Panel("household", "cases/households/panel.html", context)


def _lived_there(person: Person) -> bool:
    """Whether it is known that this person lives with the child, or did."""
    return person.lives_there(clock.today()) or any(map(value_of, (person.lives_from, person.lives_until)))


def _person(person: Person) -> dict[str, Any]:
    """A person of the home as the panel shows it: those who left are there with their days."""
    return {
        "name": words_of(person.name),
        "relation": relation_in_words(person),
        "known": person,
        "lives": person.lives_there(clock.today()),
    }


def _row(sibling: Sibling, facts: Iterable[MemberFacts]) -> dict[str, Any]:
    known = known_of(sibling.member, facts)
    return {
        "case": sibling.case,
        "name": full_name(sibling.case.child),
        "born": value_of(sibling.case.child.birth_date),
        "known": known,
        "last_seen": sibling.last_seen,
        "is_unseen": sibling.is_unseen,
        "limit": sibling.limit,
    }


def cautions(case: Case, by: Position) -> list[Chip]:
    """That a sibling has not been seen yet, never which one; and that a child of the home is a suspect and one person is in
    charge of both cases, which needs another one (an inference of ours: it warns, and hinders nothing). Who does not see both
    cases reads nothing of it."""
    home = _home_at_a_glance(case)
    unseen = len(home.unseen)
    text = ngettext("%(count)d sibling not seen yet", "%(count)d siblings not seen yet", unseen)
    found = [Chip(text % {"count": unseen})] if unseen else []
    if has_one_lead_of_suspect(case, home):
        found.append(Chip(_("Suspected sibling: one person is in charge of both cases"), "warning"))
    return found


def steps(case: Case, by: Position) -> list[Step]:
    """On a case on which the reader works: of the siblings whom nobody has seen the one whose limit is due first."""
    unseen = _home_at_a_glance(case).unseen
    returned = [
        *steps_after_return(HOUSEHOLD_JOIN, list(join_rows(case)), by),
        *steps_after_return(HOUSEHOLD_SPLIT, list(split_rows(case)), by),
    ]
    if not unseen or reason_against(check_may_edit, case, by):
        return returned
    first = min(unseen, key=lambda sibling: (sibling.limit is None, sibling.limit and sibling.limit.due_at))
    due = first.limit.due_at if first.limit else None
    text = _("Sibling not seen yet (%(number)s)") % {"number": first.case.number}
    step = Step(
        text, section_url(first.case, "intake"), due=due, pressing=due is not None and due < clock.now()
    )
    return [step, *returned]


def moments_in(case: Case, by: Position, span: Span) -> list[Part]:
    """When the case was linked and separated, what was written of how the child lives there, and drafts of either."""
    members = HouseholdMember.objects.filter(case=case).select_related("joined_by__staff", "left_by__staff")
    facts = MemberFacts.objects.filter(case=case).select_related("written_by__staff")
    return [
        Part(span.of(members, "joined_at", "joined_by"), _joined),
        Part(span.of(members, "left_at", "left_by"), _left),
        Part(span.of(facts, "written_at", "written_by"), _written),
        *parts_of_act(joins_of(case), HOUSEHOLD_JOIN.label, span),
        *parts_of_act(splits_of(case), HOUSEHOLD_SPLIT.label, span),
    ]


def _joined(row: HouseholdMember) -> Moment:
    return Moment(row.joined_at, _("Belongs to a household"), by=row.joined_by.staff, row=row.pk)


def _left(row: HouseholdMember) -> Moment:
    """Separated with a reason, or gone with its household into another one."""
    said = [words_of(row.left_on), words_of(row.left_reason)]
    heading = _("Separated from its household") if any(said) else _("Its household was joined to another one")
    text = "\n".join(filter(None, said))
    return Moment(
        row.left_at or row.joined_at, heading, text, by=(row.left_by or row.joined_by).staff, row=row.pk
    )


def _written(row: MemberFacts) -> Moment:
    return Moment(
        row.written_at,
        _("How the child lives in this home"),
        words_of(row.why),
        by=row.written_by.staff,
        row=row.pk,
    )


def _home_at_a_glance(case: Case) -> Home:
    """For the head of a page, which says nothing of a sibling but that it was not seen: no look at that case."""
    home = home_of(case)
    if (look := current_or_none()) is not None:
        look.covered.update(sibling.case.key_scope() for sibling in home.siblings)
    return home
