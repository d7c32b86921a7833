"""Addresses of sign-in, the own account, and what was kept."""

from django.urls import path

from agencies.staff import parked_views, views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("position/", views.choose_position, name="choose_position"),
    path("password/", views.new_password, name="new_password"),
    path("sessions/", views.sessions, name="sessions"),
    path("sessions/end/", views.end_session, name="end_session"),
    path("alive/", views.alive, name="alive"),
    path("printed/", views.printed, name="printed"),
    path("parked/", parked_views.parked_list, name="parked"),
    path("parked/<str:name>/", parked_views.parked_form, name="parked_form"),
    path("parked/<str:name>/compare/", parked_views.draft_compare, name="draft_compare"),
    path("parked/<str:name>/discard/", parked_views.parked_discard, name="parked_discard"),
]
