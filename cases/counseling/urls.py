"""Addresses of counseling and guidance."""

from django.urls import path

from cases.counseling import views

urlpatterns = [
    path("cases/<uuid:case_id>/counseling/new/", views.counseling_new, name="counseling_new"),
    path("cases/<uuid:case_id>/counseling/<uuid:counseling_id>/", views.counseling, name="counseling"),
]
