"""Addresses of the vacancy board."""

from django.urls import path

from agencies.vacancies import views

urlpatterns = [
    path("vacancies/", views.vacancy_board, name="vacancy_board"),
    path("vacancies/own/", views.vacancies_own, name="vacancies_own"),
    path("vacancies/own/new/", views.vacancy_new, name="vacancy_new"),
    path("vacancies/own/<uuid:unit_id>/", views.vacancy_change, name="vacancy_change"),
    path("vacancies/own/<uuid:unit_id>/confirm/", views.vacancy_confirm, name="vacancy_confirm"),
    path("vacancies/own/<uuid:unit_id>/withdraw/", views.vacancy_withdraw, name="vacancy_withdraw"),
    path("vacancies/own/therapists/new/", views.therapist_new, name="therapist_new"),
    path("vacancies/own/therapists/<uuid:therapist_id>/end/", views.therapist_end, name="therapist_end"),
    path("vacancies/own/therapy/", views.therapy_count, name="therapy_count"),
]
