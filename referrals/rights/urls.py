"""The addresses of a rights bureau's desk, and of a center's text for the child."""

from django.urls import path

from referrals.rights import views

urlpatterns = [
    path("letters/", views.child_letters, name="child_letters"),
    path("letters/new/", views.child_letter_new, name="child_letter_new"),
    path("letters/<uuid:letter_id>/", views.child_letter, name="child_letter"),
    path("letters/<uuid:letter_id>/read/", views.child_letter_read, name="child_letter_read"),
    path("letters/<uuid:letter_id>/danger/", views.child_letter_danger, name="child_letter_danger"),
    path("letters/<uuid:letter_id>/reply/", views.child_letter_reply, name="child_letter_reply"),
    path(
        "letters/<uuid:letter_id>/reply/<uuid:letter_draft_id>/sent/",
        views.child_letter_sent,
        name="child_letter_sent",
    ),
    path("letters/<uuid:letter_id>/notify/", views.child_letter_notify, name="child_letter_notify"),
    path(
        "letters/<uuid:letter_id>/decide/<slug:draft_kind>/<uuid:letter_draft_id>/",
        views.child_letter_decide,
        name="child_letter_decide",
    ),
    path("letters/<uuid:letter_id>/note/", views.child_letter_note, name="child_letter_note"),
    path(
        "cases/<uuid:case_id>/notifications/<uuid:notified_id>/word/",
        views.child_word_new,
        name="child_word_new",
    ),
]
