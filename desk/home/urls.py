"""The addresses of the home page and of the table of time limits."""

from django.urls import path

from desk.home import month, views

urlpatterns = [
    path("", views.home, name="home"),
    path("limits/", month.limits, name="limits"),
    path("workload/", views.line_workload, name="workload"),
]
