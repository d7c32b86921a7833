"""``python -m bench --quick`` runs through: the lists and the load, on a server of its own that is gone afterwards."""

import os
import re
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from bench.measure import Part, Row, Side, medians
from config.embedded.place import BASE_DIR

VARIANTS = ("as it is", "without walls", "without keys", "without looks", "with none of the three")
WALK = "Index Scan using case(_office)?_latest on cases_case"


def bench(*arguments: str) -> str:
    """What the bench prints; its server, which lies in a folder of this test, is gone afterwards."""
    environment = {name: value for name, value in os.environ.items() if name != "TOMOSHIBI_TEST_HOME"}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # the server's own account has to enter it
        done = subprocess.run(
            [sys.executable, "-m", "bench", "--quick", *arguments],
            cwd=BASE_DIR,
            env=environment | {"TMPDIR": folder},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        assert not list(Path(folder).glob("tomoshibi-bench-*"))
    return done.stdout


def test_quick_bench_prints_every_part_of_the_lists() -> None:
    printed = bench("--lists", "--verbose")
    for expected in (
        "(a) the latest 50",
        "director, growth",
        "(b) encrypted",
        "case page, whole",
        "(c) the recorded look",
        "progress entry saved",
    ):
        assert expected in printed
    # How each role's list is read, at the largest size: few cases by their ids, an office from the latest with a probe each.
    reads = {"caseworker": r"Index Cond: \(id = ANY", **dict.fromkeys(("supervisor", "director"), WALK)}
    for role, read in reads.items():
        plan = printed.split(f"{role} at 2,000 cases:")[1].split("by hand")[0]
        assert re.search(read, plan), plan
        assert "using grant_probe on cases_grant" in plan
        assert not re.search("Seq Scan|Function Scan", plan), plan


def test_quick_load_prints_every_variant_without_errors() -> None:
    printed = bench("--concurrent")
    for variant in VARIANTS:
        assert variant in printed
    assert "errors: 0 " in printed


def test_quick_watch_tells_of_what_has_passed() -> None:
    printed = bench("--limits")
    for watched in ("limits", "duties"):
        assert f"{watched} told: 20, 500 a turn" in printed
    assert "aim ≥ 5,000" in printed


def test_quick_homes_are_compared_with_a_small_offices() -> None:
    printed = bench("--homes")
    for role in ("caseworker", "supervisor", "director"):
        assert f"{role}, home; of the small office" in printed
        assert f"{role}, limits of the month: " in printed


def test_quick_sessions_are_compared_with_a_tenth_of_them() -> None:
    printed = bench("--sessions")
    for page in ("day", "month"):
        assert f"{page}; of a tenth" in printed
        assert f"{page}: " in printed


def test_rows_say_met_and_missed() -> None:
    assert Row("x", 2.0, 1.0, 3.0).verdict == "met"
    assert Row("x", 4.5, 1.0, 3.0).verdict == "missed by 50 %"
    assert Row("x", 4.5, 1.0).verdict == "reported"
    assert "≤ 3.00" in Part("title", ["about"], [Row("x", 4.5, 1.0, 3.0)], plans=["plan"]).text(plans=True)


def test_medians_take_turns_and_leave_two_runs_out() -> None:
    order: list[str] = []
    found = medians({name: Side(partial(order.append, name)) for name in "ab"}, 4)
    assert order == list("abbaabbaabba") or order == list("baabbaabbaab")
    assert set(found) == {"a", "b"}
