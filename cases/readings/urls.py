"""The addresses of the list of receipts."""

from django.urls import path

from cases.readings import views

urlpatterns = [
    path("receipts/", views.reading_list, name="reading_list"),
    path("receipts/signed/", views.reading_signed, name="reading_signed"),
    path(
        "cases/<uuid:case_id>/receipts/<uuid:notification_id>/sign/", views.reading_sign, name="reading_sign"
    ),
]
