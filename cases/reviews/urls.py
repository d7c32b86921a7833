"""The addresses of the progress list."""

from django.urls import path

from cases.reviews import views

urlpatterns = [
    path("reviews/", views.review_list, name="review_list"),
    path("cases/<uuid:case_id>/reviews/sign/", views.review_sign, name="review_sign"),
]
