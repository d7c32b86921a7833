"""A juvenile support center is a police office: it has a plan by a disclosure alone, as long as the child's word holds."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.counseling.models import CounselingPlan
from referrals.consent.queries import text_now
from referrals.disclosures.codes import Item, PaperKind
from referrals.disclosures.models import Disclosure
from referrals.entrusted.codes import ReturnKind
from referrals.entrusted.models import Entrusted, EntrustedItem
from referrals.entrusted.queries import is_open_to_me, parts_of
from security.encryption.fields import reveal
from security.encryption.keyring import KeyNotVisible
from security.walls import clock
from tests.cast import Cast
from tests.client import signed_in, text_of
from tests.unit.referrals import steps as gate
from tests.unit.referrals.entrusted import steps

TEXTS = {"identity_min": "架空　はな（架空）", "plan_support": "遊戯療法を週一回（架空）"}


def asked_for(cast: Cast, plan: CounselingPlan, *, office: str = "support") -> Disclosure:
    """A disclosure of the plan to the police, on the child's word."""
    with acting_as(cast.caseworker):
        case = steps.fresh_plan(plan).case
    to = cast.offices[office]
    gate.confirmed(cast, case, recipient=to, items=list(TEXTS))
    report = gate.drafted(cast, case, recipient=to, texts=TEXTS, paper_kind=PaperKind.SHIEN)
    return gate.sent(cast, gate.decided(cast, report))


def given(cast: Cast) -> tuple[Disclosure, Entrusted]:
    """Assigned to an officer there, and entrusted."""
    plan = steps.planned(cast, of="support")
    report = asked_for(cast, plan)
    gate.assigned(cast, report)
    return report, steps.sent(cast, plan, to="police", texts={})


def refuses(code: str, act: Any) -> None:
    with pytest.raises(Refused) as told:
        act()
    assert told.value.code == code, told.value.reason


def told(cast: Cast, row: Entrusted, who: str = "police") -> dict[str, str]:
    with acting_as(cast.positions[who]):
        return {item.value: reveal(part, "content") or "" for item, part in parts_of(row)}


def test_without_a_disclosure_no_police_office_is_entrusted_with_a_plan(cast: Cast) -> None:
    """The gate: without the child's confirmed intention nothing reaches the police."""
    plan = steps.planned(cast, of="support")
    refuses("disclosure", lambda: steps.sent(cast, plan, to="police", texts={}))
    report = asked_for(cast, plan)
    refuses("provider", lambda: steps.sent(cast, plan, to="police", texts={}))  # it is assigned to nobody yet
    gate.assigned(cast, report)
    row = steps.sent(cast, plan, to="police", texts={})
    assert row.disclosure_id == report.pk
    with acting_as(cast.caseworker):
        assert not EntrustedItem.objects.exists()
    assert told(cast, row) == TEXTS


def test_the_plan_is_the_package_and_nothing_beside_it(cast: Cast) -> None:
    _report, row = given(cast)
    with acting_as(cast.caseworker):
        part = EntrustedItem(case_id=row.case_id, entrusted=row, item="plan_goal")
        part.content = "架空"
        with pytest.raises(IntegrityError, match="not told that"):
            part.save(force_insert=True)
    for name in ("police2", "foreign_police", "station_officer"):
        with acting_as(cast.positions[name]):
            assert not Entrusted.objects.exists(), name
    with acting_as(cast.policechief):
        assert Entrusted.objects.get() == row, (
            "the head sees who gives the help, so that another person can be named"
        )
        assert not EntrustedItem.objects.exists()
        with pytest.raises(KeyNotVisible):
            reveal(Entrusted.objects.get(), "child_words")


def test_the_child_takes_it_back_and_the_officer_reads_nothing_at_the_next_request(cast: Cast) -> None:
    report, row = given(cast)
    steps.accepted(cast, row)
    steps.recorded(cast, row)
    officer = signed_in(cast.police)
    url = reverse("entrusted_plan", args=[row.pk])
    assert TEXTS["plan_support"] in text_of(officer.get(url))
    assert report.intention is not None
    gate.withdrawn(cast, report.intention)
    page = text_of(officer.get(url))
    assert not [text for text in TEXTS.values() if text in page]
    with acting_as(cast.police):
        assert not is_open_to_me(row)
        refuses("gone", lambda: steps.returned(cast, row, ReturnKind.DANGER))
    center = text_of(signed_in(cast.caseworker).get(reverse("case", args=[row.case_id])))
    assert reverse("entrusted", args=[row.case_id, row.pk]) in center  # what is to be done about it


def test_only_a_support_center_is_told_a_plan(cast: Cast) -> None:
    plan = steps.planned(cast, of="station")
    refuses("office", lambda: steps.sent(cast, plan, to="station_officer", texts={}))
    refuses("items", lambda: asked_for(cast, plan, office="station"))


def test_the_child_is_asked_about_a_plan_where_there_is_one(cast: Cast) -> None:
    plan = steps.planned(cast, of="support")
    other = steps.planned(cast)
    client = signed_in(cast.caseworker)
    asked = "item_plan_support"
    assert asked in text_of(client.get(reverse("intention_new", args=[plan.case_id])))
    assert asked not in text_of(client.get(reverse("intention_new", args=[other.case_id])))
    with acting_as(cast.caseworker):
        text = text_now(steps.fresh_plan(plan).case, Item.PLAN_SUPPORT)
    assert "遊戯療法" in text


def test_the_form_asks_for_the_officer_and_the_child_s_words_alone(cast: Cast) -> None:
    plan = steps.planned(cast, of="support")
    client, url = signed_in(cast.caseworker), reverse("entrust_new", args=[plan.case_id, plan.pk])
    assert client.get(url).context["reason"]
    gate.assigned(cast, asked_for(cast, plan))
    form = client.get(url).context["form"]
    assert set(form.fields) == {"provider", "answer_by", "child_words"}
    day = (clock.today() + timedelta(days=5)).isoformat()
    typed = {"provider": str(cast.police.pk), "answer_by": day, "child_words": "「いいよ」（架空）"}
    assert client.post(url, typed).status_code == 302
    with acting_as(cast.caseworker):
        assert Entrusted.objects.get().disclosure_id is not None
