"""Every page that somebody of a large office opens, as caseworker, supervisor and director: statements, time and weight."""

import gzip
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.urls import reverse

from bench import place
from bench.measure import Part
from bench.office import NAME, BigOffice, Size, make
from bench.people import Reader
from cases.records.codes import CasePage
from config.embedded.postgres import Server

AIM = {"caseworker": 100.0, "supervisor": 100.0, "director": 150.0}
"""Milliseconds of server time a page may take."""
SENT_AIM, STATEMENTS_AIM = 15.0, 25
"""Kilobytes of a page on the line, and statements of a page of a case."""
OF_A_CASE = (", long", "case page, 20 entries")
"""How the names of the pages of a case end."""
TOO_LONG = 2000.0
"""A page whose first fetch takes longer is fetched once more, for its statements, and not timed again: it has missed its aim."""
WARM = 8
"""How often a page is fetched before it is measured. PostgreSQL plans a prepared statement anew at each of its first runs in a
session, and a session of the pool lives for hours; the first fetch is reported beside the median."""
WORTH_NAMING = 20.0
"""A statement that takes longer is named."""


@dataclass(frozen=True)
class Page:
    """One page of one reader: status, statements, milliseconds of server time (the first fetch, and the median once the session's
    plans are made), kilobytes of HTML and of what is sent."""

    role: str
    name: str
    status: int
    statements: int
    first: float
    milliseconds: float
    slowest: str
    kilobytes: float
    sent: float

    def line(self) -> str:
        """One line of the table."""
        in_time = self.milliseconds <= AIM[self.role] and self.sent <= SENT_AIM
        few = not self.name.endswith(OF_A_CASE) or self.statements <= STATEMENTS_AIM
        verdict = "met" if self.status == 200 and in_time and few else "MISSED"
        return (
            f"{self.role:<11} {self.name:<34} {self.status} {self.statements:>4} {self.first:>7.0f} {self.milliseconds:>7.1f}"
            f" {self.kilobytes:>7.1f} {self.sent:>5.1f}  {verdict:<7} {self.slowest}"
        )


def addresses(office: BigOffice, reader: Reader) -> dict[str, str]:
    """Name → address of what a reader of the large office opens."""
    long, case = f"/cases/{reader.case}/", f"/cases/{office.ordinary}/"
    colleague = office.readers["caseworker"].position.staff_id
    found = {
        "home": "/",
        "case list": "/cases/",
        "case list, one stage": "/cases/?stage=support&state=all",
        "case list, a rare urgency": "/cases/?urgency=AA&state=all",
        "search by number": "/cases/?number=B-17",
        "case page, 20 entries": case,
        "case page, long": long,
        **{
            f"{page.label}, long": reverse(page.value, args=[reader.case])
            for page in CasePage
            if page != CasePage.OVERVIEW
        },
        "looks at a case": f"{case}looks/",
        "looks at the long case": f"{long}looks/",
        "changes of a case": f"{case}changes/",
        "new progress entry": f"{case}progress/add/",
        "inbox": "/inbox/",
        "own looks": "/access-log/mine/",
    }
    if reader is not office.readers["caseworker"]:
        found |= {
            "access log": "/access-log/",
            "a colleague's looks": f"/access-log/people/{colleague}/",
            "denials": "/access-log/denials/",
            "work by person in charge": "/workload/",
        }
    return found


def run(server: Server, size: Size, runs: int) -> Part:
    """Make the office and measure every page."""
    office = make(server, size)
    part = Part(
        "(d) pages of a large office",
        [
            f"{size.cases:,} cases, {size.looks:,} looks, {size.notices:,} notices in each inbox; one case with {size.entries:,}"
            f" entries and {size.persons} people; medians of {runs} runs after {WARM}",
            "ms are of the server: Django's test client through all middleware, the look written with fsync",
            f"aim: 200 in 100 ms, a director's in 150; {SENT_AIM:.0f} kB sent; {STATEMENTS_AIM} statements for a page of a case",
            "",
            f"{'':<11} {'page':<34}    statements first    ms      kB  sent",
        ],
    )
    part.about += [page.line() for page in pages(office, runs)]
    place.drop_database(server, NAME)
    return part


def pages(office: BigOffice, runs: int) -> Iterator[Page]:
    """Measure each page: ``WARM`` times to warm up, then the median of ``runs``."""
    for role, reader in office.readers.items():
        for name, address in addresses(office, reader).items():
            yield _measure(role, reader, name, address, runs)


@dataclass
class Watch:
    """Counts the statements of ``default`` and keeps the slowest one."""

    statements: int = 0
    worst: float = 0.0
    slowest: str = ""

    def __call__(self, execute: Any, statement: Any, *arguments: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(statement, *arguments)
        finally:
            self.statements += 1
            taken = (time.perf_counter() - began) * 1000
            if taken > self.worst:
                self.worst, self.slowest = taken, f"{taken:.0f} ms: {' '.join(str(statement).split())[:100]}"


def _measure(role: str, reader: Reader, name: str, address: str, runs: int) -> Page:
    response, first = _get(reader, address)
    for _warm in range(0 if first > TOO_LONG else WARM - 1):
        _get(reader, address)
    watch = Watch()
    with connection.execute_wrapper(watch):
        _get(reader, address)
    taken = [first] if first > TOO_LONG else [_get(reader, address)[1] for _run in range(runs)]
    return Page(
        role,
        name,
        response.status_code,
        watch.statements,
        first,
        statistics.median(taken),
        watch.slowest if watch.worst > WORTH_NAMING else "",
        len(response.content) / 1024,
        len(gzip.compress(response.content)) / 1024,
    )


def _get(reader: Reader, address: str) -> tuple[Any, float]:
    began = time.perf_counter()
    response = reader.client.get(address)
    return response, (time.perf_counter() - began) * 1000
