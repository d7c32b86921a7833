"""Whoever starts processes ends when asked to, also where the first asking got lost."""

import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded import children
from config.embedded.children import Child, end_soon, go_on, run


@pytest.fixture(autouse=True)
def _not_asked() -> Iterator[None]:
    yield
    children._asked_to_end.clear()


def test_an_asking_that_got_lost_is_heard_at_the_next_step(tmp_path: Path) -> None:
    go_on()
    with pytest.raises(KeyboardInterrupt):
        end_soon(signal.SIGINT, None)
    with pytest.raises(KeyboardInterrupt):
        go_on()
    child = Child("step", [sys.executable, "-c", "import time; time.sleep(60)"], {}, tmp_path / "log")
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run(child)
    assert time.monotonic() - began < 10
    assert child.process is not None
    assert child.process.wait(10) == -signal.SIGKILL
