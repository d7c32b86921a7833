"""A school files and reads a copy of it. The child guidance center opens, registers or attaches; nobody else sees anything."""

import json
import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.urls import reverse
from django.utils import timezone

from agencies.directory.models import OfficeKind
from agencies.notices.codes import NoticeKind
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Position, Staff
from agencies.staff.roles import Role
from agencies.staff.rules import Refused
from cases.clocks.models import Clock
from cases.intake import filing as filings
from cases.intake.actions import Received, register_call
from cases.intake.codes import Channel, FilingState, Source, UrgencyItem
from cases.intake.models import Filing, FilingContent, FilingCopy, Notification, Notifier, Told
from cases.intake.queries import incoming_filings, my_filings
from cases.records.actions import add_to_team
from cases.records.codes import Level, Relation, Sex, Track, Urgency
from cases.records.models import Case
from security.audit.models import Event
from security.audit.verbs import Verb
from security.encryption.fields import reveal, value_of
from security.encryption.keyring import KeyNotVisible, Scope, current
from security.encryption.models import DataKey
from security.walls import clock
from tests.cast import CHILD, FACTS, Cast, a_case, as_owner
from tests.client import signed_in

REGISTER = "SELECT wall.register_filing(%s, %s)"
WORDS = "「おじさんがさわった」"
ABOUT = {"place_detail": "保健室", "contact": "03-1111-2222", "keep_from": "保護者"}


def a_filing(cast: Cast, *, by: str = "school", to: str = "kita") -> Filing:
    told = dict.fromkeys(Told.TOLD, "") | {"words": WORDS, "situation": "架空の事案"}
    with acting_as(cast.positions[by]):
        return filings.file_notification(
            cast.offices[to], CHILD, told, grounds=(UrgencyItem.SEXUAL,), about=ABOUT, by=cast.positions[by]
        )


def opened(cast: Cast, name: str = "caseworker") -> Filing:
    filing = a_filing(cast)
    with acting_as(cast.positions[name]):
        filings.open_filing(Filing.objects.get(), by=cast.positions[name])
    return filing


def register(cast: Cast, filing: Filing, name: str = "caseworker") -> Notification:
    by = cast.positions[name]
    with acting_as(by):
        row = Filing.objects.select_related("sender", "filed_by__staff").get(pk=filing.pk)
        return filings.register_filing(
            row, track=Track.THIRD_PARTY, urgency=Urgency.C, in_charge=cast.caseworker, by=by
        )


def test_the_filer_has_a_receipt_and_a_copy_and_none_of_the_centers_keys(cast: Cast) -> None:
    filing = a_filing(cast)
    with acting_as(cast.school):
        assert [(row.reference, row.state) for row in my_filings(cast.school, {}).rows] == [
            (filing.reference, FilingState.SENT)
        ]
        assert not FilingContent.objects.exists()
        assert [key.kind for key in keys_seen()] == ["filed"]
        copy = FilingCopy.objects.get()
        assert (reveal(copy, "words"), reveal(copy, "reference")) == (WORDS, filing.reference)
        with pytest.raises(KeyNotVisible):
            current().key(Scope("compartment", filing.pk))


def keys_seen() -> list[Any]:
    """The keys that the acting position may load."""
    return list(DataKey.objects.all())


def colleague_at_school(cast: Cast) -> Position:
    """Another teacher of the same school, in the same role."""
    facts = {"office": cast.school.office, "role": cast.school.role, "confirmed_at": timezone.now()}
    with as_owner():
        teacher = Staff.objects.using("owner").create(username="teacher2", name="架空　教諭")
        return Position.objects.using("owner").create(staff=teacher, starts_on=date(2020, 4, 1), **facts)


COLLEAGUES = (
    "colleague at school",
    "clinician",
    "stranger",
    "caseworker",
    "director",
    "police",
    "privacy",
    "admin",
)


@pytest.mark.parametrize("name", COLLEAGUES)
def test_a_copy_is_its_filers_alone(cast: Cast, name: str) -> None:
    """The accused may be a colleague; the center reads what came to it, not the copy."""
    filing = a_filing(cast)
    by = cast.positions.get(name) or colleague_at_school(cast)
    with acting_as(by):
        assert not FilingCopy.objects.exists()
        assert "filed" not in {key.kind for key in keys_seen()}
    assert signed_in(by).get(reverse("filing_copy", args=[filing.pk])).status_code in (403, 404)


def test_the_filer_reads_the_copy_also_when_a_case_was_opened_and_each_look_is_recorded(cast: Cast) -> None:
    filing = opened(cast)
    register(cast, filing)
    client = signed_in(cast.school)
    url = reverse("filing_copy", args=[filing.pk])
    assert url in client.get(reverse("filings")).content.decode()
    page = client.get(url)
    assert (page.status_code, WORDS in page.content.decode()) == (200, True)
    with as_owner():
        look = Event.objects.using("owner").filter(verb=Verb.FILING_VIEW, actor=cast.school.staff_id).get()
    assert (look.case_id, str(filing.pk) in str(look.object_pk)) == (None, False)


def test_a_copy_never_changes_and_nobody_makes_one_of_anothers_filing(cast: Cast) -> None:
    filing = a_filing(cast)
    with (
        acting_as(cast.school),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        connection.cursor().execute("UPDATE cases_filingcopy SET words = situation")
    with (
        acting_as(cast.clinician),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        current().create(Scope("filed", filing.pk), cast.clinician.office_id)


def test_receipts_come_in_pages_and_are_the_filers_alone(cast: Cast) -> None:
    filed = [a_filing(cast).reference for _turn in range(3)]
    with acting_as(cast.school):
        newest = my_filings(cast.school, {}, 2)
        older = my_filings(cast.school, dict(parse_qsl(newest.older)), 2)
        assert [row.reference for row in [*newest.rows, *older.rows]] == filed[::-1]
        assert not older.older
        assert older.rows[0].recipient.kind == OfficeKind.CGC
    for colleague in ("director", "police", "clinician"):
        with acting_as(cast.positions[colleague]):
            assert not my_filings(cast.positions[colleague], {}).rows


def test_not_even_with_the_ciphertext_at_hand(cast: Cast) -> None:
    filing = a_filing(cast)
    with acting_as(cast.caseworker):
        content = FilingContent.objects.get()
    with acting_as(cast.school), pytest.raises(KeyNotVisible):
        reveal(content, "words")
    assert filing.state is FilingState.SENT


@pytest.mark.parametrize(
    "name",
    [
        "stranger",
        "stranger_director",
        "director",
        "police",
        "policechief",
        "clinician",
        "institution",
        "privacy",
        "admin",
    ],
)
def test_others_see_nothing_of_it(cast: Cast, name: str) -> None:
    a_filing(cast)
    with acting_as(cast.positions[name]):
        assert not Filing.objects.exists()
        assert not FilingContent.objects.exists()


ASKED = ("filed_by_id = %s", "sender_id = %s", "received_by_id = %s", "recipient_id = %s", "id = %s")


@pytest.mark.parametrize("name", ["stranger", "director", "clinician", "police", "privacy", None])
def test_a_known_id_does_not_tell_whether_a_colleague_or_a_school_filed(cast: Cast, name: str | None) -> None:
    """By what PostgreSQL did for the statement, as EXPLAIN tells it: for the school that filed and for one that did not."""
    opened(cast)
    # Without the blocks: how many come from a cache depends on what the server did before, not on the row that is asked for.
    explain = "EXPLAIN (ANALYZE, BUFFERS OFF, COSTS OFF, TIMING OFF, SUMMARY OFF, FORMAT JSON)"
    shapes = {
        str(_answer(cast, name, f"{explain} {question}", known))
        for condition in ASKED
        for question in [f"SELECT 1 FROM wall.filings_shown() WHERE {condition}"]
        for known in (cast.school.pk, cast.school.office_id, cast.caseworker.pk, cast.offices["kita"].pk, uuid4())
    }  # fmt: skip
    assert len({re.sub("[0-9a-f-]{36}|[a-z_]*id", "", shape) for shape in shapes}) == 1
    for condition in ASKED:
        with pytest.raises(DatabaseError, match="permission denied"):
            _answer(cast, name, f"SELECT 1 FROM cases_filing WHERE {condition}", cast.school.pk)


def _answer(cast: Cast, name: str | None, statement: str, value: Any) -> Any:
    with acting_as(cast.positions[name]) if name else transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [value])
        return cursor.fetchall()


@pytest.mark.parametrize("name", ["caseworker", "other_section", "supervisor", "duty"])
def test_a_filing_is_read_by_those_who_take_contacts_at_its_office(cast: Cast, name: str) -> None:
    a_filing(cast)
    with acting_as(cast.positions[name]):
        assert len(incoming_filings(cast.positions[name])) == 1
        assert reveal(FilingContent.objects.get(), "words") == WORDS


@pytest.mark.parametrize(
    ("name", "told"), [("supervisor", 1), ("supervisor2", 1), ("duty", 1), ("caseworker", 0), ("director", 0)]
)
def test_supervisors_and_duty_officers_are_told(cast: Cast, name: str, told: int) -> None:
    filing = a_filing(cast)
    with acting_as(cast.positions[name]):
        notices = Notice.objects.filter(kind=NoticeKind.FILING_RECEIVED)
        assert [notice.reference for notice in notices] == [filing.reference] * told


@pytest.mark.parametrize("name", ["caseworker", "policechief", "privacy", "director"])
def test_only_offices_that_notify_file(cast: Cast, name: str) -> None:
    with pytest.raises(Refused, match="role"):
        a_filing(cast, by=name)


@pytest.mark.parametrize("to", ["support", "school", "hospital"])
def test_only_to_a_child_guidance_center(cast: Cast, to: str) -> None:
    with pytest.raises(Refused, match="recipient"):
        a_filing(cast, to=to)


def test_registered_with_one_click(cast: Cast) -> None:
    filing = opened(cast)
    notification = register(cast, filing)
    with acting_as(cast.caseworker):
        case = Case.objects.select_related("child").get()
        row = Notification.objects.get(pk=notification.pk)
        assert [reveal(case.child, "family_name"), reveal(case.child, "birth_date")] == [
            CHILD.family_name,
            "2013-05-01",
        ]
        assert [reveal(row, "words"), reveal(row, "channel"), reveal(row, "source")] == [
            WORDS,
            Channel.FILED,
            Source.SCHOOL,
        ]
        assert (case.urgency, json.loads(reveal(row, "grounds") or "")) == ("A", ["sexual"])
        limit = Clock.objects.get()
        # From the minute of the sending, not from the registering.
        assert limit.due_at - filing.sent_at.replace(second=0, microsecond=0) == timedelta(hours=48)
        notifier = Notifier.objects.get()
        assert [reveal(notifier, "name"), reveal(notifier, "reference")] == [
            cast.school.staff.name,
            filing.reference,
        ]
        assert incoming_filings(cast.caseworker) == []
        assert not FilingContent.objects.exists()  # from here on the case's own grants decide
    with acting_as(cast.school):
        assert [row.state for row in my_filings(cast.school, {}).rows] == [FilingState.REGISTERED]
        assert not Notification.objects.exists()


def test_a_member_does_not_learn_who_filed(cast: Cast) -> None:
    notification = register(cast, opened(cast))
    with acting_as(cast.caseworker):
        add_to_team(
            notification.case, cast.colleague, relation=Relation.MEMBER, level=Level.EDIT, by=cast.caseworker
        )
    with acting_as(cast.colleague):
        assert Notification.objects.exists()
        assert not Filing.objects.exists()
        assert not Notifier.objects.exists()


def test_attached_to_a_case_as_a_further_notification(cast: Cast) -> None:
    case = a_case(cast)
    filing = opened(cast)
    with acting_as(cast.caseworker):
        row = Filing.objects.select_related("sender", "filed_by__staff").get()
        filings.attach_filing(row, Case.objects.select_related("office").get(pk=case.pk), by=cast.caseworker)
        assert reveal(Notifier.objects.get(case=case), "reference") == filing.reference
    with acting_as(cast.school):
        assert my_filings(cast.school, {}).rows[0].state is FilingState.REGISTERED


def test_opened_before_it_is_registered_and_registered_once(cast: Cast) -> None:
    filing = a_filing(cast)
    with pytest.raises(Refused, match="filing"):
        register(cast, filing)
    with acting_as(cast.caseworker):
        filings.open_filing(Filing.objects.get(), by=cast.caseworker)
    notification = register(cast, filing)
    for name in ("caseworker", "supervisor"):
        with acting_as(cast.positions[name]), pytest.raises(DatabaseError), transaction.atomic():
            connection.cursor().execute(REGISTER, [filing.pk, notification.pk])


def test_a_filing_is_not_put_away_under_another_notification(cast: Cast) -> None:
    """Else somebody could make a notification vanish from the desk without a case."""
    filing = opened(cast)
    with acting_as(cast.caseworker):
        told = dict.fromkeys(Told.TOLD, "")
        received = Received(clock.now() - timedelta(hours=1), Channel.TELEPHONE, Source.SCHOOL, told)
        call = register_call(CHILD, FACTS, received, in_charge=cast.caseworker, by=cast.caseworker)
    for name, notification in (("caseworker", call.pk), ("caseworker", uuid4()), ("supervisor", call.pk)):
        with acting_as(cast.positions[name]), pytest.raises(DatabaseError), transaction.atomic():
            connection.cursor().execute(REGISTER, [filing.pk, notification])
    register(cast, filing)


@pytest.mark.parametrize("name", ["school", "stranger", "director", "police"])
@pytest.mark.parametrize("function", ["receive_filing(%s)", "register_filing(%s, gen_random_uuid())"])
def test_raw_sql_moves_no_foreign_filing(cast: Cast, name: str, function: str) -> None:
    filing = opened(cast)
    with acting_as(cast.positions[name]), pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(f"SELECT wall.{function}", [filing.pk])


@pytest.mark.parametrize(
    "change",
    [
        "registered_at = now()",
        "received_at = NULL",
        "recipient_id = sender_id",
        "filed_by_id = received_by_id",
    ],
)
@pytest.mark.parametrize("name", ["school", "caseworker"])
def test_a_receipt_cannot_be_changed(cast: Cast, name: str, change: str) -> None:
    opened(cast)
    with (
        acting_as(cast.positions[name]),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        connection.cursor().execute(f"UPDATE cases_filing SET {change}")


def test_a_notification_cannot_be_filed_in_a_colleagues_name(cast: Cast) -> None:
    with (
        acting_as(cast.school),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        Filing(
            reference="N-TEST", sender=cast.clinician.office, filed_by=cast.clinician, recipient=cast.offices["kita"],
            sent_at="2026-01-01T00:00:00Z",
        ).save(force_insert=True)  # fmt: skip


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
