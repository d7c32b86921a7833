"""Addresses of the face."""

from django.urls import path

from face import views

app_name = "face"
urlpatterns = [path("language/", views.language, name="language")]
