"""The addresses of the child's word and its exceptions."""

from django.urls import path

from referrals.consent import exception_views, views

urlpatterns = [
    path("cases/<uuid:case_id>/intention/new/", views.intention_new, name="intention_new"),
    path("cases/<uuid:case_id>/intention/", views.intention_history, name="intention_history"),
    path(
        "cases/<uuid:case_id>/intention/<uuid:intention_id>/withdraw/",
        views.intention_withdraw,
        name="intention_withdraw",
    ),
    path("question/<str:band>/", views.question_sheet, name="question_sheet"),
    path("cases/<uuid:case_id>/exceptions/new/", exception_views.exception_new, name="exception_new"),
]
