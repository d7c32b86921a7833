"""Addresses of the register of training."""

from django.urls import path

from agencies.training import views

urlpatterns = [
    path("training/", views.training_list, name="training_list"),
    path("training/add/", views.training_add, name="training_add"),
    path("training/<uuid:training_id>/withdraw/", views.training_withdraw, name="training_withdraw"),
]
