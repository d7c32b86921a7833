"""Two reports to one police office are not open at once, and the receiver reads how a disclosure truly ended."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from referrals.consent.models import Intention
from referrals.disclosures import actions
from referrals.disclosures.models import Disclosure, Envelope
from referrals.disclosures.tasks import close_expired
from referrals.police.queries import letter_at_desk
from security.walls import clock
from tests.cast import Cast, a_case, as_owner, as_role
from tests.client import signed_in
from tests.unit.referrals import pages, steps
from tests.unit.referrals.disclosures.test_gate_by_sql import NEW, raw, values_of


def run_out(intention: Intention) -> None:
    """The confirmation ended an hour ago."""
    with as_owner():
        past = clock.now() - timedelta(hours=1)
        Intention.objects.using("owner").filter(pk=intention.pk).update(valid_until=past)


def test_a_second_report_to_the_same_office_is_refused_and_the_first_is_linked(cast: Cast) -> None:
    case = a_case(cast)
    intention = steps.confirmed(cast, case)
    first = steps.drafted(cast, case)
    with pytest.raises(Refused) as caught:
        steps.drafted(cast, case)
    assert caught.value.code == "one_open_report"
    with pytest.raises(IntegrityError, match="one_open_report"):
        raw(cast.caseworker, NEW, values_of(cast, case, intention=intention.pk))
    worker = pages.in_english(signed_in(cast.caseworker))
    for path in ("wishes/", "reports/new/"):
        shown = worker.get(f"/cases/{case.pk}/{path}").content.decode()
        # On the page of the child's word the line of the open report says it, and no button stands there.
        assert ("A report to this office is open." in shown) is (path == "reports/new/")
        assert f"/cases/{case.pk}/decisions/police_report/{first.pk}/" in shown


def test_another_office_and_a_time_after_the_first_are_free(cast: Cast) -> None:
    case = a_case(cast)
    for office in ("support", "support2"):
        steps.confirmed(cast, case, recipient=cast.offices[office])
        steps.drafted(cast, case, recipient=cast.offices[office])
    with acting_as(cast.caseworker):
        first = Disclosure.objects.get(case=case, recipient=cast.offices["support"])
        actions.close_report(first, by=cast.caseworker)
    assert steps.drafted(cast, case).pk != first.pk


def test_what_has_run_out_does_not_stand_in_the_way_before_housekeeping(cast: Cast) -> None:
    case = a_case(cast)
    wish = steps.confirmed(cast, case)
    first = steps.drafted(cast, case)
    run_out(wish)
    steps.excepted(cast, case)
    steps.drafted(cast, case)
    with acting_as(cast.caseworker):
        assert Disclosure.objects.get(pk=first.pk).ending == "expired"


@pytest.mark.parametrize(
    ("ending", "label"),
    [
        ("expired", "Ended: its term ran out"),
        ("housekept", "Ended: its term ran out"),
        ("withdrawn", "Ended: withdrawn"),
        ("superseded", "Ended: replaced by a newer answer"),
        ("closed", "Ended by the sender"),
    ],
)
def test_the_police_read_how_it_ended_and_when(cast: Cast, ending: str, label: str) -> None:
    report = steps.readable(cast)
    with acting_as(cast.caseworker):
        row = Disclosure.objects.select_related("intention__case__office").get(pk=report.pk)
    assert row.intention is not None
    if ending in ("expired", "housekept"):
        with as_owner():
            begun = clock.now() - timedelta(days=9)
            Envelope.objects.using("owner").filter(disclosure=row.pk).update(sent_at=begun)
        run_out(row.intention)
    if ending == "housekept":
        with as_role("worker"):
            close_expired()
    elif ending == "withdrawn":
        steps.withdrawn(cast, row.intention)
    elif ending == "superseded":
        steps.confirmed(cast, row.intention.case)
    elif ending == "closed":
        with acting_as(cast.caseworker):
            actions.close_report(row, by=cast.caseworker)
    officer = pages.in_english(signed_in(cast.police))
    for path in ("/police/", f"/police/{row.pk}/"):
        shown = officer.get(path).content.decode()
        assert label in shown, path
        assert "伝える文" not in shown, path
    with acting_as(cast.police):
        letter = letter_at_desk(cast.police, row.pk)
    assert letter is not None
    assert letter.closed_since is not None
    ago = timezone.now() - letter.closed_since
    assert (ago > timedelta(minutes=50)) == (ending in ("expired", "housekept"))
