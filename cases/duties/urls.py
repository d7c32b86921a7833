"""Addresses of the duties."""

from django.urls import path

from cases.duties import views

urlpatterns = [
    path("duties/", views.duties, name="duties"),
    path("cases/<uuid:case_id>/duties/<uuid:duty_id>/", views.duty, name="duty"),
    path(
        "cases/<uuid:case_id>/duties/<uuid:duty_id>/take-over/", views.duty_take_over, name="duty_take_over"
    ),
]
