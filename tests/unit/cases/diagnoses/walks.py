"""What chance seldom reaches of diagnoses, step by step: walks of the machine of ``test_machine.py``."""

from typing import Any

from cases.decisions.codes import Verdict

WORKER = "worker"
"""Who works at the facility."""


def written_again_until_it_stands(machine: Any) -> None:
    """One was accepted; what takes its place comes back, and is accepted when it is written again."""
    machine.begin(assessed=True, written="social")
    machine.give_back("caseworker", 0)
    machine.draft("supervisor", "standing")
    machine.decide("supervisor", Verdict.APPROVE)
    machine.decide("director", Verdict.APPROVE)
    machine.draft("caseworker", "standing")
    machine.ask("caseworker", "behavioural", "caseworker", 0, late=False)
    for number in (0, 0, 1):
        machine.ask("caseworker", "social", "caseworker", number, late=False)
    machine.write("psychologist", 0, submit=True, partly=False, old=False)
    machine.write("caseworker", 0, submit=True, partly=True, old=False)
    machine.write("caseworker", 0, submit=False, partly=False, old=True)
    machine.write("caseworker", 0, submit=False, partly=True, old=False)
    machine.write("caseworker", 0, submit=True, partly=False, old=False)
    machine.draft("caseworker", "standing")
    machine.give_back("supervisor", 0)
    machine.decide("supervisor", Verdict.APPROVE)
    machine.write("caseworker", 0, submit=True, partly=False, old=False)
    machine.draft("supervisor", "standing")
    machine.draft("caseworker", "all")
    machine.draft("caseworker", "standing")
    machine.decide("caseworker", Verdict.APPROVE)
    machine.decide("supervisor", Verdict.APPROVE)
    machine.give_back("supervisor", 0)
    machine.ask("supervisor", "social", "supervisor", 2, late=False)
    machine.ask("psychologist", "social", "psychologist", None, late=False)
    machine.ask("supervisor", "social", "supervisor", None, late=True)


def of_the_facility(machine: Any) -> None:
    machine.begin(assessed=True, written="psychological")
    machine.write_there("caseworker", submit=False, partly=False, old=False)
    machine.write_there(WORKER, submit=True, partly=True, old=False)
    machine.write_there(WORKER, submit=False, partly=True, old=False)
    machine.write_there(WORKER, submit=True, partly=False, old=True)
    for _again in range(2):
        machine.write_there(WORKER, submit=True, partly=False, old=False)
    machine.give_back_to_a_colleague("supervisor")
    for who in ("stranger", "psychologist", "caseworker", "caseworker"):
        machine.give_back(who, 0)
    machine.write_there(WORKER, submit=True, partly=False, old=False)
    machine.draft("colleague", "standing")
    machine.draft("caseworker", "last")
    for verdict in (Verdict.RETURN, Verdict.REFUSE):
        for who in ("caseworker", "director"):
            machine.decide(who, verdict)
        machine.draft("caseworker", "last")
    for who in ("supervisor", "caseworker", "caseworker"):
        machine.take_back(who)
    machine.draft("caseworker", "standing")
    machine.decide("supervisor", Verdict.APPROVE)
    machine.give_back("caseworker", 0)


def the_child_leaves(machine: Any) -> None:
    machine.begin(assessed=False, written="behavioural")
    machine.draft("caseworker", "standing")
    machine.give_back("supervisor", 0)
    machine.write_there(WORKER, submit=True, partly=False, old=False)
    for who in (WORKER, "supervisor"):
        machine.leave(who)
    machine.give_back("caseworker", 0)
    machine.ask("supervisor", "behavioural", "supervisor", 0, late=False)
    machine.write_there(WORKER, submit=False, partly=False, old=False)


WALKS = (written_again_until_it_stands, of_the_facility, the_child_leaves)
