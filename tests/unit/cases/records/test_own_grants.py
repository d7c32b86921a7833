"""The view that the walls probe (wall.my_grants): the own grants that count now, as the array of ids has them."""

from datetime import timedelta
from uuid import UUID

from django.db import connection

from agencies.staff.acting import acting_as
from cases.records.actions import add_to_team, block_person
from cases.records.codes import Level, Relation
from cases.records.models import Grant
from cases.records.queries import cases_for, level_on
from security.walls import clock
from tests.cast import Cast, a_case, as_owner


def _agreed(cast: Cast, who: str) -> set[UUID]:
    """The cases that the view shows this position; the array and both lookups must show the same."""
    position = cast.positions[who]
    with acting_as(position), connection.cursor() as cursor:
        cursor.execute("SELECT held_case, held_position FROM wall.my_grants")
        rows = cursor.fetchall()
        assert {held_position for _case, held_position in rows} <= {position.pk}
        shown = {case for case, _position in rows}
        cursor.execute("SELECT wall.own_case_ids(%s, 'view')", [position.pk])
        assert set(cursor.fetchone()[0]) == shown
        assert set(cases_for(position).values_list("pk", flat=True)) == shown
        assert {case for case in shown if level_on(position, case)} == shown
        return shown


def _join(cast: Cast, level: Level) -> UUID:
    case = a_case(cast)
    with acting_as(cast.caseworker):
        add_to_team(case, cast.colleague, relation=Relation.MEMBER, level=level, by=cast.caseworker)
    return case.pk


def test_only_own_grants_are_shown(cast: Cast) -> None:
    case = a_case(cast)
    assert (
        _agreed(cast, "caseworker") == _agreed(cast, "supervisor") == _agreed(cast, "director") == {case.pk}
    )
    for who in ("colleague", "stranger", "police", "admin", "privacy"):
        assert _agreed(cast, who) == set(), who


def test_ended_run_out_future_and_blocked_grants_are_not_shown(cast: Cast) -> None:
    ended, run_out, future, blocked, kept = (_join(cast, Level.VIEW) for _number in range(5))
    with as_owner():
        member = Grant.objects.using("owner").filter(relation=Relation.MEMBER)
        member.filter(content_object=ended).update(ended_at=clock.now())
        past = clock.now() - timedelta(hours=1)
        member.filter(content_object=run_out).update(starts_at=past, ends_at=clock.now())
        member.filter(content_object=future).update(starts_at=clock.now() + timedelta(hours=1))
    with acting_as(cast.supervisor):
        case = cases_for(cast.supervisor).get(pk=blocked)
        block_person(case, cast.colleague.staff, by=cast.supervisor)
    assert _agreed(cast, "colleague") == {kept}


def test_the_level_is_the_highest_grant_that_counts(cast: Cast) -> None:
    case = _join(cast, Level.EDIT)
    with acting_as(cast.colleague):
        assert level_on(cast.colleague, case) is Level.EDIT
        # The database answers for the calling position alone, whatever position Python names.
        assert level_on(cast.caseworker, case) is None
    with acting_as(cast.caseworker):
        assert level_on(cast.caseworker, case) is Level.MANAGE


def test_without_an_identity_the_view_is_empty(database: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM wall.my_grants")
        assert cursor.fetchone() == (0,)
