"""Addresses of the stay in custody."""

from django.urls import path

from cases.stays import views

urlpatterns = [
    path("cases/<uuid:case_id>/custody/place/", views.place_change, name="place_change"),
]
