"""The addresses of the texts for children."""

from django.urls import path

from agencies.wordings import views
from agencies.wordings.codes import About

urlpatterns = [
    path("wordings/", views.wording_list, name="wording_list"),
    path("wordings/<str:band>/add/", views.wording_add, name="wording_add"),
    path(
        "wordings/custody/<str:band>/add/",
        views.wording_add,
        {"about": About.CUSTODY},
        name="wording_add_custody",
    ),
    path(
        "wordings/guideline/<str:band>/add/",
        views.wording_add,
        {"about": About.GUIDELINE},
        name="wording_add_guideline",
    ),
    path("wordings/<uuid:wording_id>/", views.wording, name="wording"),
    path("wordings/<uuid:wording_id>/decide/", views.wording_decide, name="wording_decide"),
]
