"""``make bench`` (``python -m bench``): everything measured, as plain text.

``--quick`` takes small sizes and few runs, ``-v`` adds the query plans.
"""

import argparse
import os
import platform
import sys
import time
from datetime import UTC, datetime

from bench import place

SIZES, RUNS, MINE = (10_000, 1_000_000), 31, 60
QUICK_SIZES, QUICK_RUNS, QUICK_MINE = (1_000, 2_000), 1, 4


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; 0, whether the aims are met or not."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="small sizes and few runs: shows that it works, measures nothing"
    )
    parser.add_argument(
        "--at-size",
        action="store_true",
        help="only the pages of a large office (20,000 cases, 3 million looks)",
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="print the query plans too")
    asked = parser.parse_args(arguments)
    sizes, runs, mine = (QUICK_SIZES, QUICK_RUNS, QUICK_MINE) if asked.quick else (SIZES, RUNS, MINE)
    began = time.monotonic()
    print(
        f"bench on {datetime.now(tz=UTC):%Y-%m-%d}: {os.cpu_count()} cores, Python {platform.python_version()},",
        end=" ",
    )
    print(f"medians of {runs} runs in turns", flush=True)
    with place.own_server() as server:
        if asked.at_size:
            from bench import at_size, office

            at_size.show(server, office.QUICK if asked.quick else office.Size(), 3 if asked.quick else 7)
            return 0
        from bench.measure_all import parts

        for part in parts(server, sizes, runs, mine):
            print(f"\n{part.text(plans=asked.verbose)}", flush=True)
    print(f"\n{time.monotonic() - began:.0f} seconds, most of them to make the data")
    return 0


if __name__ == "__main__":
    sys.exit(main())
