"""What the police ask or answer on an agreement (kyotei, 協定) rests on one that is in force between the two offices."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.intake.codes import Law, PoliceForm
from cases.intake.models import Filing, FilingCopy
from referrals.police.models import ContactBasis, PoliceContact
from security.encryption.fields import reveal, value_of
from security.walls import clock
from tests.cast import Cast, a_case, agreed
from tests.client import signed_in, text_of
from tests.unit.cases.intake.test_filing_pages import filing_data
from tests.unit.cases.intake.test_police import facts_of, sent
from tests.unit.referrals.pages import in_english

DAY = timedelta(days=1)
JOINING = (PoliceForm.ENQUIRY, PoliceForm.REPLY)


def with_station(cast: Cast, **facts: Any) -> None:
    """An agreement by which the center may tell the station one thing, unless ``facts`` say else."""
    usual = {"recipient": cast.offices["station"], "items": ["safety_state"], "reference": "架空協定"}
    agreed(cast, **usual | facts)


@pytest.mark.parametrize("form", JOINING)
def test_without_an_agreement_in_force_it_is_refused_beside_its_field(cast: Cast, form: PoliceForm) -> None:
    today = clock.today()
    with_station(cast, starts_on=today - 9 * DAY, ends_on=today - DAY)
    with_station(cast, starts_on=today + DAY, ends_on=today + DAY)
    with_station(cast, approved=None, decided_at=None, decided_by=None, decided_person=None)
    agreed(cast, items=["safety_state"])  # with another office of the police
    with pytest.raises(Refused, match="law"):
        sent(cast, form, law=Law.AGREEMENT)
    typed = {name: str(value) for name, value in facts_of(form).items() if value}
    typed |= {"police_form": form.value, "law": Law.AGREEMENT.value}
    client = in_english(signed_in(cast.station_officer))
    page = client.post(reverse("file_notification"), filing_data(cast, **typed))
    assert page.status_code == 200
    assert "Choose another basis." in str(page.context["form"].errors["law"])
    assert typed["suspect"] in text_of(page)
    with acting_as(cast.station_officer):
        assert not FilingCopy.objects.exists()


@pytest.mark.parametrize("form", JOINING)
def test_it_names_the_agreement_and_joins_the_case_as_a_contact_on_it(cast: Cast, form: PoliceForm) -> None:
    with_station(cast)
    typed = {name: str(value) for name, value in facts_of(form).items() if value}
    typed |= {"police_form": form.value, "law": Law.AGREEMENT.value}
    answer = signed_in(cast.station_officer).post(reverse("file_notification"), filing_data(cast, **typed))
    assert answer.status_code == 302, text_of(answer)
    case, filing = a_case(cast), sent(cast, form, law=Law.AGREEMENT)
    with acting_as(cast.station_officer):
        assert [reveal(one, "agreement") for one in FilingCopy.objects.all()] == ["架空協定"] * 2
    client = signed_in(cast.supervisor)
    assert "架空協定" in text_of(client.get(reverse("incoming_filing", args=[filing.pk])))
    client.post(reverse("filing_join", args=[filing.pk]), {"number": case.number})
    with acting_as(cast.supervisor):
        contact = PoliceContact.objects.get(case=case)
        assert value_of(contact.basis) is ContactBasis.AGREEMENT
        assert "架空協定" in (reveal(contact, "said") or "")


def test_an_enquiry_takes_an_agreement_that_lists_something_for_this_office(cast: Cast) -> None:
    """What no agreement lists stays closed to the police: nothing could be answered."""
    with_station(cast, items=[])
    with_station(cast, sender=cast.offices["station"], recipient=cast.offices["kita"], items=[])
    with pytest.raises(Refused, match="law"):
        sent(cast, PoliceForm.ENQUIRY, law=Law.AGREEMENT)
    assert isinstance(sent(cast, PoliceForm.REPLY, law=Law.AGREEMENT), Filing)


def test_another_basis_names_none(cast: Cast) -> None:
    with_station(cast)
    sent(cast, PoliceForm.ENQUIRY, law=Law.PROCEDURE)
    with acting_as(cast.station_officer):
        assert reveal(FilingCopy.objects.get(), "agreement") == ""


def test_of_what_was_said_by_voice_no_agreement_is_offered(cast: Cast) -> None:
    case = a_case(cast)
    page = signed_in(cast.caseworker).get(reverse("contact_new", args=[case.pk]))
    offered = [code for code, _label in page.context["form"].fields["basis"].choices]
    assert offered == [one.value for one in ContactBasis if one is not ContactBasis.AGREEMENT]
