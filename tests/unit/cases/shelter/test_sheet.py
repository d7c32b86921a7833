"""The facility where a child sleeps reads the admission sheet and completes it; of the case it reads nothing."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agencies.directory.models import Section
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.roles import Role
from agencies.staff.rules import Refused
from cases.custody.actions import draft_end
from cases.custody.models import CustodyDecision
from cases.records.actions import add_to_team, block_person
from cases.records.codes import Answer, Level, Relation
from cases.records.models import Case, Child, Person
from cases.shelter import actions
from cases.shelter.codes import SelfHarm
from cases.shelter.models import Admission, Arrival, CareSheet
from cases.shelter.panel import sleepers
from cases.shelter.queries import Facility, facilities
from security.audit.queries import EventFilter, looks_at_case
from security.encryption.fields import reveal, value_of
from security.encryption.keyring import KeyNotVisible, Scope, current
from tests.cast import CHILD, Cast, a_case, as_owner
from tests.client import signed_in, text_of
from tests.unit.cases.custody.test_actions import decide, end_facts, in_custody
from tests.unit.cases.stays.test_places import approve, draft

CARE = {
    "called": "はーちゃん",
    "allergy": Answer.YES,
    "allergies": "そば（架空）",
    "medicine": "",
    "illness": "",
    "period": "月末の見込み。用品を渡す（架空）",
    "self_harm": SelfHarm.WATCH,
    "danger": "",
    "may_come": "担当の児童福祉司",
    "must_not_come": "母の交際相手",
    "not_to_ask": "家であったこと",
}
ARRIVED = {
    "condition": "落ち着いて来所した",
    "body_check": Answer.YES,
    "checked_by": "保田",
    "same_sex": Answer.YES,
    "injuries": "",
    "rights_note": Answer.YES,
    "opinion_box": Answer.NO,
    "belongings": "携帯電話\n財布",
}


def ago(**span: float) -> datetime:
    return timezone.now() - timedelta(**span)


def works_at(
    cast: Cast, office: str = "kita", section: str | None = None, who: str = "two_positions"
) -> Position:
    """A person of a custody facility, who does not belong to the usual cast."""
    where = cast.offices[office]
    with as_owner():
        part = (
            Section.objects.using("owner").get_or_create(office=where, name=section)[0] if section else None
        )
        made = Position.objects.using("owner").create(
            staff=cast.positions[who].staff,
            office=where,
            section=part,
            role=Role.CUSTODY_STAFF,
            starts_on=date(2020, 4, 1),
        )
    return Position.objects.using("gate").select_related("staff", "office", "section").get(pk=made.pk)


def sent(cast: Cast, start: CustodyDecision, worker: Position, **more: Any) -> Admission:
    """The sheet of a child, sent to where ``worker`` works."""
    facts: dict[str, Any] = {"admitted_at": timezone.now(), "care": CARE, "by": cast.caseworker} | more
    with acting_as(cast.caseworker):
        case = Case.objects.select_related("child").get(pk=start.case_id)
        return actions.send_sheet(case, Facility(worker.office, worker.section), **facts)


def test_the_facility_reads_the_sheet_and_nothing_of_the_case(cast: Cast) -> None:
    worker = works_at(cast)
    row = sent(cast, in_custody(cast), worker)
    with acting_as(worker):
        assert [one.pk for one in Admission.objects.all()] == [row.pk]
        sheet = CareSheet.objects.get()
        assert reveal(sheet, "family_name") == CHILD.family_name
        assert value_of(sheet.self_harm) is SelfHarm.WATCH
        assert not Case.objects.exists()
        assert not Child.objects.exists()
        assert not Person.objects.exists()
        assert not CustodyDecision.objects.exists()
        with pytest.raises(KeyNotVisible):
            current().key(Scope("case", row.case_id))
    client = signed_in(worker)
    page = client.get(reverse("shelter", args=[row.pk]))
    assert "そば（架空）" in text_of(page)
    assert CARE["period"] in text_of(page)
    for name in ("case", "case_custody", "shelter_new"):
        assert client.get(reverse(name, args=[row.case_id])).status_code == 404
    for name in ("shelter_correct", "shelter_end"):
        address = reverse(name, args=[row.case_id, row.pk])
        assert client.post(address).status_code == 404


def test_the_home_page_says_who_sleeps_here(cast: Cast) -> None:
    worker = works_at(cast)
    row = sent(cast, in_custody(cast), worker)
    page = signed_in(worker).get(reverse("home"))
    [line] = page.context["sleepers"]
    assert (line.stay.pk, line.must_not_come, line.not_to_ask) == (row.pk, "母の交際相手", "家であったこと")
    assert line.child == f"{CHILD.family_name}　{CHILD.given_name}（呼び名：はーちゃん）"
    assert next(str(chip.text) for chip in line.cautions) == "アレルギー：そば（架空）"
    assert not line.expected
    with acting_as(worker):
        assert Notice.objects.filter(kind="child_admitted").count() == 1


def test_each_look_is_recorded_with_the_relation_of_the_facility(cast: Cast) -> None:
    worker = works_at(cast)
    row = sent(cast, in_custody(cast), worker)
    client = signed_in(worker)
    client.get(reverse("home"))
    client.get(reverse("shelter", args=[row.pk]))
    with acting_as(cast.supervisor):
        newest = looks_at_case(row.case_id).newest(EventFilter())
        looks = [look for look in newest if look.position_id == worker.pk]
        assert [(look.verb, look.relation) for look in looks] == [
            ("CASE_VIEW", "facility"),
            ("CASE_LIST", "facility"),
        ]
        assert all("shelter" in look.panels for look in looks)


def test_a_list_costs_the_same_for_one_child_and_for_four(cast: Cast) -> None:
    worker = works_at(cast)
    sent(cast, in_custody(cast), worker)
    client = signed_in(worker)
    client.get(reverse("home"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("home"))
    for _further in range(3):
        sent(cast, in_custody(cast), worker)
    with CaptureQueriesContext(connection) as four:
        page = client.get(reverse("home"))
    assert len(page.context["sleepers"]) == 4
    assert len(four) == len(one) <= 25


def _ends_by_decision(cast: Cast, start: CustodyDecision, _row: Admission) -> None:
    with acting_as(cast.caseworker):
        case = Case.objects.get(pk=start.case_id)
        end = draft_end(case, end_facts(), by=cast.caseworker)
    decide(cast, end)


def _is_moved(cast: Cast, start: CustodyDecision, row: Admission) -> None:
    with as_owner():
        Admission.objects.using("owner").filter(pk=row.pk).update(
            admitted_at=start.effective_at, sent_at=start.effective_at
        )
    approve(cast, draft(cast, start.case, moved_at=timezone.now()))


def _is_ended(cast: Cast, _start: CustodyDecision, row: Admission) -> None:
    with acting_as(cast.caseworker):
        actions.end_stay(Admission.objects.select_related("case").get(pk=row.pk), by=cast.caseworker)


@pytest.mark.parametrize("ends", [_ends_by_decision, _is_moved, _is_ended])
def test_the_reading_ends_with_the_stay_once_the_log_is_finished(cast: Cast, ends: Any) -> None:
    worker = works_at(cast)
    start = in_custody(cast)
    row = sent(cast, start, worker)
    ends(cast, start, row)
    client = signed_in(worker)
    assert client.get(reverse("home")).context["sleepers"] == []
    assert client.get(reverse("shelter", args=[row.pk])).status_code == 200
    with as_owner():
        worker.office.__class__.objects.using("owner").filter(pk=worker.office_id).update(shelter_log_hours=0)
    assert client.get(reverse("shelter", args=[row.pk])).status_code == 404
    with acting_as(worker):
        assert not Admission.objects.exists()
        assert not CareSheet.objects.exists()
        with pytest.raises(KeyNotVisible):
            current().key(row.key_scope())
    with acting_as(worker), pytest.raises((Refused, DatabaseError)):
        actions.complete_sheet(row, ARRIVED, by=worker)


@pytest.mark.parametrize(
    ("office", "section", "reads"),
    [("kita", None, False), ("kita", "第二", False), ("minami", None, False), ("kita", "第一", True)],
)
def test_another_facility_sees_nothing(cast: Cast, office: str, section: str | None, reads: bool) -> None:
    there = works_at(cast, "kita", "第一", who="colleague")
    row = sent(cast, in_custody(cast), there)
    worker = works_at(cast, office, section)
    assert signed_in(worker).get(reverse("shelter", args=[row.pk])).status_code == (200 if reads else 404)
    with acting_as(worker):
        for model in (Admission, CareSheet):
            assert model.objects.exists() is reads
        assert current().can_open(row.key_scope()) is reads
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM cases_caresheet WHERE admission_id = %s", [row.pk])
            assert cursor.fetchone() == (1 if reads else 0,)


def test_a_sheet_for_the_whole_office_is_read_by_each_of_its_sections(cast: Cast) -> None:
    there = works_at(cast, who="colleague")
    row = sent(cast, in_custody(cast), there)
    worker = works_at(cast, "kita", "第一")
    assert signed_in(worker).get(reverse("shelter", args=[row.pk])).status_code == 200


def test_a_person_who_is_barred_from_the_case_reads_nothing(cast: Cast) -> None:
    worker = works_at(cast)
    row = sent(cast, in_custody(cast), worker)
    with acting_as(cast.supervisor):
        block_person(Case.objects.get(pk=row.case_id), worker.staff, by=cast.supervisor)
    assert signed_in(worker).get(reverse("shelter", args=[row.pk])).status_code == 404
    with acting_as(worker):
        assert not Admission.objects.exists()


def test_the_lead_of_another_case_sees_nothing(cast: Cast) -> None:
    row = sent(cast, in_custody(cast), works_at(cast))
    with acting_as(cast.stranger):
        assert not Admission.objects.exists()
        assert not CareSheet.objects.exists()
    assert signed_in(cast.stranger).get(reverse("shelter", args=[row.pk])).status_code == 404


def test_a_custody_worker_is_on_no_team(cast: Cast) -> None:
    worker, case = works_at(cast), a_case(cast)
    member: dict[str, Any] = {"relation": Relation.MEMBER, "level": Level.EDIT, "by": cast.supervisor}
    with acting_as(cast.supervisor), pytest.raises(Refused, match="unfit"):
        add_to_team(case, worker, **member)
    grant = "SELECT wall.grant(gen_random_uuid(), %s, %s, 'member', 'edit', NULL, NULL, NULL)"
    with (
        acting_as(cast.supervisor),
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="team of no case"),
    ):
        cursor.execute(grant, [case.pk, worker.pk])


def test_the_facility_completes_and_corrects_its_half(cast: Cast) -> None:
    worker = works_at(cast)
    row = sent(cast, in_custody(cast), worker)
    client = signed_in(worker)
    address = reverse("shelter_arrival", args=[row.pk])
    typed = {**ARRIVED, "same_sex": ""}
    assert "same_sex" in client.post(address, typed).context["form"].errors
    assert client.post(address, ARRIVED).status_code == 302
    assert client.get(address).context["form"].initial["belongings"] == ARRIVED["belongings"]
    assert client.post(address, {**ARRIVED, "opinion_box": Answer.YES}).status_code == 302
    assert "以前の施設の記入" in text_of(client.get(reverse("shelter", args=[row.pk])))
    with acting_as(worker):
        assert [value_of(one.opinion_box) for one in Arrival.objects.all()] == [Answer.YES, Answer.NO]
    lead = signed_in(cast.caseworker)
    assert "携帯電話" in text_of(lead.get(reverse("shelter", args=[row.pk])))
    assert lead.post(address, ARRIVED).status_code == 404


def test_what_the_facility_wrote_is_never_changed(cast: Cast) -> None:
    worker = works_at(cast)
    row = sent(cast, in_custody(cast), worker)
    with acting_as(worker):
        actions.complete_sheet(row, ARRIVED, by=worker)
    for statement in (
        "UPDATE cases_arrival SET condition = NULL",
        "DELETE FROM cases_arrival",
        "UPDATE cases_admission SET office_id = office_id",
        "INSERT INTO cases_caresheet SELECT * FROM cases_caresheet",
    ):
        with acting_as(worker), pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute(statement)


def test_raw_sql_puts_no_end_off(cast: Cast) -> None:
    worker = works_at(cast)
    start = in_custody(cast)
    row = sent(cast, start, worker)
    _is_ended(cast, start, row)
    with (
        acting_as(cast.caseworker),
        pytest.raises(DatabaseError, match="left once"),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE cases_admission SET left_at = NULL WHERE id = %s", [row.pk])
    with acting_as(worker), connection.cursor() as cursor:
        cursor.execute("UPDATE cases_admission SET left_at = now() WHERE id = %s", [row.pk])
        assert cursor.rowcount == 0


def test_a_facility_writes_of_no_stay_but_its_own(cast: Cast) -> None:
    row = sent(cast, in_custody(cast), works_at(cast, "kita", "第一", who="colleague"))
    worker = works_at(cast, "minami")
    with acting_as(worker), pytest.raises(Refused, match="left"):
        actions.complete_sheet(row, ARRIVED, by=worker)
    with acting_as(worker), pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_arrival (id, case_id, admission_id, written_by_id, written_at, condition, body_check,"
            " rights_note, opinion_box) VALUES (gen_random_uuid(), %s, %s, %s, now(), 'x', 'x', 'x', 'x')",
            [row.case_id, row.pk, worker.pk],
        )


def test_sending_anew_ends_the_stay_at_the_other_facility(cast: Cast) -> None:
    first, second = works_at(cast, "kita", "第一", who="colleague"), works_at(cast, "kita", "第二")
    start = in_custody(cast)
    before = sent(cast, start, first)
    after = sent(cast, start, second)
    with acting_as(cast.caseworker):
        rows = {row.pk: row for row in Admission.objects.all()}
    assert rows[before.pk].left_at is not None
    assert rows[after.pk].left_at is None
    assert [one.child for one in _listed(first)] == []
    assert len(_listed(second)) == 1


def _listed(worker: Position) -> list[Any]:
    with acting_as(worker):
        return sleepers(worker)


@pytest.mark.parametrize(
    ("admitted_at", "told"),
    [(ago(days=3), "より前"), (timezone.now() + timedelta(days=3), "2日")],
)
def test_a_date_in_an_impossible_order_is_said_at_its_field(
    cast: Cast, admitted_at: datetime, told: str
) -> None:
    worker, start = works_at(cast), in_custody(cast)
    at = timezone.localtime(admitted_at).strftime("%Y-%m-%d %H:%M")
    typed = {**CARE, "facility": f"{worker.office_id}:", "admitted_at": at}
    page = signed_in(cast.caseworker).post(reverse("shelter_new", args=[start.case_id]), typed)
    assert told in str(page.context["form"].errors["admitted_at"])


def test_no_sheet_without_custody(cast: Cast) -> None:
    worker, case = works_at(cast), a_case(cast)
    where = Facility(worker.office, None)
    with acting_as(cast.caseworker), pytest.raises(Refused, match="not_in_custody"):
        actions.send_sheet(case, where, admitted_at=timezone.now(), care=CARE, by=cast.caseworker)


def test_the_lead_sends_corrects_and_ends_by_the_pages(cast: Cast) -> None:
    worker, start = works_at(cast), in_custody(cast)
    with acting_as(cast.caseworker):
        assert [str(one) for one in facilities()] == [worker.office.name]
    lead = signed_in(cast.caseworker)
    assert "施設へ送る" in text_of(lead.get(reverse("case_custody", args=[start.case_id])))
    typed = {
        **CARE,
        "facility": f"{worker.office_id}:",
        "admitted_at": timezone.localtime().strftime("%Y-%m-%d %H:%M"),
    }
    with_gap = {**typed, "allergies": ""}
    assert (
        "allergies"
        in lead.post(reverse("shelter_new", args=[start.case_id]), with_gap).context["form"].errors
    )
    answer = lead.post(reverse("shelter_new", args=[start.case_id]), typed)
    assert answer.status_code == 302
    with acting_as(cast.caseworker):
        row = Admission.objects.get()
    address = reverse("shelter_correct", args=[start.case_id, row.pk])
    assert lead.post(address, {**CARE, "medicine": "抗ヒスタミン薬（架空）"}).status_code == 302
    assert "抗ヒスタミン薬" in text_of(signed_in(worker).get(reverse("shelter", args=[row.pk])))
    assert lead.post(reverse("shelter_end", args=[start.case_id, row.pk])).status_code == 302
    with acting_as(cast.caseworker):
        assert Admission.objects.get().left_at is not None
        assert CareSheet.objects.count() == 2
        assert not Arrival.objects.exists()
