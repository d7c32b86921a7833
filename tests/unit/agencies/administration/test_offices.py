"""Offices and sections."""

import pytest
from django.db import Error, connections, transaction

from agencies.administration.actions import save_office
from agencies.directory.models import Office, Section
from agencies.staff.acting import acting_as
from tests.between import just_before
from tests.cast import Cast, as_owner
from tests.client import signed_in

NEW = {
    "code": "nishi",
    "kind": "cgc",
    "name": "西児童相談所",
    "telephone": "０３－１２３４－５６７８",
    "address": "架空市西町1",
    "safety_hours": "24",
    "active": "on",
}
RULES = {
    "diagnosis_days": "20",
    "joint_answer_hours": "12",
    "joint_hold_days": "5",
    "interview_years": "2",
    "peer_review_months": "6",
    "contact_hours": "0",
    "sight_warn_hours": "24",
    "warrant_warn_days": "3",
    "escalate_hours": "0",
    "duty_warn_hours": "48",
    "duty_late_hours": "0",
    "advocate_days": "3",
    "custody_first_days": "40",
    "custody_second_days": "20",
    "custody_last_days": "10",
    "intake_days": "5",
    "hearing_hours": "12",
    "council_days": "20",
    "council_report_days": "5",
    "plan_review_months": "2",
    "plan_review_months_placed": "4",
    "guideline_months": "3",
    "reliance_first_months": "2",
    "reliance_months": "3",
    "reliance_warn_days": "40",
    "guideline_warn_days": "40",
    "guideline_explain_days": "5",
    "court_first_days": "200",
    "court_second_days": "100",
    "court_last_days": "40",
    "unreached_to_court": "on",
    "placed_visit_months": "4",
    "adult_months": "24",
    "session_gap_days": "21",
    "session_misses": "1",
    "warrant_if_nobody": "on",
    "late_withdrawal_warrant": "on",
    "harm_band": "A",
    "home_band": "B",
    "intention_months": "1",
    "intention_months_most": "2",
    "intention_days_young": "20",
    "glass_a_day": "3",
    "glass_a_day_duty": "8",
    "night_until_hour": "10",
    "unopened_hours_aa": "12",
    "unopened_hours": "48",
    "explain_days": "3",
    "review_days": "10",
    "shelter_log_hours": "6",
    "left_police_hours": "2",
    "place_hours": "2",
    "place_days": "5",
}


def test_an_office_is_added_with_sections_and_changed(cast: Cast) -> None:
    admin = signed_in(cast.admin)
    where = admin.post("/offices/add/", NEW)["Location"]
    office = Office.objects.using("gate").get(code="nishi")
    assert where == f"/offices/{office.pk}/"
    assert (office.telephone, office.safety_hours) == ("03-1234-5678", 24)
    assert admin.post(f"{where}sections/add/", {"name": "相談係"})["Location"] == where
    section = Section.objects.using("gate").get(office=office)
    assert admin.post(f"{where}sections/add/", {"name": "相談係"}).status_code == 200
    assert admin.post(f"{where}sections/{section.pk}/", {"name": "支援係"})["Location"] == where
    assert Section.objects.using("gate").get(office=office).name == "支援係"
    assert (office.harm_band, office.intention_months_most) == ("B", 6)
    changed = {**NEW, **RULES, "name": "西児相", "kind": "police", "code": "x"}
    assert admin.post(where, changed)["Location"] == where
    office.refresh_from_db(using="gate")
    assert (office.name, office.kind, office.code) == ("西児相", "cgc", "nishi")
    rules = (office.warrant_if_nobody, office.harm_band, office.home_band, office.intention_months_most)
    assert rules == (True, "A", "B", 2)
    assert office.intention_days_young == 20
    assert (office.joint_answer_hours, office.joint_hold_days) == (12, 5)
    assert (office.diagnosis_days, office.interview_years, office.peer_review_months) == (20, 2, 6)
    assert (office.glass_a_day, office.glass_a_day_duty, office.night_until_hour) == (3, 8, 10)
    assert (office.contact_hours, office.late_withdrawal_warrant) == (0, True)
    assert (office.sight_warn_hours, office.warrant_warn_days, office.escalate_hours) == (24, 3, 0)
    assert (office.duty_warn_hours, office.duty_late_hours, office.advocate_days) == (48, 0, 3)
    assert (office.custody_first_days, office.custody_second_days, office.custody_last_days) == (40, 20, 10)
    assert (office.hearing_hours, office.council_days, office.council_report_days) == (12, 20, 5)
    assert (office.explain_days, office.review_days, office.shelter_log_hours) == (3, 10, 6)
    assert office.left_police_hours == 2
    assert (office.plan_review_months, office.plan_review_months_placed) == (2, 4)
    assert (office.guideline_months, office.guideline_warn_days, office.guideline_explain_days) == (3, 40, 5)
    court = (office.court_first_days, office.court_second_days, office.court_last_days)
    assert (*court, office.unreached_to_court) == (200, 100, 40, True)
    assert (office.placed_visit_months, office.adult_months) == (4, 24)
    assert office.intake_days == 5
    assert (office.session_gap_days, office.session_misses) == (21, 1)
    assert (office.place_hours, office.place_days) == (2, 5)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("harm_band", "D"),
        ("diagnosis_days", "61"),
        ("diagnosis_days", "0"),
        ("joint_answer_hours", "25"),
        ("joint_hold_days", "8"),
        ("interview_years", "4"),
        ("interview_years", "0"),
        ("peer_review_months", "13"),
        ("peer_review_months", "0"),
        ("home_band", ""),
        ("intention_months", "3"),  # longer than at most
        ("intention_months_most", "7"),
        ("intention_days_young", "31"),
        ("safety_hours", "49"),
        ("sight_warn_hours", "0"),
        ("sight_warn_hours", "48"),
        ("warrant_warn_days", "0"),
        ("warrant_warn_days", "7"),
        ("escalate_hours", "25"),
        ("duty_warn_hours", "11"),
        ("duty_warn_hours", "169"),
        ("duty_late_hours", "73"),
        ("advocate_days", "0"),
        ("advocate_days", "15"),
        ("custody_first_days", "29"),
        ("custody_first_days", "46"),
        ("custody_second_days", "13"),
        ("custody_last_days", "6"),
        ("hearing_hours", "73"),
        ("hearing_hours", "0"),
        ("left_police_hours", "25"),
        ("left_police_hours", "0"),
        ("place_hours", "25"),
        ("place_hours", "0"),
        ("place_days", "8"),
        ("place_days", "0"),
        ("council_days", "61"),
        ("court_first_days", "179"),
        ("court_second_days", "89"),
        ("court_last_days", "29"),
        ("placed_visit_months", "7"),
        ("intake_days", "8"),
        ("intake_days", "0"),
        ("adult_months", "11"),
        ("council_report_days", "15"),
        ("plan_review_months", "4"),
        ("plan_review_months_placed", "7"),
        ("guideline_months", "7"),
        ("guideline_warn_days", "29"),
        ("guideline_explain_days", "15"),
        ("session_gap_days", "29"),
        ("session_misses", "3"),
        ("glass_a_day", "6"),
        ("glass_a_day_duty", "21"),
        ("night_until_hour", "13"),
        ("night_until_hour", "8"),
        ("explain_days", "8"),
        ("review_days", "15"),
    ],
)
def test_no_rule_is_laxer_than_its_source(cast: Cast, field: str, value: str) -> None:
    office = cast.offices["kita"]
    response = signed_in(cast.admin).post(f"/offices/{office.pk}/", {**NEW, **RULES, field: value})
    assert response.status_code == 200
    assert field in response.context["form"].errors


def test_an_office_without_cases_has_no_rules(cast: Cast) -> None:
    admin, school = signed_in(cast.admin), cast.offices["school"]
    assert "safety_hours" not in admin.get(f"/offices/{school.pk}/").content.decode()
    assert admin.post(f"/offices/{school.pk}/", {"name": "若葉中", "active": "on"}).status_code == 302


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("safety_hours", "49"),
        ("safety_hours", "0"),
        ("safety_hours", "many"),
        ("code", "kita"),
        ("code", "ニシ"),
        ("kind", "nonsense"),
        ("kind", ""),
        ("name", " "),
        ("telephone", "call me"),
    ],
)
def test_wrong_entries_are_named(cast: Cast, field: str, value: str) -> None:
    response = signed_in(cast.admin).post("/offices/add/", {**NEW, field: value})
    assert response.status_code == 200
    assert field in response.context["form"].errors


@pytest.mark.parametrize(
    ("kind", "desk", "fits"),
    [
        ("police", "sho", True),
        ("police", "honbu", True),
        ("police", "sc", True),
        ("police", "", False),
        ("police", "nonsense", False),
        ("cgc", "sho", False),
        ("school", "sc", False),
        ("school", "", True),
    ],
)
def test_an_office_of_the_police_says_which_part_of_it(cast: Cast, kind: str, desk: str, fits: bool) -> None:
    typed = {**NEW, "kind": kind, "police_desk": desk}
    response = signed_in(cast.admin).post("/offices/add/", typed)
    assert (response.status_code == 302) is fits
    if not fits:
        assert set(response.context["form"].errors) == {"police_desk"}
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM agencies_office WHERE code = 'nishi'")
        values = ["nishi2", kind, desk]
        statement = (
            "INSERT INTO agencies_office (id, code, kind, police_desk, name, active, telephone, address, safety_hours)"
            " VALUES (gen_random_uuid(), %s, %s, %s, 'x', true, '', '', 48)"
        )
        if fits:
            cursor.execute(statement, values)
            return
        with pytest.raises(Error, match="office_police_desk"), transaction.atomic("owner"):
            cursor.execute(statement, values)


def test_the_part_of_the_police_is_asked_once(cast: Cast) -> None:
    page = signed_in(cast.admin).get(f"/offices/{cast.offices['station'].pk}/").content.decode()
    assert "police_desk" not in page
    assert "警察署" in page


def test_the_database_too_allows_stricter_hours_only(cast: Cast) -> None:
    facts = {
        "code": "x",
        "kind": "cgc",
        "name": "x",
        "telephone": "",
        "address": "",
        "safety_hours": 72,
        "active": True,
    }
    with pytest.raises(Error), acting_as(cast.admin):
        save_office(facts, by=cast.admin)


def test_two_administrators_choose_one_code_or_one_name_at_once(cast: Cast) -> None:
    admin, other = signed_in(cast.admin), signed_in(cast.admin)
    with just_before('INSERT INTO "agencies_office"', lambda: other.post("/offices/add/", NEW)):
        assert admin.post("/offices/add/", NEW).context["form"].errors["code"]
    path = f"/offices/{Office.objects.using('gate').get(code='nishi').pk}/sections/add/"
    with just_before('INSERT INTO "agencies_section"', lambda: other.post(path, {"name": "相談係"})):
        assert admin.post(path, {"name": "相談係"}).context["form"].errors["name"]
    assert Section.objects.using("gate").filter(office__code="nishi").count() == 1


@pytest.mark.parametrize(
    ("bound", "laxer"),
    [
        ("clock_warnings_bounded", {"sight_warn_hours": 0}),
        ("clock_warnings_bounded", {"sight_warn_hours": 48}),
        ("clock_warnings_bounded", {"warrant_warn_days": 0}),
        ("clock_warnings_bounded", {"warrant_warn_days": 7}),
        ("clock_warnings_bounded", {"escalate_hours": 25}),
        ("duty_warnings_bounded", {"duty_warn_hours": 11}),
        ("duty_warnings_bounded", {"duty_late_hours": 73}),
        ("night_until_stricter", {"night_until_hour": 13}),
        ("duty_warnings_bounded", {"advocate_days": 15}),
    ],
)
def test_the_database_bounds_when_a_time_limit_warns(cast: Cast, bound: str, laxer: dict[str, int]) -> None:
    with pytest.raises(Error, match=bound), as_owner():
        Office.objects.using("owner").filter(code="kita").update(**laxer)


@pytest.mark.parametrize(
    "laxer",
    [
        {"diagnosis_days": 61},
        {"diagnosis_days": 0},
        {"joint_answer_hours": 25},
        {"joint_answer_hours": 0},
        {"joint_hold_days": 8},
        {"joint_hold_days": 0},
        {"interview_years": 4},
        {"interview_years": 0},
        {"peer_review_months": 13},
        {"peer_review_months": 0},
    ],
)
def test_the_database_bounds_the_terms_of_diagnoses_and_interviews(cast: Cast, laxer: dict[str, int]) -> None:
    with (
        pytest.raises(
            Error, match=r"diagnosis_days_bounded|joint_interview_stricter|interview_terms_stricter"
        ),
        as_owner(),
    ):
        Office.objects.using("owner").filter(code="kita").update(**laxer)


@pytest.mark.parametrize(
    "laxer",
    [
        {"custody_first_days": 29},
        {"custody_second_days": 13},
        {"custody_last_days": 6},
        {"hearing_hours": 73},
        {"hearing_hours": 0},
        {"council_days": 61},
        {"court_first_days": 179},
        {"court_second_days": 180},
        {"court_last_days": 29},
        {"council_report_days": 0},
    ],
)
def test_the_database_bounds_the_rules_of_custody(cast: Cast, laxer: dict[str, int]) -> None:
    with (
        pytest.raises(
            Error, match=r"custody_warnings|hearing_hours_bounded|council_days_bounded|court_warnings"
        ),
        as_owner(),
    ):
        Office.objects.using("owner").filter(code="kita").update(**laxer)


def test_a_juvenile_support_center_sets_its_days_and_only_stricter(cast: Cast) -> None:
    office, admin = cast.offices["support"], signed_in(cast.admin)
    told = {
        "name": office.name,
        "active": "on",
        "support_decide_days": "10",
        "support_review_days": "60",
    }
    page = admin.get(f"/offices/{office.pk}/")
    assert [field.name for field in page.context["form"].rules()] == list(Office.SUPPORT_RULES)
    for field, value in (
        ("support_decide_days", "15"),
        ("support_review_days", "93"),
        ("support_review_days", "0"),
    ):
        answer = admin.post(f"/offices/{office.pk}/", told | {field: value})
        assert list(answer.context["form"].errors) == [field], value
    assert admin.post(f"/offices/{office.pk}/", told).status_code == 302
    office.refresh_from_db(using="gate")
    assert (office.support_decide_days, office.support_review_days) == (10, 60)
    for laxer in ({"support_decide_days": 15}, {"support_review_days": 93}, {"support_decide_days": 0}):
        with pytest.raises(Error, match="support_days_stricter"), as_owner():
            Office.objects.using("owner").filter(pk=office.pk).update(**laxer)


@pytest.mark.parametrize("name", ["kita", "station"])
def test_no_other_office_sets_the_days_of_continuing_support(cast: Cast, name: str) -> None:
    page = signed_in(cast.admin).get(f"/offices/{cast.offices[name].pk}/")
    assert not {field.name for field in page.context["form"].rules()} & set(Office.SUPPORT_RULES)
