"""A report that the police leave unopened is told once, and stands on the pages of those who answer for it until it is opened."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from agencies.directory.models import Office
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from referrals.consent.models import Intention
from referrals.disclosures.models import Disclosure, Envelope
from referrals.disclosures.tasks import warn_unopened
from security.walls import clock
from tests.cast import Cast, a_case, as_owner, as_role
from tests.client import signed_in
from tests.unit.referrals import pages, steps

ANSWERING = ("caseworker", "supervisor", "director")
HOME_LINE = "The police have not opened this report"


def sent(cast: Cast, urgency: str = "AA") -> Disclosure:
    case = a_case(cast)
    steps.confirmed(cast, case)
    return steps.sent(cast, steps.decided(cast, steps.drafted(cast, case, urgency=urgency)))


def hours_pass(report: Disclosure, hours: float) -> None:
    """The envelope was sent that much earlier."""
    with as_owner():
        row = Envelope.objects.using("owner").get(disclosure=report)
        row.open_by -= timedelta(hours=hours)
        row.save(using="owner", update_fields=["open_by"])


def warned() -> int:
    with as_role("worker"):
        return warn_unopened()


def notices(cast: Cast, name: str) -> list[str]:
    with acting_as(cast.positions[name]):
        kinds = ("disclosure_unopened", "envelope_unopened")
        return list(Notice.objects.filter(kind__in=kinds).values_list("kind", flat=True))


def on_home(cast: Cast, name: str, words: str = HOME_LINE) -> bool:
    return words in pages.in_english(signed_in(cast.positions[name])).get("/").content.decode()


@pytest.mark.parametrize(("urgency", "hours"), [("AA", 24), ("A", 72), ("B", 72), ("C", 72)])
def test_the_hours_depend_on_the_urgency(cast: Cast, urgency: str, hours: int) -> None:
    report = sent(cast, urgency)
    hours_pass(report, hours - 0.1)
    assert (warned(), on_home(cast, "caseworker")) == (0, False)
    hours_pass(report, 0.2)
    assert (warned(), on_home(cast, "caseworker")) == (1, True)


def test_it_is_told_once_to_those_who_answer_and_to_the_chief(cast: Cast) -> None:
    report = sent(cast)
    hours_pass(report, 25)
    assert all(on_home(cast, name) for name in ANSWERING), "the pages need no job"
    assert on_home(cast, "policechief", "Not opened in time")
    assert [warned(), warned()] == [1, 0]
    assert [notices(cast, name) for name in ANSWERING] == [["disclosure_unopened"]] * 3
    assert notices(cast, "policechief") == ["envelope_unopened"]
    assert notices(cast, "colleague") == notices(cast, "police") == notices(cast, "foreign_police") == []
    assert not on_home(cast, "colleague")
    assert (
        "Not opened in time" in pages.in_english(signed_in(cast.policechief)).get("/police/").content.decode()
    )


def test_a_warning_that_was_rolled_back_comes_again(cast: Cast) -> None:
    report = sent(cast)
    hours_pass(report, 25)
    with as_role("worker"), transaction.atomic():
        assert warn_unopened() == 1
        transaction.set_rollback(True)
    assert notices(cast, "caseworker") == []
    assert warned() == 1
    assert notices(cast, "caseworker") == ["disclosure_unopened"]


def test_it_stops_when_it_is_opened(cast: Cast) -> None:
    report = sent(cast)
    steps.assigned(cast, report)
    hours_pass(report, 25)
    assert on_home(cast, "director"), "to be assigned is not to be opened"
    signed_in(cast.police).get(f"/police/{report.pk}/")
    assert (warned(), on_home(cast, "director"), on_home(cast, "policechief", "Not opened in time")) == (
        0,
        False,
        False,
    )


@pytest.mark.parametrize("ended", ["withdrawn", "run_out", "replaced"])
def test_it_stops_when_nothing_is_left_to_open(cast: Cast, ended: str) -> None:
    report = sent(cast)
    hours_pass(report, 25)
    with as_owner():
        intention = Intention.objects.using("owner").select_related("case__office").get(disclosures=report)
    if ended == "withdrawn":
        steps.withdrawn(cast, intention)
    elif ended == "run_out":
        with as_owner():
            past = clock.now() - timedelta(minutes=1)
            Intention.objects.using("owner").filter(pk=intention.pk).update(valid_until=past)
    else:
        steps.confirmed(cast, intention.case, result="undecided")
    assert (warned(), on_home(cast, "caseworker")) == (0, False)
    assert not on_home(cast, "policechief", "Not opened in time")


@pytest.mark.parametrize(("urgent", "other"), [(25, 72), (24, 73), (24, 12), (0, 72)])
def test_an_office_may_only_be_stricter(cast: Cast, urgent: int, other: int) -> None:
    with pytest.raises(IntegrityError, match="unopened_hours_stricter"), as_owner():
        Office.objects.using("owner").update(unopened_hours_aa=urgent, unopened_hours=other)


def test_a_stricter_rule_counts(cast: Cast) -> None:
    with as_owner():
        Office.objects.using("owner").filter(code="kita").update(unopened_hours_aa=2)
    report = sent(cast)
    hours_pass(report, 1.9)
    assert warned() == 0
    hours_pass(report, 0.2)
    assert warned() == 1
