"""The pages of a filing: at the office that files, and at the desk that takes it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.roles import Role
from agencies.staff.rules import Refused
from cases.intake import filing as filings
from cases.intake.codes import FilingState, Source
from cases.intake.models import Filing, FilingCopy, Notification, Told
from cases.intake.queries import my_filings
from cases.records.codes import Sex
from cases.records.models import Case
from security.encryption.fields import reveal, value_of
from security.walls import clock
from tests.cast import CHILD, Cast, a_case, as_owner
from tests.client import signed_in
from tests.unit.cases.intake.test_filing import ABOUT, WORDS, a_filing, opened, register


def filing_data(cast: Cast, **more: Any) -> dict[str, Any]:
    return {
        "recipient": str(cast.offices["kita"].pk),
        "family_name": "髙橋", "given_name": "𠮷乃", "family_kana": "タカハシ", "given_kana": "ヨシノ", "sex": "female",
        "birth_date": "2013-05-01", "place_detail": "保健室", "situation": "架空の事案", "basis": "from_child", "words": WORDS,
        "question": "どうしたの", "asked_by": "養護教諭", "child_knows": "yes", "custodian_knows": "no", "grounds": ["sexual"],
        "contact": "03-1111-2222",
    } | more  # fmt: skip


def test_a_school_tells_of_the_home_and_until_when_it_is_to_be_decided(cast: Cast) -> None:
    school, leaves = (
        signed_in(cast.school),
        (clock.now() + timedelta(hours=3)).replace(second=0, microsecond=0),
    )
    past = filing_data(cast, leaves_at=timezone.localtime(clock.now() - timedelta(hours=1)).isoformat())
    assert set(school.post("/filings/new/", past).context["form"].errors) == {"leaves_at"}
    home = {
        "custodians": "髙橋一郎（実父）", "siblings": "弟1人、保育所", "with_suspect": "yes", "can_be_met": "no",
        "leaves_at": timezone.localtime(leaves).strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip
    assert school.post("/filings/new/", filing_data(cast, **home)).status_code == 302
    with acting_as(cast.school):
        copy = FilingCopy.objects.get()
        assert value_of(copy.leaves_at) == leaves
        copied = school.get(reverse("filing_copy", args=[copy.filing_id])).content.decode()
    with acting_as(cast.caseworker):
        filings.open_filing(Filing.objects.get(), by=cast.caseworker)
        filing = Filing.objects.select_related("sender", "filed_by__staff").get()
    desk = signed_in(cast.caseworker).get(f"/intake/filings/{filing.pk}/").content.decode()
    for words in ("髙橋一郎（実父）", "弟1人、保育所"):
        assert words in copied
        assert words in desk
    assert "こどもが離れる前に" in desk
    notification = register(cast, filing)
    with acting_as(cast.caseworker):
        told = reveal(Notification.objects.get(pk=notification.pk), "situation") or ""
    for words in ("架空の事案", "髙橋一郎（実父）", "弟1人、保育所", "加害が疑われる人との同居：はい"):
        assert words in told, told
    with acting_as(cast.school), pytest.raises(Refused, match="leaves_at"):
        filings.file_notification(
            cast.offices["kita"], CHILD, dict.fromkeys(Told.TOLD, ""), grounds=(), about=ABOUT, by=cast.school,
            known={"leaves_at": clock.now() - timedelta(minutes=1)},
        )  # fmt: skip


def test_a_board_of_education_is_counted_apart_from_the_schools(cast: Cast) -> None:
    with as_owner():
        Position.objects.using("owner").filter(pk=cast.school.pk).update(role=Role.EDUCATION_BOARD)
    board = Position.objects.using("gate").select_related("office", "staff").get(pk=cast.school.pk)
    told = dict.fromkeys(Told.TOLD, "") | {"situation": "架空の事案"}
    with acting_as(board):
        filings.file_notification(cast.offices["kita"], CHILD, told, grounds=(), about=ABOUT, by=board)
    with acting_as(cast.caseworker):
        filings.open_filing(Filing.objects.get(), by=cast.caseworker)
        filing = Filing.objects.select_related("sender", "filed_by__staff").get()
    row = register(cast, filing)
    with acting_as(cast.caseworker):
        assert value_of(Notification.objects.get(pk=row.pk).source) is Source.EDUCATION_BOARD


@pytest.mark.parametrize("name", ["school", "clinician", "institution"])
def test_filed_from_its_own_page(cast: Cast, name: str) -> None:
    client = signed_in(cast.positions[name])
    assert client.get("/filings/new/").status_code == 200
    assert client.post("/filings/new/", filing_data(cast))["Location"] == "/filings/"
    text = client.get("/filings/").content.decode()
    with acting_as(cast.positions[name]):
        assert my_filings(cast.positions[name], {}).rows[0].reference in text
    assert WORDS not in text
    assert "髙橋" not in text


@pytest.mark.parametrize(
    ("named", "family_name"),
    [({"family_name": "髙橋", "given_name": "𠮷乃"}, "髙橋"), ({"name_unknown": "on"}, "不詳")],
)
def test_who_is_meant_and_what_happened_is_enough(
    cast: Cast, named: dict[str, str], family_name: str
) -> None:
    """A suspicion is notified at once (児童虐待防止法6条). The center knows what was not said, and fills it in on the case."""
    least = {
        "recipient": str(cast.offices["kita"].pk),
        "situation": "架空の事案",
        "contact": "03-1111-2222",
        **named,
    }
    school = signed_in(cast.school)
    page = school.get("/filings/new/")
    assert [field.name for field in page.context["form"] if field.value()] == ["contact"], "of the office"
    for lacks in set(least) - {"contact", "recipient", "situation"}:
        refused = school.post("/filings/new/", {key: typed for key, typed in least.items() if key != lacks})
        assert refused.context["form"].errors, lacks
    answer = school.post("/filings/new/", least)
    assert answer.status_code == 302, answer.context["form"].errors
    with acting_as(cast.caseworker):
        filings.open_filing(Filing.objects.get(), by=cast.caseworker)
        filing = Filing.objects.select_related("sender", "filed_by__staff").get()
    desk = signed_in(cast.caseworker).get(f"/intake/filings/{filing.pk}/").content.decode()
    assert "None" not in desk
    notification = register(cast, filing)
    with acting_as(cast.caseworker):
        row = Notification.objects.select_related("case__child").get(pk=notification.pk)
        child = row.case.child
        assert (reveal(child, "family_name"), reveal(child, "family_kana")) == (family_name, "不詳")
        assert (value_of(child.sex), reveal(child, "birth_date")) == (Sex.OTHER, "不詳")
        assert row.unfilled == [name for name in Notification.LATER if name != "asked_at"]


def test_what_is_wrong_is_said_and_nothing_is_sent(cast: Cast) -> None:
    page = signed_in(cast.school).post(
        "/filings/new/", filing_data(cast, recipient=str(cast.offices["support"].pk))
    )
    assert page.context["form"].errors["recipient"]
    assert WORDS in page.content.decode()
    with acting_as(cast.school):
        assert not my_filings(cast.school, {}).rows


def test_opened_read_and_registered_on_the_pages(cast: Cast) -> None:
    filing = a_filing(cast)
    client = signed_in(cast.caseworker)
    path = f"/intake/filings/{filing.pk}/"
    assert filing.reference in client.get("/intake/filings/").content.decode()
    assert WORDS not in client.get(path).content.decode()
    assert client.post(f"{path}open/")["Location"] == path
    assert WORDS in client.get(path).content.decode()
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET ROLE wall")
        cursor.execute(
            "SELECT count(*) FROM security_event WHERE verb = 'FILING_VIEW' AND object_pk = %s",
            [filings.name_in_log(filing)],
        )
        assert cursor.fetchone() == (2,)
        cursor.execute("RESET ROLE")
    data = {"track": "abuse", "urgency": "B", "in_charge": str(cast.caseworker.pk)}
    answer = client.post(f"{path}register/", data)
    with acting_as(cast.caseworker):
        case = Case.objects.get()
    assert answer["Location"] == f"/cases/{case.pk}/reception/#intake"
    assert client.get(path).status_code == 404
    with acting_as(cast.caseworker):
        notification = Notification.objects.get()
    notifier = client.get(f"/cases/{case.pk}/notifications/{notification.pk}/notifier/").content.decode()
    assert filing.reference in notifier
    receipts = signed_in(cast.school).get("/filings/").content.decode()
    assert filing.reference in receipts
    row = receipts.split(f">{filing.reference}<")[1].split("</tr>")[0]
    assert str(FilingState.REGISTERED.label) in row
    assert timezone.localtime(filing.sent_at).strftime("%H:%M") not in row


def test_attached_on_the_page_to_the_case_that_is_proposed(cast: Cast) -> None:
    case = a_case(cast)
    filing = opened(cast)
    client = signed_in(cast.caseworker)
    path = f"/intake/filings/{filing.pk}/"
    page = client.get(path)
    assert page.context["attach"]["number"].value() == case.number
    wrong = client.post(f"{path}attach/", {"number": "KITA-1999-0001"})
    assert wrong.context["form"].errors["number"]
    assert (
        client.post(f"{path}attach/", {"number": case.number})["Location"]
        == f"/cases/{case.pk}/reception/#intake"
    )


@pytest.mark.parametrize("name", ["stranger", "director", "school", "police", "privacy", "admin"])
def test_the_pages_of_the_desk_do_not_exist_for(cast: Cast, name: str) -> None:
    filing = opened(cast)
    client = signed_in(cast.positions[name])
    assert client.get(f"/intake/filings/{filing.pk}/").status_code == 404
    for verb in ("open", "register", "attach"):
        assert client.post(f"/intake/filings/{filing.pk}/{verb}/", {}).status_code == 404


@pytest.mark.parametrize("name", ["caseworker", "director", "policechief", "privacy"])
def test_the_filers_pages_do_not_exist_for(cast: Cast, name: str) -> None:
    client = signed_in(cast.positions[name])
    assert client.get("/filings/").status_code == 404
    assert client.get("/filings/new/").status_code == 404
