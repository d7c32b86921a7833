"""Addresses of the evidence pages."""

from django.urls import path

from desk.audit import views

urlpatterns = [
    path("cases/<uuid:case_id>/looks/", views.case_looks, name="case_looks"),
    path("cases/<uuid:case_id>/changes/", views.case_changes, name="case_changes"),
    path("cases/<uuid:case_id>/changes/<uuid:event_id>/", views.case_change, name="case_change"),
    path("cases/<uuid:case_id>/changes/check/", views.case_check, name="case_check"),
    path("evidence/", views.evidence, name="evidence"),
    path("evidence/cases/<uuid:of_case>/", views.evidence_case, name="evidence_case"),
    path("evidence/cases/<uuid:of_case>/changes/", views.evidence_changes, name="evidence_changes"),
    path(
        "evidence/cases/<uuid:of_case>/changes/<uuid:event_id>/",
        views.evidence_change,
        name="evidence_change",
    ),
    path("evidence/cases/<uuid:of_case>/changes/check/", views.evidence_check, name="evidence_check"),
    path("evidence/denials/", views.evidence_denials, name="evidence_denials"),
    path("evidence/mine/", views.evidence_mine, name="evidence_mine"),
    path("evidence/people/<uuid:staff_id>/", views.evidence_person, name="evidence_person"),
]
