"""Opening a case: grants, keys, walls."""

from agencies.staff.acting import acting_as
from cases.records.models import Case
from cases.records.queries import cases_for, search_exact
from security.encryption.fields import reveal
from tests.cast import CHILD, Cast, a_case


def test_lead_reads_what_was_typed(cast: Cast) -> None:
    case = a_case(cast)
    with acting_as(cast.caseworker):
        found = cases_for(cast.caseworker).select_related("child").get(pk=case.pk)
        assert reveal(found.child, "family_name") == CHILD.family_name
        assert reveal(found, "outline") == "架空の事案"
        assert search_exact(cast.caseworker, kana="タカハシ ヨシノ", birth_date=CHILD.birth_date) == [found]


def test_others_see_nothing_even_without_the_python_filter(cast: Cast) -> None:
    case = a_case(cast)
    for name in (
        "colleague",
        "other_section",
        "stranger",
        "police",
        "school",
        "privacy",
        "admin",
        "duty",
        "supervisor2",
    ):
        with acting_as(cast.positions[name]):
            assert not Case.objects.filter(pk=case.pk).exists(), name


def test_line_sees_it(cast: Cast) -> None:
    case = a_case(cast)
    for name in ("supervisor", "director"):
        with acting_as(cast.positions[name]):
            assert Case.objects.filter(pk=case.pk).exists(), name
