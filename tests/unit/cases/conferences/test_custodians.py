"""The minutes say of each custodian by itself what it said and where it stands; a suspect is marked."""

from datetime import date
from typing import Any

import pytest

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.conferences import rules
from cases.conferences.codes import Measure, SightWay, Stand
from cases.conferences.models import AgendaEntry, ConferenceItem
from cases.conferences.panel import voices
from cases.conferences.papers import minutes_parts
from cases.conferences.queries import CustodianView, custodians_around, views_of
from cases.records.actions import remove_person, save_person
from cases.records.codes import PersonRole
from cases.records.models import Case, Person
from security.encryption.fields import words_of
from security.walls import clock
from tests.cast import Cast
from tests.client import signed_in, text_of
from tests.unit.cases.conferences.test_conferences import before, decide, draft, minutes

MOTHER, FATHER = "髙橋　母（架空）", "髙橋　養父（架空）"


def person(cast: Cast, case: Case, name: str, *roles: PersonRole) -> Person:
    main, *more = roles
    texts = {"name": name, "role": main, "roles_more": more or None}
    with acting_as(cast.caseworker):
        return save_person(Case.objects.get(pk=case.pk), texts, by=cast.caseworker)


def family(cast: Cast) -> tuple[Case, Person, Person]:
    """A case before a conference, whose mother cares for the child and has parental authority, as the suspected father does."""
    case = before(cast)
    mother = person(cast, case, MOTHER, PersonRole.CUSTODIAN, PersonRole.PARENTAL_AUTHORITY)
    father = person(cast, case, FATHER, PersonRole.SUSPECT, PersonRole.PARENTAL_AUTHORITY)
    return case, mother, father


def said(mother: Person, father: Person, stand: Stand = Stand.OBJECTS) -> list[CustodianView]:
    return [
        CustodianView(mother.pk, "在宅を希望（架空）", Stand.CONSENTS),
        CustodianView(father.pk, "知らない（架空）", stand, suspected=True),
    ]


def test_each_is_asked_and_the_suspect_is_marked(cast: Cast) -> None:
    case, mother, father = family(cast)
    row = draft(cast, case, minutes(views=said(mother, father), stand=Stand.OBJECTS, custodians_view=""))
    with acting_as(cast.caseworker):
        fresh = ConferenceItem.objects.get(pk=row.pk)
        assert views_of(fresh) == said(mother, father)
        found = {name: (marks[-1:], words) for name, marks, words, _stand in voices(fresh)}
        paper = str(minutes_parts(AgendaEntry.objects.get(pk=row.entry_id), fresh))
    assert found[FATHER] == (["加害の疑い"], "知らない（架空）")
    assert found[MOTHER][1] == "在宅を希望（架空）"
    assert "知らない（架空）" in paper
    page = text_of(signed_in(cast.director).get(f"/cases/{case.pk}/decisions/conference_item/{row.pk}/"))
    assert "在宅を希望（架空）" in page
    assert "加害の疑い" in page


def test_what_a_person_said_stays_after_the_person_was_removed(cast: Cast) -> None:
    case, mother, father = family(cast)
    row = decide(cast, draft(cast, case, minutes(views=said(mother, father), stand=Stand.OBJECTS)))
    with acting_as(cast.caseworker):
        remove_person(Case.objects.get(pk=case.pk), mother, by=cast.caseworker)
        assert MOTHER in [name for name, *_rest in voices(ConferenceItem.objects.get(pk=row.pk))]


def test_nobody_is_left_out(cast: Cast) -> None:
    case, mother, father = family(cast)
    both = said(mother, father)
    for views, code in (
        (both[:1], f"says_{father.pk.hex}"),
        ([both[1], CustodianView(mother.pk, "　", Stand.CONSENTS)], f"says_{mother.pk.hex}"),
        ([both[1], CustodianView(mother.pk, "在宅（架空）")], f"stands_{mother.pk.hex}"),
        ([*both, CustodianView(case.pk, "架空", None)], "people"),
    ):
        with pytest.raises(Refused) as refused:
            draft(cast, case, minutes(views=views, stand=Stand.OBJECTS))
        assert refused.value.code == code


def test_where_nobody_is_recorded_it_is_said_in_words(cast: Cast) -> None:
    with pytest.raises(Refused, match="custodians_view"):
        draft(cast, before(cast), minutes(custodians_view=""))


@pytest.mark.parametrize(
    ("each", "together", "is_right"),
    [
        ([Stand.CONSENTS, Stand.OBJECTS], Stand.CONSENTS, False),
        ([Stand.CONSENTS, Stand.WITHDRAWN], Stand.NOT_REACHED, False),
        ([Stand.CONSENTS, Stand.NOT_ASKED], Stand.CONSENTS, False),
        ([Stand.NOT_REACHED], Stand.NOBODY, False),
        ([Stand.CONSENTS], Stand.NOBODY, False),
        ([Stand.CONSENTS, Stand.CONSENTS], Stand.CONSENTS, True),
        ([Stand.CONSENTS, Stand.OBJECTS], Stand.OBJECTS, True),
        ([Stand.CONSENTS, Stand.NOT_ASKED], Stand.NOT_ASKED, True),
        ([], Stand.NOBODY, True),
    ],
)
def test_together_they_stand_where_the_strictest_stands(
    each: list[Stand], together: Stand, is_right: bool
) -> None:
    """児童福祉法27条4項."""
    views = [CustodianView(Person().pk, "架空", one) for one in each]
    if is_right:
        rules.check_stand(views, together)
        return
    with pytest.raises(Refused, match="stand"):
        rules.check_stand(views, together)


def test_whose_authority_has_ended_is_not_asked_where_it_stands(cast: Cast) -> None:
    case, mother, _father = family(cast)
    with acting_as(cast.caseworker):
        texts: dict[str, Any] = {
            "name": MOTHER, "role": PersonRole.PARENTAL_AUTHORITY, "authority_until": date(2020, 1, 1),
        }  # fmt: skip
        save_person(Case.objects.get(pk=case.pk), texts, by=cast.caseworker, person=mother)
        fresh = Case.objects.get(pk=case.pk)
        assert [words_of(one.name) for one in custodians_around(fresh, clock.today())] == [FATHER]


def test_the_childs_view_says_how_it_was_obtained(cast: Cast) -> None:
    with pytest.raises(Refused, match="view_how"):
        draft(cast, before(cast), minutes(Measure.GUIDANCE, view_how=""))


def test_who_goes_is_written_with_how_the_child_is_seen() -> None:
    with pytest.raises(Refused, match="who_goes"):
        rules.check_who_goes([SightWay.HOME], " ")
    rules.check_who_goes([], "")
    rules.check_who_goes([SightWay.HOME], "担当福祉司（架空）")
