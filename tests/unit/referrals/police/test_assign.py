"""Who assigns a letter reads of each officer the role and how many open cases are in their hands."""

from html import unescape

from django.utils.translation import override

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from referrals.police.queries import open_letters_by_officer
from tests.cast import Cast
from tests.client import signed_in
from tests.unit.referrals import pages, steps


def named(position: Position, count: int) -> str:
    with override("en"):
        return f">{position.staff.name} ({position.role_label}, open cases: {count})<"


def test_role_and_open_cases_stand_beside_each_officer(cast: Cast) -> None:
    open_one, closed = steps.readable(cast), steps.readable(cast)
    steps.assigned(cast, open_one, to="police2")
    steps.assigned(cast, closed, to="police2")
    steps.closed(cast, closed)
    path = f"/police/{steps.readable(cast).pk}/assign/"
    shown = unescape(pages.in_english(signed_in(cast.policechief)).get(path).content.decode())
    assert named(cast.positions["police2"], 1) in shown
    assert named(cast.policechief, 0) in shown
    with acting_as(cast.policechief):
        assert open_letters_by_officer() == {cast.police.pk: 2, cast.positions["police2"].pk: 1}


def test_another_office_reads_no_load(cast: Cast) -> None:
    steps.readable(cast)
    with acting_as(cast.positions["foreign_police"]):
        assert open_letters_by_officer() == {}
