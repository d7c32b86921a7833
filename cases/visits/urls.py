"""Addresses of visits."""

from django.urls import path

from cases.visits import views

urlpatterns = [
    path("cases/<uuid:case_id>/visits/new/", views.visit_new, name="visit_new"),
    path("cases/<uuid:case_id>/visits/<uuid:visit_id>/", views.visit, name="visit"),
]
