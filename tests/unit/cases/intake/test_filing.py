"""A school files and reads a copy of it. The child guidance center opens, registers or attaches; nobody else sees anything."""

import json
import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from agencies.directory.models import OfficeKind
from agencies.notices.codes import NoticeKind
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Position, Staff
from agencies.staff.rules import Refused
from cases.clocks.models import Clock
from cases.intake import filing as filings
from cases.intake.actions import Received, register_call
from cases.intake.codes import Channel, FilingState, Source, UrgencyItem
from cases.intake.models import Filing, FilingContent, FilingCopy, Notification, Notifier, Told
from cases.intake.queries import incoming_filings, my_filings
from cases.records.actions import add_to_team
from cases.records.codes import Level, Relation, Track, Urgency
from cases.records.models import Case
from security.audit.models import Event
from security.audit.verbs import Verb
from security.encryption.fields import reveal
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
