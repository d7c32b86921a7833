"""Addresses of the register of training."""

from django.urls import path

from agencies.training import views

urlpatterns = [
    path("training/", views.training_list, name="training_list"),
    path("training/add/", views.training_add, name="training_add"),
    path("training/section/", views.training_section, name="training_section"),
    path("training/years/", views.training_years, name="training_years"),
    path("training/attended/", views.training_attended, name="training_attended"),
    path("training/attended/sheet/", views.training_attended_sheet, name="training_attended_sheet"),
    path("training/<uuid:training_id>/next/", views.training_next, name="training_next"),
    path("training/<uuid:training_id>/withdraw/", views.training_withdraw, name="training_withdraw"),
]
