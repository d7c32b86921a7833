"""Whom the child does not want to know is above every form from which that person could be reached, in no print, and in the
draft of what the police must mind; what else is at the head of a case."""

import pytest
from django.conf import settings
from django.urls import reverse

from agencies.staff.acting import acting_as
from cases.cautions.codes import CautionKind
from cases.intake.actions import add_notification
from cases.records.actions import add_to_team
from cases.records.codes import Level, Relation
from cases.records.models import Case
from referrals.consent.queries import text_now
from referrals.disclosures.codes import Item
from security.audit.models import CaseTrace
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in
from tests.unit.cases.cautions.test_cautions import MOTHER, WORDS, bar_of, lifted, recorded
from tests.unit.cases.intake.test_actions import a_call, received
from tests.unit.referrals.steps import confirmed

FORMS = ("intention_new", "exception_new", "contact_new", "visit_new", "custody_start", "prints")


def page(
    cast: Cast, case: Case, name: str, by: str = "caseworker", language: str = "ja", query: str = ""
) -> str:
    client = signed_in(cast.positions[by])
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = client.get(reverse(name, args=[case.pk]) + query, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def panels_of_last_look() -> list[str]:
    with as_owner():
        return list(CaseTrace.objects.using("owner").latest("id").panels)


@pytest.mark.parametrize("name", FORMS)
def test_above_the_forms(cast: Cast, name: str) -> None:
    case = a_case(cast)
    assert WORDS not in page(cast, case, name)
    assert "cautions" not in panels_of_last_look()
    recorded(cast, case, kind=CautionKind.SUSPECT_CONTACT, words="ほかの注意（架空）")
    caution = recorded(cast, case)
    shown = page(cast, case, name)
    assert WORDS in shown
    assert "ほかの注意（架空）" not in shown
    assert "cautions" in panels_of_last_look()
    lifted(cast, caution)
    assert WORDS not in page(cast, case, name)


def test_above_the_report_and_in_what_the_police_must_mind(cast: Cast) -> None:
    case = a_case(cast)
    confirmed(cast, case, items=("identity_min", Item.CONSIDERATIONS.value))
    with acting_as(cast.caseworker):
        assert text_now(case, Item.CONSIDERATIONS) == ""
    recorded(cast, case)
    shown = page(cast, case, "report_new")
    assert WORDS in shown
    with acting_as(cast.caseworker):
        begun = text_now(case, Item.CONSIDERATIONS)
    assert begun == f"{MOTHER}には知らせないでください（こどもの希望）。"
    assert begun in shown
    assert WORDS not in begun


def test_a_notifier_is_kept_secret_and_only_those_who_may_know_are_told_so(cast: Cast) -> None:
    case = a_call(cast).case
    with acting_as(cast.caseworker):
        add_to_team(case, cast.colleague, relation=Relation.MEMBER, level=Level.EDIT, by=cast.caseworker)
    assert "通告者秘匿" in bar_of(page(cast, case, "progress_add"))
    assert "通告者秘匿" not in bar_of(page(cast, case, "progress_add", by="colleague"))
    assert "notifier" not in panels_of_last_look()
    assert "通告者秘匿" not in bar_of(page(cast, a_case(cast), "case"))


def test_it_counts_how_often_the_child_was_asked(cast: Cast) -> None:
    """A notification without words, words told unasked, and the correction of a record are no question."""
    case = a_case(cast)
    assert "聴取回数" not in bar_of(page(cast, case, "case"))
    with acting_as(cast.caseworker):
        add_notification(case, received(words=""), by=cast.caseworker)
        for question in ("", "尋ねていない。", "Not asked."):
            add_notification(case, received(question=question), by=cast.caseworker)
    assert "聴取回数" not in bar_of(page(cast, case, "case"))
    with acting_as(cast.caseworker):
        add_notification(case, received(question="どうしたの？"), by=cast.caseworker)
    assert "聴取回数（通告・意向確認）1回" in bar_of(page(cast, case, "case"))
    confirmed(cast, case)
    assert "聴取回数（通告・意向確認）2回" in bar_of(page(cast, case, "case"))
    confirmed(cast, case, correction="日付の誤り（架空）")
    assert "聴取回数（通告・意向確認）2回" in bar_of(page(cast, case, "visit_new"))
    assert "Asked 2 times (notification, intention)" in bar_of(page(cast, case, "case", language="en"))
