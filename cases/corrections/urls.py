"""The addresses of corrections of custody."""

from django.urls import path

from cases.corrections import views

urlpatterns = [
    path(
        "cases/<uuid:case_id>/custody/correction/",
        views.custody_correction,
        name="custody_correction",
    ),
    path(
        "cases/<uuid:case_id>/warrants/correction/",
        views.warrant_step_correction,
        name="warrant_step_correction",
    ),
]
