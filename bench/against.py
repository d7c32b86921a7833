"""(f) Throughput of another checkout and of this one: each with its own Python, its own demo and nothing but HTTP in common.

Each checkout makes its demo in a folder of this run; beside the demo's own web server, which gets no requests, the measured ones
are started over the same database. Addresses are found by following links from the list of cases.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import place, web
from bench.browse import Browser, Visitor, form_of, visit
from bench.crowd import HEAD, Figures, drive
from bench.measure import Part
from config.embedded.accounts import reachable_home
from config.embedded.place import BASE_DIR

AIM = 1.8
PEOPLE = 50
DOOR = "/demo/"
# Of the people at the demo's open door, those who read and write cases.
NAMES = ("caseworker", "supervisor")
DEMO_SECONDS = 300.0
WARM_SECONDS = 3.0
OWN_SETTINGS = Path("config/server.py")
"""A checkout that has it says there how its web server runs; an older one was run by the demo with eight threads."""


@dataclass(frozen=True)
class Contender:
    """A checkout and how its web server runs."""

    name: str
    folder: Path
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Running:
    """A web server under measurement, with everybody signed in to it, and the main process of its database."""

    process: int
    postmaster: int
    visitors: list[Visitor]


def contenders(other: Path) -> list[Contender]:
    """This checkout as it runs, and the other one: as its demo ran it and with as many threads as this one has."""
    ours = Contender("this checkout", BASE_DIR)
    if (other / OWN_SETTINGS).exists():
        return [ours, Contender("the other", other)]
    return [
        ours,
        *(Contender(f"the other, 2 x {threads}", other, _threads(threads)) for threads in (8, 2)),
    ]


def _threads(threads: int) -> tuple[str, ...]:
    fixed = ("--worker-class", "gthread", "--workers", "2", "--threads", str(threads))
    return (*fixed, "--timeout", "60", "--log-level", "warning", "--no-control-socket")


def run(other: Path, seconds: float, rounds: int) -> Part:
    """Measure every contender for ``seconds`` in all, in ``rounds`` turns whose order is turned round each time."""
    competing = contenders(other)
    total = {contender.name: Figures() for contender in competing}
    folder = Path(tempfile.mkdtemp(prefix="tomoshibi-against-"))
    folder.chmod(0o755)
    try:
        with running(competing, folder) as servers:
            for turn in range(rounds):
                for name in list(total)[:: -1 if turn % 2 else 1]:
                    total[name].add(_turn(servers[name], seconds / rounds, turn))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return report(total, rounds)


def _turn(one: Running, seconds: float, turn: int) -> Figures:
    drive(one.visitors, WARM_SECONDS, web=one.process, postgres=one.postmaster, seed=-1)
    return drive(one.visitors, seconds, web=one.process, postgres=one.postmaster, seed=turn)


def report(total: dict[str, Figures], rounds: int) -> Part:
    """The table, and how many times as many requests this checkout answers: the first one is this checkout."""
    ours, *others = total
    part = Part(
        "(f) against another checkout",
        [
            f"{PEOPLE} people signed in at the demo's door, each without pause, over the demo's own cases of each checkout",
            f"60 % case pages, 20 % lists, 10 % home pages, 10 % saved entries; {rounds} turns of"
            f" {total[ours].seconds / rounds:.0f} s each in turns",
            "",
            HEAD,
            *(figures.line(name) for name, figures in total.items()),
            "",
        ],
    )
    for name in others:
        times = total[ours].rate / total[name].rate
        verdict = "met" if times >= AIM else "missed"
        part.notes.append(
            f"throughput of this checkout: {times:.2f} times that of {name} (aim: ≥ {AIM}): {verdict}; processor time a"
            f" request: {total[ours].processor:.1f} ms against {total[name].processor:.1f}"
        )
    errors = [error for figures in total.values() for error in figures.errors]
    part.notes.append(f"errors: {len(errors)} (aim: 0)" + "".join(f"; {error}" for error in errors[:5]))
    return part


@contextmanager
def running(competing: list[Contender], folder: Path) -> Iterator[dict[str, Running]]:
    """The demos of all checkouts and a web server for each contender; all of them end with the block."""
    found: dict[str, Running] = {}
    with web.all_ended() as started:
        postmasters: dict[Path, int] = {}
        for number, contender in enumerate(competing):
            var = folder / contender.folder.name
            settings = {"TOMOSHIBI_VAR": str(var), "DJANGO_SETTINGS_MODULE": "config.settings.demo"}
            if contender.folder not in postmasters:
                var.mkdir()
                var.chmod(0o755)
                demo = start_demo(contender.folder, settings, folder / f"demo{number}.log")
                started.append(demo)
                web.wait_until_ready(demo, folder / f"demo{number}.log", DEMO_SECONDS)
                home = reachable_home(var / "postgres")
                postmasters[contender.folder] = place.postmaster_of(home / "data")
            log = folder / f"web{number}.log"
            server = web.start("config.wsgi", contender.folder, settings, log, *contender.options)
            started.append(server)
            web.wait_until_ready(server, log)
            visitors = [visit(enter(server.port, NAMES[one % len(NAMES)])) for one in range(PEOPLE)]
            found[contender.name] = Running(server.process.pid, postmasters[contender.folder], visitors)
        yield found


def start_demo(folder: Path, settings: dict[str, str], log: Path) -> web.Web:
    """``make demo`` of a checkout, without make."""
    port = web.free_port()
    command = [str(folder / ".venv/bin/python"), "-m", "config.embedded.demo", "--port", str(port)]
    return web.Web(web.spawn(command, folder, settings, log), port)


def enter(port: int, name: str) -> Browser:
    """Sign in at the demo's open door. RuntimeError if it does not lead on."""
    browser = Browser("127.0.0.1", port)
    token = form_of(browser.get(DOOR).text)["csrfmiddlewaretoken"]
    answer = browser.post(DOOR, {"csrfmiddlewaretoken": token, "username": name})
    if answer.status != 302:
        raise RuntimeError(f"{DOOR} answered {answer.status} to {name}")
    return browser
