"""What conferences decide of a case: an emergency one accepts it, a support policy one resolves on it. One person writes it, the
director decides."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.conferences.actions import (
    ACCEPTANCE,
    ITEM,
    Accepted,
    Met,
    Minutes,
    draft_acceptance,
    draft_minutes,
    plan_sitting,
    put_before,
    record_held,
)
from cases.conferences.codes import ChildHeard, Measure, SightWay, SittingKind, SittingPlace, Stand
from cases.conferences.models import Acceptance, ConferenceItem
from cases.conferences.queries import CustodianView, around, items_of
from cases.decisions.codes import Verdict
from cases.records.codes import Stage
from cases.records.models import Case
from security.walls import clock
from tests.cast import Cast, as_owner

DECISION = "受理（架空）"
SHORT = timedelta(minutes=1)
SAID = {
    **dict.fromkeys(ConferenceItem.TEXTS, ""),
    "facts": "事実（架空）",
    "social": "社会診断（架空）",
    "child_view": "「ここがいい」（架空）",
    "view_how": "居室で担当が聴取（架空）",
    "custodians_view": "母：在宅を希望（架空）",
    "reasons": "理由（架空）",
}


def met(chair: Position, held_at: datetime | None = None, **more: Any) -> Met:
    """An emergency conference of this moment."""
    usual: dict[str, Any] = {
        "kind": SittingKind.EMERGENCY,
        "place": SittingPlace.OFFICE,
        "held_at": held_at or clock.now(),
    }
    return Met(**(usual | {"chair": chair} | more))


def drafted(
    cast: Cast,
    case: Case,
    by: Position,
    in_charge: Position,
    sight: Collection[SightWay] = (SightWay.SCHOOL,),
    **more: Any,
) -> Acceptance:
    """What it decided, as it waits for the director: with ``sight``, the case is accepted until the child was seen."""
    with acting_as(by):
        fresh = Case.objects.select_related("child", "office").get(pk=case.pk)
        said = accepted(
            fresh,
            in_charge,
            attendees="嘱託医（架空）",
            sight=sight,
            who_goes="福祉司二名（架空）" if sight else "",
        )
        return draft_acceptance(fresh, met(cast.director, **more), said, by=by)


def accepted(case: Case, in_charge: Position, **more: Any) -> Accepted:
    """What was said and decided there, as whoever acts now knows the case."""
    usual: dict[str, Any] = {"decision": DECISION, "texts": SAID, "next_on": clock.today()}
    return Accepted(in_charge=in_charge, views=views_around(case), **(usual | more))


def views_around(case: Case) -> list[CustodianView]:
    """A word of each custodian of the case; who has parental authority consents."""
    return [
        CustodianView(
            one.person.pk,
            "架空の言葉",
            Stand.CONSENTS if one.holds_authority else None,
            one.is_suspected,
        )
        for one in around(case, clock.today())
    ]


def accept(cast: Cast, case: Case, by: Position, in_charge: Position, **more: Any) -> Acceptance:
    """Drafted and approved; ``case`` is in its new stage."""
    row = drafted(cast, case, by, in_charge, **more)
    with acting_as(cast.director):
        row = ACCEPTANCE.decide(row, Verdict.APPROVE, by=cast.director)
        case.stage = Case.objects.get(pk=case.pk).stage
    return row


def resolve(
    cast: Cast,
    case: Case,
    *measures: Measure,
    by: Position | None = None,
    chair: Position | None = None,
    **more: Any,
) -> ConferenceItem:
    """A support policy conference of this moment decided these measures, and the director approved it, who is its ``chair``. A
    case in reception is taken to the investigation first, as the seeder does."""
    by, chair = by or cast.caseworker, chair or cast.director
    if case.stage == Stage.RECEPTION:
        with as_owner():
            received = Case.objects.using("owner").filter(pk=case.pk, stage=Stage.RECEPTION)
            received.update(stage=Stage.INVESTIGATION, accepted_at=clock.now())
    with acting_as(by):
        fresh = Case.objects.select_related("child", "office").get(pk=case.pk)
        begun = clock.now() - SHORT
        sitting = plan_sitting(
            kind=SittingKind.POLICY,
            place=SittingPlace.OFFICE,
            held_from=begun,
            chair=chair,
            secretary=by,
            by=by,
        )
        entry = put_before(fresh, sitting, "方針（架空）", by=by)
        record_held(sitting, clock.now(), [chair, by], by=by)
        item = next(one for one in items_of(fresh) if one.entry.pk == entry.pk)
        row = draft_minutes(fresh, item, _minutes(fresh, measures, **more), by=by)
    with acting_as(chair):
        row = ITEM.decide(row, Verdict.APPROVE, by=chair)
        case.stage = Case.objects.get(pk=case.pk).stage
    return row


def _minutes(case: Case, measures: Collection[Measure], **more: Any) -> Minutes:
    usual: dict[str, Any] = {"heard": ChildHeard.BEFORE, "stand": Stand.CONSENTS, "next_on": clock.today()}
    return Minutes(texts=SAID, measures=measures, views=views_around(case), **(usual | more))
