"""What counts as an answer of the child, and how a record that was written down wrongly is put right without losing its trace."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.records.models import Case
from referrals.consent import rules
from referrals.consent.models import Intention
from security.encryption.fields import value_of
from security.walls import clock
from tests.cast import Cast, a_case
from tests.client import signed_in
from tests.unit.referrals import pages, steps
from tests.unit.referrals.disclosures.test_gate_by_sql import raw

CORRECTED = (
    "INSERT INTO referrals_intention SELECT (jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid(), "
    "'result', %s::text, 'corrects_id', %s::text, 'correction', coalesce(i.correction, i.words), 'superseded_at', NULL, "
    "'withdrawn_at', NULL, 'withdrawn_by_id', NULL, 'withdrawal_reason', NULL))).* FROM referrals_intention i WHERE i.id = %s"
)
COPY = (
    "INSERT INTO referrals_exceptionrequest SELECT (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(), "
    "'ground', 'cannot_form', 'condition', e.reason))).* FROM referrals_exceptionrequest e"
)


def cannot_form(cast: Cast, case: Case) -> bool:
    """Whether 確認困難 can be named as a ground now; the rule and the wall agree."""
    with acting_as(cast.caseworker):
        formed = rules.is_formed(case)
    if formed:
        with pytest.raises(IntegrityError, match="can be formed"):
            raw(cast.caseworker, COPY)
    else:
        with pytest.raises(
            IntegrityError, match="one_exception_draft"
        ):  # the ground is let in; another one waits
            raw(cast.caseworker, COPY)
    return not formed


@pytest.mark.parametrize("answer", ["declines", "undecided"])
def test_asking_again_does_not_undo_an_answer(cast: Cast, answer: str) -> None:
    case = a_case(cast)
    steps.excepted(cast, case, approve=False)
    steps.confirmed(cast, case, result=answer)
    steps.confirmed(cast, case, result="unable")
    steps.confirmed(cast, case, result="unable", recipient=cast.offices["support2"])
    assert not cannot_form(cast, case)


def test_a_wish_counts_while_it_is_the_newest_and_a_withdrawal_for_good(cast: Cast) -> None:
    case = a_case(cast)
    steps.excepted(cast, case, approve=False)
    assert cannot_form(cast, case)
    wish = steps.confirmed(cast, case)
    assert not cannot_form(cast, case)
    steps.confirmed(cast, case, result="unable")
    assert cannot_form(cast, case)
    steps.withdrawn(cast, wish)
    assert not cannot_form(cast, case)


@pytest.mark.parametrize("answer", ["declines", "undecided", "withdrawal"])
def test_one_person_never_corrects_an_answer_into_unable(cast: Cast, answer: str) -> None:
    """A no, an undecided and a withdrawal are not written over, neither on the page nor by SQL."""
    case = a_case(cast)
    wrong = steps.confirmed(cast, case, result="wishes" if answer == "withdrawal" else answer)
    if answer == "withdrawal":
        steps.withdrawn(cast, wrong)
    worker = signed_in(cast.caseworker)
    filled = pages.answer(cast.offices["support"], result="unable", correction="誤記")
    assert worker.post(f"/cases/{case.pk}/intention/new/", filled).status_code == 200
    raw(cast.caseworker, "UPDATE referrals_intention SET superseded_at = now() WHERE id = %s", [wrong.pk])
    with pytest.raises(IntegrityError, match="names the record it corrects"):
        raw(cast.caseworker, CORRECTED, ["unable", str(wrong.pk), wrong.pk])


def test_a_corrected_no_is_kept_with_its_correction_and_still_counts(cast: Cast) -> None:
    case = a_case(cast)
    steps.excepted(cast, case, approve=False)
    wrong = steps.confirmed(cast, case, result="declines")
    right = steps.confirmed(cast, case, result="wishes", correction="別のこどもの回答を書いた")
    assert right.corrects_id == wrong.pk
    steps.confirmed(cast, case, result="unable", correction="誤記")
    assert not cannot_form(cast, case)
    worker = pages.in_english(signed_in(cast.caseworker))
    history = worker.get(f"/cases/{case.pk}/intention/").content.decode()
    for shown in ("Recorded wrongly, corrected later", "別のこどもの回答を書いた", "does not wish it"):
        assert shown in history


def test_a_correction_closes_what_rested_on_the_wrong_record(cast: Cast) -> None:
    report = steps.readable(cast)
    with acting_as(cast.caseworker):
        case = Case.objects.select_related("office").get(pk=report.case_id)
    steps.confirmed(cast, case, result="undecided", correction="「迷っている」を「希望する」と記録した")
    assert steps.seen_by(cast.police, report) == []


def test_nothing_to_correct(cast: Cast) -> None:
    case = a_case(cast)
    with pytest.raises(Refused) as caught:
        steps.confirmed(cast, case, correction="誤記")
    assert caught.value.code == "correction"
    page = signed_in(cast.caseworker).get(f"/cases/{case.pk}/intention/new/").content.decode()
    assert 'name="correction"' not in page


def test_the_form_corrects(cast: Cast) -> None:
    case = a_case(cast)
    steps.confirmed(cast, case, result="declines")
    worker = signed_in(cast.caseworker)
    filled = pages.answer(cast.offices["support"], correction="聞きまちがい")
    assert worker.post(f"/cases/{case.pk}/intention/new/", filled).status_code == 302
    with acting_as(cast.caseworker):
        newest = Intention.objects.in_force().get(case=case)
        assert newest.corrects is not None
        assert value_of(newest.correction) == "聞きまちがい"


def test_a_correction_by_sql_names_its_record_and_why(cast: Cast) -> None:
    case, other = a_case(cast), a_case(cast)
    steps.confirmed(cast, case, result="declines")
    foreign = steps.confirmed(cast, other, result="declines")
    copy = (
        "INSERT INTO referrals_intention SELECT (jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid(), "
        "'recipient_id', %s::text, 'corrects_id', %s::text, 'correction', %s::text))).* FROM referrals_intention i "
        "WHERE i.case_id = %s"
    )
    office = str(cast.offices["support2"].pk)
    for corrects, why in ((str(foreign.pk), "x"), (None, "x"), (str(foreign.pk), None)):
        with pytest.raises(IntegrityError, match="names the record it corrects"):
            raw(cast.caseworker, copy, [office, corrects, why, case.pk])


def test_a_child_is_asked_before_it_is_written_down(cast: Cast) -> None:
    case = a_case(cast)
    with pytest.raises(Refused) as caught:
        steps.confirmed(cast, case, asked_at=clock.now() + timedelta(hours=1))
    assert caught.value.code == "asked_at"
    steps.confirmed(cast, case, result="declines")
    copy = (
        "INSERT INTO referrals_intention SELECT (jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid(), "
        "'recipient_id', %s::text, 'asked_at', now() + interval '1 day'))).* FROM referrals_intention i"
    )
    with pytest.raises(IntegrityError, match="asked before"):
        raw(cast.caseworker, copy, [str(cast.offices["support2"].pk)])
