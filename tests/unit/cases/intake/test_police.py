"""The police file from their own desk: what of it is a receipt, what joins a case, and what they learn of it."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime

from agencies.notices.codes import NoticeKind
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.clocks.codes import ClockKind
from cases.clocks.models import Clock
from cases.intake import filing as filings
from cases.intake.codes import LAWS, RECEIPT_OF, Law, PoliceForm, ReceiptKind, Source
from cases.intake.models import Filed, Filing, FilingContent, FilingCopy, Notification, Notifier, Told
from cases.intake.queries import incoming_filings, my_filings
from cases.intake.rules import check_joins, check_opens_case, check_police_facts, police_forms
from cases.records.codes import Track, Urgency
from cases.records.models import Case
from referrals.police.actions import record_contact
from referrals.police.models import ContactBasis, PoliceContact
from security.encryption.fields import reveal, value_of
from security.walls import clock
from tests.cast import CHILD, Cast, a_case, as_owner
from tests.client import signed_in, text_of
from tests.unit.cases.intake.test_filing_pages import filing_data

FACTS: dict[str, Any] = {
    **dict.fromkeys(Filed.POLICE, ""),
    "dated_on": None,
    "take_over_by": None,
    "suspect": "継父（架空）、同居",
    "evidence": "領置番号　架空1",
}


def facts_of(form: PoliceForm, **more: Any) -> dict[str, Any]:
    """What one kind takes, and no more."""
    own: dict[PoliceForm, dict[str, Any]] = {
        PoliceForm.IN_HAND: {
            "with_whom": "生活安全課　架空巡査",
            "take_over_by": clock.now() + timedelta(hours=2),
        },
        PoliceForm.DOCUMENT: {"document": "架空発第1号", "dated_on": clock.today()},
        PoliceForm.SENT: {"document": "架空発第2号", "dated_on": clock.today()},
        PoliceForm.ENQUIRY: {},
        PoliceForm.REPLY: {"reply_to": "架空の援助要請"},
    }
    return (
        FACTS | {"police_form": form, "law": LAWS[form][-1 if form in RECEIPT_OF else 0]} | own[form] | more
    )


def sent(cast: Cast, form: PoliceForm, by: str = "station_officer", **more: Any) -> Filing:
    """Filed by an officer and opened by the center."""
    told = dict.fromkeys(Told.TOLD, "") | {"situation": "架空の事案"}
    about = {"place_detail": "架空警察署", "contact": "03-1111-3333", "keep_from": ""}
    with acting_as(cast.positions[by]):
        officer = cast.positions[by]
        facts = facts_of(form, **more)
        filing = filings.file_notification(
            cast.offices["kita"], CHILD, told, grounds=(), about=about, by=officer, police=facts
        )
    with acting_as(cast.supervisor):
        filings.open_filing(at_desk(filing), by=cast.supervisor)
        return at_desk(filing)


def at_desk(filing: Filing) -> Filing:
    return Filing.objects.select_related("sender", "filed_by__staff").get(pk=filing.pk)


def register(cast: Cast, filing: Filing, track: Track = Track.ABUSE) -> Notification:
    with acting_as(cast.supervisor):
        return filings.register_filing(
            filing, track=track, urgency=Urgency.B, in_charge=cast.caseworker, by=cast.supervisor
        )


@pytest.mark.parametrize("form", list(PoliceForm))
def test_every_kind_is_filed_from_the_page_of_a_station(cast: Cast, form: PoliceForm) -> None:
    client = signed_in(cast.station_officer)
    page = client.get(reverse("file_notification"))
    assert all(str(one.label) in text_of(page) for one in PoliceForm)
    typed = {name: str(value) for name, value in facts_of(form).items() if value}
    typed |= {"police_form": form.value, "law": LAWS[form][0].value}
    typed |= (
        {"take_over_by": localtime(clock.now() + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")}
        if form is PoliceForm.IN_HAND
        else {}
    )
    answer = client.post(reverse("file_notification"), filing_data(cast, **typed))
    assert answer.status_code == 302, text_of(answer)
    with acting_as(cast.station_officer):
        copy = FilingCopy.objects.get()
        assert (value_of(copy.police_form), value_of(copy.law)) == (form, LAWS[form][0])
        assert reveal(copy, "evidence") == FACTS["evidence"]
        assert not FilingContent.objects.exists()
    page = client.get(reverse("filing_copy", args=[copy.filing_id]))
    assert {str(form.label), FACTS["evidence"]} <= {
        one for one in (str(form.label), FACTS["evidence"]) if one in text_of(page)
    }
    with acting_as(cast.caseworker):
        assert reveal(FilingContent.objects.get(), "suspect") == FACTS["suspect"]


def test_a_support_center_notifies_and_answers_and_sends_no_case(cast: Cast) -> None:
    """Whoever finds the child notifies (児童福祉法25条); a case is sent by a police officer (少年法6条の6)."""
    assert police_forms(cast.police) == (PoliceForm.IN_HAND, PoliceForm.DOCUMENT, PoliceForm.REPLY)
    assert police_forms(cast.station_officer) == tuple(PoliceForm)
    assert police_forms(cast.school) == ()
    sent(cast, PoliceForm.DOCUMENT, by="police")
    with pytest.raises(Refused, match="police_form"):
        sent(cast, PoliceForm.SENT, by="police")
    text = text_of(signed_in(cast.police).get(reverse("file_notification")))
    assert (str(PoliceForm.SENT.label) in text, str(PoliceForm.IN_HAND.label) in text) == (False, True)


WRONG: dict[str, tuple[PoliceForm, dict[str, Any]]] = {
    "law": (PoliceForm.SENT, {"law": Law.WELFARE}),
    "document": (PoliceForm.DOCUMENT, {"document": " "}),
    "dated_on": (PoliceForm.SENT, {"dated_on": date(2999, 1, 1)}),
    "reply_to": (PoliceForm.REPLY, {"reply_to": ""}),
    "with_whom": (PoliceForm.IN_HAND, {"with_whom": ""}),
    "take_over_by": (PoliceForm.IN_HAND, {"take_over_by": clock.now() - timedelta(days=1)}),
}


@pytest.mark.parametrize("code", list(WRONG))
def test_each_kind_says_what_it_takes(cast: Cast, code: str) -> None:
    form, wrong = WRONG[code]
    with pytest.raises(Refused) as refused:
        sent(cast, form, **wrong)
    assert refused.value.code == code


def test_what_belongs_to_a_child_in_hand_is_said_of_no_other(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        sent(cast, PoliceForm.DOCUMENT, with_whom="架空巡査")
    assert refused.value.code == "with_whom"


def test_only_the_police_say_what_the_police_say(cast: Cast) -> None:
    for by, facts in ((cast.school, facts_of(PoliceForm.DOCUMENT)), (cast.station_officer, None)):
        with pytest.raises(Refused, match="police_form"):
            check_police_facts(by, facts, clock.now(), clock.today())


LIMITS = {
    (PoliceForm.DOCUMENT, Track.ABUSE): (ReceiptKind.NOTIFICATION, ClockKind.SAFETY),
    (PoliceForm.IN_HAND, Track.ABUSE): (ReceiptKind.NOTIFICATION, ClockKind.SAFETY),
    (PoliceForm.DOCUMENT, Track.THIRD_PARTY): (ReceiptKind.NOTIFICATION, ClockKind.CONTACT),
    (PoliceForm.SENT, Track.ABUSE): (ReceiptKind.SENT, ClockKind.CONTACT),
    (PoliceForm.SENT, Track.THIRD_PARTY): (ReceiptKind.SENT, ClockKind.CONTACT),
}


@pytest.mark.parametrize(("form", "track"), list(LIMITS))
def test_the_limit_follows_from_the_kind(cast: Cast, form: PoliceForm, track: Track) -> None:
    """A notification of abuse starts the law's limit (児童虐待防止法8条), a case sent by the police the office's own."""
    notification = register(cast, sent(cast, form), track)
    with acting_as(cast.supervisor):
        kind, limit = LIMITS[form, track]
        assert (value_of(notification.kind), value_of(notification.source)) == (kind, Source.POLICE)
        assert [row.kind for row in Clock.objects.running().filter(case=notification.case_id)] == [limit]


def test_what_the_police_know_is_on_the_record_and_their_number_with_who_notified(cast: Cast) -> None:
    notification = register(cast, sent(cast, PoliceForm.DOCUMENT))
    with acting_as(cast.supervisor):
        text = reveal(notification, "situation") or ""
        assert text.startswith("架空の事案\n")
        assert {FACTS["suspect"], FACTS["evidence"]} == {
            one for one in (FACTS["suspect"], FACTS["evidence"]) if one in text
        }
        assert "架空発第1号" not in text
        assert "架空発第1号" in (reveal(Notifier.objects.get(), "reference") or "")
        assert reveal(notification.case, "outline") == "架空の事案"


def test_a_notification_of_the_police_looks_like_any_other_without_keys(cast: Cast) -> None:
    """Nobody learns who notified (児童虐待防止法7条): which columns are filled in does not tell either."""
    notification = register(cast, sent(cast, PoliceForm.DOCUMENT))
    assert not {field.name for field in Notification._meta.fields} & {*Filed.POLICE}
    with acting_as(cast.supervisor):
        assert notification.case.number


def test_the_desk_learns_at_once_that_a_child_is_with_the_police(cast: Cast) -> None:
    sent(cast, PoliceForm.DOCUMENT)
    filing = sent(cast, PoliceForm.IN_HAND)
    with as_owner():
        told = Notice.objects.using("owner").filter(kind=NoticeKind.FILING_PRESSING)
        assert {notice.position_id for notice in told} >= {cast.duty.pk, cast.supervisor.pk}
        assert {notice.reference for notice in told} == {filing.reference}
    with acting_as(cast.duty):
        assert [row.pressing for row in incoming_filings(cast.duty)] == [True, False]
    desk = signed_in(cast.duty)
    assert "生活安全課　架空巡査" in text_of(desk.get(reverse("incoming_filing", args=[filing.pk])))
    register(cast, filing)
    with acting_as(cast.station_officer):
        assert not any(row.pressing for row in my_filings(cast.station_officer, {}).rows)
    with as_owner():
        assert not Notice.objects.using("owner").filter(reference=filing.reference).exists()


JOINING = [PoliceForm.ENQUIRY, PoliceForm.REPLY]


@pytest.mark.parametrize("form", JOINING)
def test_an_enquiry_and_an_answer_open_no_case(cast: Cast, form: PoliceForm) -> None:
    case, filing = a_case(cast), sent(cast, form)
    with pytest.raises(Refused, match="no_receipt"):
        register(cast, filing)
    with acting_as(cast.supervisor), pytest.raises(Refused, match="no_receipt"):
        filings.attach_filing(filing, case, by=cast.supervisor)
    page = text_of(signed_in(cast.supervisor).get(reverse("incoming_filing", args=[filing.pk])))
    assert (
        reverse("register_filing", args=[filing.pk]) in page,
        reverse("filing_join", args=[filing.pk]) in page,
    ) == (
        False,
        True,
    )


@pytest.mark.parametrize("form", JOINING)
def test_it_joins_a_case_as_a_contact_and_starts_no_limit(cast: Cast, form: PoliceForm) -> None:
    case, filing = a_case(cast), sent(cast, form, suspect="架空の男")
    answer = signed_in(cast.supervisor).post(
        reverse("filing_join", args=[filing.pk]), {"number": case.number}
    )
    assert answer.status_code == 302
    with acting_as(cast.supervisor):
        contact = PoliceContact.objects.get(case=case)
        basis = ContactBasis.ENQUIRY if form is PoliceForm.ENQUIRY else ContactBasis.HELP
        assert value_of(contact.basis) is basis
        assert "架空の男" in (reveal(contact, "said") or "")
        assert "東警察署" in (reveal(contact, "who") or "")
        assert not Notification.objects.filter(case=case).exists()
        assert not Clock.objects.filter(case=case).exists()
        assert not incoming_filings(cast.supervisor)


def _told_of(client: Client, filing: Filing) -> list[str]:
    """What the officer's pages say of a filing, without its name."""
    of = f"{re.escape(filing.reference)}(.*?)</(?:tr|li)>"
    pages = [text_of(client.get(reverse(page))) for page in ("filings", "home")]
    rows = [row for page in pages for row in re.findall(of, page.split("<main")[1], re.DOTALL)]
    copy = text_of(client.get(reverse("filing_copy", args=[filing.pk])))
    copy = copy.split("<main")[1].split("</main>")[0]  # below it is the minute of a print
    return [re.sub("<[^>]*>", "", row).replace(filing.reference, "") for row in [*rows, copy]]


@pytest.mark.parametrize("form", JOINING)
def test_the_police_do_not_learn_whether_the_child_has_a_case(cast: Cast, form: PoliceForm) -> None:
    """Nothing reaches the police before the child's word: what was set aside looks like what was added to a case."""
    case, joined, unknown = a_case(cast), sent(cast, form), sent(cast, form)
    desk, officer = signed_in(cast.supervisor), signed_in(cast.station_officer)
    desk.post(reverse("filing_join", args=[joined.pk]), {"number": case.number})
    before = _told_of(officer, unknown)
    desk.post(reverse("set_filing_aside", args=[unknown.pk]))
    told = _told_of(officer, unknown)
    assert (told == _told_of(officer, joined), told == before) == (True, False)
    assert len(told) >= 3
    assert any("処理済み" in row for row in told)


@pytest.mark.parametrize(
    "name", ["police", "policechief", "foreign_police", "school", "stranger", "director", "privacy"]
)
def test_others_read_nothing_of_it(cast: Cast, name: str) -> None:
    filing = sent(cast, PoliceForm.IN_HAND)
    with acting_as(cast.positions[name]):
        assert not Filing.objects.exists()
        assert not FilingContent.objects.exists()
        assert not FilingCopy.objects.exists()
    assert signed_in(cast.positions[name]).get(reverse("filing_copy", args=[filing.pk])).status_code == 404


def test_the_officer_reads_the_copy_and_nothing_of_the_case(cast: Cast) -> None:
    notification = register(cast, sent(cast, PoliceForm.IN_HAND))
    with acting_as(cast.station_officer):
        assert FilingCopy.objects.count() == 1
        assert not Case.objects.exists()
        assert not Notification.objects.exists()
    client = signed_in(cast.station_officer)
    assert client.get(f"/cases/{notification.case_id}/").status_code == 404


SET_ASIDE, JOIN, END = (
    "SELECT wall.set_filing_aside(%s)", "SELECT wall.join_filing(%s, %s)", "SELECT wall.end_filing(%s, NULL)",
)  # fmt: skip


@pytest.mark.parametrize("name", ["station_officer", "stranger", "director", "privacy", "school"])
def test_by_sql_nobody_else_ends_a_filing(cast: Cast, name: str) -> None:
    filing = sent(cast, PoliceForm.ENQUIRY)
    with acting_as(cast.positions[name]):
        for statement in (SET_ASIDE, END):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, [filing.pk])
    with acting_as(cast.supervisor):
        assert incoming_filings(cast.supervisor)


def test_by_sql_a_filing_joins_only_the_contact_just_recorded(cast: Cast) -> None:
    case, filing = a_case(cast), sent(cast, PoliceForm.ENQUIRY)
    texts = {"happened_at": clock.now(), "who": "架空", "basis": "enquiry", "said": "架空"}
    with acting_as(cast.caseworker):
        others = record_contact(case, texts, by=cast.caseworker)
    with acting_as(cast.supervisor):
        with (
            pytest.raises(DatabaseError, match="joins no case"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(JOIN, [filing.pk, others.pk])
        assert incoming_filings(cast.supervisor)


def test_a_notification_is_neither_joined_nor_set_aside(cast: Cast) -> None:
    filing = sent(cast, PoliceForm.DOCUMENT)
    desk, case = signed_in(cast.supervisor), a_case(cast)
    desk.post(reverse("filing_join", args=[filing.pk]), {"number": case.number})
    desk.post(reverse("set_filing_aside", args=[filing.pk]))
    with acting_as(cast.supervisor):
        assert incoming_filings(cast.supervisor)
        assert not PoliceContact.objects.exists()
    for form in (None, *PoliceForm):
        for check, holds in (
            (check_opens_case, form is None or form in RECEIPT_OF),
            (check_joins, form in JOINING),
        ):
            if holds:
                check(form)
            else:
                with pytest.raises(Refused):
                    check(form)
