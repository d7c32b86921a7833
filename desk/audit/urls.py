"""Addresses of the access log pages."""

from django.urls import path

from desk.audit import views
from face.converters import DAY

OF_CASE = "access-log/cases/<uuid:of_case>/"
urlpatterns = [
    path("cases/<uuid:case_id>/looks/", views.case_looks, name="case_looks"),
    path(
        f"cases/<uuid:case_id>/looks/<{DAY}:day>/<uuid:viewer_id>/",
        views.case_looks_day,
        name="case_looks_day",
    ),
    path("cases/<uuid:case_id>/changes/", views.case_changes, name="case_changes"),
    path("cases/<uuid:case_id>/changes/<uuid:event_id>/", views.case_change, name="case_change"),
    path("cases/<uuid:case_id>/changes/check/", views.case_check, name="case_check"),
    path("access-log/", views.access_log, name="access_log"),
    path(OF_CASE, views.case_looks, name="access_log_case"),
    path(f"{OF_CASE}looks/<{DAY}:day>/<uuid:viewer_id>/", views.case_looks_day, name="access_log_case_day"),
    path(f"{OF_CASE}changes/", views.case_changes, name="access_log_changes"),
    path(f"{OF_CASE}changes/<uuid:event_id>/", views.case_change, name="access_log_change"),
    path(f"{OF_CASE}changes/check/", views.case_check, name="access_log_check"),
    path("access-log/denials/", views.access_log_denials, name="access_log_denials"),
    path("access-log/mine/", views.access_log_mine, name="access_log_mine"),
    path("access-log/people/<uuid:staff_id>/", views.access_log_person, name="access_log_person"),
    path(
        f"access-log/people/<uuid:staff_id>/<{DAY}:day>/",
        views.person_looks_day,
        name="access_log_person_day",
    ),
]
