"""Entrusted help attacked: who else holds the notes, many at once, what ended meanwhile, and how much a page asks."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.counseling.actions import draft_plan
from cases.counseling.codes import Occasion
from cases.counseling.measuring import record_measure
from cases.counseling.models import CounselingPlan
from cases.scores.codes import Instrument
from cases.scores.queries import Result
from referrals.disclosures.codes import Item
from referrals.entrusted import actions
from referrals.entrusted.codes import ReturnKind
from referrals.entrusted.models import Entrusted, EntrustedReturn, EntrustedSession
from referrals.entrusted.panel import first_to_do
from referrals.entrusted.queries import attended
from security.encryption.keyring import current
from security.walls import clock
from tests.at_once import posts_at_once
from tests.cast import Cast, as_owner
from tests.client import signed_in, text_of
from tests.unit.cases.counseling.plans import decide, facts_of, read
from tests.unit.cases.reliance import planned
from tests.unit.referrals import steps as gate
from tests.unit.referrals.entrusted import steps
from tests.unit.referrals.entrusted.test_police import given

MOST = 25
"""Statements of a request of a page of the case."""


def amended(cast: Cast, plan: CounselingPlan) -> CounselingPlan:
    with acting_as(cast.caseworker):
        before = steps.fresh_plan(plan)
        said = facts_of(before.case, None, other_office=cast.offices["home"], minutes=30)
        draft = draft_plan(before.case, said, by=cast.caseworker, amends=before, why="時間を短くする（架空）")
    return decide(cast, draft)


def test_nobody_but_the_two_offices_holds_a_key_of_notes_or_drafts(cast: Cast) -> None:
    """Every position there is, by raw SQL: notes are the therapist's, drafts of a self-reliance plan the institution's."""
    row = steps.accepted(cast)
    steps.recorded(cast, row)
    planned.drafted(cast, planned.asked(cast))
    mine = {"therapist": {"entrustnote"}, "institution": {"reliancedraft"}}
    for name, by in cast.positions.items():
        with acting_as(by), connection.cursor() as cursor:
            cursor.execute("SELECT kind FROM keys.data_key WHERE kind IN ('entrustnote', 'reliancedraft')")
            assert {kind for (kind,) in cursor.fetchall()} == mine.get(name, set()), name
            assert EntrustedSession.objects.exists() == (name == "therapist"), name


def test_twenty_accept_at_once_and_the_center_is_told_once(cast: Cast) -> None:
    row = steps.sent(cast)
    answers = posts_at_once(cast.therapist, reverse("entrusted_accept", args=[row.pk]), {}, 20)
    assert answers == [302] * 20
    with acting_as(cast.caseworker):
        assert Entrusted.objects.get().state == "accepted"
        assert Notice.objects.filter(kind="entrusted_accepted").count() == 1


def test_a_session_that_is_recorded_ten_times_at_once_is_recorded_once(cast: Cast) -> None:
    row = steps.accepted(cast)
    one = steps.session(cast, row)
    said = {
        "attendance": "held", "summary": "架空", "danger": "yes", "danger_words": "架空", "note": "架空",
    }  # fmt: skip
    answers = posts_at_once(cast.therapist, reverse("kept_session", args=[row.pk, one.pk]), said, 10)
    assert answers == [200] * 9 + [302]
    with acting_as(cast.caseworker):
        kinds = EntrustedReturn.objects.order_by("kind").values_list("kind", flat=True)
        assert list(kinds) == [ReturnKind.DANGER, ReturnKind.SESSION]


def test_of_two_end_reports_each_is_accepted_once(cast: Cast) -> None:
    row = steps.accepted(cast)
    for _one in range(2):
        steps.returned(cast, row, ReturnKind.END)
    first, second = steps.returns(row, cast.caseworker)
    for sent in (first, second):
        steps.took(cast, sent)
        with pytest.raises(Refused, match="state"):
            steps.took(cast, sent)


def test_who_has_left_the_position_reads_nothing_at_the_next_request(cast: Cast) -> None:
    row = steps.accepted(cast)
    steps.recorded(cast, row)
    there, url = signed_in(cast.therapist), reverse("entrusted_plan", args=[row.pk])
    assert there.get(url).status_code == 200
    with as_owner():
        rows = Position.objects.using("owner").filter(pk=cast.therapist.pk)
        rows.update(ends_on=clock.today() - timedelta(days=1))
    assert there.get(url).status_code != 200
    with acting_as(cast.therapist):
        assert not Entrusted.objects.exists()
        assert not EntrustedSession.objects.exists()
        assert not current().can_open(row.shared_scope())
        assert not current().can_open(row.notes_scope())


def test_a_plan_that_was_amended_meanwhile_is_not_entrusted_and_says_so(cast: Cast) -> None:
    plan = steps.planned(cast)
    with acting_as(cast.caseworker):
        seen = steps.fresh_plan(plan)
    amended(cast, plan)
    with acting_as(cast.caseworker), pytest.raises(Refused) as refused:
        actions.entrust(seen, steps.facts(cast), by=cast.caseworker)
    assert refused.value.code == "plan"


def test_what_the_child_refused_stays_refused_when_the_plan_is_entrusted_anew(cast: Cast) -> None:
    plan = steps.planned(cast)
    told = {"plan_kind": "架空", "plan_goal": "架空"}
    steps.sent(cast, plan, not_told=[Item.PLAN_REVIEW], texts=told)
    after = amended(cast, plan)
    url = reverse("entrust_new", args=[plan.case_id, after.pk])
    form = signed_in(cast.caseworker).get(url).context["form"]
    assert form["not_told"].value() == ["plan_review"]
    assert not form["text_plan_review"].value()
    assert form["text_plan_kind"].value()


def test_after_the_child_took_it_back_the_police_have_no_row_and_no_key(cast: Cast) -> None:
    report, row = given(cast)
    steps.accepted(cast, row)
    steps.recorded(cast, row)
    assert report.intention is not None
    gate.withdrawn(cast, report.intention)
    with acting_as(cast.police), connection.cursor() as cursor:
        assert not current().can_open(row.shared_scope())
        for table in ("entrusteditem", "entrustedword", "entrustedreturn", "packageitem"):
            cursor.execute(f"SELECT count(*) FROM referrals_{table}")
            assert cursor.fetchone() == (0,), table
    officer = signed_in(cast.police)
    for name in ("entrusted_question", "entrusted_decline", "kept_session_new"):
        assert "遊戯療法" not in text_of(officer.get(reverse(name, args=[row.pk]))), name


def test_the_pages_ask_few_statements_however_much_came_back(cast: Cast) -> None:
    plan = steps.planned(cast)
    row = steps.accepted(cast, steps.sent(cast, plan))
    center, there = signed_in(cast.caseworker), signed_in(cast.therapist)
    pages = (
        (center, reverse("counseling", args=[plan.case_id, plan.pk])),
        (center, reverse("entrusted", args=[row.case_id, row.pk])),
        (there, reverse("entrusted_plan", args=[row.pk])),
        (there, reverse("entrusted_list")),
    )

    def more(number: int) -> list[int]:
        with acting_as(cast.caseworker):
            tests = [Result(Instrument.DSRS_C, clock.today(), "架空", (("合計", number),))]
            record_measure(read(cast, plan), Occasion.START, tests, by=cast.caseworker)
        steps.recorded(cast, row)
        steps.returned(cast, row, ReturnKind.REVIEW)
        return [asked(client, url) for client, url in pages]

    few = more(1)
    for number in (2, 3):
        more(number)
    assert more(4) == few
    assert max(few) <= MOST


def asked(client: Any, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len([one for one in found.captured_queries if one["sql"] not in ("BEGIN", "COMMIT")])


def test_lists_over_all_plans_have_an_index_for_the_few_they_show(cast: Cast) -> None:
    """A line of 5,000 cases asks of each row that an index does not leave out."""
    plan = steps.planned(cast)
    with acting_as(cast.supervisor), connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        for index, ask in (
            ("entrusted_asked_back", lambda: list(first_to_do(cast.supervisor, 5)[0])),
            ("counseling_of_course", lambda: attended(plan.course)),
        ):
            with CaptureQueriesContext(connection) as found:
                ask()
            cursor.execute("EXPLAIN " + found.captured_queries[-1]["sql"])
            assert index in "\n".join(line for (line,) in cursor.fetchall())
