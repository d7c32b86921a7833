"""The dates of a person's life: their order, what ends with a death, and since when somebody lives with the child."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.records.actions import save_person
from cases.records.codes import HouseholdRelation, Marriage, PersonRole
from cases.records.models import UNKNOWN, Case, Person
from cases.records.panel import roles_in_words
from cases.records.papers import people_around
from cases.records.queries import holders_of_authority
from security.audit.models import Event
from security.walls import clock
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in, text_of

NAME = "髙橋　花（架空）"
USUAL: dict[str, Any] = {"name": NAME, "role": PersonRole.PARENTAL_AUTHORITY}
BORN, DIED = date(1980, 4, 1), date(2026, 3, 1)


def saved(cast: Cast, case: Case, **facts: Any) -> Person:
    with acting_as(cast.caseworker):
        return save_person(Case.objects.get(pk=case.pk), USUAL | facts, by=cast.caseworker)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"died_on": date(2999, 1, 1)}, "died"),
        ({"birth_date": BORN, "died_on": date(1979, 1, 1)}, "born died"),
        ({"birth_date": BORN, "authority_from": date(1979, 1, 1)}, "born authority_from"),
        ({"birth_date": BORN, "lives_from": date(1979, 1, 1)}, "born lives_from"),
        ({"died_on": DIED, "authority_from": date(2026, 4, 1)}, "authority_from died"),
        ({"died_on": DIED, "authority_until": date(2026, 4, 1)}, "authority_until died"),
        ({"died_on": DIED, "lives_from": date(2026, 4, 1)}, "lives_from died"),
        ({"died_on": DIED, "lives_until": date(2026, 4, 1)}, "lives_until died"),
        ({"died_on": DIED, "roles_more": [PersonRole.CUSTODIAN]}, "died roles"),
        ({"died_on": UNKNOWN, "roles_more": [PersonRole.COHABITANT]}, "died roles"),
        ({"died_on": DIED, "marriage": Marriage.MARRIED}, "died marriage"),
        ({"died_on": UNKNOWN, "marriage": Marriage.MARRIED}, "died marriage"),
        ({"lives_from": date(2999, 1, 1)}, "lives_from"),
        ({"lives_from": DIED, "lives_until": DIED - timedelta(days=1)}, "lives_from lives_until"),
    ],
)
def test_impossible_orders_name_each_field(cast: Cast, facts: dict[str, Any], code: str) -> None:
    case = a_case(cast)
    with pytest.raises(Refused) as refused:
        saved(cast, case, **facts)
    assert refused.value.code == code
    on_form = {"born": "birth_date", "died": "died_on", "roles": "roles_more"}
    typed: dict[str, Any] = {
        "name": NAME, "role": "parental_authority", "relation_code": "jitsubo", "authority_known": "koseki",
    }  # fmt: skip
    for name, value in facts.items():
        typed[name] = value if isinstance(value, list) else "unknown" if value == UNKNOWN else str(value)
    page = signed_in(cast.caseworker).post(reverse("person_add", args=[case.pk]), {**typed, "version": "0"})
    assert page.status_code == 200
    named = {on_form.get(one, one) for one in code.split()}
    assert named <= set(page.context["form"].errors) | (
        {"died_on"} if date(2999, 1, 1) in facts.values() else set()
    )


def test_two_married_parents_are_not_both_dead(cast: Cast) -> None:
    case = a_case(cast)
    for relation in (HouseholdRelation.MOTHER, HouseholdRelation.FATHER):
        with pytest.raises(Refused, match="died marriage"):
            saved(cast, case, relation_code=relation, marriage=Marriage.MARRIED, died_on=DIED)
        saved(cast, case, relation_code=relation, marriage=Marriage.WIDOWED, died_on=DIED)


def test_who_has_died_has_no_parental_authority(cast: Cast) -> None:
    """民法838条1号: with the last of them a guardianship begins; nobody asks the dead."""
    case = a_case(cast)
    saved(cast, case, died_on=DIED)
    saved(cast, case, name="不詳の日に死亡（架空）", died_on=UNKNOWN)
    living = saved(cast, case, name="存命（架空）")
    with acting_as(cast.caseworker):
        found = Case.objects.get(pk=case.pk)
        assert holders_of_authority(found, DIED - timedelta(days=1)) != []
        assert [one.pk for one in holders_of_authority(found, clock.today())] == [living.pk]


def test_that_somebody_is_on_the_notifiers_side_is_shown_nowhere(cast: Cast) -> None:
    """児童虐待防止法7条: who notified is told to nobody, and not who stands beside them."""
    case = a_case(cast)
    with pytest.raises(Refused, match="role_main"):
        saved(cast, case, role=PersonRole.NOTIFIER_SIDE)
    person = saved(cast, case, role=PersonRole.RELATIVE, roles_more=[PersonRole.NOTIFIER_SIDE])
    with acting_as(cast.caseworker):
        assert roles_in_words(Person.objects.get(pk=person.pk)) == ["親族"]
        assert "通告者側" not in str(people_around(Case.objects.select_related("child").get(pk=case.pk)))
    client = signed_in(cast.caseworker)
    for name in ("case", "people_list"):
        page = text_of(client.get(reverse(name, args=[case.pk])))
        assert NAME in page
        assert "通告者側" not in page
    with as_owner():
        changes = [
            row.uuid
            for row in Event.objects.using("owner").filter(content_type__model="person", verb="ROW_CREATE")
        ]
    assert changes
    for reader in (cast.caseworker, cast.supervisor, cast.director):
        for change in changes:
            page = text_of(signed_in(reader).get(reverse("case_change", args=[case.pk, change])))
            assert "親族" in page
            assert "通告者側" not in page
    form = client.get(reverse("person_edit", args=[case.pk, person.pk]))
    assert form.context["form"].initial["roles_more"] == [PersonRole.NOTIFIER_SIDE]


def test_the_home_says_since_when_each_person_lives_there(cast: Cast) -> None:
    case = a_case(cast)
    saved(cast, case, name="同居人（架空）", role=PersonRole.COHABITANT, lives_from=date(2025, 4, 1))
    saved(cast, case, name="転出者（架空）", lives_from=date(2020, 4, 1), lives_until=date(2024, 5, 6))
    saved(cast, case, name="別居者（架空）")
    page = signed_in(cast.caseworker).get(reverse("case", args=[case.pk]))
    home = text_of(page).partition("この世帯の人")[2]
    there, gone = home.partition("同居人（架空）")[2], home.partition("転出者（架空）")[2]
    assert "令和7年4月1日" in there[:80]
    assert "同居していない" in gone[:300]
    assert "別居者（架空）" not in home
