"""Addresses of continuing custody."""

from django.urls import path

from cases.continuing import views

urlpatterns = [
    path("cases/<uuid:case_id>/continuing/new/", views.continuing_new, name="continuing_new"),
    path("cases/<uuid:case_id>/continuing/stand/", views.continuing_stand, name="continuing_stand"),
    path("cases/<uuid:case_id>/continuing/court/", views.continuing_court, name="continuing_court"),
]
