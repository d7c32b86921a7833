"""The addresses of the home page and of the table of time limits."""

from django.urls import path

from desk.home import month, night, views
from face.converters import DAY

urlpatterns = [
    path("", views.home, name="home"),
    path("limits/", month.limits, name="limits"),
    path("night/", night.night_sheet, name="night_sheet"),
    path(f"night/<{DAY}:night>/", night.night_sheet, name="night_of"),
    path(f"night/<{DAY}:night>/receive/", night.night_take, name="night_take"),
    path("workload/", views.line_workload, name="workload"),
]
