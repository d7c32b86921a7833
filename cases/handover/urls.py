"""Addresses of handing over."""

from django.urls import path

from cases.handover import views

urlpatterns = [
    path("cases/<uuid:case_id>/team/lead/", views.lead_change, name="lead_change"),
    path("handover/", views.handovers, name="handovers"),
    path("handover/new/", views.handover_new, name="handover_new"),
    path("handover/<uuid:batch_id>/", views.handover, name="handover"),
    path("handover/<uuid:batch_id>/count/", views.handover_count, name="handover_count"),
    path(
        "handover/<uuid:batch_id>/<uuid:handover_id>/cancel/", views.handover_cancel, name="handover_cancel"
    ),
]
