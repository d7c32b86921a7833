"""A withdrawal commits before each statement of the officer's page in turn: the answer is the package, or the closed page."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from agencies.staff.acting import acting_as
from referrals.disclosures.models import Disclosure
from security.audit.models import Event
from security.audit.verbs import Verb
from tests.cast import Cast, as_owner
from tests.client import signed_in
from tests.unit.referrals import pages, steps

MOST = 90
"""More statements than the page makes: the walk ends when the withdrawal found no statement left."""


class WithdrawnBefore:
    """Wraps the statements of a request: before the ``at``-th, the child withdraws on another connection."""

    def __init__(self, cast: Cast, report: Disclosure, at: int) -> None:
        self.cast, self.report, self.at = cast, report, at
        self.seen = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if self.seen == self.at:
            with ThreadPoolExecutor(1) as other:
                other.submit(self.withdraw).result(timeout=30)
        self.seen += 1
        return execute(sql, params, many, context)

    def withdraw(self) -> None:
        try:
            with acting_as(self.cast.caseworker):
                intention = Disclosure.objects.select_related("intention").get(pk=self.report.pk).intention
            assert intention is not None
            steps.withdrawn(self.cast, intention)
        finally:
            connections.close_all()


def failures() -> int:
    with as_owner():
        return Event.objects.using("owner").filter(verb=Verb.DECRYPTION_FAIL).count()


def test_at_every_point_the_page_is_whole_or_closed(cast: Cast) -> None:
    client: Client = pages.in_english(signed_in(cast.police))
    whole = closed = 0
    for at in range(MOST):
        report = steps.readable(cast)
        wrapper = WithdrawnBefore(cast, report, at)
        with connections["default"].execute_wrapper(wrapper):
            answer = client.get(f"/police/{report.pk}/")
        shown = answer.content.decode()
        assert answer.status_code == 200, at
        if "伝える文 identity_min" in shown:
            whole += 1
            assert all(f"伝える文 {item}" in shown for item in steps.ITEMS), at
        else:
            closed += 1
            assert "This disclosure is closed" in shown, at
            assert "伝える文" not in shown, at
        if wrapper.seen <= at:
            break
    else:
        pytest.fail("the walk did not reach the last statement")
    assert closed > 3
    assert whole > 3
    assert failures() == 0
