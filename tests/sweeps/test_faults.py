"""Whatever goes wrong shows and logs nothing a person typed, and whatever is sent is answered, never with a 500."""

import uuid

import pytest
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse
from pytest_django import Settings

from security.signin import parked
from tests.cast import Cast, a_case
from tests.sweeps import away, faulty_urls
from tests.sweeps.faulty_urls import CANARY, KINDS
from tests.sweeps.watch import application_log
from tests.sweeps.wire import Answer, access_log, ask, cookies_of, one_denial

TITLES = {"ja": 'lang="ja"', "en": 'lang="en"'}


@pytest.fixture(autouse=True)
def _faulty(settings: Settings) -> None:
    settings.ROOT_URLCONF = faulty_urls.__name__


def _is_page(answer: Answer, language: str = "ja") -> bool:
    """One of the translated error pages, whole and in the right language."""
    return TITLES[language] in answer.text and "</html>" in answer.text


# --- Faults of our own ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_fault_shows_and_logs_nothing(shared: Cast, kind: str, method: str) -> None:
    cookies = cookies_of(shared.caseworker)
    with application_log() as log:
        answer = ask(
            f"/fault/{kind}/", cookies, method=method, fields={"text": CANARY} if method == "POST" else None
        )
    assert answer.status == 500
    assert _is_page(answer)
    for text in (answer.everything, log.getvalue()):
        for leak in (CANARY, "Failing row", "DETAIL", "Traceback (most", "KeyError: "):
            assert leak not in text, leak
    assert "faulty_urls" in log.getvalue(), "an operator still learns the place"


def test_the_faults_would_show_the_canary(shared: Cast) -> None:
    """The sweep above can fail: the errors it forces do carry the canary, and PostgreSQL does quote the row."""
    from django.db import Error, connection

    from agencies.staff.acting import acting_as

    found = []
    for statement in faulty_urls.FAULTS.values():
        with pytest.raises(Error) as caught, acting_as(shared.caseworker), connection.cursor() as cursor:
            cursor.execute(statement.replace("{canary}", CANARY), [CANARY])
        found.append(str(caught.value))
    assert all(CANARY in text for text in found)
    assert "Failing row contains" in found[0]


# --- Malformed requests -----------------------------------------------------------------------------------------------------

GARBAGE = [
    "x",
    "0",
    "-1",
    "%00",
    "%ff%fe",
    "..%2f..%2fetc",
    "'%20OR%201=1--",
    "%F0%A0%AE%B7",
    "a" * 3000,
    "%0d%0aX-Bad:%201",
]


def _routes_with_arguments() -> list[tuple[str, tuple[str, ...]]]:
    """Every address of the product that takes an argument, with a hole for it."""
    found = []
    for pattern in _patterns():
        if pattern.pattern.converters and not str(pattern.name).startswith("fault"):
            found.append((str(pattern.name), tuple(pattern.pattern.converters)))
    return sorted(found)


def _patterns() -> list[URLPattern]:
    waiting, found = list(get_resolver().url_patterns), []
    while waiting:
        one = waiting.pop()
        if isinstance(one, URLPattern):
            found.append(one)
        else:
            waiting.extend(one.url_patterns)
    return found


def test_malformed_ids(shared: Cast) -> None:
    cookies = cookies_of(shared.caseworker)
    hole, routes = uuid.UUID(int=0), list(_routes_with_arguments())
    assert len(routes) > 60
    for name, arguments in routes:
        try:
            days = dict.fromkeys({"day", "night"}.intersection(arguments), "2026-11-28")
            path = reverse(name, kwargs=dict.fromkeys(arguments, hole) | days)
        except NoReverseMatch:
            path = reverse(name, kwargs=dict.fromkeys(arguments, "0"))
        for bad in GARBAGE:
            answer = ask(path.replace(str(hole), bad), cookies)
            if answer.status == 405:  # an address that only acts
                answer = ask(path.replace(str(hole), bad), cookies, method="POST", fields={})
            assert answer.status in (400, 404), (name, bad, answer.status)
            assert _is_page(answer), (name, bad)


@pytest.mark.parametrize("bad", GARBAGE)
def test_malformed_paths_are_recorded(shared: Cast, bad: str) -> None:
    with one_denial():
        answer = ask(f"/cases/{bad}/", cookies_of(shared.caseworker))
    assert answer.status == (400 if "%00" in bad else 404)
    assert _is_page(answer)


PARAMETERS = (
    *(
        "older",
        "newer",
        "q",
        "number",
        "kana",
        "birth_date",
        "from",
        "until",
        "person",
        "verb",
        "next",
        "kept",
    ),
    *("out", "year", "month", "day", "kind", "section", "office", "print", "tab"),
)


def test_malformed_queries(shared: Cast) -> None:
    """Page tokens, filters, search terms, return addresses: every page without an argument, for three kinds of reader."""
    names = sorted({str(one.name) for one in _patterns() if not one.pattern.converters and one.name})
    assert len(names) > 30
    for name in names:
        for position in (shared.caseworker, shared.privacy, None):
            cookies = cookies_of(position)
            for bad in ("%00", "%ff", "z" * 5000, "-1", "%7B%7D", "99999999999999999999", "2024-13-45"):
                query = "&".join(f"{parameter}={bad}" for parameter in PARAMETERS)
                answer = ask(_path(name), cookies, query=query)
                assert answer.status < 500, (name, bad)
                assert answer.status != 302 or not answer.header("Location").startswith(("//", "http")), (
                    name,
                    bad,
                )


def _path(name: str) -> str:
    return reverse("face:language") if name == "language" else reverse(name)


@pytest.mark.parametrize(
    "language", ["ja", "en", "xx", "\x00", "../../en", "e" * 8000, "日本".encode().decode("latin-1")]
)
def test_language_cookies(shared: Cast, language: str) -> None:
    answer = ask("/nothing/", cookies_of(shared.caseworker) | {"language": language})
    assert answer.status == (400 if "\0" in language else 404)
    assert _is_page(answer, "en" if language == "en" else "ja")


@pytest.mark.parametrize(
    "key",
    [
        "",
        "x",
        "garbage" * 8,
        '=;,"\\',
        "k" * 60_000,
        "\x00" * 32,
        "a\x00b" + "c" * 30,
        "\xff\xfe" * 20,
        "'; DROP TABLE x; --" + "d" * 20,
    ],
)
def test_unknown_session_cookies(shared: Cast, key: str) -> None:
    """Any session cookie but a real one means nobody: the sign-in page, and no error. A NUL is not read at all."""
    if "\0" in key:
        assert ask("/", {"session": key, "who": key}).status == 400
        return
    answer = ask("/", {"session": key, "who": key})
    assert (answer.status, answer.header("Location").split("?")[0]) == (302, "/sign-in/")
    answer = ask("/who/", {"session": key}, method="POST", fields={"text": "x"})
    assert answer.status in (302, 403)


HEADERS = {
    "HTTP_ACCEPT_LANGUAGE": ["", "\x00", "xx;q=9999", "a," * 4000, "ja;q=nan"],
    "HTTP_X_FORWARDED_FOR": ["", "garbage", "\x00", "1.2.3.4," * 2000, "999.999.999.999", "::1%eth0"],
    "HTTP_REFERER": ["", "\x00", "http://[", "javascript:alert(1)", "/" * 9000, "http://x\\@y"],
    "HTTP_IF_NONE_MATCH": ["", "*", '"', "\x00", 'W/"x",' * 2000],
    "HTTP_IF_MODIFIED_SINCE": ["yesterday", "\x00", "Thu, 99 Foo 9999 99:99:99 GMT"],
    "HTTP_RANGE": ["bytes=0-0", "bytes=9-1,-5", "\x00"],
    "HTTP_USER_AGENT": ["", "\x00", "\xff" * 300, "u" * 9000],
    "HTTP_HX_REQUEST": ["true", "\x00"],
    "HTTP_HX_CURRENT_URL": ["http://[", "\x00", "%ff"],
    "HTTP_X_REQUESTED_WITH": ["XMLHttpRequest"],
    "HTTP_AUTHORIZATION": ["Basic !!", "Bearer \x00"],
    "HTTP_ORIGIN": ["null", "http://[", "\x00"],
    "CONTENT_LENGTH": ["-1", "x", "１２", "1e3"],
    "CONTENT_TYPE": ["", "\x00", "multipart/form-data", "text/plain; charset=nonsense", ";;;"],
    "REMOTE_ADDR": ["", "unix:", "garbage", "fe80::1%eth0"],
    "SCRIPT_NAME": ["/x", "\x00"],
    "QUERY_STRING": ["%", "&&&===", "\xff", "a=%zz", "a=1&" * 900],
}


@pytest.mark.parametrize("name", HEADERS)
def test_malformed_headers(shared: Cast, name: str) -> None:
    """A page that is there stays there, one that is not stays away, and signing in works, whatever a header says.

    Only what nobody can read is refused, with a 400.
    """
    cookies = cookies_of(shared.caseworker)
    form = {"username": "caseworker", "password": "x"}
    for value in HEADERS[name]:
        unreadable = "\x00" in value or (name == "CONTENT_LENGTH")
        assert ask("/who/", cookies, environ={name: value}).status == (400 if unreadable else 200), value
        with one_denial():
            assert ask("/nothing/", cookies, environ={name: value}).status == (400 if unreadable else 404), (
                value
            )
        answer = ask("/sign-in/", cookies_of(None), method="POST", fields=form, environ={name: value})
        assert answer.status in ((400,) if unreadable else (200, 400, 403, 429)), (value, answer.status)
    assert ask("/who/", cookies).status == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver:x", "[", "a b", "testserver/evil", "\x00", "test\xffserver"]
)
def test_foreign_hosts(shared: Cast, host: str) -> None:
    with one_denial():
        answer = ask("/", cookies_of(shared.caseworker), environ={"HTTP_HOST": host})
    assert answer.status == 400
    assert _is_page(answer)
    assert host not in answer.everything


@pytest.mark.parametrize("who", ["caseworker", None])
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"text=\xff\xfe\xfa", "application/x-www-form-urlencoded"),
        (b"text=%ff%00%zz", "application/x-www-form-urlencoded"),
        (b"text=x", "application/x-www-form-urlencoded; charset=utf-7"),
        (b"text=x", "application/x-www-form-urlencoded; charset=nonsense"),
        (b"&".join(b"f%d=1" % number for number in range(1200)), "application/x-www-form-urlencoded"),
        (b"text=" + b"x" * 3_000_000, "application/x-www-form-urlencoded"),
        (b"garbage", "multipart/form-data; boundary=b"),
        (b"garbage", "multipart/form-data"),
        (b"garbage", "multipart/form-data; boundary="),
        (
            b'--b\r\nContent-Disposition: form-data; name="t"\r\n\r\nunfinished',
            "multipart/form-data; boundary=b",
        ),
        (
            b'--b\r\nContent-Disposition: form-data; name="f"; filename="../../etc/x.png"\r\n'
            b"Content-Type: image/png\r\n\r\n\x89PNG\x00\r\n--b--\r\n",
            "multipart/form-data; boundary=b",
        ),
        (
            b'--b\r\nContent-Disposition: form-data; name="t"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!\r\n--b--\r\n',
            "multipart/form-data; boundary=b",
        ),
        (b'{"text": "x"}', "application/json"),
        (b"\x00\x01", "application/octet-stream"),
    ],
)
def test_malformed_bodies(shared: Cast, who: str | None, body: bytes, content_type: str) -> None:
    """With the CSRF token missing or unreadable too; nothing of it becomes a 500."""
    cookies = cookies_of(getattr(shared, who) if who else None)
    for path in ("/sign-in/", "/fault/plain/", "/language/", "/position/"):
        answer = ask(path, cookies, method="POST", body=body, content_type=content_type)
        assert answer.status in (302, 400, 403), (path, answer.status)
        assert answer.status == 302 or _is_page(answer), path


@pytest.mark.parametrize(
    "method", ["PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "PROPFIND", "\x00", "X" * 2000]
)
def test_foreign_methods(shared: Cast, method: str) -> None:
    with one_denial():
        answer = ask(
            "/who/", cookies_of(shared.caseworker), method=method, environ={"HTTP_X_CSRFTOKEN": "c" * 32}
        )
    assert answer.status in (400, 403, 405), answer.status
    assert _is_page(answer)


def test_denials_say_who_and_what(shared: Cast) -> None:
    ask(f"/cases/{uuid.UUID(int=5)}/", cookies_of(shared.stranger))
    row = access_log("decision = 'denied'")[-1]
    assert (row["verb"], row["position_id"], row["case_id"]) == (
        "ACCESS_DENY",
        shared.stranger.pk,
        uuid.UUID(int=5),
    )
    assert str(uuid.UUID(int=5)) in str(row["object_pk"])


# --- The database and the access log go away ----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_database_goes_away_and_comes_back(cast: Cast, database: str, language: str) -> None:
    """503 with a page while it is away; what somebody sends then is parked for them; afterwards everything works by itself."""
    cookies = cookies_of(cast.caseworker) | {"language": language}
    assert ask("/who/", cookies).status == 200
    with away.database_away(database), application_log() as log:
        for path in ("/", "/who/", "/sign-in/", "/nothing/"):
            answer = ask(path, cookies)
            assert answer.status == 503, path
            assert _is_page(answer, language)
            assert answer.header("Retry-After") == "10"
        assert parked.count_of(cast.caseworker.staff_id) == 0
        answer = ask("/fault/plain/", cookies, method="POST", fields={"text": CANARY})
        assert answer.status == 503
    assert ask("/who/", cookies).status == 200
    (form,) = parked.forms_of(cast.caseworker.staff_id)
    assert (form.path, form.fields) == ("/fault/plain/", [("text", CANARY)])
    assert parked.forms_of(cast.colleague.staff_id) == []
    assert CANARY not in log.getvalue() + answer.everything


def test_a_form_without_an_author_is_not_parked(cast: Cast, database: str) -> None:
    with away.database_away(database):
        for who in ({}, {"who": "forged:signature"}, {"who": cookies_of_another_secret()}):
            answer = ask("/fault/plain/", {"csrf": "c" * 32, **who}, method="POST", fields={"text": CANARY})
            assert answer.status == 503


def cookies_of_another_secret() -> str:
    """A cookie that names a person and is signed with another key."""
    from django.core import signing

    from security.signin.parked import COOKIE_SALT

    return signing.dumps(str(uuid.uuid4()), key="another", salt=COOKIE_SALT)


def test_backends_killed_between_requests(cast: Cast, database: str) -> None:
    """Every connection dies, as at a restart of the server: the next request already finds a new one."""
    cookies = cookies_of(cast.caseworker)
    for _turn in range(3):
        away.kill_backends(database)
        assert ask("/who/", cookies).status == 200


def test_the_access_log_store_is_away(cast: Cast, database: str) -> None:
    """No trace, no content: 503 and not one byte of the page, nothing saved, and the form is parked."""
    case = a_case(cast)
    cookies = cookies_of(cast.caseworker)
    assert str(case.pk) in ask("/who/", cookies).text
    for method in away.ACCESS_LOG_AWAY:
        with method(database), application_log() as log:
            answer = ask("/who/", cookies)
            assert answer.status == 503
            assert _is_page(answer)
            assert str(case.pk) not in answer.everything
            # Without a denial in the access log, not even the refusal is told apart from the fault.
            assert ask("/nothing/", cookies).status == 503
        assert CANARY not in log.getvalue()
        assert ask("/who/", cookies).status == 200
