"""The addresses of temporary custody."""

from django.urls import path

from cases.custody import views

urlpatterns = [
    path("cases/<uuid:case_id>/custody/start/", views.draft_start, name="custody_start"),
    path("cases/<uuid:case_id>/custody/end/", views.draft_end, name="custody_end"),
    path("cases/<uuid:case_id>/custody/expected/", views.expected_end, name="custody_expected"),
    path("cases/<uuid:case_id>/custody/unasked/", views.unasked, name="custody_unasked"),
    path("cases/<uuid:case_id>/custody/<uuid:decision_id>/consent/", views.consent, name="custody_consent"),
    path("cases/<uuid:case_id>/custody/<uuid:decision_id>/opinion/", views.opinion, name="custody_opinion"),
    path(
        "cases/<uuid:case_id>/custody/hearings/<uuid:hearing_id>/answer/",
        views.told_child,
        name="custody_told_child",
    ),
]
