"""The home pages: what somebody has to do next, with its date, and nothing of what they may not see."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import localdate

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.conferences.rules import intake_by
from cases.custody.actions import Opinion
from cases.custody.codes import Heard
from cases.custody.hearing import record_opinion
from cases.decisions.codes import Verdict
from cases.records.models import Block
from desk.home.lines import with_children
from face.lines import Line
from face.wareki import format_date
from referrals.consent.codes import Ground
from security.audit.models import CaseTrace
from security.walls import clock
from tests.cast import CHILD, Cast, a_case, as_owner
from tests.client import signed_in
from tests.unit.cases.custody.test_actions import a_draft, decide, said
from tests.unit.referrals import steps


def home(cast: Cast, who: str) -> dict[str, list[tuple[str, str]]]:
    """Text and detail of each line, by section."""
    client = signed_in(cast.positions[who])
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(reverse("home"))
    assert page.status_code == 200
    with translation.override("en"):
        return {
            section.name: [(str(line.text), f"{line.number} {line.detail}".strip()) for line in section.lines]
            for section in page.context["sections"]
        }


def waits(cast: Cast, who: str) -> list[tuple[str, str]]:
    """What is to be done, by a time or without one."""
    found = home(cast, who)
    return [*found["agenda"], *found["next"]]


@pytest.mark.parametrize("who", ["caseworker", "supervisor", "director"])
def test_a_received_case_waits_for_its_conference(cast: Cast, who: str) -> None:
    case = a_case(cast)
    with translation.override("en"):
        until = format_date(localdate(intake_by(case.opened_at, 7)), style="short")
    assert ("Hold the intake conference", f"{case.number} A, by {until}") in waits(cast, who)


def test_every_line_begins_with_the_child_and_the_number(cast: Cast) -> None:
    """Whatever room it is of; the number is never broken over two lines; and no line more takes a statement more."""
    client = signed_in(cast.caseworker)

    def asked() -> int:
        client.get(reverse("home"))  # what is read once for a session is read
        with CaptureQueriesContext(connection) as found:
            page = client.get(reverse("home"))
        lines = [
            line for one in page.context["sections"] if one.name in ("agenda", "next") for line in one.lines
        ]
        assert lines
        shown = page.content.decode()
        for line in lines:
            assert line.who == f"{CHILD.family_name}　{CHILD.given_name} {line.number}", line
            name, number = line.begins
            head = rf"{re.escape(name)}\s*<span class=.nowrap.>{re.escape(number)}</span>"
            text = re.escape(str(line.text))
            assert re.search(rf">\s*{head}\s*</a>\s*<span class=.lines__detail.>\s*{text}", shown), line
        return len(found)

    a_draft(cast, **said(), opinion=Opinion(Heard.AFTER, why="深夜のため"))
    few = asked()
    for _case in range(4):
        a_draft(cast, **said(), opinion=Opinion(Heard.AFTER, why="深夜のため"))
    assert asked() <= few


def test_a_line_about_a_case_that_is_not_seen_has_the_number_alone(cast: Cast) -> None:
    case = a_case(cast)
    line = Line("/x/", "何か", case_id=case.pk, number=case.number)
    for who, seen in (("caseworker", True), ("stranger", False)):
        with acting_as(cast.positions[who]):
            (found,) = with_children([line], cast.positions[who])
        assert bool(found.who) is seen


def test_a_draft_that_came_back_is_listed_until_it_is_drafted_anew(cast: Cast) -> None:
    returned = decide(cast, a_draft(cast), verdict=Verdict.RETURN, note="号を見直すこと")
    came_back = ("A draft came back", f"{returned.case.number} start of temporary custody")
    assert came_back in waits(cast, "caseworker")
    a_draft(cast, returned.case)
    assert came_back not in waits(cast, "caseworker")


def test_an_approved_exception_is_to_be_used_in_its_hours(cast: Cast) -> None:
    case = a_case(cast)
    request = steps.excepted(cast, case, approve=False)
    line = ("Exception approved: write and send the report", f"{case.number} {request.recipient.name}")
    assert line not in waits(cast, "caseworker")
    exception = steps.approved(cast, request)
    assert line in waits(cast, "caseworker")
    client = signed_in(cast.caseworker)
    page = client.get(reverse("home"))
    found = next(one for one in page.context["sections"] if one.name == "agenda").lines
    found = next(one for one in found if "Exception" in str(one.text) or "例外" in str(one.text))
    assert (found.due, found.pressing) == (exception.expires_at, True)
    assert client.get(found.url).context["basis"].pk == exception.pk, "it leads to the very form"
    report = steps.drafted(cast, case)
    unsent = "The report on an exception waits for its decision: it has to be sent before the exception ends"
    told = f"{case.number} {report.urgency} {request.recipient.name}"
    assert (unsent, told) in waits(cast, "caseworker")
    steps.decided(cast, report)
    lines = waits(cast, "caseworker")
    assert ("Send the approved report", told) in lines
    assert unsent not in str(lines)
    steps.sent(cast, report)
    assert case.number not in str([one for one in waits(cast, "caseworker") if "report" in one[0]])


def test_an_exception_that_has_lost_its_ground_is_not_to_be_used(cast: Cast) -> None:
    case = a_case(cast)
    steps.excepted(cast, case, ground=Ground.CANNOT_FORM, condition="2歳")
    assert "Exception approved" in str(waits(cast, "caseworker"))
    steps.confirmed(cast, case, result="declines")
    assert "Exception approved" not in str(waits(cast, "caseworker"))


def test_a_child_who_is_still_to_be_heard_is_listed(cast: Cast) -> None:
    row = a_draft(cast, **said(), opinion=Opinion(Heard.AFTER, why="深夜のため"))
    line = ("hear the child on temporary custody", f"{row.case.number} {cast.caseworker.staff.name}")
    assert line in waits(cast, "caseworker")
    with acting_as(cast.caseworker):
        record_opinion(row, "「家はいや」", by=cast.caseworker)
    assert line not in waits(cast, "caseworker")


def test_long_custody_is_listed_with_its_last_day(cast: Cast) -> None:
    begun = clock.now() - timedelta(days=50)
    facts = {
        **said(),
        "effective_at": begun,
        "said_at": begun,
        "expected_until": clock.today() - timedelta(days=1),
    }
    row = decide(cast, a_draft(cast, **facts))
    line = ("Temporary custody reaches its two months", row.case.number)
    for who in ("caseworker", "supervisor", "director"):
        assert line in waits(cast, who)
    assert line not in waits(cast, "colleague")


def test_an_oral_decision_comes_before_older_drafts(cast: Cast) -> None:
    older, oral = a_draft(cast), a_draft(cast, **said())
    page = signed_in(cast.director).get(reverse("home"))
    assert [entry.waiting.row.pk for entry in page.context["queue"]] == [oral.pk, older.pk]


def test_a_case_whose_lead_leaves_is_listed_for_the_line(cast: Cast) -> None:
    case = a_case(cast)
    with as_owner():
        Position.objects.using("owner").filter(pk=cast.caseworker.pk).update(
            ends_on=clock.today() + timedelta(days=3)
        )
    name = cast.caseworker.staff.name
    for who in ("supervisor", "director"):
        assert ("The person in charge leaves", f"{case.number} {name}") in waits(cast, who)
    assert ("The person in charge leaves", f"{case.number} {name}") not in waits(cast, "supervisor2")
    with as_owner():
        Position.objects.using("owner").filter(pk=cast.caseworker.pk).update(
            ends_on=clock.today() - timedelta(days=1)
        )
    assert ("The person in charge has left", f"{case.number} {name}") in waits(cast, "supervisor")
    facts = {"position": str(cast.colleague.pk), "day": str(clock.today())}
    assert signed_in(cast.supervisor).post(reverse("lead_change", args=[case.pk]), facts).status_code == 302
    assert all("in charge" not in text for text, _detail in waits(cast, "supervisor"))


def test_a_blocked_person_finds_nothing_of_the_case(cast: Cast) -> None:
    row = a_draft(cast, **said(), opinion=Opinion(Heard.AFTER, why="深夜のため"))
    for who in ("caseworker", "supervisor", "director"):
        assert row.case.number in str(home(cast, who))
        with as_owner():
            Block.objects.using("owner").create(
                case_id=row.case_id,
                staff_id=cast.positions[who].staff_id,
                blocked_by=cast.positions["two_positions/director"],
                created_at=clock.now(),
            )
        found = home(cast, who)
        found.pop("inbox")  # a notice from before carries the number alone
        assert row.case.number not in str(found)


def test_every_case_on_the_page_is_in_its_look(cast: Cast) -> None:
    row = a_draft(cast, **said())
    client = signed_in(cast.director)
    page = client.get(reverse("home"))
    named = {line.case_id for section in page.context["sections"] for line in section.lines} - {None}
    with as_owner():
        traces = CaseTrace.objects.using("owner").filter(actor_id=cast.director.staff_id)
        assert {case_id for trace in traces for case_id in trace.case_ids} == named | {row.case_id}


def test_the_duty_officer_begins_with_the_search(cast: Cast) -> None:
    page = signed_in(cast.duty).get(reverse("home"))
    assert [section.name for section in page.context["sections"] if section.above] == ["search"]
    shown = page.content.decode()
    assert 0 < shown.index(reverse("find")) < shown.index('class="halves"')
