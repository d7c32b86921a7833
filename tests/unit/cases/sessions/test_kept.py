"""A note typed while the sign-in expired is kept for its writer alone, and for nobody who may not read such a note."""

from django.conf import settings
from django.urls import reverse

from agencies.staff.acting import acting_as
from cases.records import actions as records
from cases.sessions.models import SessionNote
from security.signin import parked
from tests.cast import Cast
from tests.client import TOKEN, signed_in, text_of
from tests.unit.cases.sessions.held import NOTE, course, planned


def test_a_note_is_kept_for_its_writer_alone(cast: Cast) -> None:
    case, plan, who = course(cast)
    url = reverse("session", args=[case.pk, planned(plan, who).pk])
    client = signed_in(who)
    assert client.get(url).status_code == 200
    client.cookies[settings.SESSION_COOKIE_NAME] = "expired"
    client.cookies["csrftoken"] = TOKEN
    answer = client.post(url, {"attendance": "held", "apart": NOTE, "csrfmiddlewaretoken": TOKEN})
    assert NOTE not in text_of(answer)
    (kept,) = parked.forms_of(who.staff_id)
    assert ("apart", NOTE) in kept.fields
    for file in parked.folder(who.staff_id).iterdir():
        assert NOTE.encode() not in file.read_bytes()
    own, name = signed_in(who), reverse("parked_form", args=[kept.id])
    assert NOTE in text_of(own.get(name))
    for other in (cast.caseworker, cast.supervisor, cast.director):
        assert parked.forms_of(other.staff_id) == []
        assert signed_in(other).get(name).status_code == 404
    with acting_as(who):
        assert SessionNote.objects.count() == 0
    with acting_as(cast.caseworker):
        records.block_person(case, who.staff, by=cast.caseworker)
    assert signed_in(who).get(name).status_code == 404
