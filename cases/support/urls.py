"""Addresses of the support of juvenile victims by the police."""

from django.urls import path

from cases.support import views

urlpatterns = [
    path("support/new/", views.support_new, name="support_new"),
    path("support/<uuid:support_id>/", views.support, name="support"),
    path("support/<uuid:support_id>/notify/", views.support_notify, name="support_notify"),
    path("support/<uuid:support_id>/designate/", views.support_designate, name="support_designate"),
    path("support/<uuid:support_id>/review/", views.support_review, name="support_review"),
    path("support/<uuid:support_id>/supporters/new/", views.support_supporter, name="support_supporter"),
    path(
        "support/<uuid:support_id>/supporters/<uuid:supporter_id>/",
        views.supporter_report,
        name="supporter_report",
    ),
    path("support/<uuid:support_id>/release/", views.support_release, name="support_release"),
]
