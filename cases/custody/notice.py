"""The notice of temporary custody (一時保護決定通知書), one for each custodian, with how to object to it.

It names the number of 児童福祉法施行規則35条の3 that the decision rests on, and nothing that was written freely: what the child
said, or who notified (児童虐待防止法7条), is in such texts. What another custodian answered is not on it either.
"""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.staff.models import Position
from cases.custody.codes import DecisionKind, Ground
from cases.custody.models import CustodyDecision
from cases.custody.papers import decision_of, place_of
from cases.custody.queries import decisions_of
from cases.decisions.codes import State
from cases.records.codes import PersonRole
from cases.records.models import Case, Person
from cases.records.panel import full_name, roles_in_words
from cases.records.papers import how_to_object, named_by
from cases.records.queries import everybody_around
from face.paper import Facts, Late, NoSubject, Paper, Part, Sheet, Subject, Text
from face.wareki import format_datetime
from security.encryption.fields import value_of, words_of
from security.walls import clock

LATEST = 2
"""Starts of custody that are offered: the one in force, and a draft or the one before."""
STATES = (State.WAITING, State.APPROVED, State.ENDED)
ADDRESSEES = frozenset({PersonRole.CUSTODIAN, PersonRole.NON_OFFENDING, PersonRole.SUSPECT})
"""Who may have parental authority although nobody wrote so: each is told separately, and a suspect too (the advice says so)."""
TELLING = {Ground.ASKS, Ground.SENT}
"""Grounds that tell what the child asked for, or from where the case came."""


def _starts(case: Case) -> list[CustodyDecision]:
    rows = [row for row in decisions_of(case) if row.kind == DecisionKind.START and row.state in STATES]
    return rows[:LATEST]


def _addressees(case: Case) -> list[Person]:
    return [one for one in everybody_around(case) if _is_addressee(one)]


def _is_addressee(person: Person) -> bool:
    """Whether the notice is for this person: also who has parental authority today, and not who once had it, and that alone."""
    return bool(person.roles & ADDRESSEES) or person.holds_authority(clock.today())


def _name_and_roles(person: Person) -> str:
    roles = _(", ").join(roles_in_words(person))
    return words_of(person.name) + _(" ({text})").format(text=roles)


def _notices(case: Case, _by: Position) -> list[Subject]:
    starts = _starts(case)
    people = _addressees(case) if starts else []
    return [
        Subject(
            f"{row.pk}.{one.pk}",
            f"{format_datetime(row.effective_at, style='short')} {_name_and_roles(one)}",
            final=row.approved is True,
        )
        for row in starts
        for one in people
    ]


def _notice(case: Case, _by: Position, key: str) -> Sheet:
    of_decision, _dot, of_person = key.partition(".")
    row = decision_of(case, of_decision)
    person = named_by(of_person, Person.objects.filter(case=case, removed_at=None))
    if row.kind != DecisionKind.START or row.state not in STATES or not _is_addressee(person):
        raise NoSubject
    parts: list[Part] = [
        Text("", _("Temporary custody was decided as follows, and you are hereby notified.")),
        Facts(
            [
                (_("Name of the child"), full_name(case.child)),
                (_("Birth date"), words_of(case.child.birth_date)),
                (_("Start"), format_datetime(row.effective_at)),
                (_("Expected until"), words_of(row.expected_until)),
                (_("Grounds in law"), _("Child Welfare Act, Art. 33")),
                (_("Reason for the custody"), words_of(row.grounds)),
                (_("Place of custody"), Late("place")),
            ],
            columns=1,
        ),
        Text(_("How to object"), how_to_object()),
    ]
    return Sheet(
        to=_("%(name)s (addressee of a letter)") % {"name": words_of(person.name)},
        sender=_("Head of %(office)s") % {"office": case.office.name},
        parts=parts,
        final=row.approved is True,
    )


def _late(case: Case, key: str) -> Mapping[str, str]:
    return place_of(case, key.partition(".")[0])


def _advice(case: Case) -> list[str]:
    """What a notice could tell somebody who must not know it, as far as the record says so."""
    starts, found = _starts(case), []
    if any(value_of(row.place_withheld) for row in starts):
        found.append(
            _("The place of custody is withheld: it is not on the notice. Do not tell it otherwise.")
        )
    if any(TELLING & set(value_of(row.grounds) or ()) for row in starts):
        found.append(
            _(
                "The reason tells that the child asked for protection, or who sent the case. Agree with the director before you"
                " hand it over."
            )
        )
    if any(PersonRole.SUSPECT in one.roles for one in _addressees(case)):
        found.append(
            _("A suspect is among the addressees. Agree with your supervisor before you hand it over.")
        )
    return found


NOTICE = Paper(
    code="custody_notice",
    label=gettext_lazy("Notice of temporary custody"),
    panels=("custody", "people", "child"),
    named=("custody", "around"),
    subjects=_notices,
    sheet=_notice,
    late=_late,
    seats=False,
    samples=True,
    advice=_advice,
    filled_at=("custody_start",),
)
