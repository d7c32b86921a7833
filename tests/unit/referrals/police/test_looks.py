"""Every look is told to whoever answers for the case, and the page the police read carries nothing else of it."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError

from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.records import actions as records
from cases.records.models import Case
from referrals.disclosures.models import Disclosure
from referrals.disclosures.queries import looks_of
from referrals.police import actions as police
from referrals.police.models import PoliceContact
from referrals.police.queries import contacts_unseen_for, letter_at_desk
from security.audit.models import CaseTrace, Event
from security.outbox.models import Outbox
from security.walls import clock
from tests.cast import Cast, a_case, as_owner, as_role
from tests.client import signed_in, text_of
from tests.rights import every_column
from tests.unit.referrals import pages, steps
from tests.unit.referrals.consent.test_withdrawal import break_table
from tests.unit.referrals.disclosures.test_gate_by_sql import raw


def told(position: Position) -> int:
    """How many looks this position was told of."""
    with acting_as(position):
        return sum(Notice.objects.filter(kind="disclosure_look").values_list("count", flat=True))


def leave(position: Position) -> None:
    with as_owner():
        Position.objects.using("owner").filter(pk=position.pk).update(
            ends_on=clock.today() - timedelta(days=1)
        )


def test_the_second_look_the_head_and_the_print_are_told_too(cast: Cast) -> None:
    report = steps.readable(cast)
    officer, url = signed_in(cast.police), f"/police/{report.pk}/"
    for number, ask in enumerate((officer.get, officer.get, officer.head), start=1):
        assert ask(url).status_code == 200
        assert told(cast.caseworker) == number
    officer.get(f"{url}print/")
    assert [told(cast.positions[name]) for name in ("caseworker", "supervisor", "director")] == [4, 4, 4]
    with acting_as(cast.caseworker):
        looks = looks_of(report.case_id)[report.pk]
        assert (looks.opened, looks.printed) == (3, 1)


def test_many_looks_of_a_day_are_one_notice_and_one_mail(cast: Cast) -> None:
    """An officer who reloads floods nobody's inbox; each look stays an event of its own."""
    report = steps.readable(cast)
    officer = signed_in(cast.police)
    for _look in range(12):
        officer.get(f"/police/{report.pk}/")
    for name in ("caseworker", "supervisor", "director"):
        with acting_as(cast.positions[name]):
            (notice,) = Notice.objects.filter(kind="disclosure_look")
            assert (notice.count, notice.read_at) == (12, None)
        assert "×12" in signed_in(cast.positions[name]).get("/inbox/").content.decode()
        with as_role("worker"):
            assert Outbox.objects.filter(pk=notice.pk).count() == 1
    with acting_as(cast.caseworker):
        assert looks_of(report.case_id)[report.pk].opened == 12


def test_when_the_one_in_charge_has_left_the_line_is_told(cast: Cast) -> None:
    report = steps.readable(cast)
    leave(cast.caseworker)
    signed_in(cast.police).get(f"/police/{report.pk}/")
    with as_owner():
        Position.objects.using("owner").filter(pk=cast.caseworker.pk).update(ends_on=None)
    assert (told(cast.caseworker), told(cast.supervisor)) == (0, 1)


def test_a_blocked_person_gets_no_notice_of_the_case(cast: Cast) -> None:
    report = steps.readable(cast)
    with acting_as(cast.director):
        records.block_person(Case.objects.get(pk=report.case_id), cast.supervisor.staff, by=cast.director)
    signed_in(cast.police).get(f"/police/{report.pk}/")
    assert (told(cast.supervisor), told(cast.caseworker)) == (0, 1)


def test_the_page_and_its_headers_hold_nothing_of_the_case(cast: Cast) -> None:
    report = steps.readable(cast)
    with acting_as(cast.caseworker):
        row = Disclosure.objects.select_related("case").get(pk=report.pk)
        hidden = [
            row.case_id,
            row.case.child_id,
            row.intention_id,
            row.case.number,
            *row.package.values_list("id", flat=True),
        ]
    officer = signed_in(cast.police)
    for address in ("/", "/police/", f"/police/{report.pk}/", f"/police/{report.pk}/print/", "/inbox/"):
        answer = officer.get(address)
        assert answer.status_code == 200
        whole = f"{dict(answer.headers)} {answer.cookies} {text_of(answer)}"
        for word in (
            *map(str, hidden),
            "considerations",
            "架空の事案",
            "分離",
            "separation",
            "架空市",
            "若葉中学校",
        ):
            assert word not in whole, (address, word)
        titles = re.findall(r"<title>.*?</title>", whole, re.DOTALL)
        assert len(titles) == (0 if "application/pdf" in whole else 1)
        assert "髙橋" not in "".join(titles)


def test_an_assignment_is_ended_by_the_supervisor_alone(cast: Cast) -> None:
    report = steps.readable(cast)
    end = f"/police/{report.pk}/end/"
    for name in ("police", "police2", "foreign_police", "caseworker"):
        assert signed_in(cast.positions[name]).post(end, {"ends": str(cast.police.pk)}).status_code == 404
        with pytest.raises(IntegrityError, match="cannot be ended by this identity"):
            raw(cast.positions[name], "SELECT wall.end_assignment(%s, %s)", [report.pk, cast.police.pk])
    chief = pages.in_english(signed_in(cast.policechief))
    assert "End the assignment" in chief.get(f"/police/{report.pk}/assign/").content.decode()
    assert chief.post(end, {"ends": "nobody"}).status_code == 302
    assert chief.get(f"/police/{report.pk}/assign/").context["letter"].readers
    assert chief.post(end, {"ends": str(cast.police.pk)}).status_code == 302
    assert steps.seen_by(cast.police, report) == []
    assert signed_in(cast.police).get(f"/police/{report.pk}/").status_code == 404
    assert chief.post(end, {"ends": str(cast.police.pk)}).status_code == 404
    assert not steps.taken_or_not(cast, report, by="police2")
    steps.assigned(cast, report, to="police")
    assert steps.seen_by(cast.police, report)
    page = (
        signed_in(cast.caseworker)
        .get(f"/cases/{report.case_id}/decisions/police_report/{report.pk}/")
        .content.decode()
    )
    assert page.count(str(cast.police)) == 2


def test_a_second_officer_reads_beside_the_first(cast: Cast) -> None:
    report = steps.readable(cast)
    steps.assigned(cast, report, to="police2")
    steps.assigned(cast, report, to="policechief")
    for name in ("police", "police2", "policechief"):
        assert sorted(steps.seen_by(cast.positions[name], report)) == sorted(steps.ITEMS)


def contact(cast: Cast, case: Case, by: Position) -> PoliceContact:
    texts: dict[str, Any] = {
        "happened_at": clock.now().isoformat(),
        "who": "当直",
        "basis": "help",
        "said": "所在",
    }
    with acting_as(by):
        return police.record_contact(case, texts, by=by)


def test_raw_sql_cannot_mark_an_own_contact_as_seen(cast: Cast) -> None:
    case = a_case(cast)
    seen = "UPDATE referrals_policecontact SET seen_at = now() WHERE id = %s"
    mine, theirs = contact(cast, case, cast.supervisor), contact(cast, case, cast.caseworker)
    for position, row in ((cast.caseworker, mine), (cast.supervisor, mine)):
        with pytest.raises(IntegrityError, match=r"stays|cannot be changed"):
            raw(position, seen, [row.pk])
    assert raw(cast.supervisor, seen, [theirs.pk]) == 1
    assert raw(cast.director, seen, [mine.pk]) == 1
    for change in ("said = who", "recorded_at = now()", "seen_at = NULL"):
        with (
            every_column("referrals_policecontact"),
            pytest.raises(DatabaseError, match=r"stays|cannot be changed"),
        ):
            raw(cast.director, f"UPDATE referrals_policecontact SET {change} WHERE id = %s", [mine.pk])


@pytest.mark.parametrize("table", ["agencies_notice", "security_outbox"])
def test_a_contact_is_recorded_while_notices_fail(cast: Cast, table: str) -> None:
    case = a_case(cast)
    break_table(table)
    row = contact(cast, case, cast.caseworker)
    with acting_as(cast.supervisor):
        assert [found.pk for found in contacts_unseen_for(cast.supervisor)] == [row.pk]


def test_a_contact_opens_no_page_to_the_police(cast: Cast) -> None:
    case = a_case(cast)
    row = contact(cast, case, cast.caseworker)
    for name in ("police", "policechief"):
        assert raw(cast.positions[name], "SELECT 1 FROM referrals_policecontact WHERE id = %s", [row.pk]) == 0
        with acting_as(cast.positions[name]):
            assert letter_at_desk(cast.positions[name], row.pk) is None


@pytest.mark.parametrize("page", ["", "print/"])
def test_an_attempt_after_the_end_is_recorded_and_told(cast: Cast, page: str) -> None:
    report = steps.readable(cast)
    with acting_as(cast.caseworker):
        intention = Disclosure.objects.get(pk=report.pk).intention
    assert intention
    steps.withdrawn(cast, intention)
    answer = signed_in(cast.police).get(f"/police/{report.pk}/{page}")
    assert answer.status_code == 200
    with as_owner():
        event = Event.objects.using("owner").filter(action=3).latest("id")
        (trace,) = CaseTrace.objects.using("owner").filter(event_uuid=event.uuid)
    assert (event.decision, event.rule, event.object_pk) == (
        "denied",
        "the disclosure is closed",
        str(report.pk),
    )
    assert (trace.case_ids, trace.actor_id, trace.panels) == ([report.case_id], cast.police.staff_id, [])
    for name in ("caseworker", "supervisor"):
        with acting_as(cast.positions[name]):
            assert Notice.objects.get(kind="disclosure_attempt").count == 1
    assert str(event.rule) not in answer.content.decode()
    with acting_as(cast.caseworker):
        assert looks_of(report.case_id).get(report.pk) is None


def test_an_outside_office_reads_references_and_nothing_of_our_ids(cast: Cast) -> None:
    """Two envelopes of one child do not show that they are; and a guessed id is not confirmed by the relation to it."""
    report = steps.readable(cast)
    officer = signed_in(cast.police)
    assert officer.get(f"/police/{report.pk}/").status_code == 200
    for guess in (report.case_id, uuid4()):
        assert officer.get(f"/cases/{guess}/").status_code == 404
    text = officer.get("/access-log/mine/").content.decode()
    assert report.reference in text
    for told in (str(report.case_id), str(report.case_id)[:8]):
        assert told not in text
    rows = [row for row in text.split("<tr")[2:]]
    attempts = [re.sub(r"<time.*?</time>", "", row) for row in rows if "row--urgent" in row]
    assert len(attempts) == 2
    assert attempts[0] == attempts[1]
