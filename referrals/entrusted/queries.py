"""The plans of a case that other offices give, and those that a position was entrusted with."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Case as Choose
from django.db.models import QuerySet, When
from django.db.models.functions import Least
from django.utils.translation import gettext as _
from django.utils.translation import override

from agencies.agreements.codes import items_for
from agencies.agreements.models import SharingAgreement
from agencies.directory.models import Office, OfficeKind, PoliceDesk
from agencies.staff.models import Position
from agencies.staff.roles import Permission
from cases.counseling.codes import FactInterview, goal_label
from cases.counseling.models import CounselingPlan
from cases.counseling.queries import amount_of, current_plans, fact_interview, goals_of, next_review
from cases.records.models import Case
from cases.sessions.codes import MET, MISSED
from face.reading import asked_once
from face.wareki import format_date
from referrals.disclosures.codes import PLAN_ITEMS, Item
from referrals.disclosures.models import Assignment, Disclosure, PackageItem
from referrals.entrusted.codes import KINDS, TOLD, TOLD_TO_POLICE, EntrustState, ReturnKind, ReturnState
from referrals.entrusted.models import (
    Entrusted,
    EntrustedItem,
    EntrustedNaming,
    EntrustedReturn,
    EntrustedSession,
    EntrustedWord,
)
from security.encryption.fields import value_of, words_of
from security.encryption.keyring import current
from security.walls import clock

MOST = 100
"""How many plans, sessions or things sent back a page lists, the latest first."""
PEOPLE = ("office", "center", "provider__staff", "plan")


@asked_once
def entrusted_rows(case: Case) -> QuerySet[Entrusted]:
    """The plans of a case that were entrusted, the latest first, perhaps not read yet."""
    return Entrusted.objects.filter(case=case).select_related(*PEOPLE)[:MOST]


@asked_once
def returns_waiting(case: Case) -> QuerySet[EntrustedReturn]:
    """What was sent back on a case and is neither accepted nor asked back, the latest first, perhaps not read yet."""
    rows = EntrustedReturn.objects.filter(case=case, state=ReturnState.SENT)
    return rows.select_related("entrusted__office")[:MOST]


def entrusted_to(by: Position) -> QuerySet[Entrusted]:
    """The plans that this position was entrusted with, also those that are closed, the latest first."""
    if not by.may(Permission.GIVE_ENTRUSTED):
        return Entrusted.objects.none()
    rows = Entrusted.objects.filter(provider=by, office=by.office_id)
    return rows.select_related("center", "office", "provider__staff", "provider__office")


def entrusted_here(by: Position) -> QuerySet[Entrusted]:
    """The plans in hand at the office of its head, who reads whom they are entrusted to and nothing else; the latest first."""
    if not by.may(Permission.NAME_GIVERS):
        return Entrusted.objects.none()
    rows = Entrusted.objects.filter(office=by.office_id, ended_at=None)
    return rows.select_related("center", "office", "provider__staff")


def to_name(row: Entrusted) -> list[Position]:
    """Who else of that office can give the help: at the police one of those to whom the disclosure is assigned."""
    if row.disclosure_id is None:
        found = givers_at(row.office)
    else:
        found = _assigned(row.disclosure_id)
    return [one for one in found if one.pk != row.provider_id]


def namings_of(row: Entrusted) -> list[EntrustedNaming]:
    """Who was named instead of whom, the oldest first."""
    rows = EntrustedNaming.objects.filter(entrusted=row)
    return list(rows.select_related("before__staff", "provider__staff", "named_by__staff")[:MOST])


def is_open_to_me(row: Entrusted) -> bool:
    """Whether the acting position of the other office may read what it was told, at this moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s IN (SELECT wall.my_entrusted())", [row.pk])
        return bool(cursor.fetchone()[0])


def parts_of(row: Entrusted) -> list[tuple[Item, Any]]:
    """What the other office is told: heading and (still sealed) text. Of a police office it is in the package of its disclosure.

    Nothing where the walls show nothing, or where the key is closed to the reader.
    """
    rows: Iterable[EntrustedItem | PackageItem] = EntrustedItem.objects.filter(entrusted=row)
    told: tuple[Item, ...] = TOLD
    if row.disclosure_id is not None:
        told = TOLD_TO_POLICE
        rows = PackageItem.objects.filter(disclosure=row.disclosure_id, item__in=[one.value for one in told])
    found = {one.item: one for one in rows}
    if any(not current().can_open(one.key_scope()) for one in list(found.values())[:1]):
        return []
    return [(item, found[item.value]) for item in told if item.value in found]


def words_of_entrusted(row: Entrusted) -> list[EntrustedWord]:
    """The questions and answers, the oldest first."""
    return list(EntrustedWord.objects.filter(entrusted=row).select_related("written_by__staff"))


def returns_of(row: Entrusted) -> list[EntrustedReturn]:
    """What was sent back, the latest first."""
    rows = EntrustedReturn.objects.filter(entrusted=row).select_related("written_by__staff", "read_by__staff")
    return list(rows[:MOST])


def sessions_of(row: Entrusted) -> list[EntrustedSession]:
    """The sessions that the other office keeps; to anybody else there are none."""
    rows = EntrustedSession.objects.filter(entrusted=row).select_related("planned_by__staff")
    return list(rows[:MOST])


def givers_at(office: Office) -> list[Position]:
    """Who can be entrusted with a plan at this office: those whose work it is to give help, in a position of today."""
    rows = Position.objects.current(clock.today()).filter(office=office).select_related("staff", "office")
    return [row for row in rows if row.may(Permission.GIVE_ENTRUSTED)]


def disclosure_for(case: Case, office: Office, now: datetime) -> Disclosure | None:
    """The disclosure by which a juvenile support center may read the plan now; None where there is none."""
    if office.kind != OfficeKind.POLICE:
        return None
    rows = Disclosure.objects.filter(case=case, recipient=office, sent_at__isnull=False, ended_at=None)
    rows = rows.filter(items__contains=[Item.PLAN_SUPPORT.value])
    found = rows.select_related("intention", "exception").first()
    return found if found is not None and found.is_open_at(now) else None


def officers_of(disclosure: Disclosure) -> list[Position]:
    """Those of its receivers who give help, and hold their position today."""
    return _assigned(disclosure.pk)


def _assigned(disclosure: UUID) -> list[Position]:
    rows = Assignment.objects.filter(disclosure=disclosure, ended_at=None)
    people = [row.position for row in rows.select_related("position__staff", "position__office")]
    return [one for one in people if one.may(Permission.GIVE_ENTRUSTED) and one.is_current]


def plan_for_support(case: Case) -> str:
    """What a juvenile support center would be told of the plan that it is to give; "" where no current plan names one."""
    for plan in current_plans(case):
        if plan.other_office is not None and plan.other_office.police_desk == PoliceDesk.SC:
            told = _texts_of(plan)
            kept = [told[item.value] for item in PLAN_ITEMS if told.get(item.value)]
            return "\n".join(kept)
    return ""


def tellable(sender: Office, recipient: Office, day: date) -> list[Item]:
    """What can be told to this office: under the ceiling of its kind and under every agreement in force with it."""
    kind = OfficeKind(recipient.kind)
    if kind not in KINDS:
        return []
    items = items_for(kind)
    for agreement in SharingAgreement.objects.in_force(day).filter(sender=sender, recipient=recipient):
        items &= set(agreement.items)
    return [item for item in TOLD if item.value in items]


def goal_codes(plan: CounselingPlan) -> list[str]:
    """The codes of the plan's goals, the child's own first."""
    return list(goals_of(plan))


def texts_of(plan: CounselingPlan) -> dict[str, str]:
    """What each item of the plan begins with, taken from the plan; the sender reads and changes it.

    It is written in the language of the place, whichever the sender reads the pages in.
    """
    with override(settings.LANGUAGE_CODE):
        return _texts_of(plan)


def _texts_of(plan: CounselingPlan) -> dict[str, str]:
    goals = "\n".join(
        _("%(thing)s: %(what)s") % {"thing": goal_label(code), "what": text}
        for code, text in goals_of(plan).items()
    )
    minutes, number = amount_of(plan)
    amount = words_of(plan.amount) if minutes or number else ""
    often = [words_of(plan.frequency), amount, format_date(plan.starts_on)]
    return {
        Item.PLAN_KIND.value: f"{words_of(plan.kind)} / {words_of(plan.for_whom)}",
        Item.PLAN_GOAL.value: goals,
        Item.PLAN_FREQUENCY.value: " / ".join(one for one in often if one),
        Item.PLAN_REVIEW.value: format_date(min(next_review(plan), plan.ends_on or date.max)),
        Item.PLAN_CAUTIONS.value: _cautions_of(plan),
    }


def _cautions_of(plan: CounselingPlan) -> str:
    """What the helper has to heed: first of all that the child is still to be asked about the facts, then what the plan says."""
    found = [words_of(plan.risks)] if plan.risks is not None else []
    if is_ahead(plan.case):
        ahead = _("An interview on the facts is still ahead")
        untouched = _("The child is not talked to about the facts before it is over.")
        found = [ahead, untouched, *found]
    return "\n".join(found)


def is_ahead(case: Case) -> bool:
    """Whether the child is still to be asked about the facts."""
    return fact_interview(case, clock.now()) is FactInterview.AHEAD


def refused_before(plan: CounselingPlan) -> list[Item]:
    """What the child did not want told at this office when the same help was entrusted there last: a no goes on until the child
    says otherwise."""
    rows = Entrusted.objects.filter(case=plan.case_id, plan__course=plan.course, office=plan.other_office_id)
    last = rows.select_related("case").first()
    said = value_of(last.not_told) or () if last is not None else ()
    return [one for one in said if isinstance(one, Item)]


def attended(course: UUID) -> Mapping[str, int]:
    """How many sessions of this course other offices said were held and missed; what was sent anew counts once."""
    counted = Counter(held=0, missed=0)
    rows = EntrustedReturn.objects.filter(entrusted__plan__course=course, kind=ReturnKind.SESSION)
    rows = rows.exclude(state=ReturnState.CORRECTED)
    for row in rows:
        said = value_of(row.attendance)
        if said in MET:
            counted["held"] += 1
        elif said in MISSED:
            counted["missed"] += 1
    return dict(counted)


def cases_of_entrusted(owner: UUID) -> list[UUID]:
    """The case that the keys of an entrusted plan belong to, for the access log."""
    return list(Entrusted.objects.filter(pk=owner).values_list("case_id", flat=True))


def entrusted_relations(position_id: UUID, case_ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """The cases of which this position was entrusted with a plan: it is a receiver of a disclosure there, for the access log."""
    rows = Entrusted.objects.filter(case_id__in=list(case_ids), provider=position_id)
    return dict.fromkeys(rows.values_list("case_id", flat=True), "disclosure")


def entrusted_to_do(by: Position, most: int) -> list[Entrusted]:
    """The plans in hand that this position was entrusted with, that on which something is owed first at the top."""
    wanted = When(state=EntrustState.SENT, then="answer_by")
    rows = (
        entrusted_to(by)
        .filter(ended_at=None)
        .annotate(owed_by=Choose(wanted, default=Least("report_by", "review_by")))
    )
    return list(rows.order_by("owed_by", "id")[:most])


def asked_back_on(rows: Collection[Entrusted]) -> set[UUID]:
    """Of these plans those on which the center asks something back."""
    found = EntrustedReturn.objects.filter(
        entrusted__in=[row.pk for row in rows], state=ReturnState.ASKED_BACK
    )
    return set(found.values_list("entrusted_id", flat=True))
