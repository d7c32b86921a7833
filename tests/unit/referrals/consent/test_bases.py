"""The one list of bases in law: grounds, articles and contacts draw their words from it; rules, form and gate ask it."""

from uuid import UUID

import pytest
from django.db import connections
from django.utils.translation import override

from agencies.agreements.codes import BASES, OWN_RULE, Need, basis
from agencies.directory.models import OfficeKind, PoliceDesk
from agencies.staff.acting import acting_as
from cases.intake.codes import LAWS, Law
from referrals.consent import rules
from referrals.consent.codes import OFFICERS, STANDING, Ground
from referrals.disclosures.codes import DESKS, PaperKind
from referrals.police.models import ContactBasis
from security.walls import clock
from tests.cast import Cast, a_case, agreed

NAMED = [*Ground, *Law, ContactBasis.HELP, ContactBasis.ENQUIRY, ContactBasis.AGREEMENT, PaperKind.ENJO]


def test_each_code_is_of_one_basis() -> None:
    codes = [code for one in BASES for code in (one.code, *one.stored)]
    assert len(codes) == len(set(codes))
    with pytest.raises(KeyError):
        basis("nothing")


def test_every_basis_is_named_somewhere_in_the_words_of_the_list() -> None:
    assert {basis(member.value).code for member in NAMED} == {one.code for one in BASES}
    for member in NAMED:
        assert member.label == str(basis(member.value).label)


def test_codes_of_rows_are_as_they_were() -> None:
    """Rows hold these codes, some in clear and some sealed: none may ever change."""
    assert Ground.values == ["danger", "cannot_form", "all_cases", "listed_items", "answer", "accusation"]
    assert Law.values == ["jifuku_25", "gyakuboho_6", "shonen_6_6", "keiso_197_2", "kyotei", "gyakuboho_10"]
    assert (ContactBasis.HELP.value, ContactBasis.ENQUIRY.value, PaperKind.ENJO.value) == (
        "help",
        "enquiry",
        "enjo",
    )
    assert (OWN_RULE, OFFICERS) == ("accusation", (PoliceDesk.SHO, PoliceDesk.HONBU))


def test_help_is_asked_of_the_chief_of_the_police_station_and_an_accusation_goes_to_officers() -> None:
    """児童虐待防止法10条1項; 刑事訴訟法239条2項, 241条1項."""
    assert DESKS[PaperKind.ENJO] == (PoliceDesk.SHO,)
    assert DESKS[PaperKind.KOKUHATSU] == basis("keiso_239_2").desks
    with override("ja"):
        assert str(basis("enjo").article) == "児童虐待防止法第10条第1項"


def test_the_police_name_what_is_theirs_and_the_center_what_is_its_own() -> None:
    assert all(OfficeKind.POLICE in basis(law.value).used_by for laws in LAWS.values() for law in laws)
    assert all(ground.basis.used_by == {OfficeKind.CGC} for ground in Ground)


@pytest.mark.parametrize("desk", ["support", "station", "headquarters"])
@pytest.mark.parametrize("ground", list(Ground))
def test_rule_and_gate_ask_the_list_what_a_ground_needs(cast: Cast, ground: Ground, desk: str) -> None:
    case, office = a_case(cast), cast.offices[desk]

    def open_now() -> tuple[bool, bool]:
        with acting_as(cast.caseworker):
            by_rule = ground in rules.grounds_between(cast.offices["kita"], office, clock.now())
        return by_rule, by_wall(cast, case.pk, office.pk, ground)

    fits = office.police_desk in ground.basis.desks
    assert open_now()[0] is (ground in STANDING and fits)
    assert open_now()[1] is (ground in STANDING)
    if ground.basis.needs is not Need.NOTHING:
        agreed(cast, recipient=office, grounds=[ground], items=["safety_state"], listed=["safety_state"])
        assert open_now() == (fits, True)


def by_wall(cast: Cast, case: UUID, office: UUID, ground: Ground) -> bool:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT wall.ground_is_on(%s, %s, %s, ARRAY['safety_state'])", [ground.value, case, office]
        )
        return bool(cursor.fetchone()[0])
