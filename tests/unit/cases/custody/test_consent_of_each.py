"""Each person with parental authority answers, and the limit follows what all of them say (児童福祉法33条3項)."""

import random
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.clocks.rules import JAPAN
from cases.consents.codes import How, Said
from cases.custody import actions, consent, panel
from cases.custody.codes import Consent
from cases.custody.models import ConsentAnswer, CustodyDecision
from cases.records.actions import save_person
from cases.records.codes import PersonRole
from cases.records.models import Case, Person
from tests.cast import Cast, a_case
from tests.client import signed_in
from tests.unit.cases.custody.test_actions import in_custody, said
from tests.unit.cases.custody.test_consent import answered, running
from tests.unit.cases.custody.test_oral import read
from tests.unit.cases.custody.test_pages import moment, path_of

FIRST_DAY = timezone.localdate() - timedelta(days=9)
BEGAN = datetime.combine(FIRST_DAY, time(10), JAPAN)
LAST_MINUTE = datetime.combine(FIRST_DAY + timedelta(days=6), time(23, 59), JAPAN)
DAY_EIGHT = datetime.combine(FIRST_DAY + timedelta(days=7), time.min, JAPAN)
HOUR = timedelta(hours=1)


def begun(cast: Cast, first: Consent) -> CustodyDecision:
    """Custody of nine days ago, and what its draft says of consent."""
    facts = said() | {"said_at": BEGAN, "effective_at": BEGAN, "consent": first}
    return read(cast, in_custody(cast, **facts))


def a_parent(cast: Cast, row: CustodyDecision, name: str, **facts: Any) -> Person:
    texts = {"name": name, "role": PersonRole.CUSTODIAN, "roles_more": [PersonRole.PARENTAL_AUTHORITY]}
    with acting_as(cast.caseworker):
        return save_person(row.case, texts | facts, by=cast.caseworker)


def says(cast: Cast, row: CustodyDecision, person: Person, what: Said, at: datetime, **more: Any) -> None:
    more = {"how": How.TELEPHONE, "note": "架空の答え"} | more
    with acting_as(cast.caseworker):
        actions.record_consent(row, consent=what, answered_at=at, person=person, by=cast.caseworker, **more)


def steps(cast: Cast, row: CustodyDecision) -> list[str]:
    with acting_as(cast.caseworker):
        case = Case.objects.select_related("office", "child").get(pk=row.case_id)
        return [step.url for step in panel.steps(case, cast.caseworker)]


def shown(cast: Cast, row: CustodyDecision) -> str:
    return signed_in(cast.caseworker).get(reverse("case_custody", args=[row.case_id])).content.decode()


def test_mother_consents_father_objects_and_the_limit_runs(cast: Cast) -> None:
    row = begun(cast, Consent.CONSENTS)
    mother, father = a_parent(cast, row, "架空母"), a_parent(cast, row, "架空父")
    assert not running(cast)
    says(cast, row, mother, Said.CONSENTS, BEGAN + HOUR)
    says(cast, row, father, Said.OBJECTS, BEGAN + 2 * HOUR)
    (limit,) = running(cast)
    assert limit.started_at == row.effective_at
    for page in (shown(cast, row), signed_in(cast.caseworker).get(path_of(row, "consent/")).content.decode()):
        assert "親権者等の全員の同意はありません。" in page
        assert "架空母" in page
        assert "架空父" in page
    says(cast, row, father, Said.CONSENTS, BEGAN + 3 * HOUR)
    assert not running(cast)
    assert "親権者等の全員が同意しています。" in shown(cast, row)


@pytest.mark.parametrize(("at", "limits"), [(LAST_MINUTE, 1), (DAY_EIGHT, 0)])
def test_withdrawn_on_the_last_minute_and_on_the_eighth_day(cast: Cast, at: datetime, limits: int) -> None:
    row = begun(cast, Consent.CONSENTS)
    mother = a_parent(cast, row, "架空母")
    says(cast, row, mother, Said.CONSENTS, BEGAN + HOUR)
    says(cast, row, mother, Said.WITHDRAWN, at)
    found = running(cast)
    assert [limit.started_at for limit in found] == [row.effective_at] * limits
    assert (reverse("custody_end", args=[row.case_id]) in steps(cast, row)) is not limits


@pytest.mark.parametrize(
    ("what", "more", "fields"),
    [
        (Said.NOT_REACHED, {}, ["tries"]),
        (Said.NOT_ASKED, {}, ["why_not_asked", "decided_by_text"]),
        (Said.NOT_ASKED, {"why_not_asked": "架空の理由"}, ["decided_by_text"]),
        (Said.WITHDRAWN, {"how": "telephone", "note": "架空"}, ["consent"]),
        (Said.CONSENTS, {"how": "document"}, ["note"]),
        (
            Said.CONSENTS,
            {"note": "架空", "how": "document", "paper_no": "1", "person": ""},
            ["paper_holder", "person"],
        ),
        (Said.NOBODY, {"note": "架空"}, ["consent"]),
    ],
)
def test_what_is_missing_or_contradicts_is_said_beside_its_field(
    cast: Cast, what: Said, more: dict[str, str], fields: list[str]
) -> None:
    row = begun(cast, Consent.OBJECTS)
    person = a_parent(cast, row, "架空父")
    typed = {"person": str(person.pk), "consent": what.value, "answered_at": moment(minutes=1)} | more
    page = signed_in(cast.caseworker).post(path_of(row, "consent/"), typed)
    assert page.status_code == 200
    assert sorted(page.context["form"].errors) == sorted(fields)
    with acting_as(cast.caseworker):
        assert not ConsentAnswer.objects.exists()


@pytest.mark.parametrize("what", [Said.NOT_REACHED, Said.NOT_ASKED, Said.WITHDRAWN, Said.NOBODY])
def test_the_action_refuses_the_same(cast: Cast, what: Said) -> None:
    row = begun(cast, Consent.OBJECTS)
    person = a_parent(cast, row, "架空父")
    asked = None if what is Said.NOBODY else person
    with acting_as(cast.caseworker), pytest.raises(Refused):
        actions.record_consent(row, consent=what, answered_at=BEGAN + HOUR, person=asked, by=cast.caseworker)


def test_an_answer_is_recorded_on_its_page_with_its_papers(cast: Cast) -> None:
    row = begun(cast, Consent.NOT_ASKED)
    person = a_parent(cast, row, "架空母")
    typed = {
        "person": str(person.pk), "consent": "consents", "answered_at": moment(minutes=1), "how": "document",
        "asked_by": "架空の児童福祉司", "note": "架空の答え",
        "paper_no": "架空第1号", "paper_holder": "架空係", "opinion": "架空の意見", "tries": "捨てる",
    }  # fmt: skip
    assert signed_in(cast.caseworker).post(path_of(row, "consent/"), typed).status_code == 302
    assert not running(cast)
    page = shown(cast, row)
    assert [
        word
        for word in ("架空母", "架空の児童福祉司", "架空第1号", "架空係", "架空の意見")
        if word not in page
    ] == []
    assert "捨てる" not in page  # it belongs to another answer


def test_authority_that_is_recorded_later_or_ends_changes_the_answer_and_the_page_says_so(cast: Cast) -> None:
    row = read(cast, in_custody(cast, consent=Consent.NOT_ASKED))
    mother = a_parent(cast, row, "架空母")
    says(cast, row, mother, Said.CONSENTS, timezone.now())
    assert not running(cast)
    father = a_parent(cast, row, "架空父")
    assert "現在は全員の同意がありません" in shown(cast, row)
    assert reverse("custody_consent", args=[row.case_id, row.pk]) in steps(cast, row)
    says(cast, row, father, Said.NOT_REACHED, timezone.now(), tries="架空の電話")
    assert len(running(cast)) == 1
    ended = {"name": "架空父", "role": PersonRole.CUSTODIAN, "roles_more": [PersonRole.PARENTAL_AUTHORITY]}
    with acting_as(cast.caseworker):
        over = ended | {"authority_until": timezone.localdate() - timedelta(days=1)}
        save_person(row.case, over, by=cast.caseworker, person=father)
    assert "現在は全員が同意しています" in shown(cast, row)
    says(cast, row, mother, Said.CONSENTS, timezone.now())
    assert not running(cast)


def test_a_holder_who_becomes_one_after_day_seven_starts_no_limit(cast: Cast) -> None:
    row = begun(cast, Consent.CONSENTS)
    mother = a_parent(cast, row, "架空母")
    father = a_parent(cast, row, "架空父", authority_from=DAY_EIGHT.date())
    says(cast, row, mother, Said.CONSENTS, BEGAN + HOUR)
    says(cast, row, father, Said.OBJECTS, DAY_EIGHT + HOUR)
    assert not running(cast)
    assert reverse("custody_end", args=[row.case_id]) in steps(cast, row)


def test_once_one_answers_each_ones_own_answer_counts_and_old_rows_do_not(cast: Cast) -> None:
    row = begun(cast, Consent.NOT_ASKED)
    answered(cast, row, Said.CONSENTS)  # as an older version wrote it: for all
    assert not running(cast)
    mother = a_parent(cast, row, "架空母")
    a_parent(cast, row, "架空父")
    says(cast, row, mother, Said.CONSENTS, timezone.now())
    with acting_as(cast.caseworker):
        assert consent.together(read(cast, row), timezone.now()).consent is Consent.NOT_ASKED


@pytest.mark.parametrize("seed", range(4))
def test_in_random_orders_the_limit_runs_while_one_does_not_consent(cast: Cast, seed: int) -> None:
    draw, row = random.Random(seed), begun(cast, Consent.NOT_ASKED)
    people = [a_parent(cast, row, name) for name in ("架空母", "架空父", "架空後見人")]
    latest: dict[Any, tuple[datetime, Said]] = {}
    minutes = draw.sample(range(1, 600), 14)
    kinds, consented = [Said.CONSENTS, Said.CONSENTS, Said.CONSENTS, Said.OBJECTS, Said.NOT_REACHED], 0
    for minute in minutes:
        person, what, at = draw.choice(people), draw.choice(kinds), BEGAN + timedelta(minutes=minute)
        says(cast, row, person, what, at, tries="架空の電話")
        latest[person.pk] = max(latest.get(person.pk, (at, what)), (at, what))
        everybody = len(latest) == 3 and {one for _at, one in latest.values()} == {Said.CONSENTS}
        assert len(running(cast)) == (0 if everybody else 1)
        consented += everybody
    with acting_as(cast.caseworker):
        rows, holders = list(ConsentAnswer.objects.all()), [one.pk for one in people]
        first = consent.consent_together(row, holders, rows)
        for _turn in range(20):
            draw.shuffle(rows)
            assert consent.consent_together(row, holders, rows) is first
    assert len(rows) == len(minutes)


@pytest.mark.parametrize("what", ["person", "decision"])
def test_raw_sql_names_nobody_of_another_case(cast: Cast, what: str) -> None:
    row, other = begun(cast, Consent.NOT_ASKED), a_case(cast)
    with acting_as(cast.caseworker):
        stranger = save_person(other, {"name": "別件", "role": PersonRole.OTHER}, by=cast.caseworker)
        answer = ConsentAnswer(case=row.case, decision=row, person=stranger)
        if what == "decision":
            answer.case, answer.person = other, None
        answer.recorded_by, answer.recorded_at = cast.caseworker, timezone.now()
        answer.consent, answer.answered_at = Said.CONSENTS, timezone.now()
        answer.answered_by, answer.note = "", ""
        with pytest.raises(IntegrityError, match="of its own case"), transaction.atomic():
            answer.save(force_insert=True)
