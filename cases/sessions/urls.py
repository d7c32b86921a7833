"""Addresses of the sessions of counseling and guidance."""

from django.urls import path

from cases.sessions import views

urlpatterns = [
    path("my-sessions/", views.my_sessions, name="my_sessions"),
    path("my-sessions/month/", views.my_month, name="my_month"),
    path(
        "cases/<uuid:case_id>/counseling/<uuid:counseling_id>/sessions/new/",
        views.session_new,
        name="session_new",
    ),
    path(
        "cases/<uuid:case_id>/counseling/<uuid:counseling_id>/sessions/offer/",
        views.session_offer,
        name="session_offer",
    ),
    path("cases/<uuid:case_id>/sessions/<uuid:session_id>/", views.session, name="session"),
    path("cases/<uuid:case_id>/sessions/<uuid:session_id>/move/", views.session_move, name="session_move"),
]
