"""Addresses of the access log pages."""

from datetime import date

from django.urls import path, register_converter

from desk.audit import views

YEARS = range(2000, 2200)


class DayConverter:
    """A day as 2026-11-28; what is no day leads nowhere."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        """The day. Raises ValueError, which Django answers with 404, also for a day of which no log can be."""
        day = date.fromisoformat(value)
        if day.year not in YEARS:
            raise ValueError
        return day

    def to_url(self, value: date | str) -> str:
        """The day as it stands in an address."""
        return str(value)


register_converter(DayConverter, "day")

OF_CASE = "access-log/cases/<uuid:of_case>/"
urlpatterns = [
    path("cases/<uuid:case_id>/looks/", views.case_looks, name="case_looks"),
    path(
        "cases/<uuid:case_id>/looks/<day:day>/<uuid:viewer_id>/", views.case_looks_day, name="case_looks_day"
    ),
    path("cases/<uuid:case_id>/changes/", views.case_changes, name="case_changes"),
    path("cases/<uuid:case_id>/changes/<uuid:event_id>/", views.case_change, name="case_change"),
    path("cases/<uuid:case_id>/changes/check/", views.case_check, name="case_check"),
    path("access-log/", views.access_log, name="access_log"),
    path(OF_CASE, views.case_looks, name="access_log_case"),
    path(f"{OF_CASE}looks/<day:day>/<uuid:viewer_id>/", views.case_looks_day, name="access_log_case_day"),
    path(f"{OF_CASE}changes/", views.case_changes, name="access_log_changes"),
    path(f"{OF_CASE}changes/<uuid:event_id>/", views.case_change, name="access_log_change"),
    path(f"{OF_CASE}changes/check/", views.case_check, name="access_log_check"),
    path("access-log/denials/", views.access_log_denials, name="access_log_denials"),
    path("access-log/mine/", views.access_log_mine, name="access_log_mine"),
    path("access-log/people/<uuid:staff_id>/", views.access_log_person, name="access_log_person"),
    path(
        "access-log/people/<uuid:staff_id>/<day:day>/", views.person_looks_day, name="access_log_person_day"
    ),
]
