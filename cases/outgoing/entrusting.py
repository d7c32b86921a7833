"""The notice to the place to which a child in custody is entrusted (一時保護委託通知書): what that place needs, and no more.

Who the child is, until when, whom to call, whose contact is limited. Neither why custody was decided, nor what the child told,
nor where the family lives: a place that keeps a child safe for some days needs none of it.
"""

from collections.abc import Iterable, Mapping

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from agencies.staff.models import Position
from cases.custody.codes import Place
from cases.limits.queries import limits_of
from cases.outgoing.queries import Kept, all_kept, goes_on_until, kept_by, kept_now, parts_of, starts_of
from cases.records.models import Case
from cases.records.panel import full_kana, full_name, relation_in_words
from cases.records.queries import valid_leads
from cases.stays.models import PlaceChange
from face.paper import Facts, Late, Listing, NoSubject, Paper, Part, Sheet, Subject, Text, Value
from face.wareki import format_date, format_datetime
from security.encryption.fields import value_of, words_of
from security.walls import clock

ENTRUSTED = frozenset(Place) - {Place.FACILITY, Place.OTHER_FACILITY}
"""Places outside the centers' own facilities (委託一時保護)."""
PEOPLE = frozenset({Place.FOSTER, Place.RELATIVE, Place.OTHER})
"""Those of them that are people, who are addressed as such."""


def _is_entrusted(kept: Kept) -> bool:
    return value_of(kept.row.place_kind) in ENTRUSTED


def _since(kept: Kept) -> str:
    row = kept.row
    return format_datetime(row.moved_at if isinstance(row, PlaceChange) else row.effective_at)


def _notices(case: Case, _by: Position) -> list[Subject]:
    places = [kept for start in starts_of(case) for kept in all_kept(case, start) if _is_entrusted(kept)]
    return [
        Subject(
            f"{kept.start.pk}.to{kept.suffix}",
            f"{_since(kept)} {words_of(kept.row.place_kind)}",
            final=kept.start.approved is True,
        )
        for kept in places
    ]


def _kept(case: Case, key: str) -> Kept:
    decision, about, number = parts_of(key)
    kept = kept_by(case, decision, number)
    if about != "to" or not _is_entrusted(kept):
        raise NoSubject
    return kept


def _notice(case: Case, _by: Position, key: str) -> Sheet:
    kept = _kept(case, key)
    parts: list[Part] = [
        Text(
            "",
            _("A child was entrusted to you in temporary custody as follows, and you are hereby notified."),
        ),
        Facts(
            [
                (_("Name of the child"), full_name(case.child)),
                (_("Reading"), full_kana(case.child)),
                (_("Birth date"), words_of(case.child.birth_date)),
                (_("Sex"), words_of(case.child.sex)),
            ]
        ),
        Facts(place_facts(case, kept, _("Entrusted from")), columns=1),
        _limits(case),
        Text(_("What we ask of you"), asked_of_place()),
    ]
    return Sheet(
        to=Late("to"),
        sender=_("Head of %(office)s") % {"office": case.office.name},
        parts=parts,
        final=kept.start.approved is True,
    )


def place_facts(case: Case, kept: Kept, since: str) -> list[tuple[str, Value]]:
    """From when (``since`` says it) until when the child is there, and whom to call."""
    lead = valid_leads(clock.now()).filter(content_object=case).select_related("position__staff").first()
    until = goes_on_until(case, kept.start)
    return [
        (since, _since(kept)),
        (
            _("Expected until"),
            format_date(until, style="day") if until else words_of(kept.start.expected_until),
        ),
        (_("Grounds in law"), _("Child Welfare Act, Art. 33")),
        (_("Person in charge"), lead.position.staff.name if lead else ""),
        (_("Telephone of the center"), case.office.telephone),
    ]


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
        for row in limits_of(case, localdate(clock.now()))
    ]
    if not rows:
        rows.append([_("none"), *[""] * (len(columns) - 1)])
    return Listing(columns, [4, 3, 5, 3, 4], rows, heading=_("Limits on contact today"))


def asked_of_place() -> str:
    """What every place is asked to mind."""
    told = [
        _(
            "Tell nobody that the child stays with you, and ask us first if anybody wants to see or call the child."
        ),
        _("Do not ask the child what happened. If the child tells of it, write down the words and call us."),
        _("Call us at once if the child leaves, falls ill, is hurt, or if somebody comes for the child."),
        _("Do not tell others what you learn of the child and the family, also after custody has ended."),
    ]
    return "\n".join(f"{number}. {line}" for number, line in enumerate(told, 1))


def _late(case: Case, key: str) -> Mapping[str, str]:
    """The addressee. A withheld place is on no paper, not on its own either: its name is written by hand."""
    return {"to": addressee(_kept(case, key))}


def addressee(kept: Kept) -> str:
    """The place as the addressee of a letter; of a withheld one an empty line."""
    name = "　" * 12 if kept.is_withheld else words_of(kept.row.place)
    if value_of(kept.row.place_kind) in PEOPLE:
        return _("%(name)s (addressee of a letter)") % {"name": name}
    return pgettext("an organization as the addressee of a letter", "%(name)s") % {"name": name}


def _advice(case: Case) -> list[str]:
    places = [kept_now(case, start) for start in starts_of(case)]
    return withheld_advice([kept for kept in places if _is_entrusted(kept)])


def withheld_advice(places: Iterable[Kept]) -> list[str]:
    """What to make sure of where one of these places is withheld."""
    if any(kept.is_withheld for kept in places):
        return [_("The place of custody is withheld: write the addressee by hand.")]
    return []


ENTRUSTMENT = Paper(
    code="entrustment_notice",
    label=gettext_lazy("Notice of entrustment in temporary custody"),
    panels=("custody", "stay", "contact_limits", "child"),
    named=("custody", "stay"),
    subjects=_notices,
    sheet=_notice,
    late=_late,
    seats=False,
    samples=True,
    advice=_advice,
    filled_at=("place_change",),
)
