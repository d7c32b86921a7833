"""The addresses of the pages of a case that are made of cards; the others are the rooms' own."""

from django.urls import path

from cases.records.codes import CasePage
from desk.case.progress import progress_list
from desk.case.views import case_page

PAGES = {
    CasePage.OVERVIEW: "",
    CasePage.RECEPTION: "reception/",
    CasePage.CUSTODY: "custody/",
    CasePage.WISHES: "wishes/",
    CasePage.MANAGE: "manage/",
}

urlpatterns = [
    path(f"cases/<uuid:case_id>/{place}", case_page, {"name": name}, name=name.value)
    for name, place in PAGES.items()
] + [path("cases/<uuid:case_id>/progress/", progress_list, name=CasePage.PROGRESS.value)]
