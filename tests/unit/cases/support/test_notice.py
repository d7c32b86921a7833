"""The duty to notify a child guidance center: asked at the reception, filled in, sent in one tap, answered where all are."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.staff.roles import known_acts
from agencies.staff.rules import Refused
from agencies.staff.walls import FUNCTIONS
from cases.duties.models import Duty
from cases.intake.codes import Law, PoliceForm
from cases.intake.models import Filing, FilingContent, FilingCopy
from cases.records.actions import add_to_team
from cases.records.codes import Level, Relation
from cases.records.models import Case
from cases.support import rules
from cases.support.codes import Aid
from cases.support.models import SupportNotice
from security.encryption.fields import reveal, value_of
from security.walls import clock
from tests.cast import Cast, as_owner
from tests.client import signed_in, text_of
from tests.unit.cases.support.made import JUVENILE, as_shown, support_case


def received(cast: Cast, **more: Any) -> dict[str, Any]:
    """What is typed in the form of a reception."""
    return {
        "recognised": "consult",
        "happened_at": (clock.now() - timedelta(minutes=5)).astimezone().strftime("%Y-%m-%dT%H:%M"),
        "means": "meeting",
        "consultant": "本人",
        "worry": "怖い",
        "family_name": "架空",
        "given_name": "ひなた",
        "family_kana": "カクウ",
        "given_kana": "ヒナタ",
        "sex": "female",
        "birth_date": "2012-05-01",
        "situation": "同居の者から触られた",
        "harm": "waisetsu",
        "danger": "watch",
        "aid": "abuse",
        **more,
    }


def test_the_reception_leads_to_the_notification_and_one_tap_sends_it(cast: Cast) -> None:
    """児童福祉法25条, 児童虐待防止法6条1項: no consent is asked, and nothing is typed again."""
    client = signed_in(cast.police)
    answer = client.post("/support/new/", received(cast, words="こわい", question="尋ねていない"))
    with acting_as(cast.police):
        case = Case.objects.get()
    path = reverse("support_notify", args=[case.pk])
    assert (answer.status_code, answer.headers["Location"]) == (302, path)
    with as_owner():  # the other center does not receive any more: there is one, and it is chosen
        type(cast.offices["minami"]).objects.using("owner").filter(code="minami").update(active=False)
    assert client.post(path, as_shown(client.get(path).context["form"])).status_code == 302
    with acting_as(cast.police):
        copy = FilingCopy.objects.get()
        assert value_of(copy.police_form) is PoliceForm.DOCUMENT
        assert value_of(copy.law) is Law.ABUSE
        assert reveal(copy, "situation") == "同居の者から触られた"
        assert (reveal(copy, "words"), reveal(copy, "asked_by")) == ("こわい", cast.police.staff.name)
        assert (reveal(copy, "family_name"), reveal(copy, "document")) == ("架空", case.number)
        notice = SupportNotice.objects.get()
        assert (notice.reference, notice.recipient) == (reveal(copy, "reference"), cast.offices["kita"])
        assert not Duty.objects.filter(kind="support_notify", done_at=None).exists()
    page = text_of(client.get(f"/cases/{case.pk}/"))
    assert "児童相談所に通告した" in page
    assert cast.offices["kita"].name in page


def test_the_center_reads_what_was_sent_and_nothing_else(cast: Cast) -> None:
    case = support_case(cast, aid=Aid.ABUSE)
    client, path = signed_in(cast.police), reverse("support_notify", args=[case.pk])
    fields = as_shown(client.get(path).context["form"]) | {
        "recipient": cast.offices["kita"].pk,
        "situation": "要点だけ",
    }
    assert client.post(path, fields).status_code == 302
    center = signed_in(cast.supervisor)
    with acting_as(cast.supervisor):
        filing = Filing.objects.get()
    center.post(f"/intake/filings/{filing.pk}/open/")
    page = text_of(center.get(f"/intake/filings/{filing.pk}/"))
    assert "要点だけ" in page
    assert "画像を送った" not in page
    with acting_as(cast.supervisor):
        assert FilingContent.objects.count() == 1
        assert SupportNotice.objects.count() == 0
    assert "受領" in text_of(client.get("/filings/"))


def test_whoever_is_eighteen_is_not_notified(cast: Cast) -> None:
    """児童福祉法4条1項: a child is under 18."""
    case = support_case(cast)
    today = clock.today()
    with acting_as(cast.police):
        rules.check_may_notify(case, cast.police, today)
        born = JUVENILE.birth_date
        assert born is not None
        with pytest.raises(Refused) as refused:
            rules.check_may_notify(case, cast.police, born.replace(year=born.year + 18))
        assert refused.value.code == "grown"


def test_a_member_who_does_not_manage_and_a_supervisor_do_not_file(cast: Cast) -> None:
    case = support_case(cast)
    with acting_as(cast.police):
        add_to_team(case, cast.police2, relation=Relation.MEMBER, level=Level.EDIT, by=cast.police)
    for name in ("police2", "policechief"):
        with acting_as(cast.positions[name]), pytest.raises(Refused):
            rules.check_may_notify(case, cast.positions[name], clock.today())


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"birth_date": "2000-01-01", "birth_date_checked": "on", "aid": "neither"}, "birth_date"),
        ({"aid": ""}, "aid"),
        ({"consultant": ""}, "consultant"),
        ({"words": "こわい"}, "question"),
    ],
)
def test_what_is_refused_stands_at_its_field(cast: Cast, typed: dict[str, str], field: str) -> None:
    answer = signed_in(cast.police).post("/support/new/", received(cast, **typed))
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    with acting_as(cast.police):
        assert not Case.objects.exists()


def test_the_database_knows_the_acts_of_the_police() -> None:
    for act in known_acts().values():
        assert (f"'{act.value}'" in FUNCTIONS) is act.police, act.value
