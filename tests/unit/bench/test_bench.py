"""``python -m bench --quick`` runs through: every part of it, on a server of its own that is gone afterwards."""

import os
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from bench.measure import Part, Row, Side, medians
from config.embedded.place import BASE_DIR


def test_quick_bench_prints_every_part() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "TOMOSHIBI_TEST_HOME"}
    before = _servers()
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--quick", "-v"],
        cwd=BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    for expected in (
        "(a) the latest 50",
        "director, growth",
        "(b) encrypted",
        "case page, whole",
        "(c) the recorded look",
    ):
        assert expected in done.stdout
    assert "Index Cond: (id = ANY" in done.stdout  # the plans
    assert _servers() <= before


def _servers() -> set[str]:
    return {path.name for path in Path(tempfile.gettempdir()).glob("tomoshibi-bench-*")}


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
