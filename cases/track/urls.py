"""The addresses of a change of the track."""

from django.urls import path

from cases.track import views

urlpatterns = [
    path("cases/<uuid:case_id>/track/change/", views.track_change, name="track_change"),
]
