"""A form of each kind that is sent twenty times at once acts exactly once: over real HTTP, each on a connection of its own."""

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.records.models import Case
from referrals.consent.models import Intention
from referrals.disclosures.models import Disclosure
from tests.cast import Cast, a_case
from tests.sweeps.serving import fetch, pools_of, serving
from tests.sweeps.wire import cookies_of
from tests.unit.cases.records.test_glass import REASON
from tests.unit.cases.records.test_progress import ENTRY
from tests.unit.referrals import pages, steps
from tests.unit.security.signin.test_once import PARALLEL, count

Send = Callable[[Position, str, dict[str, Any]], None]


@dataclass
class Desk:
    """A case on which the child wishes a report, and the way to send a form of it many times at once."""

    cast: Cast
    case: Case
    wish: Intention
    send: Send
    path: str = field(init=False)

    def __post_init__(self) -> None:
        self.path = f"/cases/{self.case.pk}/"


@pytest.fixture
def desk(cast: Cast) -> Iterator[Desk]:
    case = a_case(cast)
    wish = steps.confirmed(cast, case)
    with pools_of(4), serving() as port, ThreadPoolExecutor(PARALLEL) as threads:

        def send(by: Position, path: str, fields: dict[str, Any]) -> None:
            """Twenty at once; each is answered with the page that the first one led to, and none failed."""
            cookies = cookies_of(by)
            sent = [
                threads.submit(fetch, port, path, cookies, method="POST", fields=fields)
                for _number in range(PARALLEL)
            ]
            answers = [one.result(120) for one in sent]
            assert {(answer.status, answer.header("Location")) for answer in answers} == {
                (302, answers[0].header("Location"))
            }
            assert answers[0].header("Location")

        yield Desk(cast, case, wish, send)


def once(fields: dict[str, Any]) -> dict[str, Any]:
    return {**fields, "_form": str(uuid.uuid4())}


def test_each_kind_acts_once(desk: Desk) -> None:
    cast, send = desk.cast, desk.send
    exception = {
        "recipient": str(cast.offices["support2"].pk),
        "ground": "danger",
        "reason": "生命の危険",
        "items": "identity_min",
    }
    to = f"reports/new/?to={desk.wish.recipient_id}&on={desk.wish.pk}"
    for by, path, fields, table in (
        (cast.caseworker, "progress/add/", ENTRY, "cases_progressentry"),
        (cast.caseworker, "exceptions/new/", exception, "referrals_exceptionrequest"),
        (cast.caseworker, to, pages.report(), "referrals_disclosure"),
        (cast.duty, "glass/", {"reason": REASON}, "cases_grant WHERE relation = 'glass'"),
    ):
        before = count(table)
        send(by, desk.path + path, once(fields))
        assert count(table) == before + 1, table
    with acting_as(cast.caseworker):
        report = Disclosure.objects.get(case=desk.case)
    decision = once({"version": report.version, "note": "", "verdict": "approve"})
    send(cast.director, f"{desk.path}decisions/police_report/{report.pk}/", decision)
    assert (
        count(f"security_event WHERE object_pk = '{report.pk}' AND changes ? 'decided_at' AND action = 1")
        == 1
    )
    assert count("agencies_notice WHERE kind = 'decision_approved'") == 1


@pytest.mark.parametrize("marked", [True, False])
def test_a_withdrawal_acts_once(desk: Desk, marked: bool) -> None:
    """Its button carries no number, so that it waits for nothing: it takes effect and is told once all the same."""
    desk.send(
        desk.cast.caseworker, f"{desk.path}intention/{desk.wish.pk}/withdraw/", once({}) if marked else {}
    )
    if marked:
        assert count("referrals_withdrawal") == 1
    assert count(f"referrals_intention WHERE id = '{desk.wish.pk}' AND withdrawn_at IS NOT NULL") == 1
    changed = f"security_event WHERE object_pk = '{desk.wish.pk}' AND changes ? 'withdrawn_at' AND action = 1"
    assert count(changed) == 1
