"""Addresses of the self-reliance plan, at the case and at the institution."""

from django.urls import path

from cases.reliance import desk_views, views

urlpatterns = [
    path("cases/<uuid:case_id>/reliance/new/", views.reliance_new, name="reliance_new"),
    path(
        "cases/<uuid:case_id>/reliance/files/<uuid:file_id>/tell/", views.reliance_tell, name="reliance_tell"
    ),
    path("cases/<uuid:case_id>/reliance/files/<uuid:file_id>/end/", views.reliance_end, name="reliance_end"),
    path("cases/<uuid:case_id>/reliance/<uuid:version_id>/", views.reliance_plan, name="reliance_plan"),
    path("reliance/<uuid:file_id>/", desk_views.reliance, name="reliance"),
    path("reliance/<uuid:file_id>/write/", desk_views.reliance_write, name="reliance_write"),
    path("reliance/<uuid:file_id>/send/", desk_views.reliance_send, name="reliance_send"),
    path("reliance/<uuid:file_id>/child/", desk_views.reliance_child, name="reliance_child"),
]
