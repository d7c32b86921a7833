"""The plan of a joint interview and its sheet go through the gate of a report: drafted in the house at any time, agreed with the
police and printed for them only on the child's word or an exception. By rule, by page and by SQL."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.urls import reverse
from django.utils.translation import override

from agencies.directory.models import OfficeKind
from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.interviews.codes import TOLD, PlanState
from cases.interviews.models import JointPlan
from cases.interviews.panel import steps as steps_of
from cases.interviews.papers import PLAN_SHEET
from cases.prints.models import Print
from cases.records.models import Case
from referrals.consent.codes import Ground
from referrals.consent.models import ExceptionRequest, Intention
from referrals.disclosures.catalogue import ceiling
from security.encryption.fields import reveal
from security.rooms import why_untold
from security.walls import clock
from tests.cast import Cast, a_case, as_owner
from tests.cast import agreed as agreement
from tests.client import signed_in, text_of
from tests.unit.agencies.training.test_training import certified
from tests.unit.cases.interviews.test_plans import agree, happened, propose, soon, step, with_police
from tests.unit.cases.prints.test_notice import sample_of
from tests.unit.cases.prints.test_prints import printed, words_on
from tests.unit.referrals import pages
from tests.unit.referrals.disclosures.test_gate_by_sql import raw
from tests.unit.referrals.steps import closed, confirmed, decided, drafted, excepted, sent, withdrawn
from tests.unit.referrals.test_reasons import expire

WHOLE = ("identity_min", "incident_outline", "interview_plan")
PRINT = (
    "INSERT INTO cases_print (id, case_id, office_id, fiscal_year, number, paper, subject, printed_by_id, printed_at, content) "
    "VALUES (gen_random_uuid(), %s, %s, 0, 0, 'joint_plan_form', %s, %s, now(), '\\x00')"
)


def conferred(cast: Cast, case: Case) -> JointPlan:
    """A plan with the police that the house has written: nobody is asked for it."""
    certified(cast)
    plan = propose(cast, case, police=cast.offices["support"], police_who="架空の係")
    return step(cast, plan, PlanState.CONFERRING)


def _expired(cast: Cast, case: Case) -> None:
    confirmed(cast, case, items=WHOLE)
    expire(Intention, "valid_until")


def _narrowed(cast: Cast, case: Case) -> None:
    confirmed(cast, case, items=WHOLE)
    agreement(cast, items=["identity_min"])


def _used_and_closed(cast: Cast, case: Case) -> None:
    excepted(cast, case, items=WHOLE)
    closed(cast, sent(cast, decided(cast, drafted(cast, case, items=WHOLE))))


def _run_out(cast: Cast, case: Case) -> None:
    excepted(cast, case, items=WHOLE)
    sent(cast, decided(cast, drafted(cast, case, items=WHOLE)))
    expire(ExceptionRequest, "expires_at")


def _answered(cast: Cast, case: Case) -> None:
    excepted(cast, case, items=WHOLE, ground=Ground.CANNOT_FORM, condition="架空の状態")
    sent(cast, decided(cast, drafted(cast, case, items=WHOLE)))
    confirmed(cast, case, recipient=cast.offices["support2"], items=WHOLE)


CLOSED: dict[str, tuple[Callable[[Cast, Case], object], str]] = {
    "not asked": (lambda cast, case: None, "has not been asked"),
    "declines": (lambda cast, case: confirmed(cast, case, result="declines"), "does not wish"),
    "undecided": (lambda cast, case: confirmed(cast, case, result="undecided"), "is undecided"),
    "unable": (lambda cast, case: confirmed(cast, case, result="unable"), "could not be confirmed"),
    "withdrawn": (
        lambda cast, case: withdrawn(cast, confirmed(cast, case, items=WHOLE)),
        "The child withdrew",
    ),
    "expired": (_expired, "has expired"),
    "another office": (
        lambda cast, case: confirmed(cast, case, recipient=cast.offices["support2"], items=WHOLE),
        "names this office",
    ),
    "not the plan": (confirmed, "Plan of the joint interview"),
    "not the name": (
        lambda cast, case: confirmed(cast, case, items=["interview_plan"]),
        "Name and birth date",
    ),
    "agreement": (_narrowed, "Plan of the joint interview"),
    "exception unused": (lambda cast, case: excepted(cast, case, items=WHOLE), "used once"),
    "exception's report closed": (_used_and_closed, "has been used"),
    "exception run out": (_run_out, "has expired"),
    "the child answered": (_answered, "names this office"),
}


@pytest.mark.parametrize("way", CLOSED)
def test_while_the_gate_is_shut_nothing_is_agreed_with_the_police_nor_printed_for_them(
    cast: Cast, way: str
) -> None:
    case = a_case(cast)
    plan = conferred(cast, case)
    arrange, said = CLOSED[way]
    arrange(cast, case)
    with pytest.raises(Refused) as refused, override("en"):
        agree(cast, plan, police=cast.offices["support"])
    assert refused.value.code == "police"
    with override("en"):
        assert said in str(refused.value.reason)
    with pytest.raises(DatabaseError, match="no confirmed intention"):
        happened(cast, plan, "agreed")
    with pytest.raises(DatabaseError, match="no confirmed intention"):
        in_print(cast, plan)


def in_print(cast: Cast, plan: JointPlan) -> int:
    values = [plan.case_id, cast.offices["kita"].pk, str(plan.pk), cast.caseworker.pk]
    return raw(cast.caseworker, PRINT, values)


def test_the_pages_say_what_is_missing_and_make_no_sheet(cast: Cast) -> None:
    plan = conferred(cast, a_case(cast))
    client = pages.in_english(signed_in(cast.caseworker))
    said = "has not been asked about the police yet"
    page = text_of(client.get(reverse("joint_plan", args=[plan.case_id, plan.pk])))
    assert said in page
    assert "Nothing of this goes to the police yet" in page
    assert said in text_of(client.get(reverse("joint_change", args=[plan.case_id, plan.pk])))
    offers = client.get(reverse("prints", args=[plan.case_id]))
    assert said in text_of(offers)
    assert reverse("print_sample", args=[plan.case_id, PLAN_SHEET.code, str(plan.pk)]) not in text_of(offers)
    for answer in (
        client.get(reverse("print_sample", args=[plan.case_id, PLAN_SHEET.code, str(plan.pk)]), follow=True),
        client.post(
            reverse("print_new", args=[plan.case_id]), {"sheet": f"{PLAN_SHEET.code}:{plan.pk}"}, follow=True
        ),
    ):
        assert said in text_of(answer)
        assert answer["Content-Type"].startswith("text/html")
    with acting_as(cast.caseworker):
        assert not Print.objects.exists()


def test_what_was_agreed_and_printed_goes_no_further_once_the_child_withdrew(cast: Cast) -> None:
    plan = with_police(cast)
    sheet = printed(cast, plan.case, f"{PLAN_SHEET.code}:{plan.pk}")
    assert "少年サポートセンター北" in "".join(words_on(sheet))
    path = sheet.request["PATH_INFO"]
    with acting_as(cast.caseworker):
        withdrawn(cast, Intention.objects.select_related("case").get(case=plan.case_id))
    again = pages.in_english(signed_in(cast.caseworker)).get(path, follow=True)
    assert "The child withdrew" in text_of(again)
    with pytest.raises(Refused) as refused:
        step(cast, plan, PlanState.MOVED, soon(9))
    assert refused.value.code == "police"
    with pytest.raises(DatabaseError, match="no confirmed intention"):
        happened(cast, plan, "moved", at=soon(9))
    with acting_as(cast.caseworker), override("en"):
        case = Case.objects.select_related("child", "office").get(pk=plan.case_id)
        (next_one,) = [one for one in steps_of(case, cast.caseworker) if "police" in str(one.label)]
        assert next_one.pressing
        assert not next_one.reason
    assert step(cast, plan, PlanState.CANCELLED).state == PlanState.CANCELLED


def test_a_report_on_an_exception_opens_it_as_long_as_it_is_open(cast: Cast) -> None:
    """An exception is used once, by a report that another person decided; the sheet rests on that report."""
    case = a_case(cast)
    plan = conferred(cast, case)
    excepted(cast, case, items=WHOLE)
    report = drafted(cast, case, items=WHOLE)
    with pytest.raises(DatabaseError, match="no confirmed intention"):
        happened(cast, plan, "agreed")
    report = sent(cast, decided(cast, report))
    assert agree(cast, plan, police=cast.offices["support"]).state == PlanState.AGREED
    assert in_print(cast, plan) == 1
    closed(cast, report)
    with pytest.raises(DatabaseError, match="no confirmed intention"):
        in_print(cast, plan)
    assert sample_of(cast, case, PLAN_SHEET.code, str(plan.pk)).status_code == 302


def test_the_facts_of_an_answer_are_not_the_plan(cast: Cast) -> None:
    """The police that brought the child are answered with three facts; a plan of an interview is none of them (ADR 104)."""
    agreement(cast, grounds=[Ground.ANSWER])
    with pytest.raises(Refused):
        excepted(cast, a_case(cast), items=WHOLE, ground=Ground.ANSWER)


def test_with_the_prosecutor_alone_nobody_is_asked(cast: Cast) -> None:
    certified(cast)
    plan = propose(cast, a_case(cast))
    step(cast, plan, PlanState.CONFERRING)
    assert agree(cast, plan).state == PlanState.AGREED
    words = "".join(words_on(sample_of(cast, plan.case, PLAN_SHEET.code, str(plan.pk))))
    assert "警察" not in words.replace("検察庁、警察", "")


@pytest.mark.parametrize(
    "of_police", [{"police_who": "架空の係"}, {"topics_police": "架空"}, {"outside": "police"}]
)
def test_what_names_the_police_names_their_office(cast: Cast, of_police: dict[str, Any]) -> None:
    case = a_case(cast)
    with pytest.raises(Refused) as refused:
        propose(cast, case, **of_police)
    assert refused.value.code == "police"
    with pytest.raises(Refused):
        propose(cast, case, **of_police, police=cast.offices["school"])
    sent_form = {"police_who": "架空の係", "police": ""}
    answer = signed_in(cast.caseworker).post(reverse("joint_new", args=[case.pk]), sent_form)
    assert {*answer.context["form"].errors} == {"police"}


def test_the_sheet_for_the_police_says_no_more_than_their_ceiling(cast: Cast) -> None:
    """Who the child is, and the plan: no sex, no medical data, nothing that stays in the office."""
    assert set(TOLD) <= {item.value for item in ceiling(OfficeKind.POLICE)}
    certified(cast)
    case = a_case(cast)
    confirmed(cast, case, items=TOLD)
    plan = propose(cast, case, police=cast.offices["support"], medical="架空の診察", outline="架空の概要")
    words = "".join(words_on(sample_of(cast, case, PLAN_SHEET.code, str(plan.pk))))
    with acting_as(cast.caseworker):
        child = Case.objects.select_related("child").get(pk=case.pk).child
        assert (reveal(child, "family_name") or "") in words
    for left_out in ("架空の診察", "架空の概要", "性別"):
        assert left_out not in words
    assert set(PLAN_SHEET.tells) == set(TOLD)


def test_the_gate_asks_for_an_office_of_the_police_and_refuses_beyond_the_ceiling(cast: Cast) -> None:
    case = a_case(cast)
    confirmed(cast, case, items=WHOLE)
    with acting_as(cast.caseworker):
        now = clock.now()
        assert why_untold(case, cast.offices["support"], TOLD, now) == ""
        assert why_untold(case, cast.offices["support"], ("therapy",), now)
        assert why_untold(case, cast.offices["school"], TOLD, now)
        assert why_untold(case, cast.offices["support"], TOLD, now + timedelta(days=400))


def test_by_sql_a_sheet_names_a_plan_of_its_case(cast: Cast) -> None:
    plan, other = with_police(cast), a_case(cast)
    assert in_print(cast, plan) == 1
    values = [other.pk, cast.offices["kita"].pk, str(plan.pk), cast.caseworker.pk]
    with pytest.raises(DatabaseError, match="no confirmed intention"):
        raw(cast.caseworker, PRINT, values)


def test_an_old_plan_with_the_police_in_words_alone_goes_no_further(cast: Cast) -> None:
    """Of before the office was chosen: of nobody could the child have been asked. What was printed of it is not shown again."""
    plan = with_police(cast)
    path = printed(cast, plan.case, f"{PLAN_SHEET.code}:{plan.pk}").request["PATH_INFO"]
    with as_owner():
        JointPlan.objects.using("owner").filter(pk=plan.pk).update(police=None)
    with pytest.raises(Refused) as refused:
        step(cast, plan, PlanState.MOVED, soon(5))
    assert refused.value.code == "police"
    with pytest.raises(DatabaseError, match="no confirmed intention"):
        happened(cast, plan, "moved", at=soon(5))
    with pytest.raises(DatabaseError, match="no confirmed intention"):
        in_print(cast, plan)
    again = pages.in_english(signed_in(cast.caseworker)).get(path, follow=True)
    assert "names no office of them" in text_of(again)
    assert step(cast, plan, PlanState.CANCELLED).state == PlanState.CANCELLED


@pytest.mark.parametrize("name", ["prosecutor_who", "monitors", "outside_vouches", "transport"])
def test_somebody_of_the_police_in_a_free_field_needs_their_office(cast: Cast, name: str) -> None:
    """With the prosecutor alone no gate is asked: so nobody of the police takes part there under another heading."""
    case = a_case(cast)
    with pytest.raises(Refused) as refused:
        propose(cast, case, **{name: "架空県警察本部 少年課 架空"})
    assert refused.value.code == "police"
    propose(cast, case, **{name: "架空地方検察庁 架空"})
