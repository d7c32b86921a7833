"""What each role's home page puts first: one agenda, tables of cases and of work, and what another office waits for."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.cautions.actions import record_caution
from cases.cautions.codes import CautionKind
from cases.clocks.actions import start
from cases.clocks.codes import ClockKind
from cases.clocks.queries import workload
from cases.intake.filing import open_filing
from cases.records.actions import add_to_team, break_glass
from cases.records.codes import Level, Relation
from cases.records.models import Block
from cases.records.queries import glasses_unreviewed
from cases.visits.actions import plan_visit, record_visit
from cases.visits.codes import Seen, VisitKind
from desk.home.agenda import groups_of, in_order
from desk.home.tables import SHOWN
from face.lines import Line
from face.wareki import age_on
from referrals.disclosures.queries import reports_unopened_for
from security.walls import clock
from tests.cast import CHILD, Cast, a_case, as_owner
from tests.client import signed_in
from tests.unit.cases.custody.test_actions import in_custody
from tests.unit.cases.intake.test_filing import a_filing, register
from tests.unit.referrals import steps

STATEMENTS = 35
"""How many statements a home page may ask, sign-in, menu and look included, four for the children's names."""


def english(cast: Cast, who: str) -> Client:
    client = signed_in(cast.positions[who])
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def section(page: Any, name: str) -> Any:
    return next(section for section in page.context["sections"] if section.name == name)


def test_the_agenda_is_ordered_by_time_under_headings(cast: Cast) -> None:
    now = clock.now()
    lines = [
        Line(f"/{number}/", str(number), due=now + timedelta(days=days))
        for number, days in enumerate((9, 5, -1, 2))
    ]
    groups = groups_of(in_order([*lines, Line("/day/", "day", on=clock.today())]))
    assert str(groups[0].heading) in ("期限超過", "Overdue")
    assert [[line.url for line in group.lines] for group in groups] == [
        ["/2/"],
        ["/day/"],
        ["/3/"],
        ["/1/"],
        ["/0/"],
    ]


def test_own_cases_are_listed_longest_unseen_first_on_demand(cast: Cast) -> None:
    older, newer = a_case(cast), a_case(cast)
    client = english(cast, "caseworker")
    shown = [row.case.pk for row in client.get(reverse("home")).context["own_cases"]]
    assert shown == [newer.pk, older.pk]
    now, by = clock.now(), cast.caseworker
    with acting_as(by):
        visit = plan_visit(older, kind=VisitKind.HOME, planned_for=now, place="自宅", who="本人", by=by)
        record_visit(visit, held_at=now, seen=Seen.SEEN, result="会った。", by=by)
        visit = plan_visit(newer, kind=VisitKind.HOME, planned_for=now, place="自宅", who="本人", by=by)
        record_visit(visit, held_at=now, seen=Seen.NOT_SEEN, result="留守であった。", by=by)
    page = client.get(reverse("home"), {"order": "unseen"})
    rows = [(row.case.pk, row.last_seen) for row in page.context["own_cases"]]
    assert rows == [(newer.pk, None), (older.pk, now)]


def test_what_to_do_with_a_case_is_offered_to_whom_it_is_allowed(cast: Cast) -> None:
    case = a_case(cast)
    with acting_as(cast.caseworker):
        add_to_team(case, cast.colleague, relation=Relation.MEMBER, level=Level.VIEW, by=cast.caseworker)
    links = [reverse(name, args=[case.pk]) for name in ("progress_add", "closing_new")]
    for name, offered in (("caseworker", True), ("colleague", False)):
        page = english(cast, name).get(reverse("home")).content.decode()
        assert [link in page for link in links] == [offered, offered], name


def test_a_notice_leads_to_the_thing_itself_in_one_load(cast: Cast) -> None:
    row = steps.drafted(cast, _agreed(cast))
    client = english(cast, "director")
    page = client.get(reverse("home"))
    notice = page.context["notices"][0]
    assert len(page.context["notices"]) <= 3
    answer = client.post(reverse("notice_open", args=[notice.pk]))
    assert answer["Location"] == reverse("decision", args=[row.case_id, "police_report", row.pk])
    with as_owner():
        assert Notice.objects.using("owner").get(pk=notice.pk).read_at is not None
    assert notice.pk not in [one.pk for one in client.get(reverse("home")).context["notices"]]


def _agreed(cast: Cast) -> Any:
    case = a_case(cast)
    steps.confirmed(cast, case)
    return case


def test_the_workload_counts_the_line_and_no_case_one_is_barred_from(cast: Cast) -> None:
    _case, barred = a_case(cast), a_case(cast)
    with acting_as(cast.supervisor):
        (load,) = workload()
    assert (load.position.pk, load.cases, load.urgent, load.overdue) == (cast.caseworker.pk, 2, 2, 0)
    with as_owner():
        Block.objects.using("owner").create(
            case_id=barred.pk,
            staff_id=cast.supervisor.staff_id,
            blocked_by=cast.director,
            created_at=clock.now(),
        )
    with acting_as(cast.supervisor):
        (load,) = workload()
    assert load.cases == 1
    client = english(cast, "supervisor")
    home = client.get(reverse("home"))
    assert reverse("workload") in home.content.decode()
    assert [(one.position, one.cases) for one in home.context["loads"]] == [(cast.caseworker, 1)]
    page = client.get(reverse("workload"))
    assert [one.cases for one in page.context["loads"]] == [1]
    assert english(cast, "director").get(reverse("workload")).context["loads"] == []


def test_a_long_line_is_counted_on_its_own_page_alone(cast: Cast) -> None:
    for _case in range(3):
        a_case(cast)
    with acting_as(cast.supervisor):
        assert [load.cases for load in workload(3)] == [3]
        assert workload(2) == []


@pytest.mark.parametrize(
    "who", ["caseworker", "supervisor2", "director", "duty", "stranger", "police", "privacy"]
)
def test_nobody_else_is_told_the_workload(cast: Cast, who: str) -> None:
    a_case(cast)
    with acting_as(cast.positions[who]):
        assert workload() == []


def test_the_month_has_the_limits_of_its_days_and_of_no_other(cast: Cast) -> None:
    case = a_case(cast)
    client = english(cast, "caseworker")
    with acting_as(cast.caseworker):
        limit = start(case, ClockKind.SAFETY, started_at=clock.now(), by=cast.caseworker).due_at
    page = client.get(reverse("limits"), {"month": f"{limit:%Y-%m}"})
    assert case.number in page.content.decode()
    assert page.context["days"]
    for typed in ("1999-01", "2026-13", "x", ""):
        assert client.get(reverse("limits"), {"month": typed}).status_code == 200
    assert client.get(reverse("limits"), {"month": "1999-01"}).context["days"] == []
    assert signed_in(cast.school).get(reverse("limits")).status_code == 404
    officer = signed_in(cast.police).get(reverse("limits"), {"month": f"{limit:%Y-%m}"})  # has support cases
    assert (officer.status_code, officer.context["days"]) == (200, [])


def test_the_month_has_nine_visits_and_says_when_it_was_cut(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, client = a_case(cast), english(cast, "caseworker")
    soon = clock.now() + timedelta(hours=1)
    with acting_as(cast.caseworker):
        for _visit in range(9):
            plan_visit(
                case, kind=VisitKind.HOME, planned_for=soon, place="自宅", who="本人", by=cast.caseworker
            )
    month = {"month": f"{timezone.localtime(soon):%Y-%m}"}
    page = client.get(reverse("limits"), month)
    assert sum(len(lines) for _day, lines in page.context["days"]) == 9
    assert not page.context["is_cut"]
    monkeypatch.setattr("desk.home.month.MOST", 8)
    assert "This month has more than is shown here." in client.get(reverse("limits"), month).content.decode()


def test_a_school_has_one_button_and_the_steps_of_its_notification(cast: Cast) -> None:
    client = english(cast, "school")
    page = client.get(reverse("home"))
    assert reverse("file_notification") in page.content.decode()
    assert page.context["filings"] == []


def test_a_notification_takes_four_steps_and_leads_to_its_own_row(cast: Cast) -> None:
    filing = a_filing(cast)
    client = english(cast, "school")

    def reached() -> list[bool]:
        page = client.get(reverse("home"))
        assert f"{reverse('filings')}#{filing.reference}" in page.content.decode()
        [shown] = page.context["filings"]
        return [is_reached for _label, is_reached in shown["steps"]]

    assert f'id="{filing.reference}"' in client.get(reverse("filings")).content.decode()
    assert reached() == [True, False, False, False]
    with acting_as(cast.supervisor):
        open_filing(filing, by=cast.supervisor)
    assert reached() == [True, True, False, False]
    register(cast, filing, "supervisor")
    assert reached() == [True, True, True, True]


def test_the_chief_sees_new_envelopes_first_and_the_load_of_each_officer(cast: Cast) -> None:
    taken = steps.readable(cast)
    fresh = steps.sent(cast, steps.decided(cast, steps.drafted(cast, _agreed(cast))))
    page = english(cast, "policechief").get(reverse("home"))
    assert [line.text for line in section(page, "letters").lines] == [fresh.reference, taken.reference]
    assert "arrived" in str(section(page, "letters").lines[0].detail)
    loads = {str(line.text): str(line.detail) for line in section(page, "officers").lines}
    assert loads[cast.police.staff.name] == "open: 1"


def test_the_privacy_officer_finds_nobody_ranked_by_numbers(cast: Cast) -> None:
    page = english(cast, "privacy").get(reverse("home"))
    assert (
        {"unexplained", "denials"} <= page.context.flatten().keys()
        if hasattr(page.context, "flatten")
        else True
    )
    assert page.context["unexplained"] == []
    assert "viewers" not in page.context


def test_the_privacy_officer_sees_which_office_has_broken_glass_to_review(cast: Cast) -> None:
    case = a_case(cast)
    assert english(cast, "privacy").get(reverse("home")).context["unreviewed"] == []
    with acting_as(cast.duty):
        break_glass(case.pk, "Nobody answers the telephone.", by=cast.duty)
    page = english(cast, "privacy").get(reverse("home"))
    assert [(row.office, row.waiting) for row in page.context["unreviewed"]] == [(cast.offices["kita"], 1)]
    assert case.number not in page.content.decode()
    with acting_as(cast.duty):
        assert glasses_unreviewed() == []


def test_the_director_sees_who_is_in_custody_and_on_which_day(cast: Cast) -> None:
    decision = in_custody(cast)
    client = signed_in(cast.director)
    page = client.get(reverse("home"))
    [row] = page.context["sleepers"]
    assert CHILD.birth_date is not None
    assert (row.case, row.day, row.age) == (decision.case, 1, age_on(CHILD.birth_date, clock.today()))
    assert 59 <= row.days <= 62
    assert [chip.text for chip in row.cautions] == ["一時保護の場所を秘匿"]
    with acting_as(cast.caseworker):
        record_caution(
            decision.case, kind=CautionKind.NOT_TO_TELL, whom="母", words="母に言わないで", by=cast.caseworker
        )
    [row] = client.get(reverse("home")).context["sleepers"]
    assert ["母" in chip.text for chip in row.cautions] == [True, False]
    assert statements_of(client) <= STATEMENTS


def test_a_director_pages_through_more_children_than_one_table_has(cast: Cast) -> None:
    decisions = [in_custody(cast) for _number in range(SHOWN + 2)]
    client = signed_in(cast.director)
    page = client.get(reverse("home"))
    assert f"{SHOWN + 2}人中{SHOWN}人" in page.content.decode()
    found = [row.case.pk for row in page.context["sleepers"]]
    rest = client.get(f"{reverse('home')}?{page.context['sleepers_page'].on}").context["sleepers"]
    assert sorted([*found, *(row.case.pk for row in rest)]) == sorted(row.case_id for row in decisions)
    assert statements_of(client) <= STATEMENTS


def test_the_director_sees_who_is_in_custody_and_what_the_police_have_not_opened(cast: Cast) -> None:
    decision = in_custody(cast)
    report = steps.sent(cast, steps.decided(cast, steps.drafted(cast, _agreed(cast))))
    client = english(cast, "director")
    page = client.get(reverse("home"))
    assert [(row.case, row.day) for row in page.context["sleepers"]] == [(decision.case, 1)]
    assert "day 1 of 7 for the warrant" in page.content.decode()
    [line] = section(page, "unread").lines
    child = f"{CHILD.family_name}　{CHILD.given_name}"
    assert (line.who, line.detail) == (f"{child} {report.case.number}", report.reference)
    assert not line.pressing
    with acting_as(cast.director):
        assert reports_unopened_for(cast.director) == []
    steps.assigned(cast, report)
    assert signed_in(cast.police).get(reverse("letter", args=[report.pk])).status_code == 200
    assert section(client.get(reverse("home")), "unread").lines == []


def test_the_administrator_sees_what_ends_and_who_has_no_position(cast: Cast) -> None:
    with as_owner():
        held = Position.objects.using("owner")
        held.filter(pk=cast.colleague.pk).update(ends_on=clock.today() + timedelta(days=5))
        held.filter(pk=cast.other_section.pk).update(ends_on=clock.today() - timedelta(days=1))
    page = english(cast, "admin").get(reverse("home"))
    assert [line.text for line in section(page, "ending").lines] == [cast.colleague.staff.name]
    assert cast.other_section.staff.name in [line.text for line in section(page, "without").lines]
    assert "cases" not in str(section(page, "ending").lines[0].detail)


def test_the_administrator_sees_what_loses_its_owner_with_a_position(cast: Cast) -> None:
    a_case(cast)
    with as_owner():
        held = Position.objects.using("owner").filter(pk=cast.caseworker.pk)
        held.update(ends_on=clock.today() + timedelta(days=5), left_behind="handed over by word of mouth")
    [line] = section(english(cast, "admin").get(reverse("home")), "ending").lines
    assert "cases in charge of: 1" in str(line.detail)


@pytest.mark.parametrize(
    "who",
    ["caseworker", "supervisor", "director", "duty", "police", "policechief", "school", "privacy", "admin"],
)
def test_a_home_page_asks_few_statements(cast: Cast, who: str) -> None:
    for _case in range(3):
        a_case(cast)
    client = english(cast, who)
    client.get(reverse("home"))
    assert statements_of(client) <= STATEMENTS


def statements_of(client: Client) -> int:
    """How many statements the home page asks, without the beginning and the end of the transaction."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(reverse("home")).status_code == 200
    return len([one for one in asked.captured_queries if one["sql"] not in ("BEGIN", "COMMIT")])
