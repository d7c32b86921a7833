"""Addresses of decisions."""

from django.urls import path

from cases.decisions import views

urlpatterns = [
    path("decisions/", views.decision_queue, name="decision_queue"),
    path("cases/<uuid:case_id>/decisions/<str:act>/<uuid:draft_id>/", views.decision, name="decision"),
    path(
        "cases/<uuid:case_id>/decisions/<str:act>/<uuid:draft_id>/take-back/",
        views.take_back,
        name="decision_take_back",
    ),
]
