"""The address of the help page."""

from django.urls import path

from desk.help import views

urlpatterns = [path("help/", views.help_page, name="help")]
