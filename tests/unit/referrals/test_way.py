"""The whole way: confirmed, drafted, decided, sent, assigned, read, withdrawn."""

from agencies.staff.acting import acting_as
from referrals.disclosures.models import Disclosure
from security.walls import clock
from tests.cast import Cast, a_case
from tests.unit.referrals import steps


def test_officer_reads_until_the_child_withdraws(cast: Cast) -> None:
    case = a_case(cast)
    intention = steps.confirmed(cast, case)
    report = steps.drafted(cast, case)
    assert steps.seen_by(cast.police, report) == []
    steps.decided(cast, report)
    steps.sent(cast, report)
    assert steps.seen_by(cast.police, report) == []
    steps.assigned(cast, report)
    assert sorted(steps.seen_by(cast.police, report)) == sorted(steps.ITEMS)
    for name in ("police2", "policechief", "foreign_police", "school", "stranger", "privacy", "admin"):
        assert steps.seen_by(cast.positions[name], report) == [], name
    steps.withdrawn(cast, intention)
    assert steps.seen_by(cast.police, report) == []
    with acting_as(cast.caseworker):
        row = Disclosure.objects.get(pk=report.pk)
        assert (row.ending, row.is_open_at(clock.now())) == ("withdrawn", False)
