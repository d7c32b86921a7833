"""All addresses."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from agencies.staff.access import page
from agencies.staff.demo import demo
from face.views import language
from security import rooms

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
    *(path("", include(urls)) for urls in rooms.modules("urls")),
]
if settings.TOMOSHIBI_DEMO is True:
    urlpatterns.append(path("demo/", demo, name="demo"))
