"""What stands beside a grey button says precisely what is missing; what is decided on stands on the page where it is decided."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils.translation import override

from agencies.directory.models import OfficeKind
from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused, reason_against
from cases.decisions.codes import Verdict
from cases.records.models import Case
from referrals.consent.actions import EXCEPTION
from referrals.consent.codes import Ground
from referrals.consent.models import ExceptionRequest, Intention
from referrals.consent.queries import askable_items
from referrals.consent.rules import holds_at, why_ended
from referrals.disclosures import actions, rules
from referrals.disclosures.models import Disclosure
from security.walls import clock
from tests.cast import Cast, a_case, agreed, as_owner
from tests.client import signed_in
from tests.rights import every_column
from tests.unit.referrals import pages, steps


def expire(model: type[Intention] | type[ExceptionRequest], column: str) -> None:
    with as_owner():
        model.objects.using("owner").update(**{column: clock.now() - timedelta(minutes=1)})


def withdraw(cast: Cast, case: Case) -> None:
    steps.withdrawn(cast, steps.confirmed(cast, case))


def let_expire(cast: Cast, case: Case) -> None:
    steps.confirmed(cast, case)
    expire(Intention, "valid_until")


def lose_the_exception(cast: Cast, case: Case) -> None:
    steps.excepted(cast, case)
    expire(ExceptionRequest, "expires_at")


def use_the_exception(cast: Cast, case: Case) -> None:
    steps.excepted(cast, case)
    steps.sent(cast, steps.decided(cast, steps.drafted(cast, case)))


def narrow(cast: Cast, case: Case) -> None:
    steps.confirmed(cast, case)
    agreed(cast, items=["interview_plan"])


WAYS: dict[str, tuple[Callable[[Cast, Case], object], str]] = {
    "nothing": (lambda cast, case: None, "has not been asked"),
    "declines": (lambda cast, case: steps.confirmed(cast, case, result="declines"), "does not wish"),
    "undecided": (lambda cast, case: steps.confirmed(cast, case, result="undecided"), "is undecided"),
    "unable": (lambda cast, case: steps.confirmed(cast, case, result="unable"), "could not be confirmed"),
    "withdrawn": (withdraw, "The child withdrew"),
    "expired": (let_expire, "has expired. Ask the child again"),
    "asked for": (lambda cast, case: steps.excepted(cast, case, approve=False), "waits for the director"),
    "exception over": (lose_the_exception, "has been used, has expired"),
    "exception used": (use_the_exception, "has been used, has expired"),
    "agreement": (narrow, "Nothing is left"),
}


@pytest.mark.parametrize("way", WAYS)
def test_why_nothing_can_be_reported(cast: Cast, way: str) -> None:
    case = a_case(cast)
    arrange, said = WAYS[way]
    arrange(cast, case)
    with acting_as(cast.caseworker), override("en"):
        assert said in str(reason_against(rules.check_may_draft, case, cast.caseworker, clock.now()))
    page = pages.in_english(signed_in(cast.caseworker)).get(f"/cases/{case.pk}/wishes/").content.decode()
    # Where a report is open its line says how far it is: there is no button to be greyed.
    assert (said in page) is (way != "exception used")


def test_another_office_than_the_one_the_child_named(cast: Cast) -> None:
    case = a_case(cast)
    steps.confirmed(cast, case)
    with pytest.raises(Refused) as caught:
        steps.drafted(cast, case, recipient=cast.offices["support2"])
    with override("en"):
        assert "names this office" in str(caught.value.reason)


def test_a_used_exception_says_so(cast: Cast) -> None:
    case = a_case(cast)
    exception = steps.excepted(cast, case)
    report = steps.sent(cast, steps.decided(cast, steps.drafted(cast, case)))
    steps.closed(cast, report)
    with pytest.raises(Refused) as caught:
        steps.drafted(cast, case)
    with acting_as(cast.caseworker):
        exception.refresh_from_db()
    with override("en"):
        assert "has been used" in str(caught.value.reason)
        assert "used for another report" in str(why_ended(exception, clock.now()))


def test_an_exception_holds_until_it_expires_and_for_one_report(cast: Cast) -> None:
    exception = steps.excepted(cast, a_case(cast))
    with acting_as(cast.caseworker):
        now = clock.now()
        assert holds_at(exception, now)
        assert not holds_at(exception, exception.expires_at)
        exception.spent_on = uuid.uuid4()
        assert holds_at(exception, now, spent_on=exception.spent_on)
        assert not holds_at(exception, now, spent_on=uuid.uuid4())


def test_a_wish_does_not_stand_in_the_way_of_an_exception(cast: Cast) -> None:
    """The child agreed to one item; for the danger an exception covers more. Each report rests on its own basis."""
    case = a_case(cast)
    steps.confirmed(cast, case, items=("identity_min",))
    exception = steps.excepted(cast, case)
    worker = pages.in_english(signed_in(cast.caseworker))
    page = worker.get(f"/cases/{case.pk}/reports/new/", follow=True).content.decode()
    assert f"on={exception.pk}" in page
    assert "text_incident_outline" not in page
    address = f"/cases/{case.pk}/reports/new/?to={exception.recipient_id}&on={exception.pk}"
    assert "text_incident_outline" in worker.get(address).content.decode()
    assert worker.post(address, pages.report()).status_code == 302
    with acting_as(cast.caseworker):
        report = Disclosure.objects.get(case=case)
    assert (report.exception_id, report.intention_id) == (exception.pk, None)
    steps.confirmed(cast, case, items=("identity_min",))
    steps.sent(cast, steps.decided(cast, report))


def test_an_exception_ends_with_the_agreement_that_named_its_ground(cast: Cast) -> None:
    """Sharing all cases is no ground but by an agreement."""
    case = a_case(cast)
    agreement = agreed(cast, items=list(steps.ITEMS), grounds=["all_cases"])
    steps.excepted(cast, case, ground=Ground.ALL_CASES)
    report = steps.sent(cast, steps.decided(cast, steps.drafted(cast, case)))
    steps.assigned(cast, report)
    second = steps.excepted(cast, case, ground=Ground.ALL_CASES)
    assert steps.seen_by(cast.police, report)
    with as_owner():
        agreement.ends_on = agreement.starts_on = clock.today() - timedelta(days=1)
        agreement.save(using="owner")
    assert steps.seen_by(cast.police, report) == []
    with pytest.raises(Refused):
        steps.drafted(cast, case, basis=second)
    with as_owner():
        agreement.ends_on = clock.today()
        agreement.save(using="owner")
    assert steps.seen_by(cast.police, report)


def test_the_decider_reads_what_is_decided_on(cast: Cast) -> None:
    case = a_case(cast)
    steps.confirmed(cast, case)
    report = steps.drafted(cast, case)
    boss = signed_in(cast.director)
    page = boss.get(f"/cases/{case.pk}/decisions/police_report/{report.pk}/").content.decode()
    for item in steps.ITEMS:
        assert f"伝える文 {item}" in page
    assert steps.WORDS["words"] in page
    steps.decided(cast, report)
    assert (
        "伝える文" not in boss.get(f"/cases/{case.pk}/decisions/police_report/{report.pk}/").content.decode()
    )


def test_the_decider_of_an_exception_reads_what_the_child_has_said(cast: Cast) -> None:
    case = a_case(cast)
    steps.confirmed(cast, case, result="declines", recipient=cast.offices["support2"])
    request = steps.excepted(cast, case, approve=False)
    page = signed_in(cast.director).get(EXCEPTION.url(request)).content.decode()
    assert steps.WORDS["words"] in page
    assert cast.offices["support2"].name in page


def test_what_was_typed_comes_back_when_the_basis_ended_meanwhile(cast: Cast) -> None:
    case = a_case(cast)
    intention = steps.confirmed(cast, case)
    worker = signed_in(cast.caseworker)
    address = worker.get(f"/cases/{case.pk}/reports/new/")["Location"]
    steps.withdrawn(cast, intention)
    answer = worker.post(address, pages.report())
    assert answer.status_code == 200
    assert "事案の概要CANARY" in answer.content.decode()
    with acting_as(cast.caseworker):
        assert not Disclosure.objects.filter(case=case).exists()


def test_a_refusal_is_as_honest_as_a_withdrawal_about_what_was_read(cast: Cast) -> None:
    report = steps.readable(cast)
    signed_in(cast.police).get(f"/police/{report.pk}/")
    worker = pages.in_english(signed_in(cast.caseworker))
    address = f"/cases/{report.case_id}/intention/new/"
    told = worker.post(
        address, pages.answer(cast.offices["support"], result="declines"), follow=True
    ).content.decode()
    for shown in ("The child has answered anew", "opened 1 times, printed 0 times", "cannot be unread"):
        assert shown in told
    assert "Write the reason down" not in told
    again = worker.post(address, pages.answer(cast.offices["support"]), follow=True)
    assert again.redirect_chain[-1][0] == f"/cases/{report.case_id}/wishes/#intention"


def test_a_renewed_wish_says_that_the_report_before_is_closed(cast: Cast) -> None:
    report = steps.readable(cast)
    worker = pages.in_english(signed_in(cast.caseworker))
    posted = worker.post(
        f"/cases/{report.case_id}/intention/new/", pages.answer(cast.offices["support"]), follow=True
    )
    assert "Report anew on this one" in posted.content.decode()


def test_a_text_changed_by_sql_is_another_version(cast: Cast) -> None:
    from tests.unit.referrals.disclosures.test_gate_by_sql import raw

    case = a_case(cast)
    steps.confirmed(cast, case)
    report = steps.drafted(cast, case)
    raw(
        cast.caseworker,
        "UPDATE referrals_packageitem SET content = content WHERE disclosure_id = %s",
        [report.pk],
    )
    with pytest.raises(Refused) as caught:
        steps.decided(cast, report)
    assert caught.value.code == "stale"
    for column in ("version = version - 1", "version = version + 2"):
        with every_column("referrals_disclosure"), pytest.raises(Exception, match=r"stays|cannot be changed"):
            raw(cast.caseworker, f"UPDATE referrals_disclosure SET {column} WHERE id = %s", [report.pk])
    with acting_as(cast.director):
        report = Disclosure.objects.get(pk=report.pk)
        actions.REPORT.decide(report, Verdict.APPROVE, version=report.version, by=cast.director)


def test_every_item_has_its_question_in_plain_words(cast: Cast) -> None:
    case = a_case(cast)
    path = f"/cases/{case.pk}/intention/new/?band=from_15"
    page = signed_in(cast.caseworker).get(path).content.decode()
    asked = page.count("いいですか。</span>")
    with acting_as(cast.caseworker):
        assert asked == len(askable_items(OfficeKind.POLICE, case))
    assert "<rt>" in page
