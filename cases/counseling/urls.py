"""Addresses of counseling and guidance."""

from django.urls import path

from cases.counseling import later_views, measuring_views, views

urlpatterns = [
    path("cases/<uuid:case_id>/counseling/new/", views.counseling_new, name="counseling_new"),
    path("cases/<uuid:case_id>/counseling/<uuid:counseling_id>/", views.counseling, name="counseling"),
    path(
        "cases/<uuid:case_id>/counseling/<uuid:counseling_id>/scores/",
        measuring_views.counseling_scores,
        name="counseling_scores",
    ),
    path("cases/<uuid:case_id>/counseling/end/", later_views.counseling_end, name="counseling_end"),
    path(
        "cases/<uuid:case_id>/counseling/<uuid:counseling_id>/review/",
        later_views.counseling_review,
        name="counseling_review",
    ),
]
