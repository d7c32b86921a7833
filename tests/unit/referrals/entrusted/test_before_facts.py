"""While the child is still to be asked about the facts, whoever helps it at another office is told what is not touched before."""

from django.urls import reverse

from agencies.staff.acting import acting_as
from cases.records.models import Case
from referrals.disclosures.codes import Item
from referrals.entrusted.codes import EntrustState
from referrals.entrusted.models import Entrusted
from referrals.entrusted.queries import texts_of
from tests.cast import Cast, a_case
from tests.client import signed_in, text_of
from tests.unit.cases.interviews.test_plans import propose
from tests.unit.referrals.entrusted import steps
from tests.unit.referrals.entrusted.test_entrusted import refuses

WITHOUT = steps.TEXTS | {"plan_cautions": " "}


def ahead(cast: Cast) -> Case:
    """A case with a joint interview that was proposed."""
    case = a_case(cast)
    propose(cast, case)
    return case


def test_no_plan_goes_out_without_what_is_not_touched(cast: Cast) -> None:
    plan = steps.planned(cast, ahead(cast), risks="事件の話をしない（架空）")
    refuses("text_plan_cautions", lambda: steps.sent(cast, plan, texts=WITHOUT))
    with acting_as(cast.caseworker):
        assert not Entrusted.objects.exists()
    assert steps.sent(cast, plan).state == EntrustState.SENT


def test_what_the_child_does_not_want_told_is_not_asked_for(cast: Cast) -> None:
    plan = steps.planned(cast, ahead(cast), risks="事件の話をしない（架空）")
    row = steps.sent(cast, plan, texts=WITHOUT, not_told=[Item.PLAN_CAUTIONS])
    assert row.state == EntrustState.SENT


def test_without_an_interview_ahead_it_may_stay_empty(cast: Cast) -> None:
    assert steps.sent(cast, texts=WITHOUT).state == EntrustState.SENT


def test_the_text_begins_with_it_and_the_pages_of_the_center_say_it(cast: Cast) -> None:
    case = ahead(cast)
    plan = steps.planned(cast, case, risks="事件の話をしない（架空）")
    with acting_as(cast.caseworker):
        first = texts_of(steps.fresh_plan(plan))["plan_cautions"]
    assert first.endswith("事件の話をしない（架空）")
    assert len(first.splitlines()) == 3
    client = signed_in(cast.caseworker)
    new = text_of(client.get(reverse("entrust_new", args=[case.pk, plan.pk])))
    assert "on the telephone" in new or "電話で伝え" in new
    row = steps.sent(cast, plan)
    page = reverse("entrusted", args=[case.pk, row.pk])
    shown = text_of(client.get(page))
    assert "telephone who gives the help" in shown or "電話で伝え" in shown
    steps.accepted(cast, row)


def test_held_the_pages_say_nothing_of_it(cast: Cast) -> None:
    row = steps.sent(cast)
    page = text_of(signed_in(cast.caseworker).get(reverse("entrusted", args=[row.case_id, row.pk])))
    assert "telephone who gives the help" not in page
    assert "電話で伝え" not in page
