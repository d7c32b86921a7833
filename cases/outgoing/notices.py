"""The notices that custody began (一時保護決定通知書) and that it ended (一時保護解除通知書), to each person separately.

The first names the number of 児童福祉法施行規則35条の3 that the decision rests on. Neither has a word that was written freely:
what the child said, or who notified (児童虐待防止法7条), is in such texts. What another person answered is not on them either.
"""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.staff.models import Position
from cases.custody.codes import DecisionKind, Ground
from cases.custody.models import CustodyDecision
from cases.custody.papers import decision_of
from cases.custody.queries import decisions_of
from cases.outgoing.queries import STATES, ends_of, kept_by, kept_now, late_place, parts_of, starts_of
from cases.records.codes import PersonRole
from cases.records.models import Case, Person
from cases.records.panel import full_name, roles_in_words
from cases.records.papers import how_to_object, named_by
from cases.records.queries import everybody_around
from face.paper import Facts, Late, NoSubject, Paper, Sheet, Subject, Text, Value
from face.wareki import format_datetime
from security.encryption.fields import value_of, words_of
from security.walls import clock

ADDRESSEES = frozenset({PersonRole.CUSTODIAN, PersonRole.NON_OFFENDING, PersonRole.SUSPECT})
"""Who may have parental authority although nobody wrote so: each is told separately, and a suspect too (the advice says so)."""
TELLING = {Ground.ASKS, Ground.SENT}
"""Grounds that tell what the child asked for, or from where the case came."""


def _addressees(case: Case) -> list[Person]:
    return [one for one in everybody_around(case) if _is_addressee(one)]


def _is_addressee(person: Person) -> bool:
    """Whether the notice is for this person: also who has parental authority today, and not who once had it, and that alone. Not
    for the dead."""
    today = clock.today()
    return (bool(person.roles & ADDRESSEES) and not person.has_died(today)) or person.holds_authority(today)


def _name_and_roles(person: Person) -> str:
    roles = _(", ").join(roles_in_words(person))
    return words_of(person.name) + _(" ({text})").format(text=roles)


def _for_each(case: Case, rows: Sequence[CustodyDecision]) -> list[Subject]:
    people = _addressees(case) if rows else []
    return [
        Subject(
            f"{row.pk}.{one.pk}{kept_now(case, row).suffix if row.kind == DecisionKind.START else ''}",
            f"{format_datetime(row.effective_at, style='short')} {_name_and_roles(one)}",
            final=row.approved is True,
        )
        for row in rows
        for one in people
    ]


def _notices(case: Case, _by: Position) -> list[Subject]:
    return _for_each(case, starts_of(case))


def _end_notices(case: Case, _by: Position) -> list[Subject]:
    return _for_each(case, ends_of(case))


def _to(case: Case, person: str) -> str:
    """The person whom a key names, as the addressee. Raises NoSubject."""
    found = named_by(person, Person.objects.filter(case=case, removed_at=None))
    if not _is_addressee(found):
        raise NoSubject
    return _("%(name)s (addressee of a letter)") % {"name": words_of(found.name)}


def _sheet(case: Case, row: CustodyDecision, to: str, said: str, facts: list[tuple[str, Value]]) -> Sheet:
    child: list[tuple[str, Value]] = [
        (_("Name of the child"), full_name(case.child)),
        (_("Birth date"), words_of(case.child.birth_date)),
    ]
    return Sheet(
        to=to,
        sender=_("Head of %(office)s") % {"office": case.office.name},
        parts=[
            Text("", said),
            Facts([*child, *facts], columns=1),
            Text(_("How to object"), how_to_object()),
        ],
        final=row.approved is True,
    )


def _notice(case: Case, _by: Position, key: str) -> Sheet:
    of_decision, of_person, number = parts_of(key)
    row = kept_by(case, of_decision, number).start
    if kept_now(case, row).suffix != (f".{number}" if number else ""):
        raise NoSubject  # the child was moved: a notice of today names the place of today
    return _sheet(
        case,
        row,
        _to(case, of_person),
        _("Temporary custody was decided as follows, and you are hereby notified."),
        [
            (_("Start"), format_datetime(row.effective_at)),
            (_("Expected until"), words_of(row.expected_until)),
            (_("Grounds in law"), _("Child Welfare Act, Art. 33")),
            (_("Reason for the custody"), words_of(row.grounds)),
            (_("Place of custody"), Late("place")),
        ],
    )


def _end_notice(case: Case, _by: Position, key: str) -> Sheet:
    of_decision, of_person, number = parts_of(key)
    row = decision_of(case, of_decision)
    if row.kind != DecisionKind.END or row.state not in STATES or number:
        raise NoSubject
    start = next(one for one in decisions_of(case) if one.pk == row.start_id)
    return _sheet(
        case,
        row,
        _to(case, of_person),
        _("Temporary custody was ended as follows, and you are hereby notified."),
        [
            (_("Start"), format_datetime(start.effective_at)),
            (_("End"), format_datetime(row.effective_at)),
            (_("Grounds in law"), _("Child Welfare Act, Art. 33")),
            (_("Where the child stays afterwards"), Late("stay")),
            (_("Name of the place"), Late("place")),
        ],
    )


def _late_of_end(case: Case, key: str) -> Mapping[str, str]:
    """Where the child goes, unless the decision withholds it, or the child's address is withheld: it leads there."""
    row = decision_of(case, parts_of(key)[0])
    if _goes_unsaid(case, row):
        return dict.fromkeys(("stay", "place"), _("withheld"))
    return {"stay": words_of(row.stay_after), "place": words_of(row.place)}


def _goes_unsaid(case: Case, end: CustodyDecision) -> bool:
    return bool(value_of(end.place_withheld) or value_of(case.child.address_withheld))


def _advice(case: Case) -> list[str]:
    """What a notice could tell somebody who must not know it, as far as the record says so."""
    starts, found = starts_of(case), []
    if any(kept_now(case, row).is_withheld for row in starts):
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
    return found + _advice_on_people(case)


def _advice_on_people(case: Case) -> list[str]:
    if any(PersonRole.SUSPECT in one.roles for one in _addressees(case)):
        return [_("A suspect is among the addressees. Agree with your supervisor before you hand it over.")]
    return []


def _end_advice(case: Case) -> list[str]:
    """Where the child goes is not to be told by another way."""
    ends, found = ends_of(case), []
    if any(_goes_unsaid(case, row) for row in ends):
        found.append(
            _("Where the child goes is withheld: it is not on the notice. Do not tell it otherwise.")
        )
    return found + _advice_on_people(case) if ends else []


NOTICE = Paper(
    code="custody_notice",
    label=gettext_lazy("Notice of temporary custody"),
    panels=("custody", "stay", "people", "child"),
    named=("custody", "around"),
    subjects=_notices,
    sheet=_notice,
    late=late_place,
    seats=False,
    samples=True,
    advice=_advice,
    filled_at=("custody_start",),
)
END_NOTICE = Paper(
    code="custody_end_notice",
    label=gettext_lazy("Notice of the end of temporary custody"),
    panels=("custody", "people", "child"),
    named=("custody", "around"),
    subjects=_end_notices,
    sheet=_end_notice,
    late=_late_of_end,
    seats=False,
    samples=True,
    advice=_end_advice,
    filled_at=("custody_end",),
)
