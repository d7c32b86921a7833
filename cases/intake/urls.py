"""The addresses of reception."""

from django.urls import path

from cases.intake import filing_views, views

urlpatterns = [
    path("intake/call/", views.register_call, name="register_call"),
    path("intake/filings/", filing_views.incoming, name="incoming_filings"),
    path("intake/filings/<uuid:filing_id>/", filing_views.incoming_filing, name="incoming_filing"),
    path("intake/filings/<uuid:filing_id>/open/", filing_views.open_incoming, name="open_filing"),
    path("intake/filings/<uuid:filing_id>/register/", filing_views.register_incoming, name="register_filing"),
    path("intake/filings/<uuid:filing_id>/attach/", filing_views.attach_incoming, name="attach_filing"),
    path(
        "intake/filings/<uuid:filing_id>/set-aside/", filing_views.set_aside_incoming, name="set_filing_aside"
    ),
    path("filings/", filing_views.my_receipts, name="filings"),
    path("filings/new/", filing_views.file_new, name="file_notification"),
    path("filings/<uuid:filing_id>/", filing_views.my_copy, name="filing_copy"),
    path("cases/<uuid:case_id>/notifications/add/", views.further_notification, name="add_notification"),
    path(
        "cases/<uuid:case_id>/notifications/<uuid:notification_id>/notifier/", views.notifier, name="notifier"
    ),
    path(
        "cases/<uuid:case_id>/notifications/<uuid:notification_id>/complete/",
        views.complete_notification,
        name="complete_notification",
    ),
    path("cases/<uuid:case_id>/safety/", views.safety_check, name="safety_check"),
    path("cases/<uuid:case_id>/safety/<uuid:check_id>/retract/", views.safety_retract, name="safety_retract"),
]
