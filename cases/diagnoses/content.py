"""What each kind of diagnosis consists of: its parts and their texts, in the order in which they are written and read."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.diagnoses.codes import DiagnosisKind

Name = str | Promise


@dataclass(frozen=True)
class Piece:
    """One text of a diagnosis. ``apart``: it is sealed with the findings. ``needed``: nothing is submitted without it."""

    name: str
    label: Name
    needed: bool = False
    apart: bool = False
    rows: int = 3
    hint: Name = ""


@dataclass(frozen=True)
class Section:
    """A part of a diagnosis, one screen at the most."""

    heading: Name
    pieces: tuple[Piece, ...]
    hint: Name = ""


PSYCHOLOGISTS = _("Only psychologists of the team of this case read this part, whoever else asks.")
DOCTORS = _("Only the doctor, the person in charge and the supervisor of this case read this part.")
FOUND = _("Findings")

SECTIONS: dict[DiagnosisKind, tuple[Section, ...]] = {
    DiagnosisKind.SOCIAL: (
        Section(
            _("Inquiry and family"),
            (
                Piece(
                    "sources",
                    _("Sources used"),
                    hint=_(
                        "Interviews, visits, school, family register, other offices: one a line, with date and legal basis."
                    ),
                ),
                Piece("family", _("Family composition and history"), needed=True, rows=5),
                Piece("living", _("Economic and housing state"), needed=True),
                Piece("relations", _("Relation of the child and each custodian"), needed=True),
            ),
        ),
        Section(
            _("Protection and surroundings"),
            (
                Piece("protects", _("What the non-offending caregiver can do to protect"), needed=True),
                Piece(
                    "contacts", _("Contacts of the suspect with the child, place, work and other children")
                ),
                Piece("school", _("School and friends")),
                Piece("supports", _("Supports")),
            ),
        ),
        Section(
            pgettext_lazy("what people think", "Views"),
            (
                Piece("child_view", _("The child's view"), needed=True, hint=_("In the child's own words.")),
                Piece("custodians_view", _("The custodians' views, person by person"), needed=True),
            ),
        ),
        Section(
            _("Assessment"),
            (
                Piece("strengths", _("Strengths")),
                Piece("risk", _("Risk and safety"), needed=True),
                Piece("opinion", _("Opinion on support"), needed=True),
            ),
        ),
    ),
    DiagnosisKind.PSYCHOLOGICAL: (
        Section(
            _("What was done"),
            (
                Piece(
                    "sessions",
                    _("Interviews and observations"),
                    needed=True,
                    hint=_("One a line: date, place, who was present."),
                ),
            ),
        ),
        Section(
            FOUND,
            (
                Piece("development", _("Developmental level"), needed=True, apart=True),
                Piece("emotion", _("Emotional state and trauma"), needed=True, apart=True),
                Piece("suggestibility", _("Suggestibility and memory"), apart=True),
                Piece("psychological_findings", _("Psychological findings"), needed=True, apart=True, rows=6),
            ),
            PSYCHOLOGISTS,
        ),
        Section(
            _("For the team"),
            (
                Piece(
                    "team_summary",
                    _("Summary for the team"),
                    needed=True,
                    rows=6,
                    hint=_("Two paragraphs. No test score and nothing that a test asked."),
                ),
                Piece("care", _("Proposed care and how often"), needed=True),
                Piece("not_to_say", _("What others should not ask or say"), needed=True),
            ),
        ),
    ),
    DiagnosisKind.MEDICAL: (
        Section(
            _("Examination"),
            (
                Piece("examined", _("Examined where, by whom, when"), needed=True),
                Piece("purpose", _("Purpose of the examination")),
                Piece("result", _("Summary of the result for the team"), needed=True, rows=5),
            ),
        ),
        Section(
            FOUND,
            (
                Piece(
                    "injuries",
                    _("Injuries in words"),
                    apart=True,
                    rows=4,
                    hint=_("No picture: its number and who holds it."),
                ),
                Piece("gynaecology", _("Gynaecological findings"), apart=True, rows=4),
                Piece(
                    "laboratory",
                    _("Pregnancy test and tests for infections"),
                    apart=True,
                    hint=_("Done or not, whether the result is known, date of the retest."),
                ),
                Piece("evidence", _("Evidence taken: number of the kit and who holds it"), apart=True),
            ),
            DOCTORS,
        ),
        Section(
            _("Treatment"),
            (
                Piece("treatment", _("Treatment, medicine, allergy")),
                Piece("next_visit", _("Next visit")),
            ),
        ),
    ),
    DiagnosisKind.BEHAVIOURAL: (
        Section(
            _("Daily life"),
            (
                Piece("period", _("Period observed"), needed=True, rows=2),
                Piece("daily_life", _("Daily life, sleep, food, body care"), needed=True, rows=4),
                Piece(
                    "with_others",
                    _("Relations with adults and children"),
                    needed=True,
                    rows=4,
                    hint=_("Also fear, and sexualised behaviour where there was some."),
                ),
                Piece("around_visits", _("Change around visits, calls, court")),
                Piece("behaviour_summary", _("Summary"), needed=True, rows=4),
            ),
        ),
    ),
    DiagnosisKind.OTHER: (
        Section(
            _("Diagnosis"),
            (
                Piece("profession", _("Profession, and what the diagnosis rests on"), needed=True),
                Piece("other_findings", _("What was found"), needed=True, rows=5),
                Piece("other_summary", _("Summary and opinion"), needed=True, rows=4),
            ),
        ),
    ),
}


def pieces_of(kind: DiagnosisKind) -> Iterator[Piece]:
    """Every text of a kind, in order."""
    for section in SECTIONS[kind]:
        yield from section.pieces


def label_of(name: str) -> str:
    """The label of a text; a name of an older version as it is."""
    labels = {piece.name: piece.label for kind in DiagnosisKind for piece in pieces_of(kind)}
    return str(labels.get(name, name))
