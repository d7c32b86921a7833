"""A unique word in every sensitive field, the story written and read, and then no word anywhere outside."""

import logging
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.core.cache import caches
from django.db.models import Model

from agencies.notices.actions import tell
from agencies.notices.codes import NoticeKind
from agencies.staff.acting import acting_as
from cases.records.models import Case
from security.encryption.fields import EncryptedTextField
from security.encryption.typed import EncryptedReasonsField
from tests.cast import Cast
from tests.client import signed_in, text_of
from tests.sweeps import places
from tests.sweeps.canaries import canary, fields_with_canaries, forms, found_in, issued, number, sealed_fields
from tests.sweeps.declared import ROWS
from tests.sweeps.matrix import NAMES, client_of, path_of
from tests.sweeps.reading import forms_of
from tests.sweeps.watch import application_log
from tests.sweeps.world import World, build_world, park_for

# Fields that hold a code or a date of their own kind take no free word, and no unique one could be looked for; so does the
# random reference of a receipt, which stands on it in clear. An interviewer's training is put together of the register's clear
# words, and an agreement is named by its clear reference.
CODED = frozenset(
    {
        name
        for name, field in sealed_fields().items()
        if type(field) not in (EncryptedTextField, EncryptedReasonsField)
    }
    | {"cases.Notifier.reference", "cases.FilingCopy.reference", "cases.Interview.training"}
    | {"cases.FilingContent.agreement", "cases.FilingCopy.agreement"}
)
# Search terms for clear columns (case numbers; names of staff and ids): PostgreSQL sees them as they are.
CLEAR_TERMS = frozenset({"number", "other_number", "wanted"})
Leak = Callable[[pytest.MonkeyPatch], None]
OF_OFFICES = (
    "/sign", "/people", "/password", "/position", "/sessions", "/offices", "/vacancies/own",
)  # fmt: skip
"""Forms of what is in clear: accounts, offices, and what an institution says of its units and therapists, in no free text."""
READERS = 4  # of those admitted to a page, how many read it and send its forms


@dataclass
class Traces:
    """What the run left behind, by place."""

    places: dict[str, bytes] = field(default_factory=dict)
    answers: list[bytes] = field(default_factory=list)

    def note(self, answer: Any) -> None:
        """Keep of an answer what a proxy, a history or a bookmark would keep: headers, addresses and title."""
        title = b" ".join(re.findall(rb"<title>.*?</title>", answer.content, re.DOTALL))
        links = b" ".join(re.findall(rb'(?:href|action|src)="[^"]*"', answer.content))
        self.answers.append(
            "\n".join(
                map(str, (answer.headers, answer.cookies, getattr(answer, "redirect_chain", "")))
            ).encode()
            + b"\n".join((title, links))
        )

    def leaks(self) -> dict[str, list[str]]:
        """The labels of the words found, by place."""
        everywhere = {**self.places, "headers, addresses and titles": b"\n".join(self.answers)}
        found = {place: found_in(content) for place, content in everywhere.items()}
        return {place: labels for place, labels in found.items() if labels}


@contextmanager
def traced(database: str, tmp_path: Path) -> Iterator[Traces]:
    """Collect every trace of what happens inside."""
    traces = Traces()
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    before, tempfile.tempdir = tempfile.tempdir, str(temporary)
    for name in settings.CACHES:
        caches[name].clear()  # a test before this one may have leaked into them
    try:
        with places.server_log(database) as written, application_log() as log:
            yield traces
            messages = places.work_off(tmp_path / "broker")
    finally:
        tempfile.tempdir = before
    traces.places |= {
        "the dump": places.dump(database),
        "the server's log": written[0],
        "the application's log": log.getvalue().encode(),
        "parked forms": places.folder(Path(settings.PARKED_DIR)),
        "the temporary folder": places.folder(temporary),
        "caches": places.cache_content(),
        "mail": places.mailbox(),
        "the broker": messages,
    }


def _word(name: str) -> str:
    return "KITA-1999-0001" if name in CLEAR_TERMS else canary(name)


def walk(world: World, traces: Traces) -> None:
    """Read every page as everybody who is admitted, and send every form found there with words of its own."""
    for name in NAMES:
        for relation in sorted(ROWS[name].get or ())[:READERS]:
            client = client_of(world, relation)
            answer = client.get(path_of(name, world), follow=True)
            traces.note(answer)
            asked = answer.request["PATH_INFO"], answer.request["QUERY_STRING"]
            for form in forms_of(*asked, text_of(answer), _word):
                if not form.action.startswith(OF_OFFICES):
                    traces.note(client.post(f"{form.action}?{form.query}", form.fields))


def test_no_word_leaves_the_application(cast: Cast, database: str, tmp_path: Path) -> None:
    with traced(database, tmp_path) as traces:
        world = build_world()
        covered = set(world.covered)
        for relation in ("lead", "none", "disclosed", "school", "rights", "reader", "therapist"):
            with acting_as(world[relation]):
                covered |= fields_with_canaries(apps.get_models())
        walk(world, traces)
        park_for(world, "member")  # the walk has thrown away or sent the one that waited
    assert traces.leaks() == {}
    assert len(traces.places["the server's log"]) > 100_000
    assert traces.places["the broker"].count(b"effect.notice_mail") > 5
    assert len(mail.outbox) > 5
    assert len(traces.places["parked forms"]) > 500
    assert b"COPY public.cases_case" in traces.places["the dump"]
    missing = set(sealed_fields()) - covered - CODED
    assert not missing, f"no canary was written into {sorted(missing)}: write one in tests/sweeps/world.py"
    assert covered & CODED == frozenset()


# --- The search can fail ----------------------------------------------------------------------------------------------------


def test_every_way_of_writing_a_word_is_found() -> None:
    """Wherever it stands, and though the search takes the text apart at its spaces."""
    words = {label: write(f"alone.{label}") for label, write in (("word", canary), ("number", number))}
    for label, word in words.items():
        for form in forms(word):
            for text in (form, b"in the\tmidst of" + form + b"of it", b"twice\n" + form + b"\n\n" + form):
                assert found_in(text) == [f"alone.{label}"], (form, text)
    assert {form.split()[0] == form for word in issued().values() for form in forms(word)} == {True}
    assert found_in(b"nothing of it") == []


def _leak_a_column(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = EncryptedTextField.pre_save

    def plain(self: EncryptedTextField, instance: Model, add: bool) -> str | None:
        value = sealed(self, instance, add)
        if value is None or self.place_name != "cases_person.note":
            return value
        return type(value)(canary("leak"))

    monkeypatch.setattr(EncryptedTextField, "pre_save", plain)


def _leak_into_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    _beside_saving(monkeypatch, lambda: logging.getLogger("tomoshibi.leak").debug("saved %s", canary("leak")))


def _leak_into_sql(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connection

    _beside_saving(monkeypatch, lambda: connection.cursor().execute("SELECT %s", [canary("leak")]))


def _leak_into_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    _beside_saving(monkeypatch, lambda: mail.send_mail("x", canary("leak"), None, ["a@example.invalid"]))


def _leak_into_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    _beside_saving(monkeypatch, lambda: Path(tempfile.mkstemp()[1]).write_text(canary("leak")))


def _leak_into_the_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.cache import cache

    _beside_saving(monkeypatch, lambda: cache.set("leak", canary("leak")))


def _leak_into_a_parked_form(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(settings.PARKED_DIR)
    folder.mkdir(exist_ok=True)
    _beside_saving(monkeypatch, lambda: (folder / "form").write_text(canary("leak")))


def _leak_into_the_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("security.outbox.relay.task_name", lambda kind: f"effect.{kind}.{canary('leak')}")


def _leak_into_a_header(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        settings, "MIDDLEWARE", ["tests.sweeps.faulty_urls.leaks_a_header", *settings.MIDDLEWARE]
    )


def _leak_into_the_title(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        settings, "MIDDLEWARE", ["tests.sweeps.faulty_urls.leaks_a_title", *settings.MIDDLEWARE]
    )


def _beside_saving(monkeypatch: pytest.MonkeyPatch, leak: Callable[[], object]) -> None:
    save = Case.save

    def saving(self: Case, *arguments: object, **named: object) -> None:
        save(self, *arguments, **named)  # type: ignore[arg-type]
        leak()

    monkeypatch.setattr(Case, "save", saving)


LEAKS = (
    ("the dump", _leak_a_column),
    ("the application's log", _leak_into_the_log),
    ("the server's log", _leak_into_sql),
    ("the broker", _leak_into_the_broker),
    ("mail", _leak_into_mail),
    ("parked forms", _leak_into_a_parked_form),
    ("the temporary folder", _leak_into_a_file),
    ("caches", _leak_into_the_cache),
    ("headers, addresses and titles", _leak_into_a_header),
    ("headers, addresses and titles", _leak_into_the_title),
)


@pytest.mark.parametrize(("place", "leak"), LEAKS)
def test_a_leaking_build_is_found(
    cast: Cast,
    database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    leak: Leak,
) -> None:
    from cases.records.actions import save_person
    from cases.records.models import Person
    from tests.cast import a_case

    leak(monkeypatch)
    texts = dict.fromkeys(Person.TEXTS, "x") | {"role": ""}
    with traced(database, tmp_path) as traces:
        case = a_case(cast)
        with acting_as(cast.caseworker):
            save_person(case, texts, by=cast.caseworker)
            tell([cast.caseworker.pk], NoticeKind.CASE_ASSIGNED, case.number, "/inbox/", cause="leak")
        traces.note(signed_in(cast.caseworker).get("/"))
    assert traces.leaks().get(place) == ["leak"]
