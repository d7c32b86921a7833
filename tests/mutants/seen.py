"""A plugin of pytest for the run of a mutant: which tests failed and by what, and whether the faulty file was read at all."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

REPORT, FAULTY = "TOMOSHIBI_MUTANT_REPORT", "TOMOSHIBI_MUTANT_FILE"
"""Where the report goes, and the file with the fault ("" where there is none)."""
_failed: list[dict[str, Any]] = []


def pytest_exception_interact(node: pytest.Collector | pytest.Item, call: pytest.CallInfo[Any]) -> None:
    """Keep what was raised. Only a test's own failing assertion says that the test has found the fault."""
    assert call.excinfo is not None
    says_so = call.when == "call" and call.excinfo.errisinstance((AssertionError, pytest.fail.Exception))
    why = call.excinfo.exconly(tryshort=True).strip().splitlines()[0]
    _failed.append({"test": node.nodeid, "is_assertion": says_so, "why": why})


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the report."""
    read = {getattr(module, "__file__", None) for module in tuple(sys.modules.values())}
    found = {
        "ran": session.testscollected,
        "was_read": not os.environ[FAULTY] or os.environ[FAULTY] in read,
        "failed": _failed,
    }
    Path(os.environ[REPORT]).write_text(json.dumps(found), encoding="utf-8")
