"""Addresses of the register of interviews."""

from django.urls import path

from cases.interviews import plan_views, views

urlpatterns = [
    path("cases/<uuid:case_id>/interviews/new/", views.interview_new, name="interview_new"),
    path("cases/<uuid:case_id>/interviews/second/", views.second_interview, name="second_interview"),
    path("cases/<uuid:case_id>/interviews/<uuid:interview_id>/", views.interview, name="interview"),
    path("cases/<uuid:case_id>/interviews/joint/new/", plan_views.joint_new, name="joint_new"),
    path("cases/<uuid:case_id>/interviews/joint/<uuid:plan_id>/", plan_views.joint_plan, name="joint_plan"),
    path(
        "cases/<uuid:case_id>/interviews/joint/<uuid:plan_id>/change/",
        plan_views.joint_change,
        name="joint_change",
    ),
    path(
        "cases/<uuid:case_id>/interviews/joint/<uuid:plan_id>/step/", plan_views.joint_step, name="joint_step"
    ),
]
