"""``make bench`` (``python -m bench``): everything measured, as plain text.

Without a choice of parts all but ``--against`` are measured, in about half an hour.
"""

import argparse
import os
import platform
import signal
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench import place
from bench.measure import Part

SIZES, RUNS, MINE = (10_000, 100_000, 1_000_000), 31, 60
SECONDS, ROUNDS, QUICK_SECONDS = 180.0, 6, 1.0
QUICK_SIZES, QUICK_RUNS, QUICK_MINE = (1_000, 1_500, 2_000), 1, 4


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; 0, whether the aims are met or not."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="small sizes and few runs: shows that it works, measures nothing"
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="print the query plans too")
    parser.add_argument(
        "--sizes",
        type=_sizes,
        help="cases in the databases of part (a), the first of which (b) and (c) use: 10000,100000,1000000",
    )
    parser.add_argument("--seconds", type=float, help="of load on each variant of part (e) (180)")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--lists", action="store_true", help="parts (a) to (c) only")
    only.add_argument(
        "--at-size",
        action="store_true",
        help="part (d) only: the pages of a large office (20,000 cases, 3 million looks)",
    )
    only.add_argument("--limits", action="store_true", help="part (g) only: the watch over the limits")
    only.add_argument(
        "--homes", action="store_true", help="part (h) only: homes and limits at 1,000 cases an office"
    )
    only.add_argument(
        "--sessions", action="store_true", help="part (i) only: the day and the month of who gives help"
    )
    only.add_argument("--concurrent", action="store_true", help="part (e) only: fifty people at once")
    only.add_argument(
        "--against",
        type=Path,
        metavar="CHECKOUT",
        help="throughput of another checkout (with .venv) and of this one, each with its own demo, over HTTP",
    )
    asked = parser.parse_args(arguments)
    # Ended from outside, it ends the servers it has started too.
    signal.signal(signal.SIGTERM, lambda *_received: sys.exit(1))
    began = time.monotonic()
    today = f"{datetime.now(tz=UTC):%Y-%m-%d}"
    print(f"bench on {today}: {os.cpu_count()} cores, Python {platform.python_version()}", flush=True)
    for part in _parts(asked):
        print(f"\n{part.text(plans=asked.verbose)}", flush=True)
    print(f"\n{time.monotonic() - began:.0f} seconds")
    return 0


def _parts(asked: argparse.Namespace) -> Iterator[Part]:
    """What was asked for, as soon as it is measured."""
    seconds = asked.seconds or (QUICK_SECONDS if asked.quick else SECONDS)
    rounds = 1 if asked.quick else ROUNDS
    if asked.against:
        from bench import against

        yield against.run(asked.against.resolve(), seconds, rounds)
        return
    everything = not (
        asked.lists or asked.at_size or asked.concurrent or asked.limits or asked.homes or asked.sessions
    )
    sizes, runs, mine = (QUICK_SIZES, QUICK_RUNS, QUICK_MINE) if asked.quick else (SIZES, RUNS, MINE)
    with place.own_server() as server:
        # Models can be imported from here on.
        from bench import at_size, homes, limits, measure_all, office, sessions, together

        if everything or asked.lists:
            yield from measure_all.parts(server, asked.sizes or sizes, runs, mine)
        if everything or asked.at_size:
            yield at_size.run(server, office.QUICK if asked.quick else office.Size(), 3 if asked.quick else 7)
        if everything or asked.limits:
            yield limits.run(server, quick=asked.quick)
        if everything or asked.homes:
            yield homes.run(server, quick=asked.quick)
        if everything or asked.sessions:
            yield sessions.run(server, quick=asked.quick)
        if everything or asked.concurrent:
            yield together.run(server, seconds, rounds, quick=asked.quick)


def _sizes(text: str) -> list[int]:
    return [int(size) for size in text.split(",")]


if __name__ == "__main__":
    sys.exit(main())
