"""Recording a caution, and lifting it."""

from django.db import transaction

from agencies.staff.models import Position
from cases.cautions import rules
from cases.cautions.codes import CautionKind
from cases.cautions.models import Caution
from cases.records.actions import locked
from cases.records.models import Case
from security.walls import clock


@transaction.atomic
def record_caution(case: Case, *, kind: CautionKind, words: str, whom: str, by: Position) -> Caution:
    """Write down what everybody on the case must mind. Raises Refused."""
    locked(Case.objects.filter(pk=case.pk))  # two at once count each other
    rules.check_may_record(case, by)
    rules.check_written(kind, words, whom)
    caution = Caution(case=case, recorded_by=by, recorded_at=clock.now())
    caution.kind, caution.words, caution.whom = kind, words, whom
    caution.save(force_insert=True)
    return caution


@transaction.atomic
def end_caution(caution: Caution, *, why: str, by: Position) -> Caution:
    """Lift a caution; its record stays. Raises Refused."""
    fresh = locked(Caution.objects.filter(pk=caution.pk))
    rules.check_may_end(fresh, by)
    rules.check_has_reason(why)
    fresh.ended_at, fresh.ended_by, fresh.why = clock.now(), by, why
    fresh.save(update_fields=["ended_at", "ended_by", "why"])
    return fresh
