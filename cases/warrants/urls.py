"""The addresses of the file of a custody warrant."""

from django.urls import path

from cases.warrants import views

urlpatterns = [
    path("cases/<uuid:case_id>/warrants/new/", views.warrant_draft, name="warrant_draft"),
    path(
        "cases/<uuid:case_id>/warrants/<uuid:warrant_id>/handed-in/",
        views.warrant_hand_in,
        name="warrant_hand_in",
    ),
    path(
        "cases/<uuid:case_id>/warrants/<uuid:warrant_id>/withdrawn/",
        views.warrant_withdraw,
        name="warrant_withdraw",
    ),
    path(
        "cases/<uuid:case_id>/warrants/<uuid:asked_id>/steps/<str:step>/",
        views.warrant_step,
        name="warrant_step",
    ),
]
