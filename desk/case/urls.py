"""The address of the case page."""

from django.urls import path

from desk.case import views

urlpatterns = [path("cases/<uuid:case_id>/", views.case_page, name="case")]
