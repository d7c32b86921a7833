"""Runs a random state machine against its plain model, until what it must reach was reached."""

import os
import random
from typing import Any

from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

ROUNDS = 5
"""So often the machine goes on with another number until what is wanted was met."""


def run_until_met(machine: Any, wanted: set[str], *, steps: int, examples: int = 12) -> None:
    """Run ``machine`` (a class whose ``met`` collects what its rules reached) in examples of so many steps.

    Hypothesis leaves whole rules out of an example, by chance of all of them: the machine goes on with further numbers, and fails
    where ``wanted`` is still not met. ``MACHINE_SEED`` repeats a run whose number was printed, ``MACHINE_EXAMPLES`` lengthens it.
    """
    number = int(os.environ.get("MACHINE_SEED") or random.randrange(10**6))
    few = settings(
        max_examples=int(os.environ.get("MACHINE_EXAMPLES", examples)),
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        print_blob=False,
    )
    try:
        for turn in range(ROUNDS):
            run_state_machine_as_test(seed(number + turn)(machine), settings=few)
            if machine.met >= wanted:
                break
        assert machine.met >= wanted, wanted - machine.met
    except BaseException as error:
        error.add_note(f"MACHINE_SEED={number} repeats this run")
        raise
