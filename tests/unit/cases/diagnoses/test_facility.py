"""The facility where a child sleeps writes its own behavioural diagnosis: sealed with the stay, frozen, and one of the case's."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.conferences.codes import SittingKind
from cases.decisions.codes import Verdict
from cases.diagnoses import actions
from cases.diagnoses.actions import JUDGED, Written
from cases.diagnoses.codes import DiagnosisKind, DiagnosisState
from cases.diagnoses.models import Diagnosis, FacilityDiagnosis
from cases.diagnoses.queries import assessed_at, facility_texts, texts_of, to_judge
from cases.records.codes import Stage
from cases.records.models import Case
from cases.shelter.actions import end_stay
from cases.shelter.models import Admission
from security.encryption.fields import reveal, value_of
from security.walls import clock
from tests.cast import Cast, as_owner
from tests.client import signed_in, text_of
from tests.unit.cases.conferences.test_conferences import held, planned, put
from tests.unit.cases.custody.test_actions import in_custody
from tests.unit.cases.diagnoses.team import texts
from tests.unit.cases.diagnoses.test_judgement import TEXTS
from tests.unit.cases.shelter.test_sheet import sent, works_at

KIND = DiagnosisKind.BEHAVIOURAL
SAID = "「おばけがくる」（架空）"


@pytest.fixture
def stay(cast: Cast) -> tuple[Admission, Position]:
    worker = works_at(cast)
    return sent(cast, in_custody(cast), worker), worker


def wrote(
    row: Admission, by: Position, *, submit: bool = True, version: int = 0, **more: Any
) -> FacilityDiagnosis:
    with acting_as(by):
        written = Written(texts(KIND) | more)
        return actions.write_at_facility(row, written, by=by, submit=submit, version=version)


def of_case(cast: Cast, row: Admission) -> Diagnosis:
    with acting_as(cast.caseworker):
        found: Diagnosis = Diagnosis.objects.select_related("case", "facility__admission").get(
            case=row.case_id, returned_at=None
        )
        return found


def returned(cast: Cast, row: Admission, by: Position | None = None) -> None:
    stands = of_case(cast, row)
    assert stands.facility is not None
    by = by or cast.caseworker
    with acting_as(by):
        actions.return_to_facility(stands, stands.facility, why="睡眠の様子を（架空）", by=by)


def test_it_is_written_at_the_facility_and_read_by_the_case_once_submitted(
    cast: Cast, stay: tuple[Admission, Position]
) -> None:
    row, worker = stay
    there, lead = signed_in(worker), signed_in(cast.caseworker)
    path = reverse("shelter_diagnosis", args=[row.pk])
    typed = texts(KIND) | {"version": "0", "act": "save"}
    assert path in there.get(reverse("shelter", args=[row.pk])).content.decode()
    assert there.post(path, typed).status_code == 302
    with acting_as(cast.caseworker):
        assert not FacilityDiagnosis.objects.exists()
        assert not Diagnosis.objects.exists()
    assert there.post(path, typed | {"version": "0", "act": "submit"}).status_code == 200, "an old page"
    assert there.post(path, typed | {"version": "1", "act": "submit"}).status_code == 302
    page = text_of(there.get(path))
    assert "daily_life（架空）" in page
    assert 'name="daily_life"' not in page
    stands = of_case(cast, row)
    assert (stands.state, stands.kind, stands.submitted_by_id) == (DiagnosisState.SUBMITTED, KIND, worker.pk)
    assert stands.question is None
    read = reverse("diagnosis", args=[row.case_id, stands.pk])
    page = text_of(lead.get(read))
    assert "daily_life（架空）" in page
    assert 'name="daily_life"' not in page
    assert "behaviour_summary（架空）" in text_of(lead.get(reverse("progress_list", args=[row.case_id])))
    for told in (cast.caseworker, cast.supervisor):
        with acting_as(told):
            assert Notice.objects.filter(kind="shelter_calls", path=read).exists()


def test_nothing_is_submitted_in_parts_and_nothing_typed_is_lost(
    cast: Cast, stay: tuple[Admission, Position]
) -> None:
    row, worker = stay
    typed = texts(KIND) | {"daily_life": "", "said_words": SAID, "version": "0", "act": "submit"}
    answer = signed_in(worker).post(reverse("shelter_diagnosis", args=[row.pk]), typed)
    assert answer.status_code == 200
    assert {"daily_life", "said_at", "said_where", "said_to"} <= set(answer.context["form"].errors)
    assert SAID in text_of(answer)
    with acting_as(worker):
        assert not FacilityDiagnosis.objects.exists()
        with pytest.raises(Refused, match="daily_life"):
            actions.write_at_facility(row, Written(texts(KIND) | {"daily_life": " "}), by=worker, submit=True)


def test_it_is_sealed_with_the_stay_and_read_by_nobody_else(
    cast: Cast, stay: tuple[Admission, Position]
) -> None:
    row, worker = stay
    wrote(row, worker)
    path = reverse("shelter_diagnosis", args=[row.pk])
    elsewhere = works_at(cast, "umi" if "umi" in cast.offices else "minami", who="stranger")
    for who in (elsewhere, cast.colleague, cast.police):
        with acting_as(who):
            assert not FacilityDiagnosis.objects.exists(), who
    for who in (elsewhere, cast.caseworker, cast.director, cast.police):
        assert signed_in(who).get(path).status_code in (403, 404), who
    with acting_as(worker):
        one = FacilityDiagnosis.objects.get()
        assert one.key_scope() == row.key_scope()
        assert (value_of(one.texts) or {})["daily_life"] == "daily_life（架空）"
        assert not Diagnosis.objects.exists()
        assert not Case.objects.exists()


def test_submitted_it_is_frozen_for_both_sides(cast: Cast, stay: tuple[Admission, Position]) -> None:
    row, worker = stay
    wrote(row, worker)
    for who in (worker, cast.caseworker, cast.supervisor):
        for column in (
            "texts = texts || 'x'",
            "version = version + 1",
            "said_words = texts",
            "submitted_at = now()",
        ):
            with acting_as(who), pytest.raises(DatabaseError), transaction.atomic():
                _run(f"UPDATE cases_facilitydiagnosis SET {column}")
    for why in ("returned_why = texts", "returned_at = now(), returned_why = texts"):
        with acting_as(cast.caseworker), pytest.raises(DatabaseError), transaction.atomic():
            _run(f"UPDATE cases_facilitydiagnosis SET {why}")  # what stands for it was not returned
    with pytest.raises(Refused, match="stands"):
        wrote(row, worker, version=1)
    with acting_as(worker), pytest.raises(DatabaseError), transaction.atomic():
        FacilityDiagnosis(
            case_id=row.case_id, admission=row, written_by=worker, written_at=clock.now(), texts={}
        ).save(force_insert=True)


def test_the_case_makes_none_of_its_own(cast: Cast, stay: tuple[Admission, Position]) -> None:
    """Neither a row of the facility, nor a diagnosis that says it is one."""
    row, worker = stay
    with acting_as(cast.caseworker), pytest.raises(DatabaseError), transaction.atomic():
        FacilityDiagnosis(
            case_id=row.case_id, admission=row, written_by=cast.caseworker, written_at=clock.now(), texts={}
        ).save(force_insert=True)
    there = wrote(row, worker)
    returned(cast, row)
    forged = Diagnosis(case_id=row.case_id, kind=KIND, asked_by=cast.caseworker, asked_at=clock.now())
    forged.writer, forged.due_on, forged.facility_id = cast.caseworker, clock.today(), there.pk
    with acting_as(cast.caseworker):
        forged.question = "架空"
        with pytest.raises(DatabaseError), transaction.atomic():
            forged.save(force_insert=True)


def test_returned_the_facility_reads_why_and_writes_the_next(
    cast: Cast, stay: tuple[Admission, Position]
) -> None:
    row, worker = stay
    wrote(row, worker, daily_life="よく眠る（架空）")
    first = of_case(cast, row)
    client = signed_in(cast.caseworker)
    address = reverse("diagnosis_return", args=[row.case_id, first.pk])
    assert client.post(address, {"why": "睡眠の様子を（架空）"}).status_code == 302
    page = text_of(signed_in(worker).get(reverse("shelter_diagnosis", args=[row.pk])))
    assert "睡眠の様子を（架空）" in page
    assert page.count("よく眠る（架空）") == 2, "what came back, and the beginning of the next"
    wrote(row, worker, daily_life="夜に二度起きる（架空）")
    next_one = of_case(cast, row)
    assert next_one.replaces_id == first.pk
    with acting_as(cast.caseworker):
        assert [one.pk for one in to_judge(next_one.case)] == [next_one.pk]
        assert (
            texts_of([next_one], facility_texts(next_one.case))[next_one.pk]["daily_life"]
            == "夜に二度起きる（架空）"
        )
        assert reveal(FacilityDiagnosis.objects.exclude(returned_at=None).get(), "returned_why")


def test_a_comprehensive_diagnosis_rests_on_it_and_accepts_it(
    cast: Cast, stay: tuple[Admission, Position]
) -> None:
    row, worker = stay
    wrote(row, worker)
    with as_owner():
        Case.objects.using("owner").filter(pk=row.case_id).update(stage=Stage.INVESTIGATION)
    stands = of_case(cast, row)
    sitting = planned(cast, SittingKind.ASSESSMENT)
    put(cast, stands.case, sitting)
    held(cast, sitting)
    with acting_as(cast.caseworker):
        case = Case.objects.select_related("child", "office").get(pk=row.case_id)
        (item,) = assessed_at(case)
        draft = actions.draft_judgement(case, item, [stands], TEXTS, by=cast.caseworker)
    with acting_as(cast.director):
        JUDGED.decide(draft, Verdict.APPROVE, by=cast.director)
    assert of_case(cast, row).state is DiagnosisState.ACCEPTED
    with pytest.raises(Refused, match="stands"):
        returned(cast, row)


def test_what_nobody_could_write_again_is_not_returned(cast: Cast, stay: tuple[Admission, Position]) -> None:
    row, worker = stay
    wrote(row, worker)
    with acting_as(cast.caseworker):
        row.case = Case.objects.get(pk=row.case_id)
        end_stay(row, by=cast.caseworker)
    with pytest.raises(Refused, match="left"):
        returned(cast, row)
    later = clock.now() + timedelta(hours=worker.office.shelter_log_hours + 1)
    with acting_as(worker), clock.moved_to(later), pytest.raises(Refused, match="left"):
        actions.write_at_facility(row, Written(texts(KIND)), by=worker, version=1)


def test_a_page_from_before_the_child_left_returns_nothing(
    cast: Cast, stay: tuple[Admission, Position]
) -> None:
    row, worker = stay
    wrote(row, worker)
    stands = of_case(cast, row)  # read with the stay, as the page has it
    assert stands.facility is not None
    with acting_as(cast.caseworker):
        row.case = Case.objects.get(pk=row.case_id)
        end_stay(row, by=cast.caseworker)
    with acting_as(cast.caseworker), pytest.raises(Refused, match="left"):
        actions.return_to_facility(stands, stands.facility, why="架空", by=cast.caseworker)
    assert of_case(cast, row).state is DiagnosisState.SUBMITTED


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def told_of_return(by: Position) -> list[tuple[str, str]]:
    with acting_as(by):
        return list(Notice.objects.filter(kind="diagnosis_returned").values_list("reference", "path"))


def test_a_returned_one_is_told_to_its_writers_there_with_no_word_of_it(
    cast: Cast, stay: tuple[Admission, Position]
) -> None:
    row, worker = stay
    other = works_at(cast, who="other_section")
    wrote(row, worker, submit=False)
    wrote(row, other, version=1)
    assert not told_of_return(worker)
    returned(cast, row)
    path = reverse("shelter_diagnosis", args=[row.pk])
    for by in (worker, other):
        assert told_of_return(by) == [("", path)]
        assert "睡眠の様子を（架空）" in text_of(signed_in(by).get(path))
        assert "睡眠の様子を（架空）" not in text_of(signed_in(by).get(reverse("inbox")))
    for by in (cast.caseworker, cast.supervisor, cast.director):
        assert not told_of_return(by)


def test_who_does_not_work_there_any_more_is_not_told_of_it(
    cast: Cast, stay: tuple[Admission, Position]
) -> None:
    row, worker = stay
    other = works_at(cast, who="other_section")
    wrote(row, worker, submit=False)
    wrote(row, other, version=1)
    with as_owner():
        Position.objects.using("owner").filter(pk=worker.pk).update(ends_on=clock.today() - timedelta(days=1))
    returned(cast, row)
    with as_owner():
        told = (
            Notice.objects.using("owner").filter(kind="diagnosis_returned").values_list("position", flat=True)
        )
        assert list(told) == [other.pk]


def test_nobody_tells_of_a_return_that_was_not(cast: Cast, stay: tuple[Admission, Position]) -> None:
    row, worker = stay
    call = "SELECT wall.tell(ARRAY[%s]::uuid[], 'diagnosis_returned', '', %s, 'x')"
    with pytest.raises(DatabaseError), acting_as(cast.caseworker), connection.cursor() as cursor:
        cursor.execute(call, [worker.pk, reverse("shelter_diagnosis", args=[row.pk])])
