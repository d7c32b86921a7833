"""The grounds that an agreement, or the office's own written rule, switches on: each carries what it names and nothing else."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from agencies.agreements.codes import OWN_RULE
from agencies.agreements.models import SharingAgreement
from agencies.directory.models import OfficeKind
from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.intake.actions import add_notification
from cases.intake.codes import Source
from cases.records.models import Case
from referrals.consent.codes import FACTS_OF_ANSWER, STANDING, Ground
from referrals.consent.forms import ExceptionForm
from referrals.consent.models import ExceptionRequest
from referrals.consent.queries import tellable_items, text_now
from referrals.disclosures.codes import Item, PaperKind
from security.walls import clock
from tests.accepting import accept
from tests.cast import Cast, a_case, agreed, as_owner
from tests.client import signed_in
from tests.unit.agencies.administration.test_agreements import again, agreement, drafted
from tests.unit.agencies.administration.test_positions import refused
from tests.unit.cases.intake.test_actions import NOTIFIER, received
from tests.unit.referrals import steps

FACTS = list(FACTS_OF_ANSWER)


def brought(cast: Cast, office: str = "support", **source: Any) -> Case:
    """A case of which this office has notified the center, as the police unless another source is named."""
    case = a_case(cast)
    with acting_as(cast.caseworker):
        told = received()
        notifier = {**NOTIFIER, "relation": f"{cast.offices[office].name}　生活安全課"}
        told = type(told)(**{**vars(told), "source": Source.POLICE, "notifier": notifier, **source})
        add_notification(Case.objects.get(pk=case.pk), told, by=cast.caseworker)
    return case


def ended(row: SharingAgreement) -> None:
    day = clock.today() - timedelta(days=1)
    with as_owner():
        SharingAgreement.objects.using("owner").filter(pk=row.pk).update(starts_on=day, ends_on=day)


def test_the_duty_to_accuse_is_switched_on_by_the_offices_own_written_rule(cast: Cast) -> None:
    """刑事訴訟法239条2項, 刑事訴訟法241条1項: the duty is the statute's; the office's rule says how it is weighed."""
    case = a_case(cast)
    station: dict[str, Any] = {"ground": Ground.ACCUSATION, "office": "station"}
    with pytest.raises(Refused, match="ground"):
        steps.excepted(cast, case, **station)
    row = drafted(cast, recipient="", items=[], grounds=[OWN_RULE], reference="所内規程 第3号")
    with pytest.raises(Refused, match="ground"):
        steps.excepted(cast, case, **station)
    director = signed_in(cast.director)
    assert "所内規程 第3号" in director.get(f"/agreements/{row.pk}/").content.decode()
    director.post(f"/agreements/{row.pk}/decide/", {"verdict": "approve"})
    assert "所内規程 第3号" in signed_in(cast.admin).get("/agreements/").content.decode()
    assert signed_in(cast.admin).get("/").status_code == 200
    for ground in set(Ground) - STANDING - {Ground.ACCUSATION}:
        with pytest.raises(Refused, match="ground"):
            steps.excepted(cast, case, ground=ground)
    with pytest.raises(Refused, match="ground"):
        steps.excepted(cast, case, ground=Ground.ACCUSATION)  # a support center receives no accusation
    steps.excepted(cast, case, **station)
    paper: dict[str, Any] = {"recipient": cast.offices["station"], "paper_kind": PaperKind.KOKUHATSU}
    for other in (PaperKind.JOHO, PaperKind.TSUHO, PaperKind.KAITO):
        with pytest.raises(Refused, match="disclosure_ground"):
            steps.drafted(cast, case, **paper | {"paper_kind": other})
    report = steps.decided(cast, steps.drafted(cast, case, **paper))
    ended(again(row))
    with pytest.raises(Refused, match="gate"):
        steps.sent(cast, report)
    refused(
        cast.caseworker, "gate", "UPDATE referrals_disclosure SET sent_at = now() WHERE id = %s", report.pk
    )


def test_a_written_rule_narrows_no_item_and_is_no_other_offices(cast: Cast) -> None:
    case = a_case(cast)
    agreed(cast, recipient=None, items=[], grounds=[OWN_RULE])
    steps.confirmed(cast, case)
    assert steps.drafted(cast, case).items == list(steps.ITEMS)
    agreed(cast, sender=cast.offices["minami"], recipient=None, items=[], grounds=[OWN_RULE])
    other = a_case(cast)
    with as_owner():
        SharingAgreement.objects.using("owner").filter(sender=cast.offices["kita"]).delete()
    with pytest.raises(Refused, match="ground"):
        steps.excepted(cast, other, ground=Ground.ACCUSATION)


@pytest.mark.parametrize(
    "facts",
    [
        {"grounds": ["all_cases"]},
        {"grounds": []},
        {"grounds": [OWN_RULE, "all_cases"]},
        {"grounds": [OWN_RULE], "items": ["identity_min"]},
    ],
)
def test_a_written_rule_switches_on_nothing_else(cast: Cast, facts: dict[str, Any]) -> None:
    page = signed_in(cast.admin).post(
        "/agreements/add/", agreement(cast, **{"recipient": "", "items": [], **facts})
    )
    assert page.status_code == 200
    assert page.context["form"].errors
    with pytest.raises(IntegrityError, match="agreement_own_rule"):
        agreed(cast, recipient=None, **facts)


def test_a_police_office_has_no_rule_of_its_own(cast: Cast) -> None:
    typed = agreement(
        cast, sender=str(cast.offices["support"].pk), recipient="", items=[], grounds=[OWN_RULE]
    )
    assert signed_in(cast.admin).post("/agreements/add/", typed).context["form"].errors


def test_listed_items_go_as_one_agreement_lists_them(cast: Cast) -> None:
    case = a_case(cast)
    row = agreed(cast, items=list(steps.ITEMS), listed=list(steps.ITEMS[:2]), grounds=["listed_items"])
    with pytest.raises(Refused, match="items"):
        steps.excepted(cast, case, ground=Ground.LISTED, items=list(steps.ITEMS))
    request = steps.excepted(cast, case, ground=Ground.LISTED, items=list(steps.ITEMS[:2]), approve=False)
    widen = "UPDATE referrals_exceptionrequest SET items = %s WHERE id = %s"
    refused(cast.caseworker, "exception_ground", widen, list(steps.ITEMS), request.pk)
    steps.approved(cast, request)
    report = steps.sent(cast, steps.decided(cast, steps.drafted(cast, case, items=steps.ITEMS[:2])))
    steps.assigned(cast, report)
    assert sorted(steps.seen_by(cast.police, report)) == sorted(steps.ITEMS[:2])
    with as_owner():
        SharingAgreement.objects.using("owner").filter(pk=row.pk).update(listed=[steps.ITEMS[0]])
    assert steps.seen_by(cast.police, report) == []


@pytest.mark.parametrize(
    ("listed", "grounds"),
    [(["identity_min"], []), ([], ["listed_items"]), (["medical_done"], ["listed_items"])],
)
def test_the_list_and_its_ground_go_together(cast: Cast, listed: list[str], grounds: list[str]) -> None:
    page = signed_in(cast.admin).post("/agreements/add/", agreement(cast, listed=listed, grounds=grounds))
    assert set(page.context["form"].errors) == {"listed"}


def test_an_agreement_lists_its_own_items_alone(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="agreement_lists_its_items"):
        agreed(cast, items=["identity_min"], listed=["safety_state"], grounds=["listed_items"])
    row = drafted(cast, listed=["identity_min"], grounds=["listed_items"])
    refused(
        cast.director,
        "agreement_stays",
        "UPDATE agencies_sharingagreement SET listed = '{}' WHERE id = %s",
        row.pk,
    )
    assert again(row).listed == ["identity_min"]


def test_whoever_brought_the_child_is_told_the_facts_of_the_agreement_alone(cast: Cast) -> None:
    assert set(FACTS) <= set(Item.values)
    case = brought(cast)
    with pytest.raises(Refused, match="ground"):
        steps.excepted(cast, case, ground=Ground.ANSWER, items=FACTS)
    agreed(cast, items=[*steps.ITEMS, "accepted", "custody_dates"], grounds=["answer"])
    with pytest.raises(Refused, match="items"):
        steps.excepted(cast, case, ground=Ground.ANSWER, items=[*FACTS, "incident_outline"])
    request = steps.excepted(cast, case, ground=Ground.ANSWER, items=FACTS, approve=False)
    widen = "UPDATE referrals_exceptionrequest SET items = %s WHERE id = %s"
    refused(cast.caseworker, "exception_ground", widen, [*FACTS, "identity_min"], request.pk)
    steps.approved(cast, request)
    with acting_as(cast.caseworker):
        assert text_now(Case.objects.get(pk=case.pk), "accepted") == "未決定"
    accept(cast, case, cast.caseworker, cast.caseworker)
    with acting_as(cast.caseworker):
        assert text_now(Case.objects.get(pk=case.pk), "accepted").startswith("受理（")
    with acting_as(cast.caseworker):
        fresh = Case.objects.get(pk=case.pk)
        texts = {item: text for item in FACTS if (text := text_now(fresh, item))}
    answer: dict[str, Any] = {"paper_kind": PaperKind.KAITO, "texts": texts}
    with pytest.raises(Refused, match="disclosure_ground"):
        steps.drafted(cast, case, **answer | {"paper_kind": PaperKind.JOHO})
    with pytest.raises(Refused, match="text_accepted"):
        steps.drafted(cast, case, **answer | {"texts": texts | {"accepted": "受理。こどもの話（架空）"}})
    report = steps.sent(cast, steps.decided(cast, steps.drafted(cast, case, **answer)))
    steps.assigned(cast, report)
    assert set(steps.seen_by(cast.police, report)) == {*texts} >= {"accepted"}
    assert str(cast.offices["kita"].telephone) in report.contact
    with acting_as(cast.caseworker):
        assert ExceptionRequest.objects.get(pk=request.pk).spent_on == report.pk


def test_nobody_else_is_answered(cast: Cast) -> None:
    agreed(cast, items=[*steps.ITEMS, "accepted", "custody_dates"], grounds=["answer"])
    for case in (brought(cast, "station"), brought(cast, source=Source.SCHOOL)):
        with pytest.raises(Refused, match="ground"):
            steps.excepted(cast, case, ground=Ground.ANSWER, items=FACTS)
    with acting_as(cast.caseworker):
        fresh = Case.objects.select_related("office").get(pk=case.pk)
        typed = {
            "recipient": cast.offices["support"].pk, "ground": "answer", "reason": "回答", "items": [*FACTS, "identity_min"],
        }  # fmt: skip
        form = ExceptionForm(typed, case=fresh, items=tellable_items(OfficeKind.POLICE))
        assert set(form.errors) == {"ground", "items"}
