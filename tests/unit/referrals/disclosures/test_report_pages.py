"""The sender's pages of a report: what is drafted again, and what the page of a case says while a report is open."""

from datetime import timedelta

from django.test import Client
from django.urls import reverse

from cases.records.models import Case
from security.walls import clock
from tests.cast import Cast, a_case
from tests.client import signed_in
from tests.unit.referrals import steps


def test_what_is_drafted_again_keeps_the_urgency_and_the_day(cast: Cast) -> None:
    case = a_case(cast)
    steps.confirmed(cast, case)
    due = (clock.now() + timedelta(days=9)).replace(minute=0, second=0, microsecond=0)
    returned = steps.decided(cast, steps.drafted(cast, case, urgency="B", due_at=due), approved=False)
    client, url = signed_in(cast.caseworker), reverse("report_new", args=[case.pk])
    page = client.get(url, {"from": str(returned.pk)}, follow=True)
    form = page.context["form"]
    assert (form["urgency"].value(), form["due_at"].initial) == ("B", due)
    assert client.get(url, follow=True).context["form"]["urgency"].value() is None


def test_the_way_to_another_office_keeps_what_is_drafted_again(cast: Cast) -> None:
    case = a_case(cast)
    for office in ("support", "support2"):
        steps.confirmed(cast, case, recipient=cast.offices[office])
    returned = steps.decided(cast, steps.drafted(cast, case, urgency="B"), approved=False)
    client, url = signed_in(cast.caseworker), reverse("report_new", args=[case.pk])
    asked = {"from": str(returned.pk), "to": str(cast.offices["support"].pk)}
    ((_basis, link),) = client.get(url, asked).context["others"]
    assert f"to={cast.offices['support2'].pk}" in link
    assert client.get(link).context["form"]["urgency"].value() == "B"


def test_a_day_that_has_passed_is_not_proposed_again(cast: Cast) -> None:
    case = a_case(cast)
    steps.confirmed(cast, case)
    past = clock.now() - timedelta(hours=1)
    returned = steps.decided(cast, steps.drafted(cast, case, due_at=past), approved=False)
    client = signed_in(cast.caseworker)
    page = client.get(reverse("report_new", args=[case.pk]), {"from": str(returned.pk)}, follow=True)
    assert page.context["form"]["due_at"].initial > clock.now()


def test_while_a_report_is_open_its_line_says_so_once_and_no_button_is_grey(cast: Cast) -> None:
    case = a_case(cast)
    steps.confirmed(cast, case)
    client, new = signed_in(cast.caseworker), reverse("report_new", args=[case.pk])
    assert new in _card(client, case)
    report = steps.drafted(cast, case)
    for state in ("drafted", "approved", "sent"):
        if state != "drafted":
            steps.decided(cast, report) if state == "approved" else steps.sent(cast, report)
        card = _card(client, case)
        assert (card.count(report.reference), new in card) == (1, False), state
    steps.closed(cast, report)
    assert new in _card(client, case)


def _card(client: Client, case: Case) -> str:
    page = client.get(reverse("case_wishes", args=[case.pk])).content.decode()
    card = page[page.index('id="police"') :]
    return card[: card.index("</section>")]
