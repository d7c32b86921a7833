"""Addresses of cautions."""

from django.urls import path

from cases.cautions import views

urlpatterns = [
    path("cases/<uuid:case_id>/cautions/add/", views.caution_new, name="caution_new"),
    path("cases/<uuid:case_id>/cautions/<uuid:caution_id>/end/", views.caution_end, name="caution_end"),
]
