"""A plugin of pytest for the run of a mutant: which tests failed and by what, and whether the faulty file was read at all."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

REPORT, FAULTY = "TOMOSHIBI_MUTANT_REPORT", "TOMOSHIBI_MUTANT_FILE"
"""Where the report goes, and the file with the fault ("" where there is none)."""
HERE = Path(__file__).resolve().parent.parent
_failed: list[dict[str, Any]] = []


def pytest_exception_interact(node: pytest.Collector | pytest.Item, call: pytest.CallInfo[Any]) -> None:
    """Keep what was raised, and whether it says that the test has found the fault."""
    from django.db import IntegrityError

    from agencies.staff.rules import Refused

    assert call.excinfo is not None
    # An assertion fails; or somebody refuses what is allowed, or the wall behind a rule refuses instead of it; or a test
    # unpacks more or fewer than it expects. Any other error, as of an import, says only that the test could not run.
    telling = call.excinfo.errisinstance((AssertionError, pytest.fail.Exception, IntegrityError, Refused))
    unpacked = (
        call.excinfo.errisinstance(ValueError) and HERE in Path(call.excinfo.traceback[-1].path).parents
    )
    says_so = call.when == "call" and (telling or unpacked)
    why = call.excinfo.exconly(tryshort=True).strip().splitlines()[0]
    _failed.append({"test": node.nodeid, "says_so": says_so, "why": why})


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the report."""
    read = {getattr(module, "__file__", None) for module in tuple(sys.modules.values())}
    found = {
        "ran": session.testscollected,
        "was_read": not os.environ[FAULTY] or os.environ[FAULTY] in read,
        "failed": _failed,
    }
    Path(os.environ[REPORT]).write_text(json.dumps(found), encoding="utf-8")
