"""The address at which the police answer."""

from django.urls import path

from referrals.answers import views

urlpatterns = [
    path("police/<uuid:disclosure_id>/answer/", views.letter_answer, name="letter_answer"),
]
