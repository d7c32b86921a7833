"""Addresses of the requests for a place: those of the case, and those of the institution."""

from django.urls import path

from referrals.places import views

urlpatterns = [
    path("cases/<uuid:case_id>/places/new/", views.place_new, name="place_new"),
    path("cases/<uuid:case_id>/places/<uuid:search_id>/", views.place_search, name="place_search"),
    path("cases/<uuid:case_id>/places/<uuid:search_id>/release/", views.place_release, name="place_release"),
    path("cases/<uuid:case_id>/places/asked/<uuid:ask_id>/choose/", views.place_choose, name="place_choose"),
    path("cases/<uuid:case_id>/places/asked/<uuid:ask_id>/answer/", views.place_answer, name="place_answer"),
    path(
        "cases/<uuid:case_id>/places/asked/<uuid:ask_id>/withdraw/",
        views.place_withdraw,
        name="place_withdraw",
    ),
    path("places/", views.places_asked, name="places_asked"),
    path("places/<uuid:ask_id>/", views.place_asked, name="place_asked"),
    path("places/<uuid:ask_id>/reply/", views.place_reply, name="place_reply"),
    path("places/<uuid:ask_id>/question/", views.place_question, name="place_question"),
]
