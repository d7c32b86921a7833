"""Addresses of the support guideline."""

from django.urls import path

from cases.guidelines import views

urlpatterns = [
    path("cases/<uuid:case_id>/guidelines/new/", views.guideline_new, name="guideline_new"),
    path("cases/<uuid:case_id>/guidelines/review/", views.guideline_review, name="guideline_review"),
    path(
        "cases/<uuid:case_id>/guidelines/<uuid:guideline_id>/told/",
        views.guideline_told,
        name="guideline_told",
    ),
]
