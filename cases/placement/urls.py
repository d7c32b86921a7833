"""Addresses of placement."""

from django.urls import path

from cases.placement import later_views, views

urlpatterns = [
    path("cases/<uuid:case_id>/placement/hearing/", views.placement_hearing, name="placement_hearing"),
    path("cases/<uuid:case_id>/placement/answer/", views.placement_answer, name="placement_answer"),
    path("cases/<uuid:case_id>/placement/court/", views.placement_court, name="placement_court"),
    path("cases/<uuid:case_id>/placement/new/", views.placement_new, name="placement_new"),
    path("cases/<uuid:case_id>/placement/renew/", views.placement_renew, name="placement_renew"),
    path("cases/<uuid:case_id>/placement/arrival/", views.placement_arrival, name="placement_arrival"),
    path("cases/<uuid:case_id>/placement/change/", later_views.placement_change, name="placement_change"),
    path("cases/<uuid:case_id>/placement/suspend/", later_views.placement_suspend, name="placement_suspend"),
    path("cases/<uuid:case_id>/placement/resume/", later_views.placement_resume, name="placement_resume"),
    path("cases/<uuid:case_id>/placement/end/", later_views.placement_end, name="placement_end"),
    path("cases/<uuid:case_id>/placement/visit/", later_views.placement_visit, name="placement_visit"),
    path(
        "cases/<uuid:case_id>/placement/explained/",
        later_views.placement_explained,
        name="placement_explained",
    ),
]
