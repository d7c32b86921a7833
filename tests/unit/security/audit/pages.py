"""Addresses of pages that a careless colleague might write; the tests ask for them in place of the real ones."""

from uuid import UUID

from django.db import connection
from django.http import Http404, HttpResponse
from django.urls import path

from agencies.staff.access import StaffRequest, form_page, page
from cases.records.actions import save_person, take_off_team
from cases.records.models import Case, Grant
from cases.records.pages import case_or_404
from cases.records.queries import cases_for, with_keys
from security.audit.verbs import Verb
from security.encryption.fields import reveal

handler404 = "face.errors.not_found"
handler500 = "face.errors.server_error"


@page()
def name_only(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Shows the child's name and forgets to say that it does."""
    return HttpResponse(reveal(Case.objects.select_related("child").get(pk=case_id).child, "family_name"))


@form_page()
def case_page(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """A page like any other; a POST adds a person and shows the name again."""
    case = case_or_404(request, case_id, "people")
    if request.method == "POST":
        texts = dict.fromkeys(("role", "kana", "relation", "telephone", "note"), "") | {
            "name": request.POST["name"]
        }
        save_person(case, texts, by=request.by)
    return HttpResponse(reveal(case.child, "family_name"))


@page()
def case_list(request: StaffRequest) -> HttpResponse:
    """A list with names."""
    cases = with_keys(cases_for(request.by).select_related("child"))
    for case in cases:
        request.event.note_shown(case.pk, verb=Verb.CASE_LIST)
    return HttpResponse("".join(str(reveal(case.child, "family_name")) for case in cases))


@page()
def breaks(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Fails after the content was made."""
    reveal(case_or_404(request, case_id).child, "family_name")
    raise RuntimeError


@page()
def breaks_in_sql(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Fails in the database, so that the transaction answers no more questions."""
    reveal(case_or_404(request, case_id).child, "family_name")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    raise AssertionError


@page()
def refuses(request: StaffRequest, case_id: UUID, name: str = "") -> HttpResponse:
    """Opens a field and then finds that the page does not exist."""
    reveal(case_or_404(request, case_id, "child").child, "family_name")
    raise Http404


@page()
def refuses_by_a_rule(request: StaffRequest) -> HttpResponse:
    """Says by which rule it refuses, and answers like a page that does not exist."""
    request.event.note_denied("a rule of its own")
    raise Http404


@form_page()
def leaves(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """A POST gives up one's own place in the case."""
    case = case_or_404(request, case_id)
    if request.method == "POST":
        take_off_team(
            Grant.objects.get(position=request.by, content_object=case, ended_at=None), by=request.by
        )
    return HttpResponse("")


@page()
def says_nothing(request: StaffRequest) -> HttpResponse:
    """A page that names nothing of what it shows."""
    return HttpResponse("people")


@page()
def swallows(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Meets a value that cannot be decrypted, and then names another verb."""
    case = case_or_404(request, case_id)
    shown = reveal(case, "outline")
    request.event.note(Verb.CASE_PRINT)
    return HttpResponse(shown)


urlpatterns = [
    path("", case_list, name="home"),
    path("name/<uuid:case_id>/", name_only),
    path("cases/<uuid:case_id>/", case_page, name="case"),
    path("breaks/<uuid:case_id>/", breaks),
    path("breaks/sql/<uuid:case_id>/", breaks_in_sql),
    path("refuses/<uuid:case_id>/", refuses),
    path("ruled/", refuses_by_a_rule),
    path("leaves/<uuid:case_id>/", leaves),
    path("people/", says_nothing),
    path("kept/<str:name>/<uuid:case_id>/", refuses),
    path("swallows/<uuid:case_id>/", swallows),
    path("sign-in/", case_list, name="sign_in"),
]
