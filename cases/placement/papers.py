"""The papers of a placement that leave the office: the notice to each person with parental authority (措置決定通知書,
措置停止・変更・解除通知書), the notice to the institution, and the form on which a person consents (同意書).

Nothing on them was written freely but the reason that was written for the notices. A withheld place is on none of them.
"""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from agencies.staff.models import Position
from cases.clocks.rules import last_day
from cases.decisions.codes import State
from cases.limits.queries import limits_of
from cases.placement.codes import AT_PEOPLE, PLACES, Basis, DecisionKind, PlacementKind
from cases.placement.models import PlacementDecision
from cases.placement.queries import approved_of, court_of, decisions_of
from cases.placement.rules import YEARS
from cases.records.codes import PersonRole
from cases.records.models import Case, Person
from cases.records.panel import full_kana, full_name, relation_in_words, roles_in_words
from cases.records.papers import head_of_office, how_to_object, named_by
from cases.records.queries import holders_of_authority, valid_leads
from face.paper import Facts, Late, Listing, NoSubject, Paper, Part, Sheet, Subject, Text, Ticks, Value
from face.wareki import format_date
from security.encryption.fields import value_of, words_of
from security.walls import clock

STATES = (State.WAITING, State.APPROVED)
LATEST = 3
TO_PLACE = "to"


def _rows(case: Case) -> list[PlacementDecision]:
    """The latest decisions that a notice can be about."""
    return [row for row in decisions_of(case) if row.state in STATES][:LATEST]


FIRST = frozenset({DecisionKind.START, DecisionKind.RENEW})
"""Decisions of which the notice of placement tells; of the others another one does."""


def _of_place(case: Case) -> list[PlacementDecision]:
    """Those that place the child with an institution or foster parents."""
    return [row for row in _rows(case) if row.kind in PLACES]


def _holders(case: Case) -> list[Person]:
    return holders_of_authority(case, clock.today())


def _name_and_roles(person: Person) -> str:
    roles = _(", ").join(roles_in_words(person))
    return words_of(person.name) + _(" ({text})").format(text=roles)


def _first_for_each(case: Case, _by: Position) -> list[Subject]:
    return _for_each(case, [row for row in _rows(case) if row.kind in FIRST])


def _later_for_each(case: Case, _by: Position) -> list[Subject]:
    """To each person, and to where the child was until then."""
    rows = [row for row in _rows(case) if row.kind not in FIRST]
    to_place = [
        Subject(
            f"{row.pk}.{TO_PLACE}",
            f"{row.get_kind_display()} {format_date(row.effective_on)} {words_of(_where(row).place_kind)}",
            final=row.approved is True,
        )
        for row in rows
    ]
    return [*_for_each(case, rows), *to_place]


def _for_each(case: Case, rows: list[PlacementDecision]) -> list[Subject]:
    people = _holders(case) if rows else []
    return [
        Subject(
            f"{row.pk}.{one.pk}",
            f"{row.get_kind_display()} {format_date(row.effective_on)} {_name_and_roles(one)}",
            final=row.approved is True,
        )
        for row in rows
        for one in people
    ]


def _parts_of(case: Case, key: str) -> tuple[PlacementDecision, str]:
    """The decision that a key names, and whom. Raises NoSubject."""
    of_decision, _dot, whom = key.partition(".")
    row = named_by(of_decision, PlacementDecision.objects.filter(case=case))
    row.case = case
    if row.state not in STATES:
        raise NoSubject
    return row, whom


def _where(row: PlacementDecision) -> PlacementDecision:
    """The decision that says where the child is placed: this one, or the last before it that does."""
    if row.kind in PLACES:
        return row
    until = row.decided_at
    before = [
        one
        for one in approved_of(row.case)
        if one.kind in PLACES and (until is None or (one.decided_at or until) < until)
    ]
    return before[-1] if before else row


def _facts(row: PlacementDecision) -> list[tuple[str, Value]]:
    where = _where(row)
    facts: list[tuple[str, Value]] = [
        (_("What was decided"), row.get_kind_display()),
        (_("Kind of placement"), words_of(where.place_kind)),
        (_("Institution or foster parents"), Late("place")),
        (_("Effective on"), format_date(row.effective_on)),
    ]
    if value_of(row.basis) is Basis.COURT:
        last = last_day(row.effective_on, YEARS)
        facts.append((_("Approved until"), format_date(min(court_of(row.case).until or last, last))))
    if row.expected_until is not None:
        facts.append((_("Suspended until, as expected"), words_of(row.expected_until)))
    if row.end_to is not None:
        facts.append((_("To what the placement ends"), words_of(row.end_to)))
    facts.append((_("Grounds in law"), _("Child Welfare Act") + " " + words_of(_where(row).basis)))
    return facts


def _child(case: Case) -> list[tuple[str, Value]]:
    return [
        (_("Name of the child"), full_name(case.child)),
        (_("Birth date"), words_of(case.child.birth_date)),
    ]


def _first_notice(case: Case, _by: Position, key: str) -> Sheet:
    row, whom = _parts_of(case, key)
    if row.kind not in FIRST:
        raise NoSubject
    return _to_person(case, row, whom)


def _later_notice(case: Case, _by: Position, key: str) -> Sheet:
    row, whom = _parts_of(case, key)
    if row.kind in FIRST:
        raise NoSubject
    if whom != TO_PLACE:
        return _to_person(case, row, whom)
    return Sheet(
        to=Late("to"),
        sender=_("Head of %(office)s") % {"office": case.office.name},
        parts=[
            Text("", _("A measure was decided for the child as follows, and you are hereby notified.")),
            Facts([*_child(case), *_facts(row)], columns=1),
        ],
        final=row.approved is True,
    )


def _to_person(case: Case, row: PlacementDecision, whom: str) -> Sheet:
    person = named_by(whom, Person.objects.filter(case=case, removed_at=None))
    if not person.holds_authority(clock.today()):
        raise NoSubject
    return Sheet(
        to=_("%(name)s (addressee of a letter)") % {"name": words_of(person.name)},
        sender=_("Head of %(office)s") % {"office": case.office.name},
        parts=[
            Text("", _("A measure was decided for the child as follows, and you are hereby notified.")),
            Facts([*_child(case), *_facts(row)], columns=1),
            Text(_("Reason for the measure"), words_of(row.told_reason)),
            Text(_("How to object"), how_to_object()),
        ],
        final=row.approved is True,
    )


def _late(case: Case, key: str) -> Mapping[str, str]:
    """The name of the place, at every print; withheld, it is on no paper. Where the child goes afterwards is on none either."""
    where = _where(_parts_of(case, key)[0])
    withheld = bool(value_of(where.place_withheld))
    return {"place": _("withheld") if withheld else words_of(where.place), "to": _addressee(where)}


def _advice(case: Case) -> list[str]:
    """What a notice could tell somebody who must not know it, as far as the record says so."""
    rows, found = _rows(case), []
    if any(value_of(_where(row).place_withheld) for row in rows):
        found.append(
            _("The place of the placement is withheld: it is not on the notice. Do not tell it otherwise.")
        )
    if rows and any(PersonRole.SUSPECT in one.roles for one in _holders(case)):
        found.append(
            _("A suspect is among the addressees. Agree with your supervisor before you hand it over.")
        )
    return found


NOTICE = Paper(
    code="placement_notice",
    label=gettext_lazy("Notice of placement"),
    panels=("placement", "people", "child"),
    named=("placement", "around"),
    subjects=_first_for_each,
    sheet=_first_notice,
    late=_late,
    seats=False,
    samples=True,
    advice=_advice,
    filled_at=("placement_new", "placement_renew"),
)


LATER_NOTICE = Paper(
    code="placement_later_notice",
    label=gettext_lazy("Notice of suspension, change or end of a placement"),
    panels=("placement", "people", "child"),
    named=("placement", "around"),
    subjects=_later_for_each,
    sheet=_later_notice,
    late=_late,
    seats=False,
    samples=True,
    advice=_advice,
    filled_at=("placement_change", "placement_suspend", "placement_resume", "placement_end"),
)


def _for_places(case: Case, _by: Position) -> list[Subject]:
    return [
        Subject(
            f"{row.pk}.{TO_PLACE}",
            f"{format_date(row.effective_on)} {words_of(row.place_kind)}",
            final=row.approved is True,
        )
        for row in _of_place(case)
    ]


def _to_place(case: Case, _by: Position, key: str) -> Sheet:
    row, whom = _parts_of(case, key)
    if whom != TO_PLACE or row.kind not in PLACES:
        raise NoSubject
    lead = valid_leads(clock.now()).filter(content_object=case).select_related("position__staff").first()
    parts: list[Part] = [
        Text("", _("A child was placed with you as follows, and you are hereby notified.")),
        Facts([*_child(case), (_("Reading"), full_kana(case.child)), (_("Sex"), words_of(case.child.sex))]),
        Facts(
            [
                *((label, value) for label, value in _facts(row) if not isinstance(value, Late)),
                (_("Change of school"), words_of(row.school)),
                (_("Consent to medical care"), words_of(row.medical)),
                (_("Person in charge"), lead.position.staff.name if lead else ""),
                (_("Telephone of the center"), case.office.telephone),
            ],
            columns=1,
        ),
        _limits(case),
    ]
    return Sheet(
        to=Late("to"),
        sender=_("Head of %(office)s") % {"office": case.office.name},
        parts=parts,
        final=row.approved is True,
    )


def _limits(case: Case) -> Listing:
    """Whose contact with the child is limited on the day of the print (児童虐待防止法12条); the reason is not told."""
    columns = [_("Name"), _("Relation to the child"), _("Contact that is limited"), _("Extent"), _("Until")]
    rows: list[list[Value]] = [
        [
            words_of(row.person.name),
            relation_in_words(row.person),
            words_of(row.kinds),
            words_of(row.extent),
            format_date(row.ends_on) if row.ends_on else _("until further notice"),
        ]
        for row in limits_of(case, clock.today())
    ]
    if not rows:
        rows.append([_("none"), *[""] * (len(columns) - 1)])
    return Listing(columns, [4, 3, 5, 3, 4], rows, heading=_("Limits on contact today"))


def _late_to(case: Case, key: str) -> Mapping[str, str]:
    """The addressee. A withheld place is on no paper, not on its own either: its name is written by hand."""
    return {"to": _addressee(_parts_of(case, key)[0])}


def _addressee(row: PlacementDecision) -> str:
    name = "　" * 12 if value_of(row.place_withheld) else words_of(row.place)
    if value_of(row.place_kind) in AT_PEOPLE:
        return _("%(name)s (addressee of a letter)") % {"name": name}
    head = pgettext("the head of an institution as the addressee of a letter", "%(name)s")
    return head % {"name": name}


def _advice_to_place(case: Case) -> list[str]:
    if any(value_of(row.place_withheld) for row in _of_place(case)):
        return [_("The place of the placement is withheld: write the addressee by hand.")]
    return []


PLACE_NOTICE = Paper(
    code="placement_place_notice",
    label=gettext_lazy("Notice of placement to the institution"),
    panels=("placement", "contact_limits", "child"),
    named=("placement",),
    subjects=_for_places,
    sheet=_to_place,
    late=_late_to,
    seats=False,
    samples=True,
    advice=_advice_to_place,
    filled_at=("placement_arrival",),
)


def _who_consents(case: Case, _by: Position) -> list[Subject]:
    return [Subject(str(one.pk), _name_and_roles(one)) for one in _holders(case)]


def _consent(case: Case, _by: Position, key: str) -> Sheet:
    """To be filled in by hand: which kind is ticked there, and nothing is said of what others answered."""
    person = named_by(key, Person.objects.filter(case=case, removed_at=None))
    if not person.holds_authority(clock.today()):
        raise NoSubject
    kinds = [kind for kind in PlacementKind if kind is not PlacementKind.INDEPENDENT]
    blank = "　" * 16
    return Sheet(
        to=head_of_office(case),
        sender="",
        parts=[
            Text(
                "",
                _(
                    "I consent to the following measure under Article 27, paragraph 1, item 3 of the Child Welfare Act being"
                    " taken for the child."
                ),
            ),
            Facts(_child(case), columns=1),
            Ticks([(False, str(kind.label), "") for kind in kinds], heading=_("Kind of placement")),
            Text(
                _("Explanation"),
                _(
                    "The measure is not taken against the will of a person with parental authority or guardian, unless the family"
                    " court approves it. This consent can be taken back."
                ),
            ),
            Facts(
                [
                    (_("Date"), blank),
                    (_("Home address"), blank),
                    (_("Name"), words_of(person.name)),
                    (_("Signature"), blank),
                ],
                columns=1,
            ),
        ],
    )


CONSENT_FORM = Paper(
    code="placement_consent_form",
    label=gettext_lazy("Form of consent to a placement"),
    panels=("placement", "people", "child"),
    named=("around",),
    subjects=_who_consents,
    sheet=_consent,
    seats=False,
    filled_at=("placement_answer",),
)

PAPERS = (NOTICE, PLACE_NOTICE, CONSENT_FORM, LATER_NOTICE)
