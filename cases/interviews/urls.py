"""Addresses of the register of interviews."""

from django.urls import path

from cases.interviews import views

urlpatterns = [
    path("cases/<uuid:case_id>/interviews/new/", views.interview_new, name="interview_new"),
    path("cases/<uuid:case_id>/interviews/second/", views.second_interview, name="second_interview"),
    path("cases/<uuid:case_id>/interviews/<uuid:interview_id>/", views.interview, name="interview"),
]
