"""All addresses."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from agencies.staff.access import page
from agencies.staff.demo import demo
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
    path("", include("agencies.administration.urls")),
    path("", include("agencies.notices.urls")),
    path("", include("agencies.staff.urls")),
    path("", include("cases.closing.urls")),
    path("", include("cases.custody.urls")),
    path("", include("cases.decisions.urls")),
    path("", include("cases.intake.urls")),
    path("", include("cases.records.urls")),
    path("", include("desk.audit.urls")),
    path("", include("referrals.consent.urls")),
    path("", include("referrals.disclosures.urls")),
    path("", include("referrals.police.urls")),
    path("", include("desk.case.urls")),
    path("", include("desk.home.urls")),
]
if settings.TOMOSHIBI_DEMO is True:
    urlpatterns.append(path("demo/", demo, name="demo"))
