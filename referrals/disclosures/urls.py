"""The sender's addresses of what leaves the office."""

from django.urls import path

from referrals.disclosures import views

urlpatterns = [
    path("cases/<uuid:case_id>/reports/new/", views.report_new, name="report_new"),
    path("cases/<uuid:case_id>/reports/<uuid:disclosure_id>/edit/", views.report_edit, name="report_edit"),
    path("cases/<uuid:case_id>/reports/<uuid:disclosure_id>/send/", views.report_send, name="report_send"),
    path("cases/<uuid:case_id>/reports/<uuid:disclosure_id>/close/", views.report_close, name="report_close"),
    path(
        "cases/<uuid:case_id>/reports/<uuid:disclosure_id>/preview/",
        views.report_preview,
        name="report_preview",
    ),
    path(
        "cases/<uuid:case_id>/intention/<uuid:intention_id>/withdrawn/",
        views.intention_withdrawn,
        name="intention_withdrawn",
    ),
    path("disclosures/<uuid:disclosure_id>/", views.disclosure, name="disclosure"),
]
