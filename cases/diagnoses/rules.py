"""Who asks for a diagnosis, who writes it, and when it stands."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.decisions.codes import State
from cases.decisions.rules import check_may_draft
from cases.diagnoses.codes import MOVES, SEALED, WRITERS, DiagnosisKind, DiagnosisState
from cases.diagnoses.content import pieces_of
from cases.diagnoses.models import Diagnosis, FacilityDiagnosis, Judgement
from cases.diagnoses.queries import assessed_at, judgements_of, rested_on, to_judge
from cases.records.models import Case
from cases.records.rules import check_may_edit, check_may_manage
from cases.shelter.models import Admission
from cases.shelter.rules import check_may_keep

CODES: Mapping[DiagnosisKind, tuple[str, ...]] = {DiagnosisKind.PSYCHOLOGICAL: ("self_harm",)}
"""What is chosen, not written, before a diagnosis of a kind is submitted."""


def check_may_ask(case: Case, by: Position) -> None:
    """Those who work on the case ask for a diagnosis."""
    check_may_edit(case, by)


def check_asked(kind: DiagnosisKind, writer: Position, due_on: date, today: date) -> None:
    """It is asked of the profession that writes it, for a day to come. Raises Refused naming the field."""
    if writer.role not in WRITERS[kind]:
        raise Refused("writer", _("This kind of diagnosis is written by another profession. Choose again."))
    if due_on < today:
        raise Refused("due_on", _("This day has passed."))


def check_replaces(earlier: Diagnosis, kind: DiagnosisKind) -> None:
    """What was returned or accepted is written again, once, as the same kind."""
    if earlier.kind != kind or earlier.state not in (DiagnosisState.RETURNED, DiagnosisState.ACCEPTED):
        raise Refused("replaces", _("Only what was returned or accepted is written again."))
    if Diagnosis.objects.filter(replaces=earlier.pk).exists():
        raise Refused("replaces", _("It is being written again already."))


def check_move(row: Diagnosis, to: DiagnosisState) -> None:
    """Raises Refused where the table of moves does not lead from the state of the diagnosis to ``to``."""
    if to not in MOVES[row.state]:
        raise Refused("stands", _("What was submitted stands. To change it, have it returned."))


def check_profession(row: Diagnosis, by: Position) -> None:
    """Only the writing profession writes."""
    if by.role not in WRITERS[row.known_kind]:
        raise Refused("profession", _("Only the profession that this diagnosis belongs to writes it."))


def check_may_write(row: Diagnosis, by: Position) -> None:
    """The writing profession on the team of the case, until it is submitted."""
    check_may_edit(row.case, by)
    check_profession(row, by)
    check_move(row, DiagnosisState.SUBMITTED)


def check_version(row: Diagnosis | FacilityDiagnosis, version: int | None) -> None:
    """What is changed is what was read. None: no page was read."""
    if version is not None and version != row.version:
        raise Refused(
            "stale",
            _(
                "Somebody changed the diagnosis after you opened it. Open it again; what you typed stays here until then."
            ),
        )


def missing(kind: DiagnosisKind, written: Mapping[str, Any]) -> list[str]:
    """What a diagnosis of this kind lacks before it can be submitted, by name."""
    names = [piece.name for piece in pieces_of(kind) if piece.needed] + list(CODES.get(kind, ()))
    return [name for name in names if not str(written.get(name) or "").strip()]


def check_complete(kind: DiagnosisKind, written: Mapping[str, Any]) -> None:
    """Nothing is submitted in parts. Raises Refused naming the first field that is empty."""
    if names := missing(kind, written):
        raise Refused(names[0], _("Needed before it is submitted."))


def check_said(said: Mapping[str, Any], now: datetime) -> None:
    """The child's words have their moment, place and hearer, and the moment has come. Raises Refused naming the field."""
    if not any(said.values()):
        return
    empty = next((name for name in Diagnosis.SAID if not said.get(name)), None)
    if empty:
        raise Refused(empty, _("Write down the words, when and where they were said, and to whom."))
    if said["said_at"] > now:
        raise Refused("said_at", _("This moment lies in the future."))


def check_may_return(row: Diagnosis, by: Position) -> None:
    """Those who manage the case return what was submitted; nobody returns what they submitted."""
    check_may_edit(row.case, by)
    check_may_manage(row.case, by)
    check_move(row, DiagnosisState.RETURNED)
    if row.submitted_by is not None and row.submitted_by.staff_id == by.staff_id:
        raise Refused("own", _("Another person returns what you submitted."))


def check_facility_writes(there: FacilityDiagnosis, now: datetime) -> None:
    """What the facility wrote is returned while the child sleeps there: later nobody could write it again."""
    if not there.admission.lasts_at(now):
        raise Refused("left", _("The child has left this facility."))


def check_may_write_there(
    stay: Admission, latest: FacilityDiagnosis | None, by: Position, now: datetime
) -> None:
    """The staff of the facility, as they write its log, until what they wrote is submitted; again once it was returned."""
    check_may_keep(stay, by, now)
    if latest is not None and latest.submitted_at is not None and latest.returned_at is None:
        raise Refused("stands", _("What was submitted stands. To change it, have it returned."))


def check_may_judge(case: Case, by: Position, now: datetime) -> None:
    """Those who work on the case and draft decisions, once an assessment conference was held on it and a diagnosis submitted."""
    check_may_draft(case, by, judgements_of(case), now)
    if not assessed_at(case):
        raise Refused("not_assessed", _("No assessment conference has been held on this case."))
    if not to_judge(case):
        raise Refused("no_diagnosis", _("No diagnosis has been submitted."))


def check_rests_on(case: Case, chosen: Collection[Diagnosis]) -> None:
    """A comprehensive diagnosis rests on what was submitted in this case."""
    fit = {one.pk for one in to_judge(case)}
    if not chosen or not {one.pk for one in chosen} <= fit:
        raise Refused("rests_on", _("Choose the diagnoses that were submitted, one at least."))


def check_dissent(dissent: str, who: str) -> None:
    """A dissent has its author."""
    if bool(dissent.strip()) is not bool(who.strip()):
        raise Refused("dissent", _("Write down both the dissent and whose it is."))


def check_still_rests(row: Judgement, _by: Position, _now: datetime) -> None:
    """It is approved while all that it rests on stands."""
    rests = rested_on(row)
    if len(rests) != len(row.rests_on) or not all(one.stands for one in rests):
        raise Refused(
            "rests_on", _("A diagnosis that it rests on was returned or superseded. Return the draft.")
        )


def has_findings(row: Diagnosis) -> bool:
    """Whether findings of this kind are sealed apart."""
    return row.known_kind in SEALED


def what_waits(case: Case, now: datetime) -> str | Promise:
    """The draft that prevents closing a case, in a sentence; '' where none waits."""
    if any(row.state_at(now) is State.WAITING for row in judgements_of(case)):
        return _("A draft of the comprehensive diagnosis waits for its decision.")
    return ""
