"""Who is not asked is decided before custody begins: with the start it is that person's answer."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.clocks.codes import ClockKind
from cases.clocks.models import Clock
from cases.consents.codes import Said
from cases.custody.codes import Consent, Mark
from cases.custody.models import ConsentAnswer, Unasked
from cases.custody.queries import unasked_of
from cases.custody.unasked import mark_unasked
from cases.records import actions as records
from cases.records.codes import PersonRole
from cases.records.models import Case, Person
from security.encryption.fields import reveal, value_of
from tests.cast import Cast, a_case
from tests.client import signed_in, text_of
from tests.unit.cases.custody.test_actions import a_draft, decide, in_custody, said

WHY, WHO = "知られると危険がある（架空）", "架空所長"


def a_father(cast: Cast, case: Case) -> Person:
    with acting_as(cast.caseworker):
        facts = {
            "role": PersonRole.CUSTODIAN,
            "roles_more": [PersonRole.PARENTAL_AUTHORITY],
            "name": "架空父",
        }
        return records.save_person(case, facts, by=cast.caseworker)


def marked(
    cast: Cast, case: Case, person: Person, mark: Mark = Mark.NOT_ASKED, by: str = "caseworker"
) -> Unasked:
    with acting_as(cast.positions[by]):
        fresh = Case.objects.get(pk=case.pk)
        position = cast.positions[by]
        return mark_unasked(fresh, person, mark, reason=WHY, decided_by_text=WHO, by=position)


def unasked(cast: Cast, case: Case) -> list[Unasked]:
    with acting_as(cast.caseworker):
        return unasked_of(Case.objects.get(pk=case.pk))


def test_with_the_start_it_is_the_persons_answer_and_a_warrant_is_needed(cast: Cast) -> None:
    """Who is not asked has not consented (児童福祉法33条3項)."""
    case = a_case(cast)
    father = a_father(cast, case)
    marked(cast, case, father)
    page = reverse("case_custody", args=[case.pk])
    assert WHY in text_of(signed_in(cast.caseworker).get(page))
    for consent in (Consent.CONSENTS, Consent.NOBODY):
        with pytest.raises(Refused, match="consent"):
            a_draft(cast, case, consent=consent)
    decide(cast, a_draft(cast, case, consent=Consent.NOT_ASKED))
    with acting_as(cast.caseworker):
        answer = ConsentAnswer.objects.get(case=case)
        assert (answer.person_id, value_of(answer.consent)) == (father.pk, Said.NOT_ASKED)
        assert [reveal(answer, "why_not_asked"), reveal(answer, "decided_by_text")] == [WHY, WHO]
        assert Clock.objects.filter(case=case, kind=ClockKind.WARRANT).count() == 1


def test_an_oral_start_in_the_night_takes_it_over_too(cast: Cast) -> None:
    case = a_case(cast)
    marked(cast, case, a_father(cast, case))
    a_draft(cast, case, **said(), consent=Consent.OBJECTS)
    with acting_as(cast.caseworker):
        assert [value_of(one.consent) for one in ConsentAnswer.objects.all()] == [Said.NOT_ASKED]


def test_a_mark_that_came_after_the_draft_stops_the_approval(cast: Cast) -> None:
    case = a_case(cast)
    father = a_father(cast, case)
    draft = a_draft(cast, case, consent=Consent.CONSENTS)
    marked(cast, case, father)
    with pytest.raises(Refused, match="consent"):
        decide(cast, draft)
    marked(cast, case, father, Mark.ASKED)
    assert unasked(cast, case) == []
    decide(cast, draft)
    with acting_as(cast.caseworker):
        assert not ConsentAnswer.objects.exists()


def test_who_has_no_parental_authority_changes_nothing(cast: Cast) -> None:
    case = a_case(cast)
    with acting_as(cast.caseworker):
        other = records.save_person(
            case, {"role": PersonRole.COHABITANT, "name": "架空祖母"}, by=cast.caseworker
        )
    marked(cast, case, other)
    decide(cast, a_draft(cast, case, consent=Consent.CONSENTS))
    with acting_as(cast.caseworker):
        assert not ConsentAnswer.objects.exists()


def test_while_custody_lasts_it_is_an_answer_on_consent(cast: Cast) -> None:
    row = in_custody(cast)
    father = a_father(cast, row.case)
    with pytest.raises(Refused, match="in_custody"):
        marked(cast, row.case, father)
    with acting_as(cast.caseworker):
        bad = Unasked(case=row.case, person=father, recorded_by=cast.caseworker, recorded_at=timezone.now())
        bad.mark, bad.reason, bad.decided_by_text = Mark.NOT_ASKED, WHY, WHO
        with pytest.raises(IntegrityError, match="before custody"), transaction.atomic():
            bad.save(force_insert=True)


def test_a_person_of_another_case_is_refused(cast: Cast) -> None:
    case, other = a_case(cast), a_case(cast)
    father = a_father(cast, other)
    with pytest.raises(Refused, match="person"):
        marked(cast, case, father)
    with pytest.raises(Refused, match="whether"):
        marked(cast, other, father, Mark.ASKED)
    with acting_as(cast.caseworker):
        bad = Unasked(case=case, person=father, recorded_by=cast.caseworker, recorded_at=timezone.now())
        bad.mark, bad.reason, bad.decided_by_text = Mark.NOT_ASKED, WHY, WHO
        with pytest.raises(IntegrityError, match="of the case"), transaction.atomic():
            bad.save(force_insert=True)


@pytest.mark.parametrize("by", ["stranger", "police", "school"])
def test_nobody_else_records_it(cast: Cast, by: str) -> None:
    case = a_case(cast)
    father = a_father(cast, case)
    with pytest.raises((Refused, Case.DoesNotExist)):
        marked(cast, case, father, by=by)


def test_it_is_recorded_on_its_page(cast: Cast) -> None:
    case = a_case(cast)
    father = a_father(cast, case)
    client, url = signed_in(cast.caseworker), reverse("custody_unasked", args=[case.pk])
    typed = {"person": str(father.pk), "whether": "not_asked", "reason": WHY}
    assert client.post(url, typed).status_code != 302
    assert client.post(url, typed | {"decided_by_text": WHO}).status_code == 302
    assert [row.person_id for row in unasked(cast, case)] == [father.pk]
