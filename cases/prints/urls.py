"""Addresses of forms and their prints."""

from django.urls import path

from cases.prints import sheet_views, views

urlpatterns = [
    path("cases/<uuid:case_id>/prints/", views.prints, name="prints"),
    path("cases/<uuid:case_id>/prints/new/", views.print_new, name="print_new"),
    path(
        "cases/<uuid:case_id>/prints/samples/<slug:paper>/<str:subject>/",
        views.print_sample,
        name="print_sample",
    ),
    path("cases/<uuid:case_id>/prints/<uuid:print_id>/", views.print_pdf, name="print_pdf"),
    path("sheets/new/", sheet_views.sheet_new, name="sheet_new"),
    path("sheets/<uuid:sheet_id>/", sheet_views.sheet_pdf, name="sheet_pdf"),
]
