"""The addresses of closing a case."""

from django.urls import path

from cases.closing import views

urlpatterns = [
    path("cases/<uuid:case_id>/closing/new/", views.closing_new, name="closing_new"),
]
