"""A place is asked for without a name, offered, declined, chosen, confirmed; the pages of both sides and what each is told."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.records.actions import ChildFacts
from cases.records.codes import Sex
from cases.records.models import Case
from referrals.places import actions, panel, rules
from referrals.places.codes import Decline, PlaceState, Pressing, Term
from referrals.places.models import PlaceAsk, PlaceLink
from referrals.places.tasks import warn_unanswered
from security.encryption.fields import value_of
from tests.cast import Cast, a_case, as_owner, as_role
from tests.client import signed_in, text_of
from tests.unit.referrals.places.steps import (
    SHEET,
    ask_of,
    asked,
    asked_back,
    chosen,
    declined,
    offered,
    opened,
    sheet,
    state_of,
)

S = PlaceState
CHILD = ChildFacts(
    family_name="星野",
    given_name="はな",
    family_kana="ホシノ",
    given_kana="ハナ",
    sex=Sex.FEMALE,
    birth_date=date(2016, 5, 4),
    school="若葉小学校",
    address="架空市青葉町1-2-3",
)


@pytest.fixture
def case(cast: Cast) -> Case:
    return a_case(cast, child=CHILD)


def moved(link: PlaceLink, **columns: Any) -> None:
    """Hours later."""
    with as_owner():
        PlaceAsk.objects.using("owner").filter(pk=link.ask_id).update(**columns)


def kinds(by: Position) -> list[str]:
    with acting_as(by):
        return sorted(Notice.objects.filter(kind__startswith="place_").values_list("kind", flat=True))


def as_typed(**more: Any) -> dict[str, Any]:
    facts = sheet(**more)
    return {
        name: [one.value for one in facts[name]] if name == "care_needs" else str(facts[name])
        for name in facts
    }


def test_from_the_case_to_the_confirmed_place_on_the_pages(cast: Cast, case: Case) -> None:
    center, here = signed_in(cast.caseworker), signed_in(cast.institution)
    typed = as_typed() | {
        "institutions": [str(cast.offices[one].pk) for one in ("home", "home2")],
        "age_group": SHEET["age_group"].value,
    }
    assert center.post(reverse("place_new", args=[case.pk]), typed).status_code == 302
    with acting_as(cast.caseworker):
        links = list(PlaceLink.objects.select_related("ask").order_by("ask__institution__code"))
    assert len(links) == 2
    ask, search = links[0].ask_id, links[0].search_id
    page = reverse("place_asked", args=[ask])
    assert page in text_of(here.get(reverse("home")))
    assert "架空市" in text_of(here.get(page))
    assert state_of(cast, links[0]) is S.SEEN
    here.post(reverse("place_question", args=[ask]), {"text": "アレルギーはありますか"})
    answer = reverse("place_answer", args=[case.pk, ask])
    assert "アレルギーはありますか" in text_of(center.get(answer))
    assert center.post(answer, {"text": "卵です"}).status_code == 302
    assert "卵です" in text_of(here.get(page))
    here.post(reverse("place_reply", args=[ask]), {"reply": "offer_3"})
    assert state_of(cast, links[0]) is S.OFFERED
    center.post(reverse("place_choose", args=[case.pk, ask]))
    assert state_of(cast, links[0]) is S.CHOSEN
    here.post(reverse("place_reply", args=[ask]), {"reply": "confirm"})
    assert state_of(cast, links[0]) is S.CONFIRMED
    center.post(reverse("place_release", args=[case.pk, search]))
    assert state_of(cast, links[1]) is S.WITHDRAWN
    shown = text_of(center.get(reverse("place_search", args=[case.pk, search])))
    assert "青空学園" in shown
    assert "みなと学園" in shown
    assert kinds(cast.institution) == ["place_answer", "place_asked", "place_chosen"]
    assert kinds(cast.institution2) == ["place_asked", "place_withdrawn"]
    assert kinds(cast.caseworker) == ["place_confirmed", "place_offered", "place_question"]


def test_the_institution_answers_in_two_presses_from_its_home(cast: Cast, case: Case) -> None:
    (link,) = asked(cast, case, of=("home",))
    here = signed_in(cast.institution)
    page = reverse("place_asked", args=[link.ask_id])
    assert page in text_of(here.get(reverse("home")))
    reply = reverse("place_reply", args=[link.ask_id])
    shown = text_of(here.get(page))
    assert reply in shown
    assert 'value="decline_mix"' in shown
    here.post(reply, {"reply": "decline_mix"})
    with acting_as(cast.caseworker):
        assert value_of(PlaceAsk.objects.get(pk=link.ask_id).decline) is Decline.MIX
    here.post(reply, {"reply": "nothing"})
    assert state_of(cast, link) is S.DECLINED


def test_the_institution_reads_nothing_that_says_who_the_child_is(cast: Cast, case: Case) -> None:
    link, other = asked(cast, case)
    declined(cast, other)
    here = signed_in(cast.institution)
    for page in (reverse("home"), reverse("places_asked"), reverse("place_asked", args=[link.ask_id])):
        shown = text_of(here.get(page))
        for secret in (
            *(
                "星野",
                "ホシノ",
                "ハナ",
                "2016",
                "青葉町",
                "若葉",
                case.number,
                str(case.pk),
                str(link.search_id),
            ),
            *("みなと学園", str(other.ask_id), cast.caseworker.staff.name),
        ):
            assert secret not in shown, (page, secret)


@pytest.mark.parametrize(
    "text",
    [
        "星野さんです",
        "はなちゃんは卵がだめです",
        "2016年5月4日生まれ",
        "平成28年5月4日生まれ",
        "架空市青葉町1-2-3から通う",
    ],
)
def test_an_answer_that_says_who_the_child_is_goes_nowhere(cast: Cast, case: Case, text: str) -> None:
    (link,) = asked(cast, case, of=("home",))
    asked_back(cast, link)
    answer = signed_in(cast.caseworker).post(
        reverse("place_answer", args=[case.pk, link.ask_id]), {"text": text}
    )
    assert "text" in answer.context["form"].errors
    with acting_as(cast.caseworker), pytest.raises(Refused):
        actions.answer(link, text, by=cast.caseworker)
    with acting_as(cast.caseworker), pytest.raises(Refused) as told:
        actions.ask_for_place(case, sheet(not_near=text), [cast.offices["home"]], by=cast.caseworker)
    assert told.value.code == "not_near"
    assert state_of(cast, link) is S.ASKED_BACK


def test_the_number_of_the_case_goes_nowhere(cast: Cast, case: Case) -> None:
    with acting_as(cast.caseworker), pytest.raises(Refused):
        rules.check_anonymous(case, f"番号は{case.number}です", "text")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"wanted_from": date(2020, 1, 1)}, "wanted_from"),
        ({"institutions": []}, "institutions"),
    ],
)
def test_what_cannot_be_is_named_at_its_field(
    cast: Cast, case: Case, more: dict[str, Any], field: str
) -> None:
    typed = as_typed() | {"institutions": [str(cast.offices["home"].pk)]} | more
    answer = signed_in(cast.caseworker).post(reverse("place_new", args=[case.pk]), typed)
    assert field in answer.context["form"].errors
    with acting_as(cast.caseworker):
        assert not PlaceLink.objects.exists()


def test_nobody_is_asked_but_an_institution(cast: Cast, case: Case) -> None:
    typed = as_typed() | {"institutions": [str(cast.offices["school"].pk)]}
    answer = signed_in(cast.caseworker).post(reverse("place_new", args=[case.pk]), typed)
    assert "institutions" in answer.context["form"].errors


def test_an_emergency_is_answered_within_hours_as_the_center_set(cast: Cast, case: Case) -> None:
    with as_owner():
        type(cast.offices["kita"]).objects.using("owner").filter(code="kita").update(
            place_hours=2, place_days=5
        )
    fresh = type(cast.caseworker).objects.using("gate").select_related("office").get(pk=cast.caseworker.pk)
    now = timezone.now()
    assert rules.answer_by(fresh.office, Pressing.EMERGENCY, now) == now + timedelta(hours=2)
    assert rules.answer_by(fresh.office, Pressing.NORMAL, now) == now + timedelta(days=5)


def test_who_asked_is_told_once_that_it_was_not_answered_in_time(cast: Cast, case: Case) -> None:
    link, other = asked(cast, case)
    declined(cast, other)
    for one in (link, other):
        moved(one, answer_by=timezone.now() - timedelta(minutes=1))
    with as_role("worker"):
        assert warn_unanswered() == 1
        assert warn_unanswered() == 0
    assert kinds(cast.caseworker) == ["place_declined", "place_unanswered"]
    assert reverse("place_search", args=[case.pk, link.search_id]) in text_of(
        signed_in(cast.caseworker).get(reverse("home"))
    )
    assert ask_of(cast, link).is_late(timezone.now())
    opened(cast, link)  # late is not too late
    offered(cast, link)


def test_an_offer_that_has_run_out_is_chosen_by_nobody_and_made_anew(cast: Cast, case: Case) -> None:
    (link,) = asked(cast, case, of=("home",))
    offered(cast, link)
    moved(link, offer_until=timezone.now() - timedelta(seconds=1))
    with acting_as(cast.caseworker), pytest.raises(Refused) as told:
        actions.choose(link, by=cast.caseworker)
    assert told.value.code == "run_out"
    client = signed_in(cast.caseworker)
    client.post(reverse("place_choose", args=[case.pk, link.ask_id]))
    assert state_of(cast, link) is S.OFFERED
    offered(cast, link, Term.WEEK)
    client.post(reverse("place_choose", args=[case.pk, link.ask_id]))
    assert state_of(cast, link) is S.CHOSEN


def test_one_offer_of_a_search_is_chosen(cast: Cast, case: Case) -> None:
    link, other = asked(cast, case)
    offered(cast, other)
    chosen(cast, link)
    with acting_as(cast.caseworker), pytest.raises(Refused) as told:
        actions.choose(other, by=cast.caseworker)
    assert told.value.code == "one_chosen"
    with acting_as(cast.caseworker):
        actions.withdraw(link, by=cast.caseworker)
        actions.choose(other, by=cast.caseworker)
    assert state_of(cast, other) is S.CHOSEN


def _left_offered(cast: Cast, link: PlaceLink) -> None:
    offered(cast, link)


def _left_chosen(cast: Cast, link: PlaceLink) -> None:
    chosen(cast, link)


@pytest.mark.parametrize("before", [opened, asked_back, _left_offered, _left_chosen])
def test_an_answer_to_a_withdrawn_request_is_a_sentence(
    cast: Cast, case: Case, before: Callable[[Cast, PlaceLink], None]
) -> None:
    (link,) = asked(cast, case, of=("home",))
    before(cast, link)
    with acting_as(cast.caseworker):
        actions.withdraw(link, by=cast.caseworker)
    here = signed_in(cast.institution)
    for reply in ("confirm", "offer_1", "decline_no_bed"):
        answer = here.post(reverse("place_reply", args=[link.ask_id]), {"reply": reply}, follow=True)
        assert answer.status_code == 200
        assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    answer = here.post(reverse("place_question", args=[link.ask_id]), {"text": "いつからですか"})
    assert answer.context["form"].non_field_errors()
    assert "いつからですか" in text_of(answer)
    assert "架空市" not in text_of(here.get(reverse("place_asked", args=[link.ask_id])))
    assert state_of(cast, link) is S.WITHDRAWN


def test_the_chosen_institution_can_still_decline(cast: Cast, case: Case) -> None:
    (link,) = asked(cast, case, of=("home",))
    chosen(cast, link)
    signed_in(cast.institution).post(
        reverse("place_reply", args=[link.ask_id]), {"reply": "decline_care_level"}
    )
    assert state_of(cast, link) is S.DECLINED
    assert "place_declined" in kinds(cast.caseworker)


def test_a_case_is_not_closed_while_a_request_is_open(cast: Cast, case: Case) -> None:
    (link,) = asked(cast, case, of=("home",))
    with acting_as(cast.caseworker):
        assert rules.what_is_open(case, timezone.now())
        actions.withdraw(link, by=cast.caseworker)
        assert not rules.what_is_open(case, timezone.now())


def test_a_request_that_ended_long_ago_is_read_at_the_institution_no_more(cast: Cast, case: Case) -> None:
    (link,) = asked(cast, case, of=("home",))
    declined(cast, link)
    page = reverse("place_asked", args=[link.ask_id])
    assert signed_in(cast.institution).get(page).status_code == 200
    moved(link, ended_at=timezone.now() - timedelta(days=30, minutes=1))
    assert signed_in(cast.institution).get(page).status_code == 404
    assert state_of(cast, link) is S.DECLINED


def test_the_sheet_sent_last_stands_in_the_next_form(cast: Cast, case: Case) -> None:
    asked(cast, case, of=("home",))
    form = signed_in(cast.caseworker).get(reverse("place_new", args=[case.pk])).context["form"]
    assert form["age_group"].value() == SHEET["age_group"]
    assert form["not_near"].value() == "架空市"
    assert form["how_soon"].value() is None
    assert not form["institutions"].value()


def test_the_home_of_who_asked_says_what_is_next_and_counts_what_has_ended(cast: Cast, case: Case) -> None:
    """What one institution has confirmed is not chosen again among the others' offers."""
    link, other = asked(cast, case)

    def said() -> list[str]:
        with acting_as(cast.caseworker):
            return [str(line.text) for line in panel.to_do(cast.caseworker, 8)]

    assert said() == []
    asked_back(cast, other)
    (question,) = said()
    with acting_as(cast.caseworker):
        actions.answer(other, "朝と夜です", by=cast.caseworker)
    chosen(cast, link)
    (release,) = said()
    assert release != question
    offered(cast, other)
    with acting_as(cast.institution):
        actions.confirm(link.ask, by=cast.institution)
    assert said() == [release]
    with acting_as(cast.caseworker):
        assert [str(step.label) for step in panel.steps(case, cast.caseworker)] == [release]
        with pytest.raises(Refused) as told:
            actions.choose(other, by=cast.caseworker)
        assert told.value.code == "one_chosen"
        actions.release_others(link.search, by=cast.caseworker)
    assert said() == []
