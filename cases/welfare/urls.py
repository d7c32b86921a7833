"""Addresses of what goes to a welfare office."""

from django.urls import path

from cases.welfare import views

urlpatterns = [
    path("cases/<uuid:case_id>/welfare/new/", views.welfare_new, name="welfare_new"),
    path("cases/<uuid:case_id>/welfare/<uuid:referral_id>/", views.welfare_referral, name="welfare_referral"),
]
