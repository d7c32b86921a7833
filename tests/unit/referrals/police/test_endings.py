"""The police list and page say how a disclosure ended, and when: the true ending, and no content."""

from datetime import timedelta

import pytest

from agencies.staff.acting import acting_as
from referrals.consent.models import Intention
from referrals.disclosures import actions
from referrals.disclosures.tasks import close_expired
from referrals.police.queries import Letter, letter_at_desk
from security.walls import clock
from tests.cast import Cast, as_owner, as_role
from tests.client import signed_in
from tests.unit.referrals import pages, steps
from tests.unit.referrals.consent.test_waits_for_nobody import holding

WORDS = {
    "withdrawn": "Ended: withdrawn",
    "superseded": "Ended: replaced by a newer answer",
    "closed": "Ended by the sender",
    "expired": "Ended: its term ran out",
}


@pytest.mark.parametrize("ending", WORDS)
@pytest.mark.parametrize("noticed", [False, True])
def test_list_and_page_say_how_it_ended(cast: Cast, ending: str, noticed: bool) -> None:
    report = steps.readable(cast)
    with as_owner():
        intention = Intention.objects.using("owner").select_related("case__office").get(disclosures=report)
    ran_out = clock.now() - timedelta(minutes=1)
    if ending == "withdrawn":
        steps.withdrawn(cast, intention)
    elif ending == "superseded":
        steps.confirmed(cast, intention.case)
    elif ending == "closed":
        with acting_as(cast.caseworker):
            actions.close_report(report, by=cast.caseworker)
    else:
        with as_owner():
            table = Intention.objects.using("owner").filter(pk=intention.pk)
            table.update(valid_until=ran_out)
    if noticed:
        with as_role("worker"):
            close_expired()
    letter = at_desk(cast, report.pk)
    assert letter.ending == ending
    officer = pages.in_english(signed_in(cast.police))
    for path in ("/police/", f"/police/{report.pk}/"):
        page = officer.get(path).content.decode()
        assert WORDS[ending] in page
        assert "伝える文" not in page
        assert [word for word in WORDS.values() if word in page] == [WORDS[ending]]
    desk = officer.get("/police/")
    assert [row["letter"].envelope for row in desk.context["ended"]] == [letter.envelope]
    assert desk.context["rows"] == []
    if ending == "expired":
        assert letter.closed_since == max(ran_out, letter.envelope.sent_at)


def test_a_withdrawal_ends_at_its_own_moment_before_it_is_settled_too(cast: Cast) -> None:
    report = steps.readable(cast)
    # Whoever holds the answer keeps the withdrawal from being written on it (ADR 15).
    with holding(cast.supervisor, "SELECT 1 FROM referrals_intention FOR UPDATE"):
        with as_owner():
            intention = (
                Intention.objects.using("owner").select_related("case__office").get(disclosures=report)
            )
        client = pages.in_english(signed_in(cast.caseworker))
        after = client.post(f"/cases/{report.case_id}/intention/{intention.pk}/withdraw/", follow=True)
        with acting_as(cast.caseworker):
            unsettled = Intention.objects.get(pk=intention.pk)
            assert unsettled.withdrawn_at is None
            taken_back = unsettled.taken_back_at
            assert unsettled.taken_back_by == cast.caseworker
        assert "The withdrawal has taken effect." in after.content.decode()
        assert at_desk(cast, report.pk).closed_since == taken_back
    with as_role("worker"):
        close_expired()
    settled = at_desk(cast, report.pk)
    assert (settled.closed_since, settled.ending) == (taken_back, "withdrawn")


def at_desk(cast: Cast, disclosure_id: object) -> Letter:
    with acting_as(cast.police):
        letter = letter_at_desk(cast.police, disclosure_id)  # type: ignore[arg-type]  # a primary key
    assert letter is not None
    return letter
