"""The addresses of conferences."""

from django.urls import path

from cases.conferences import later_views, views

urlpatterns = [
    path("conferences/", views.sitting_list, name="sitting_list"),
    path("conferences/new/", views.sitting_new, name="sitting_new"),
    path("conferences/<uuid:sitting_id>/", views.sitting, name="sitting"),
    path("conferences/<uuid:sitting_id>/held/", views.sitting_held, name="sitting_held"),
    path("conferences/<uuid:sitting_id>/move/", views.sitting_move, name="sitting_move"),
    path("conferences/<uuid:sitting_id>/cancel/", views.sitting_cancel, name="sitting_cancel"),
    path("cases/<uuid:case_id>/acceptance/", views.accept_case, name="accept_case"),
    path(
        "cases/<uuid:case_id>/conferences/items/<uuid:item_id>/sign/",
        later_views.conference_sign,
        name="conference_sign",
    ),
    path("cases/<uuid:case_id>/conferences/new/", views.conference_put, name="conference_put"),
    path("cases/<uuid:case_id>/conferences/minutes/", views.conference_minutes, name="conference_minutes"),
    path(
        "cases/<uuid:case_id>/conferences/items/<uuid:item_id>/hearing/",
        later_views.conference_hearing,
        name="conference_hearing",
    ),
    path(
        "cases/<uuid:case_id>/conferences/items/<uuid:item_id>/council/",
        later_views.council_step,
        name="council_step",
    ),
]
