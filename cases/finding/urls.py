"""The addresses of the case list and of finding."""

from django.urls import path

from cases.finding import views

urlpatterns = [
    path("cases/", views.case_list, name="case_list"),
    path("find/", views.find, name="find"),
]
