"""One call about several children, and cases that belong to one home: they are linked, separated, and two homes are joined. Each
is one transaction: all of it, or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.roles import Role
from agencies.staff.rules import Refused
from cases.decisions.actions import Decision, nothing
from cases.households import codes, rules
from cases.households.models import Household, HouseholdJoin, HouseholdMember, HouseholdSplit, MemberFacts
from cases.households.queries import facts_here, household_of, known_of, member_of
from cases.intake.actions import Received, record_safety_check, register_call
from cases.intake.codes import Outcome
from cases.intake.models import Notification
from cases.records.actions import CaseFacts, ChildFacts, locked
from cases.records.codes import HouseholdRelation, StayKind
from cases.records.models import Case
from cases.records.queries import able_to_decide
from face.consequences import Consequences
from security.encryption.fields import reveal, value_of
from security.walls import clock


@dataclass(frozen=True)
class Call:
    """A call as it was taken down: what ``register_call`` needs, typed once for all of its children."""

    facts: CaseFacts
    received: Received
    in_charge: Position
    custodian: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Attempt:
    """That somebody went to see a child: whether the child was seen, when, and the texts of ``record_safety_check``."""

    outcome: Outcome
    seen_at: datetime
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Further:
    """A further child of the home; ``relation`` to the first one."""

    child: ChildFacts
    relation: HouseholdRelation | None = None
    attempt: Attempt | None = None


@dataclass(frozen=True)
class Joining:
    """What is known of a case that joins a household."""

    relation: HouseholdRelation | None = None
    relation_text: str = ""
    lives_from: date | None = None
    lives_until: date | None = None


@transaction.atomic
def register_children(
    first: ChildFacts, further: Sequence[Further], call: Call, *, by: Position, made: list[Notification]
) -> list[Notification]:
    """Open a case for each child of one call, each with a number, keys, a receipt, a notifier and a limit of its own, and the
    household of them all.

    ``made`` takes each notification as it is written: where something is refused, its length says at which child. Raises Refused
    and IntegrityError; then nothing of any child is kept.
    """
    _register(first, call, by, made)
    for one in further:
        notification = _register(one.child, of_sibling(call, by), by, made, one.attempt)
        join_home(made[0].case, notification.case, Joining(one.relation), by=by)
    return made


@transaction.atomic
def register_further(
    case: Case, further: Sequence[Further], call: Call, *, by: Position, made: list[Notification]
) -> list[Notification]:
    """The same for children of whom the office learns later: their cases join the household of ``case``."""
    rules.check_may_link(case, by)
    for one in further:
        notification = _register(one.child, of_sibling(call, by), by, made, one.attempt)
        join_home(case, notification.case, Joining(one.relation), by=by)
    return made


def _register(
    child: ChildFacts, call: Call, by: Position, made: list[Notification], attempt: Attempt | None = None
) -> Notification:
    notification = register_call(
        child, call.facts, call.received, in_charge=call.in_charge, by=by, custodian=call.custodian
    )
    if attempt is not None:
        _check_safety(notification.case, attempt, by)
    made.append(notification)
    return notification


def _check_safety(case: Case, attempt: Attempt, by: Position) -> None:
    try:
        record_safety_check(
            case, outcome=attempt.outcome, seen_at=attempt.seen_at, texts=attempt.texts, by=by
        )
    except Refused as refusal:
        if refusal.code != "late_reason":
            raise
        text = _(
            "This child was seen after the time limit. Choose “not yet” here, and record the check on the case, with the reason."
        )
        raise Refused("late_reason", text) from refusal


def of_sibling(call: Call, by: Position) -> Call:
    """The call for a further child. What one child said, what was seen of it and what was answered on urgency are of that child
    alone; how urgent it is holds for the home until somebody has looked."""
    told = dict(call.received.told)
    if told["words"]:
        told["situation"] = f"{told['situation']}\n{_said_by_another()}"
    told |= dict.fromkeys(("words", "question", "asked_by", "asked_at"), "")
    told |= dict.fromkeys(("observed", "injuries", "child_knows"))
    urgency = call.received.least(call.facts.urgency, by.office)
    elsewhere: dict[str, Any] = {
        "harm_type": "",
        "place_of_stay": StayKind.UNKNOWN,
        "place_detail": "",
        "outline": told["situation"],
    }
    facts = replace(call.facts, urgency=urgency, **elsewhere)
    return replace(
        call, facts=facts, received=replace(call.received, told=told, grounds=(), denied=(), signs=())
    )


def _said_by_another() -> str:
    """In Japanese, as kept texts are, whatever language the page has; no number, which the reader might not see."""
    with override("ja"):
        return gettext(
            "(Told by another child of this home. Their words are kept in that child's own record.)"
        )


@transaction.atomic
def link_case(case: Case, other: Case, joining: Joining, *, by: Position) -> HouseholdMember:
    """Link two open cases of one office as children of one home. Raises Refused where both belong to a household already."""
    _lock_both(case, other)
    rules.check_may_link(case, by)
    rules.check_may_link(other, by)
    rules.check_linkable(case, other, by)
    rules.check_lives(joining.lives_from, joining.lives_until, clock.today())
    return join_home(case, other, joining, by=by)


def _lock_both(case: Case, other: Case) -> None:
    """In one order, so that two who work on the same pair at once wait for each other."""
    for pk in sorted((case.pk, other.pk)):
        locked(Case.objects.filter(pk=pk))


def join_home(case: Case, other: Case, joining: Joining, *, by: Position) -> HouseholdMember:
    """Let ``other`` join the household of ``case``, or ``case`` that of ``other``; where neither has one, it is made."""
    kept, joins = (other, case) if household_of(other) else (case, other)
    household = household_of(kept)
    if household is None:
        household = Household(office=kept.office, made_at=clock.now(), made_by=by)
        household.save(force_insert=True)
        _join(household, kept, Joining(), by)
    return _join(household, joins, joining, by)


def _join(household: Household, case: Case, joining: Joining, by: Position) -> HouseholdMember:
    member = HouseholdMember(household=household, case=case, joined_at=clock.now(), joined_by=by)
    member.relation, member.relation_text = joining.relation, joining.relation_text or None
    member.lives_from, member.lives_until = joining.lives_from, joining.lives_until
    member.save(force_insert=True)
    return member


@transaction.atomic
def write_facts(case: Case, known: Joining, why: str, *, by: Position) -> MemberFacts:
    """Write what changed in how the child of the case lives in its home, or what was wrong. Raises Refused."""
    locked(Case.objects.filter(pk=case.pk))
    rules.check_may_write_facts(case, by)
    rules.check_lives(known.lives_from, known.lives_until, clock.today())
    row = MemberFacts(case=case, member=member_of(case), written_at=clock.now(), written_by=by, why=why)
    row.relation, row.relation_text = known.relation, known.relation_text or None
    row.lives_from, row.lives_until = known.lives_from, known.lives_until
    row.save(force_insert=True)
    return row


@transaction.atomic
def draft_split(
    case: Case, left_on: date, reason: str, *, by: Position, earlier: HouseholdSplit | None = None
) -> HouseholdSplit:
    """Draft that a case leaves its household from a day on. A supervisor in its line or the director decides. Raises Refused.

    ``earlier``: the drafter's own draft to be changed, or a returned one to be drafted again.
    """
    locked(Case.objects.filter(pk=case.pk))
    row = SPLIT.begin(case, by, clock.now(), earlier)
    member = HouseholdMember.objects.get(case=case, left_at=None)
    known = known_of(member, facts_here(case))
    rules.check_split(left_on, value_of(known.lives_from), reason, clock.today())
    row.member, row.left_on, row.reason = member, left_on, reason
    return SPLIT.submit(row, by)


def _locked_split(rows: QuerySet[HouseholdSplit]) -> HouseholdSplit:
    """The case is locked before its membership is looked at."""
    row = locked(rows)
    row.case = locked(Case.objects.filter(pk=row.case_id))
    return row


def _split(row: HouseholdSplit, by: Position) -> None:
    """The row of the membership ends; what it says of the time before stays."""
    member = locked(HouseholdMember.objects.filter(pk=row.member_id))
    member.left_on, member.left_reason = value_of(row.left_on), reveal(row, "reason")
    member.left_at, member.left_by = clock.now(), by
    member.save(update_fields=["left_on", "left_reason", "left_at", "left_by"])


SPLIT = Decision(
    act=codes.HOUSEHOLD_SPLIT,
    model=HouseholdSplit,
    check_may_draft=rules.check_may_draft_split,
    content=("member", "left_on", "reason"),
    form_url="household_split",
    template="cases/households/split_facts.html",
    context=lambda row, _by: {"d": row},
    panels=lambda _row: ("household",),
    consequences=Consequences(
        _("The case leaves its household from the day of the draft on. No case and no time limit changes."),
        _("The person who drafted it is told. Nobody outside the office learns of it."),
        _("What is written of the time before stays on record. Only a supervisor puts the case back."),
    ),
    lock=_locked_split,
    still_holds=rules.check_still_there,
    effect=_split,
)


@transaction.atomic
def draft_join(
    case: Case, other: Case, reason: str, *, by: Position, earlier: HouseholdJoin | None = None
) -> HouseholdJoin:
    """Draft that the household of ``other`` goes into that of ``case``. Who sees both decides. Raises Refused.

    ``earlier``: the drafter's own draft to be changed, or a returned one to be drafted again.
    """
    row = JOIN.begin(case, by, clock.now(), earlier)
    row.into, row.joined = rules.check_joinable(case, other, by)
    row.other, row.reason = other, reason
    return JOIN.submit(row, by)


def _locked_both(rows: QuerySet[HouseholdJoin]) -> HouseholdJoin:
    """Both cases are locked before they are looked at: who links or separates one of them at the same time waits."""
    row = locked(rows)
    _lock_both(row.case, row.other)
    row.case = Case.objects.get(pk=row.case_id)
    return row


def _deciders(row: HouseholdJoin, by: Position) -> list[UUID]:
    """Who has the power and works on both cases: nobody else is told that there is such a draft."""
    of_other = {one.pk for one in able_to_decide(row.other, JOIN.act, besides=by)}
    able = [one for one in able_to_decide(row.case, JOIN.act, besides=by) if one.pk in of_other]
    return [one.pk for one in able if one.role != Role.DIRECTOR] or [one.pk for one in able]


JOIN = Decision(
    act=codes.HOUSEHOLD_JOIN,
    model=HouseholdJoin,
    check_may_draft=rules.check_may_draft_join,
    content=("other", "into", "joined", "reason"),
    form_url="household_join",
    template="cases/households/facts.html",
    context=lambda row, _by: {"d": row},
    panels=lambda _row: ("household",),
    consequences=Consequences(
        _(
            "Every case of the other household belongs to this one at once. No case and no time limit changes."
        ),
        _("The person who drafted it is told. Nobody sees a case whom its team does not let see it."),
        _("What each child is to the one registered first is written anew on its case."),
    ),
    related=("other",),
    lock=_locked_both,
    still_holds=rules.check_still_apart,
    effect=nothing,
    deciders=_deciders,
)
"""The database joins the households with the signature (``wall.join_households``): it alone reaches the cases of the other home
that the decider does not see."""
