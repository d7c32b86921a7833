"""The addresses of receipts."""

from django.urls import path

from cases.receipts import views

urlpatterns = [
    path(
        "cases/<uuid:case_id>/receipts/<uuid:notification_id>/facts/",
        views.receipt_facts,
        name="receipt_facts",
    ),
    path("cases/<uuid:case_id>/receipts/received/", views.receipt_received, name="receipt_received"),
    path("cases/<uuid:case_id>/receipts/outcome/", views.receipt_outcome, name="receipt_outcome"),
]
