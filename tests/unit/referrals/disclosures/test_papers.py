"""Which kind of paper goes to which desk of the police: by rule, by raw SQL, and as both sides see it."""

from typing import Any

import pytest
from django.db import IntegrityError
from django.urls import reverse

from agencies.notices.codes import NoticeKind
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused, reason_against
from referrals.consent.models import Intention
from referrals.disclosures import rules
from referrals.disclosures.actions import notice_of
from referrals.disclosures.codes import PaperKind
from referrals.disclosures.forms import ReportForm
from referrals.disclosures.models import Disclosure
from security.walls.migrating import seeding_with_keys, without_triggers
from tests.cast import Cast, a_case
from tests.client import signed_in, text_of
from tests.unit.referrals import pages, steps
from tests.unit.referrals.disclosures.test_gate_by_sql import NEW, raw, values_of

ONLY = {"tsuho": {"station", "headquarters"}, "kokuhatsu": {"station", "headquarters"}, "enjo": {"station"}}
GOES = {
    (office, paper): office in ONLY.get(paper, {office})
    for office in ("support", "station", "headquarters")
    for paper in ("soudan", "joho", "tsuho", "kokuhatsu", "enjo", "shien", "kaito")
}
EACH = pytest.mark.parametrize(("office", "paper"), GOES)


def told(paper: str) -> list[str]:
    """The items of the tests; a consultation has no name."""
    return [item for item in steps.ITEMS if paper != PaperKind.SOUDAN or item != "identity_min"]


def to_station(cast: Cast, paper: PaperKind = PaperKind.TSUHO) -> Disclosure:
    """A report on the desk of the police station."""
    case, station = a_case(cast), cast.offices["station"]
    steps.confirmed(cast, case, recipient=station)
    return steps.sent(
        cast,
        steps.decided(
            cast, steps.drafted(cast, case, recipient=station, paper_kind=paper, items=told(paper))
        ),
    )


def test_every_kind_and_desk_is_in_the_table() -> None:
    assert {paper for _office, paper in GOES} == set(PaperKind.values)
    assert len(GOES) == 3 * len(PaperKind)


@EACH
def test_by_rule(cast: Cast, office: str, paper: str) -> None:
    """刑事訴訟法239条2項, 241条1項: an accusation is received by a judicial police officer, and not at a support center.

    児童虐待防止法10条1項: help is asked of the chief of the police station.
    """
    case, recipient = a_case(cast), cast.offices[office]
    steps.confirmed(cast, case, recipient=recipient)
    given: dict[str, Any] = {"recipient": recipient, "paper_kind": PaperKind(paper), "items": told(paper)}
    if GOES[office, paper]:
        assert steps.drafted(cast, case, **given).paper_kind == paper
        return
    with pytest.raises(Refused) as refused:
        steps.drafted(cast, case, **given)
    assert refused.value.code == "disclosure_paper"


@EACH
def test_by_raw_sql(cast: Cast, office: str, paper: str) -> None:
    case, recipient = a_case(cast), cast.offices[office]
    intention = steps.confirmed(cast, case, recipient=recipient)
    row = values_of(
        cast, case, intention=intention.pk, recipient=recipient.pk, paper=paper, items=told(paper)
    )
    if GOES[office, paper]:
        assert raw(cast.caseworker, NEW, row) == 1
        return
    with pytest.raises(IntegrityError, match="does not go to that desk"):
        raw(cast.caseworker, NEW, row)


@pytest.mark.parametrize("paper", ["", "unknown"])
def test_a_new_one_says_its_kind(cast: Cast, paper: str) -> None:
    case = a_case(cast)
    intention = steps.confirmed(cast, case)
    with pytest.raises(IntegrityError, match="does not go to that desk"):
        raw(cast.caseworker, NEW, values_of(cast, case, intention=intention.pk, paper=paper))
    assert reason_against(rules.check_paper, paper, cast.offices["support"])


def test_the_kind_opens_no_gate(cast: Cast) -> None:
    """The child named the support center: a station is reported to by nobody, whatever the paper."""
    case = a_case(cast)
    intention = steps.confirmed(cast, case)
    for paper in PaperKind:
        with pytest.raises(Refused) as refused:
            steps.drafted(cast, case, recipient=cast.offices["station"], paper_kind=paper)
        assert refused.value.code == "gate"
        row = values_of(
            cast,
            case,
            intention=intention.pk,
            recipient=cast.offices["station"].pk,
            paper=paper.value,
            items=told(paper),
        )
        with pytest.raises(IntegrityError, match="no confirmed intention"):
            raw(cast.caseworker, NEW, row)


def test_the_kind_stays_as_it_was_drafted(cast: Cast) -> None:
    case = a_case(cast)
    steps.confirmed(cast, case)
    report = steps.drafted(cast, case)
    with pytest.raises(Exception, match="permission denied"):
        raw(cast.caseworker, "UPDATE referrals_disclosure SET paper_kind = 'enjo' WHERE id = %s", [report.pk])


def test_the_form_offers_what_the_office_can_be_sent_and_says_why(cast: Cast) -> None:
    for office, count in (("support", 4), ("station", 7), ("headquarters", 6)):
        form = ReportForm(
            items=[], texts={}, basis=Intention(recipient=cast.offices[office], items=steps.ITEMS)
        )
        field: Any = form.fields["paper_kind"]
        offered = [code for code, _label in field.choices if code]
        assert offered == [paper for (at, paper), goes in GOES.items() if at == office and goes]
        assert len(offered) == count
        assert bool(field.help_text) is (office != "station")


def test_an_officer_of_a_station_reads_only_what_is_assigned(cast: Cast) -> None:
    report = to_station(cast)
    officer = signed_in(cast.station_officer)
    assert report.reference in text_of(officer.get("/police/"))
    assert officer.get(f"/police/{report.pk}/").status_code == 404
    assert steps.seen_by(cast.station_officer, report) == []
    steps.taken(cast, report, by="station_officer")
    page = officer.get(f"/police/{report.pk}/")
    assert page.status_code == 200
    assert "通報" in text_of(page)
    assert sorted(steps.seen_by(cast.station_officer, report)) == sorted(steps.ITEMS)
    for foreign in ("police", "policechief", "foreign_police"):
        assert signed_in(cast.positions[foreign]).get(f"/police/{report.pk}/").status_code == 404, foreign
        assert steps.seen_by(cast.positions[foreign], report) == [], foreign


def test_an_officer_of_a_station_reads_no_other_report(cast: Cast) -> None:
    report = steps.readable(cast)
    assert signed_in(cast.station_officer).get(f"/police/{report.pk}/").status_code == 404
    assert steps.seen_by(cast.station_officer, report) == []


@pytest.mark.parametrize("paper", PaperKind)
def test_the_notice_says_the_kind(cast: Cast, paper: PaperKind) -> None:
    report = to_station(cast, paper)
    with acting_as(cast.station_officer):
        told = Notice.objects.get(position=cast.station_officer)
    assert (told.kind, told.reference) == (f"envelope_{paper}", report.reference)


def test_both_sides_see_the_kind(cast: Cast) -> None:
    report = to_station(cast)
    officer, worker = signed_in(cast.station_officer), signed_in(cast.caseworker)
    for client, address in (
        (officer, "/police/"),
        (officer, reverse("inbox")),
        (worker, f"/cases/{report.case_id}/decisions/police_report/{report.pk}/"),
        (worker, f"/cases/{report.case_id}/wishes/"),
    ):
        page = pages.in_english(client).get(address)
        assert "report of a crime" in text_of(page), address
    steps.closed(cast, report)
    assert "report of a crime" in text_of(officer.get("/police/"))


def test_one_drafted_before_goes_its_way_without(cast: Cast) -> None:
    """An older version asked for no kind: what waited then is decided and sent, and no kind is read into it."""
    case = a_case(cast)
    steps.confirmed(cast, case)
    report = steps.drafted(cast, case)
    with without_triggers(Disclosure, "owner"), seeding_with_keys("owner"):
        Disclosure.objects.using("owner").filter(pk=report.pk).update(paper_kind="")
    with acting_as(cast.caseworker):
        report = Disclosure.objects.get(pk=report.pk)
    sent = steps.sent(cast, steps.decided(cast, report))
    assert sent.sent_at is not None
    assert notice_of("") is NoticeKind.DISCLOSURE_SENT
    page = pages.in_english(signed_in(cast.policechief)).get("/police/")
    assert "not said" in text_of(page)
