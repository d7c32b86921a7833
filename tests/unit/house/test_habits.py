"""House rules that no linter of the shelf knows: sizes, unfinished work, sleeping, pretending, streaming, hosts."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from config.embedded.place import BASE_DIR
from tests.unit.config.test_tracked_files import tracked

LINES = 500
FOREIGN = re.compile(
    r"(^|/)vendor/|(^|/)migrations/|^LICENSE$|\.(ico|po|png|xz)$|^requirements/(base|dev)\.txt$|^demo/"
)
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b(?!X)")
URL = re.compile(r"https?://([^\s/\"'`<>)\]}:\\|]+)", re.IGNORECASE)
# This machine, names reserved for examples (RFC 2606), and holes of a template.
OUR_HOSTS = re.compile(
    r"127(\\?\.\d+){0,3}|localhost|testserver|example\.(com|org)|.*\.(example|invalid|test)|[{%$\[x].*",
    re.IGNORECASE,
)
# file: the hosts it may name, and why
NAMED_HOSTS = {
    "static/icon.svg": {"www.w3.org"},  # the name space of SVG
    "static/pictures/asking.svg": {"www.w3.org"},  # the same
}

# file: what it waits for, which only another process decides
WAITS = {
    "tests/browser/face/test_script.py": "a quarter of a second, after which a browser would have sent what it must not",
    "tests/unit/cases/clocks/test_killed.py": "a worker in a process of its own, until its server waits for a lock",
    "tests/unit/cases/households/test_cut_off.py": "a web process of its own, until its session waits for a lock",
    "tests/unit/config/embedded/test_demo.py": "processes of a demo that was stopped",
    "tests/unit/config/embedded/test_postgres.py": "a server that another process starts",
    "tests/unit/security/outbox/effects.py": "to be killed in the middle of an effect",
    "tests/unit/security/outbox/test_worker.py": "a worker in a process of its own",
}
# file: why a test may be left out there
SKIPS = {
    "tests/browser/conftest.py": "no Chromium, unless REQUIRE_BROWSER says that there must be one",
    "tests/unit/config/embedded/test_accounts.py": "only root becomes somebody else",
    "tests/unit/config/embedded/test_postgres.py": "one for root, one for an ordinary user",
    "tests/unit/config/postgresql/test_pgbouncer.py": "no PgBouncer, unless REQUIRE_PGBOUNCER says that there must be one",
    "tests/unit/config/test_tracked_files.py": "a released archive is no checkout",
}
HERE = str(Path(__file__).relative_to(BASE_DIR))
STREAMS = {"StreamingHttpResponse", "FileResponse"}


def ours(ending: str = "") -> list[str]:
    """Tracked text that we wrote."""
    return [path for path in tracked() if path.endswith(ending) and not FOREIGN.search(path)]


def text_of(path: str) -> str:
    """The text of a tracked file."""
    return (BASE_DIR / path).read_text(encoding="utf-8")


@cache
def names_in(source: str) -> frozenset[str]:
    """Every name a Python source imports, calls or reads an attribute of."""
    return frozenset(_names_in(source))


def _names_in(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.Attribute):
            yield ast.unparse(node)
        elif isinstance(node, ast.Name):
            yield node.id


def last(name: str) -> str:
    """The last part of a dotted name."""
    return name.rpartition(".")[2]


def sleeps(source: str) -> bool:
    """Whether a source waits for time to pass."""
    return any(last(name) in ("sleep", "wait_for_timeout") for name in names_in(source))


def pretends(source: str) -> bool:
    """Whether a source puts something unreal in the place of a part of ours."""
    words = {"mock", "Mock", "MagicMock", "AsyncMock", "mocker", "create_autospec"}
    return any(words & set(name.split(".")) for name in names_in(source))


def leaves_out(source: str) -> bool:
    """Whether a source leaves a test out, or lets it fail."""
    return any(
        last(name) in ("skip", "skipif", "xfail", "importorskip")
        for name in names_in(source)
        if "pytest" in name
    )


def streams(source: str) -> bool:
    """Whether a source answers with something that runs after its transaction."""
    return any(last(name) in STREAMS for name in names_in(source))


def asserts(source: str) -> bool:
    """Whether a source asserts something, which Python leaves out with -O."""
    return any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(source)))


def hosts_in(text: str) -> set[str]:
    """The hosts of other machines that a text names."""
    return {host for host in URL.findall(text) if not OUR_HOSTS.fullmatch(host)}


def test_no_file_is_longer_than_a_person_reads_at_once() -> None:
    assert len(ours()) > 500
    long = {path: count for path in ours() if (count := len(text_of(path).splitlines())) > LINES}
    assert not long, "divide these by what they are about"


def test_nothing_is_left_for_later() -> None:
    assert [path for path in ours() if UNFINISHED.search(text_of(path)) and path != HERE] == []


def test_tests_do_not_sleep() -> None:
    found = {path for path in ours(".py") if path.startswith("tests/") and sleeps(text_of(path))}
    assert found == set(WAITS), (
        "move dates in rows instead, or wait for a condition that the page itself shows"
    )


def test_tests_put_nothing_unreal_in_our_place() -> None:
    assert [path for path in ours(".py") if pretends(text_of(path))] == []


def test_no_test_is_left_out() -> None:
    assert {path for path in ours(".py") if leaves_out(text_of(path))} == set(SKIPS)


def test_nothing_streams() -> None:
    product = [path for path in ours(".py") if not path.startswith("tests/")]
    assert [path for path in product if streams(text_of(path))] == [], (
        "render whole: it would leave its transaction"
    )


def test_no_rule_leaves_an_assertion_to_its_caller() -> None:
    """A rule returns what it proved, instead of an assertion behind it."""
    product = [path for path in ours(".py") if not path.startswith(("tests/", "bench/"))]
    assert len(product) > 200
    assert [path for path in product if asserts(text_of(path))] == []


def test_no_host_of_another_machine_is_named() -> None:
    found = {
        path: hosts for path in ours() if (hosts := hosts_in(text_of(path)) - NAMED_HOSTS.get(path, set()))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("looks", "source"),
    [
        (sleeps, "import time\ntime.sleep(1)"),
        (sleeps, "from time import sleep"),
        (sleeps, "page.wait_for_timeout(250)"),
        (pretends, "from unittest import mock"),
        (pretends, "from unittest.mock import patch"),
        (pretends, "def test(mocker): mocker.patch('x')"),
        (leaves_out, "import pytest\n@pytest.mark.skip\ndef test(): ..."),
        (leaves_out, "import pytest\npytestmark = pytest.mark.xfail"),
        (streams, "from django.http import StreamingHttpResponse"),
        (streams, "import django\ndjango.http.FileResponse(x)"),
        (asserts, "def decided(row):\n    assert row.said_at is not None"),
        (hosts_in, "--index-url https://" "pypi.city.jp/simple"),
        (UNFINISHED.search, "# TO" "DO: later"),
    ],
)  # fmt: skip
def test_the_looks_find_what_they_look_for(looks: object, source: str) -> None:
    assert callable(looks)
    assert looks(source)
