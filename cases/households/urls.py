"""The addresses of households."""

from django.urls import path

from cases.households import views

urlpatterns = [
    path("intake/call/children/", views.household_call, name="household_call"),
    path("cases/<uuid:case_id>/household/register/", views.household_register, name="household_register"),
    path("cases/<uuid:case_id>/household/link/", views.household_link, name="household_link"),
    path("cases/<uuid:case_id>/household/lives/", views.household_facts, name="household_facts"),
    path("cases/<uuid:case_id>/household/separate/", views.household_split, name="household_split"),
    path("cases/<uuid:case_id>/household/join/", views.household_join, name="household_join"),
]
