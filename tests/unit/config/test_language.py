"""Japanese unless the person of this browser chose otherwise."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils.translation import get_language

from config.language import LanguageMiddleware


def answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse(get_language())


@pytest.mark.parametrize(
    ("cookie", "expected"),
    [(None, "ja"), ("en", "en"), ("ja", "ja"), ("xx", "ja"), ("../../etc", "ja"), ("", "ja")],
)
def test_the_cookie_decides_and_the_browser_is_not_asked(cookie: str | None, expected: str) -> None:
    request = RequestFactory().get("/", HTTP_ACCEPT_LANGUAGE="en,fr;q=0.9")
    if cookie is not None:
        request.COOKIES["language"] = cookie
    response = LanguageMiddleware(answer)(request)
    assert isinstance(response, HttpResponse)
    assert response.content.decode() == expected
    assert response.headers["Content-Language"] == expected
    assert request.LANGUAGE_CODE == expected
