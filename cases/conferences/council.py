"""Hearing the child welfare council (児童福祉審議会) after a conference that sends a matter there: what is owed, and each step.

児童福祉法27条6項 and 児童福祉法施行令32条: it is heard before; where that cannot wait, it is told promptly afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.clocks.rules import JAPAN
from cases.conferences.codes import CouncilStep, CouncilWay, Measure
from cases.conferences.models import ConferenceItem, CouncilRecord
from cases.duties.actions import leave_duty, settle_duties
from cases.duties.codes import DutyKind
from cases.records.actions import locked
from cases.records.codes import Relation
from cases.records.models import Case
from cases.records.queries import positions_of_case
from cases.records.rules import check_may_edit
from face.lines import Line
from face.reading import asked_once
from security.encryption.fields import value_of
from security.walls import clock


def _item(case: UUID, cause: UUID) -> Line | None:
    row = ConferenceItem.objects.filter(case=case, pk=cause).select_related("entry__sitting").first()
    if row is None:
        return None
    url = reverse("council_step", args=[case, row.pk])
    return Line(url, row.entry.sitting.get_kind_display(), at=row.decided_at)


COUNCIL = DutyKind(
    code="council_hearing",
    label=_("have the child welfare council heard"),
    days=lambda office: office.council_days,
    after=_item,
    by_act=True,
)
"""From the decision that the council is heard, until its opinion is recorded. No law sets the days: they are the office's."""

REPORT = DutyKind(
    code="council_report",
    label=_("report the measure to the child welfare council"),
    days=lambda office: office.council_report_days,
    after=_item,
    by_act=True,
)
"""児童福祉法施行令32条2項 says "promptly"; the days are the office's."""


def leave_council(row: ConferenceItem) -> None:
    """Minutes take effect: what of them is owed to the council, whoever is in charge owes."""
    owner = next(iter(positions_of_case(row.case_id, Relation.LEAD)), row.drafted_by_id)
    if is_sent_to_council(row):
        leave_duty(row.case, COUNCIL, cause=row.pk, owner=owner)
    if is_to_report(row):
        leave_duty(row.case, REPORT, cause=row.pk, owner=owner)


def is_sent_to_council(row: ConferenceItem) -> bool:
    """Whether it was decided that the council is heard."""
    return Measure.COUNCIL in (value_of(row.measures) or [])


def is_to_report(row: ConferenceItem) -> bool:
    """Whether the measure could not wait for the council, which is told afterwards."""
    return value_of(row.council_way) is CouncilWay.URGENT


@asked_once
def record_rows(case: Case) -> QuerySet[CouncilRecord]:
    """What is recorded of the council in a case, in order, perhaps not read yet."""
    return CouncilRecord.objects.filter(case=case).select_related("recorded_by__staff")


def opinions_of(case: Case) -> list[CouncilRecord]:
    """The opinions of the council on a case, the latest first."""
    return [row for row in reversed(list(record_rows(case))) if row.step == CouncilStep.HEARD]


@dataclass(frozen=True)
class Owed:
    """Where a matter is with the council: what was recorded, and which steps can come next."""

    item: ConferenceItem
    done: Mapping[str, CouncilRecord]
    open: tuple[CouncilStep, ...]


def owed_on(row: ConferenceItem, records: list[CouncilRecord]) -> Owed:
    """What of one approved decision the council has still to hear; ``records`` are those of its case."""
    done = {one.step: one for one in records if one.item_id == row.pk}
    wanted: list[CouncilStep] = []
    if row.approved and is_sent_to_council(row):
        wanted.append(CouncilStep.HEARD if CouncilStep.ASKED in done else CouncilStep.ASKED)
    if row.approved and is_to_report(row):
        wanted.append(CouncilStep.REPORTED)
    return Owed(row, done, tuple(step for step in wanted if step not in done))


def check_may_step(row: ConferenceItem, owed: Owed, by: Position) -> None:
    """Those who work on the case record the steps of an approved decision, each once."""
    check_may_edit(row.case, by)
    if not owed.open:
        raise Refused("nothing", _("Nothing is owed to the council on this decision."))


def check_step(owed: Owed, step: CouncilStep, happened_on: date, words: str, now: datetime) -> None:
    """The next step, on a day that is not before the one it follows, nor in the future; an opinion has its words."""
    today = now.astimezone(JAPAN).date()
    if step not in owed.open:
        raise Refused("step", _("Somebody else has written this meanwhile. Read the page again."))
    if happened_on > today:
        raise Refused("happened_on", _("This day lies in the future."))
    asked = owed.done.get(CouncilStep.ASKED) if step is CouncilStep.HEARD else None
    asked_on = value_of(asked.happened_on) if asked is not None else None
    if asked_on is not None and happened_on < asked_on:
        raise Refused("happened_on", _("The council gave its opinion after it was asked."))
    decided = owed.item.decided_at
    if step is not CouncilStep.HEARD and decided and happened_on < decided.astimezone(JAPAN).date():
        raise Refused("happened_on", _("This day lies before the decision."))
    if step is CouncilStep.HEARD and not words.strip():
        raise Refused("words", _("Write down the opinion of the council."))


@transaction.atomic
def record_step(
    row: ConferenceItem, step: CouncilStep, *, happened_on: date, words: str, by: Position
) -> CouncilRecord:
    """Record the next step. With the opinion, or the report, nothing is owed any more. Raises Refused."""
    now = clock.now()
    fresh = locked(ConferenceItem.objects.filter(pk=row.pk))
    owed = owed_on(fresh, list(CouncilRecord.objects.filter(case=fresh.case_id)))
    check_may_step(fresh, owed, by)
    check_step(owed, step, happened_on, words, now)
    record = CouncilRecord(case=fresh.case, item=fresh, step=step, recorded_by=by, recorded_at=now)
    record.happened_on, record.words = happened_on, words or None
    record.save(force_insert=True)
    kind = {CouncilStep.HEARD: COUNCIL, CouncilStep.REPORTED: REPORT}.get(step)
    if kind is not None:
        with override("ja"):
            note = gettext("The council was heard, or told, as recorded.")
        settle_duties(fresh.case_id, fresh.pk, kind, note=note, by=by)
    return record
