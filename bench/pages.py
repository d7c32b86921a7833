"""(b) Whole pages with encrypted and with plain columns; (c) whole pages with and without the recorded look, and saves with and
without the record of changes."""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import psycopg

from bench.browse import FORM_NUMBER, TYPED, form_of
from bench.measure import Row, Side, Timed, medians
from bench.people import Reader
from bench.plain import Switch
from security.audit import middleware

PLAIN_AIM = 1.15
LOOK_AIM = 1.15


def addresses(reader: Reader) -> dict[str, str]:
    """The pages that are measured."""
    case = f"/cases/{reader.case}/"
    return {"case list": "/cases/", "case page": case, "progress record": f"{case}progress/"}


def against_plain(sealed: Reader, plain: Reader, runs: int) -> list[Row]:
    """Each page read by the one whose columns are encrypted and by the one whose columns are plain."""
    switch, rows = Switch(), []
    for name, address in addresses(sealed).items():
        encrypted, clear = partial(fetch, sealed, address), partial(fetch, plain, addresses(plain)[name])
        sides = {
            "encrypted": Side(encrypted, _turned(switch.sealed, encrypted)),
            "plain": Side(clear, _turned(switch.plain, clear)),
        }
        try:
            taken = medians(sides, runs)
        finally:
            switch.sealed()
        rows.append(
            Row(f"{name}, whole request; plain columns", taken["encrypted"], taken["plain"], PLAIN_AIM)
        )
    return rows


def against_no_look(reader: Reader, runs: int) -> list[Row]:
    """Each page with its look written, and without any of it: relations to the cases, the event, the cases shown."""
    rows = []
    for name, address in addresses(reader).items():
        shown = partial(fetch, reader, address)
        sides = {
            "look": Side(shown, _turned(partial(_trace_by, LEAVE_TRACE), shown)),
            "none": Side(shown, _turned(partial(_trace_by, _leave_none), shown)),
        }
        try:
            taken = medians(sides, runs)
        finally:
            _trace_by(LEAVE_TRACE)
        rows.append(Row(f"{name}, with its recorded look; without", taken["look"], taken["none"], LOOK_AIM))
    return rows


def against_no_record(reader: Reader, superuser: psycopg.Connection, runs: int) -> list[Row]:
    """A saved progress entry with the trigger that records every change, and with it taken off all tables."""
    address = f"/cases/{reader.case}/progress/add/"
    form = form_of(reader.client.get(address).content.decode()) | TYPED

    def save() -> None:
        response = reader.client.post(address, form | {FORM_NUMBER: str(uuid.uuid4())})
        assert response.status_code == 302, (address, response.status_code)

    def record(how: str) -> None:
        tables = superuser.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'a_record'"
        ).fetchall()
        for (table,) in tables:
            superuser.execute(f"ALTER TABLE {table} {how} TRIGGER a_record".encode())

    sides = {
        "record": Side(save, _turned(partial(record, "ENABLE"), save)),
        "none": Side(save, _turned(partial(record, "DISABLE"), save)),
    }
    try:
        taken = medians(sides, runs)
    finally:
        record("ENABLE")
    return [Row("progress entry saved, with the record of changes; without", taken["record"], taken["none"])]


def _turned(turn: Callable[[], None], fetch_page: Timed) -> Callable[[], None]:
    """Turn the switch and fetch the page once, untimed: a switch empties Python's type caches."""

    def ready() -> None:
        turn()
        fetch_page()

    return ready


def fetch(reader: Reader, address: str) -> None:
    """Ask for a page; it must show a child's name and answer 200."""
    response = reader.client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    assert "髙橋".encode() in response.content or address.endswith("progress/"), address


LEAVE_TRACE = middleware._leave_trace


def _leave_none(*_arguments: Any) -> None:
    return None


def _trace_by(writer: Callable[..., Any]) -> None:
    middleware._leave_trace = writer
