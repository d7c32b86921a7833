"""The addresses at which the police answer, and the center accepts an answer or asks back."""

from django.urls import path

from referrals.answers import center_views, views

urlpatterns = [
    path("police/<uuid:disclosure_id>/answer/", views.letter_answer, name="letter_answer"),
    path(
        "cases/<uuid:case_id>/answers/<uuid:answer_id>/accept/",
        center_views.answer_accept,
        name="answer_accept",
    ),
    path(
        "cases/<uuid:case_id>/answers/<uuid:answer_id>/ask/",
        center_views.answer_ask_back,
        name="answer_ask_back",
    ),
]
