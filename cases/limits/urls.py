"""Addresses of limits on contact."""

from django.urls import path

from cases.limits import views

urlpatterns = [
    path("cases/<uuid:case_id>/contact-limits/new/", views.contact_limit_new, name="contact_limit_new"),
    path("cases/<uuid:case_id>/contact-limits/end/", views.contact_limit_end, name="contact_limit_end"),
    path(
        "cases/<uuid:case_id>/contact-limits/<uuid:limit_id>/told/",
        views.contact_limit_told,
        name="contact_limit_told",
    ),
]
