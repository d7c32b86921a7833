"""The way to the police through the pages: grey button, answer, draft, decision, sending, taking, reading, withdrawing."""

import re
from uuid import UUID

from django.test import Client

from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from referrals.consent.models import Intention
from referrals.disclosures.actions import REPORT
from referrals.disclosures.models import Disclosure
from security.audit.models import Event
from security.audit.queries import EventFilter, looks_at_case
from tests.cast import Cast, a_case
from tests.client import signed_in
from tests.unit.referrals import pages, steps


def _send_a_report(cast: Cast, case_id: UUID | str, worker: Client) -> Disclosure:
    page = worker.get(f"/cases/{case_id}/reports/new/")
    assert page.status_code == 302
    form_url = page["Location"]
    shown = worker.get(form_url)
    assert "タカハシ" in shown.content.decode()
    assert "text_safety_state" not in shown.content.decode()
    assert worker.post(form_url, pages.report()).status_code == 302
    with acting_as(cast.caseworker):
        report = Disclosure.objects.get(case_id=case_id)
    base = f"/cases/{case_id}/reports/{report.pk}"
    assert worker.post(f"{base}/send/").status_code == 302
    boss = signed_in(cast.director)
    assert boss.get(REPORT.url(report)).status_code == 200
    decision = boss.post(REPORT.url(report), {"version": report.version, "note": "", "verdict": "approve"})
    assert decision.status_code == 302, decision.content.decode()
    assert worker.post(f"{base}/send/").status_code == 302
    return report


def test_the_whole_way_over_pages(cast: Cast) -> None:
    case = a_case(cast)
    worker, officer, chief = signed_in(cast.caseworker), signed_in(cast.police), signed_in(cast.policechief)
    refused = worker.get(f"/cases/{case.pk}/reports/new/")
    assert refused.status_code == 200
    assert b"text_identity_min" not in refused.content
    assert worker.get(f"/cases/{case.pk}/intention/new/").status_code == 200
    posted = worker.post(f"/cases/{case.pk}/intention/new/", pages.answer(cast.offices["support"]))
    assert posted.status_code == 302, posted.content.decode()
    report = _send_a_report(cast, case.pk, worker)
    page_url = f"/police/{report.pk}/"
    assert officer.get(page_url).status_code == 404
    desk = chief.get("/police/").content.decode()
    assert report.reference in desk
    assert "髙橋" not in desk
    assert case.number not in desk
    assert chief.get(f"{page_url}assign/").status_code == 200
    assert chief.post(f"{page_url}assign/", {"officer": str(cast.police.pk)}).status_code == 302
    shown = officer.get(page_url)
    assert shown.status_code == 200
    assert "事案の概要CANARY" in shown.content.decode()
    assert officer.get(f"{page_url}print/").status_code == 200
    for who in (chief, signed_in(cast.police2), signed_in(cast.foreign_police), signed_in(cast.school)):
        assert who.get(page_url).status_code == 404
    preview = worker.get(f"/cases/{case.pk}/reports/{report.pk}/preview/")
    assert pages.article(preview.content) == pages.article(shown.content)
    with acting_as(cast.caseworker):
        intention = Intention.objects.get(case=case)
    gone = worker.post(f"/cases/{case.pk}/intention/{intention.pk}/withdraw/")
    assert gone.status_code == 302
    told = worker.get(gone["Location"]).content.decode()
    assert re.search(r"opened 1 times, printed 1 times|閲覧 1回、印刷 1回", told), told
    too_long = worker.post(gone["Location"], {"reason": "こわ" * 4001}).content.decode()
    assert "こわ" * 4001 in too_long
    assert 'id="id_reason_error"' in too_long
    assert worker.post(gone["Location"], {"reason": "こわくなった"}).status_code == 302
    assert "こわくなった" in worker.get(gone["Location"]).content.decode()
    second = worker.post(gone["Location"], {"reason": "別の理由"}).content.decode()
    assert "別の理由" in second
    assert "error-summary" in second
    closed = officer.get(page_url)
    assert closed.status_code == 200
    for secret in ("CANARY", "髙橋", case.number, "タカハシ"):
        assert secret not in closed.content.decode()
    assert report.reference in closed.content.decode()


def test_each_look_leaves_one_trace_and_tells_the_worker(cast: Cast) -> None:
    report = steps.readable(cast)
    officer = signed_in(cast.police)
    officer.get(f"/police/{report.pk}/")
    officer.get(f"/police/{report.pk}/print/")
    with acting_as(cast.supervisor):
        traces = [
            row
            for row in looks_at_case(report.case_id).newest(EventFilter())
            if row.role == "juvenile_officer"
        ]
        assert sorted(trace.verb for trace in traces) == ["DISCLOSURE_PRINT", "DISCLOSURE_VIEW"]
        assert {trace.relation for trace in traces} == {"disclosure"}
        event = Event.objects.get(verb="DISCLOSURE_VIEW")
        assert (event.purpose, event.object_pk, event.relation) == (
            "police_report",
            str(report.pk),
            "disclosure",
        )
        assert "referrals_packageitem.content" in event.fields
    for name in ("caseworker", "supervisor", "director"):
        with acting_as(cast.positions[name]):
            assert Notice.objects.get(kind="disclosure_look").count == 2, name
            assert Notice.objects.filter(kind="disclosure_taken").count() == 1, name
    worker = signed_in(cast.caseworker)
    assert (
        worker.get(f"/disclosures/{report.pk}/")["Location"]
        == f"/cases/{report.case_id}/decisions/police_report/{report.pk}/"
    )
    assert signed_in(cast.stranger).get(f"/disclosures/{report.pk}/").status_code == 404
    assert officer.get(f"/disclosures/{report.pk}/").status_code == 404


def test_the_case_page_says_why_nothing_can_be_reported(cast: Cast) -> None:
    case = a_case(cast)
    worker = signed_in(cast.caseworker, headers={"accept-language": "en"})
    before = worker.get(f"/cases/{case.pk}/wishes/").content.decode()
    assert 'id="intention"' in before
    assert 'id="police"' in before
    assert 'id="contacts"' in before
    assert f"/cases/{case.pk}/reports/new/" not in before
    intention = steps.confirmed(cast, case)
    after = worker.get(f"/cases/{case.pk}/wishes/").content.decode()
    assert f"/cases/{case.pk}/reports/new/" in after
    assert f"/cases/{case.pk}/intention/{intention.pk}/withdraw/" in after
    assert steps.WORDS["words"] in after


def test_what_follows_stands_above_sending_and_above_closing(cast: Cast) -> None:
    """Neither can be undone: the card says what happens, who learns of it, and what stays."""
    worker = pages.in_english(signed_in(cast.caseworker))
    case = a_case(cast)
    steps.confirmed(cast, case)
    report = steps.decided(cast, steps.drafted(cast, case))
    sending, closing = "put on the desk of the office named", "The receiver reads it no more"
    before = worker.get(REPORT.url(report)).content.decode()
    assert sending in before
    assert closing not in before
    steps.sent(cast, report)
    after = worker.get(REPORT.url(report)).content.decode()
    assert closing in after
    assert sending not in after
