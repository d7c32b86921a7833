"""The addresses of the police desk and of police contacts."""

from django.urls import path

from referrals.police import contact_views, views

urlpatterns = [
    path("police/", views.police_desk, name="envelopes"),
    path("police/ended/", views.envelopes_ended, name="envelopes_ended"),
    path("police/<uuid:disclosure_id>/", views.received, name="letter"),
    path("police/<uuid:disclosure_id>/print/", views.received_print, name="letter_print"),
    path("police/<uuid:disclosure_id>/take/", views.envelope_take, name="envelope_take"),
    path("police/<uuid:disclosure_id>/assign/", views.envelope_assign, name="envelope_assign"),
    path("police/<uuid:disclosure_id>/end/", views.envelope_end, name="envelope_end"),
    path("intake/filings/<uuid:filing_id>/join/", contact_views.filing_join, name="filing_join"),
    path("police-contacts/", contact_views.contacts_unseen, name="contacts_unseen"),
    path("cases/<uuid:case_id>/police-contacts/new/", contact_views.contact_new, name="contact_new"),
    path(
        "cases/<uuid:case_id>/police-contacts/<uuid:contact_id>/seen/",
        contact_views.contact_seen,
        name="contact_seen",
    ),
]
