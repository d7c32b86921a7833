"""Addresses of environment adjustment."""

from django.urls import path

from cases.environment import views

urlpatterns = [
    path("cases/<uuid:case_id>/environment/new/", views.environment_new, name="environment_new"),
    path("cases/<uuid:case_id>/environment/<uuid:task_id>/", views.environment_task, name="environment_task"),
]
