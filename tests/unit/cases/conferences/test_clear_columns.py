"""What minutes say in clear for the database is what their sealed measures decide: the director approves no other."""

import pytest
from django.db import connection

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.conferences.actions import ITEM, draft_minutes, plan_sitting, put_before, record_held
from cases.conferences.codes import Measure, SittingKind, SittingPlace
from cases.conferences.models import ConferenceItem
from cases.conferences.queries import items_of
from cases.decisions.codes import Verdict
from cases.records.models import Case
from security.walls import clock
from tests.accepting import SHORT, _minutes, accept
from tests.cast import Cast, a_case


def waiting(cast: Cast, *measures: Measure, kind: SittingKind = SittingKind.POLICY) -> ConferenceItem:
    """Minutes of a conference of this moment that wait for the director."""
    case = a_case(cast)
    accept(cast, case, cast.caseworker, cast.caseworker, sight=())
    by, chair = cast.caseworker, cast.director
    with acting_as(by):
        fresh = Case.objects.select_related("child", "office").get(pk=case.pk)
        sitting = plan_sitting(
            kind=kind,
            place=SittingPlace.OFFICE,
            held_from=clock.now() - SHORT,
            chair=chair,
            secretary=by,
            by=by,
        )
        entry = put_before(fresh, sitting, "方針（架空）", by=by)
        record_held(sitting, clock.now(), [chair, by], by=by)
        item = next(one for one in items_of(fresh) if one.entry.pk == entry.pk)
        return draft_minutes(fresh, item, _minutes(fresh, measures), by=by)


@pytest.mark.parametrize(
    ("measure", "written"),
    [
        (Measure.CUSTODY_GOES_ON, "opens = '{close}'"),
        (Measure.CLOSING, "opens = '{}'"),
        (Measure.CLOSING, "opens = '{close,g27_1_3}'"),
        (Measure.CUSTODY_GOES_ON, "to_stage = 'support'"),
        (Measure.CUSTODY_GOES_ON, "to_stage = 'investigation'"),
    ],
)
def test_the_director_approves_what_the_measures_say(cast: Cast, measure: Measure, written: str) -> None:
    """The secretary's raw SQL changes the clear column beside what the director reads."""
    row = waiting(cast, measure)
    with acting_as(cast.caseworker):
        connection.cursor().execute(f"UPDATE cases_conferenceitem SET {written} WHERE id = %s", [row.pk])
    with acting_as(cast.director):
        fresh = ConferenceItem.objects.get(pk=row.pk)
        with pytest.raises(Refused) as refused:
            ITEM.decide(fresh, Verdict.APPROVE, by=cast.director)
        assert refused.value.code == "measures"
        assert ConferenceItem.objects.get(pk=row.pk).approved is None
        ITEM.decide(
            ConferenceItem.objects.get(pk=row.pk), Verdict.RETURN, note="別の記載（架空）", by=cast.director
        )
