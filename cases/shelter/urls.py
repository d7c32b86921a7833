"""Addresses of the desk of a custody facility: of the case, and of the facility."""

from django.urls import path

from cases.shelter import views

urlpatterns = [
    path("cases/<uuid:case_id>/shelter/new/", views.shelter_new, name="shelter_new"),
    path("cases/<uuid:case_id>/shelter/paper/", views.shelter_paper, name="shelter_paper"),
    path("cases/<uuid:case_id>/shelter/<uuid:admission_id>/", views.shelter_correct, name="shelter_correct"),
    path("cases/<uuid:case_id>/shelter/<uuid:admission_id>/end/", views.shelter_end, name="shelter_end"),
    path("shelter/<uuid:admission_id>/", views.shelter, name="shelter"),
    path("shelter/<uuid:admission_id>/arrival/", views.shelter_arrival, name="shelter_arrival"),
    path("shelter/<uuid:admission_id>/log/", views.shelter_log, name="shelter_log"),
    path("shelter/<uuid:admission_id>/left/", views.shelter_left, name="shelter_left"),
    path("shelter/<uuid:admission_id>/given-back/", views.shelter_given_back, name="shelter_given_back"),
]
