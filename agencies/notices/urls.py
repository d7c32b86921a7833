"""Addresses of the inbox."""

from django.urls import path

from agencies.notices import views

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read/", views.inbox_read, name="inbox_read"),
    path("inbox/<uuid:notice_id>/", views.notice_open, name="notice_open"),
]
