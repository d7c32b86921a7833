"""Addresses of the diagnoses."""

from django.urls import path

from cases.diagnoses import desk_views, views

urlpatterns = [
    path("cases/<uuid:case_id>/diagnoses/new/", views.diagnosis_new, name="diagnosis_new"),
    path("cases/<uuid:case_id>/diagnoses/judgement/", views.judgement_new, name="judgement_new"),
    path("cases/<uuid:case_id>/diagnoses/<uuid:diagnosis_id>/", views.diagnosis, name="diagnosis"),
    path(
        "cases/<uuid:case_id>/diagnoses/<uuid:diagnosis_id>/return/",
        views.diagnosis_return,
        name="diagnosis_return",
    ),
    path("shelter/<uuid:admission_id>/diagnosis/", desk_views.shelter_diagnosis, name="shelter_diagnosis"),
]
