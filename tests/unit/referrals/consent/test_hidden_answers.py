"""What a child said of a case is not told by what the database refuses to somebody who does not work on it."""

import pytest

from agencies.staff.acting import acting_as
from cases.records.models import Case
from referrals.consent.codes import Ground
from tests.cast import Cast, a_case
from tests.raw import UNDECIDED, known_row, refusal
from tests.unit.referrals import steps

OTHERS = ["colleague", "stranger", "police"]
SPENT = dict.fromkeys(("spent_at", "spent_on"))


def silent(cast: Cast) -> Case:
    """A case whose child was not asked."""
    return a_case(cast)


@pytest.mark.parametrize("who", OTHERS)
def test_what_the_child_does_not_want_told(cast: Cast, who: str) -> None:
    """Else an exception that names one item after the other would read the list."""
    case, other = a_case(cast), silent(cast)
    steps.confirmed(cast, case, items=("identity_min",), refused=("safety_state",))
    request = steps.excepted(cast, other, ground=Ground.DANGER, approve=False)
    row = known_row("referrals_exceptionrequest", request.pk) | UNDECIDED | SPENT
    with acting_as(cast.positions[who]):
        answers = {
            refusal("referrals_exceptionrequest", row, case_id=of.pk, items=[item], despite_items=[])
            for of in (case, other)
            for item in ("identity_min", "safety_state")
        }
    assert [code for code, _words in answers] == ["42501"]


@pytest.mark.parametrize("who", OTHERS)
@pytest.mark.parametrize("result", ["wishes", "declines", "unable"])
def test_whether_the_child_said_anything(cast: Cast, who: str, result: str) -> None:
    case, other = a_case(cast), silent(cast)
    items = steps.ITEMS if result == "wishes" else ()
    steps.confirmed(cast, case, result=result, items=items)
    request = steps.excepted(cast, other, approve=False)
    cannot = {
        "ground": "cannot_form",
        "condition": known_row("referrals_exceptionrequest", request.pk)["reason"],
    }
    row = known_row("referrals_exceptionrequest", request.pk) | UNDECIDED | SPENT | cannot
    with acting_as(cast.positions[who]):
        answers = {refusal("referrals_exceptionrequest", row, case_id=of.pk) for of in (case, other)}
    assert [code for code, _words in answers] == ["42501"]


@pytest.mark.parametrize("who", OTHERS)
def test_which_office_an_answer_is_for(cast: Cast, who: str) -> None:
    """A correction that names a known answer and one office after the other is refused alike."""
    case = a_case(cast)
    first = steps.confirmed(cast, case)
    steps.confirmed(cast, case, result="declines", items=())  # the first does not count any more
    row = known_row("referrals_intention", first.pk) | dict.fromkeys(
        ("superseded_at", "withdrawn_at", "withdrawn_by_id", "withdrawal_reason")
    )
    row |= {"corrects_id": first.pk, "correction": row["explanation"]}
    with acting_as(cast.positions[who]):
        answers = {
            refusal("referrals_intention", row, recipient_id=cast.offices[office].pk)
            for office in ("support", "support2", "station")
        }
    assert [code for code, _words in answers] == ["42501"]
