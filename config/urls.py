"""All addresses."""

from django.urls import URLPattern, URLResolver, include, path

from agencies.staff.access import page
from face.views import language

handler400 = "face.errors.bad_request"
handler403 = "face.errors.denied"
handler404 = "face.errors.not_found"
handler500 = "face.errors.server_error"

face = (
    [path("language/", page(to="public", methods=("POST",), parks=False)(language), name="language")],
    "face",
)
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(face)),
    path("", include("agencies.staff.urls")),
    path("", include("desk.case.urls")),
    path("", include("desk.home.urls")),
]
