"""The draft of a custody decision on paper, as it goes round, and the decision made of it (児童福祉法33条)."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.staff.models import Position
from cases.custody.codes import DecisionKind
from cases.custody.models import CustodyDecision
from cases.custody.queries import decisions_of
from cases.decisions.queries import PEOPLE
from cases.records.models import Case
from cases.records.panel import full_kana, full_name
from cases.records.papers import head_of_office, named_by, office_of
from face.paper import Facts, Late, Paper, Part, Sheet, Subject, Text, Value
from face.wareki import format_datetime
from security.encryption.fields import value_of, words_of


def _drafts(case: Case, _by: Position) -> list[Subject]:
    return [
        Subject(
            str(row.pk),
            f"{row.get_kind_display()} {format_datetime(row.drafted_at, style='short')} {row.state_label}",
        )
        for row in decisions_of(case)
    ]


def decision_of(case: Case, key: str) -> CustodyDecision:
    """The decision that the key of a form names. Raises NoSubject."""
    return named_by(key, CustodyDecision.objects.filter(case=case).select_related(*PEOPLE))


def _sheet(case: Case, _by: Position, key: str) -> Sheet:
    row = decision_of(case, key)
    parts: list[Part] = [
        Facts(
            [
                (_("Name"), full_name(case.child)),
                (_("Reading"), full_kana(case.child)),
                (_("Birth date"), words_of(case.child.birth_date)),
                (_("Sex"), words_of(case.child.sex)),
            ],
            heading=_("The child"),
        ),
        Facts(_facts(row), heading=row.get_kind_display(), columns=1),
        Text(_("Reason"), words_of(row.reason)),
        Text(_("The child's opinion"), _opinion(row)),
        Facts(_signed(row), heading=_("Draft and decision"), columns=1),
    ]
    return Sheet(head_of_office(case), office_of(case), parts)


def _facts(row: CustodyDecision) -> list[tuple[str, Value]]:
    if row.kind == DecisionKind.END:
        return [
            (_("End"), format_datetime(row.effective_at)),
            *_first(row, _("End, as it was decided first")),
            (_("Where the child stays afterwards"), words_of(row.stay_after)),
            (_("Name of the place"), Late("place")),
        ]
    oral = f"{words_of(row.oral_by)} {words_of(row.oral_at)}" if row.is_oral else _("none")
    return [
        (_("Start"), format_datetime(row.effective_at)),
        *_first(row, _("Start, as it was decided first")),
        (_("Expected until"), words_of(row.expected_until)),
        (_("Purpose of custody"), words_of(row.purpose)),
        (_("Grounds"), words_of(row.grounds)),
        (_("Place of custody"), words_of(row.place_kind)),
        (_("Name of the place"), Late("place")),
        (_("Consent of those with parental authority"), words_of(row.consent)),
        (_("Urgent oral decision"), oral),
    ]


def _first(row: CustodyDecision, label: str) -> list[tuple[str, Value]]:
    """The moment that was signed, where it was corrected since."""
    return [(label, format_datetime(row.decided_for))] if row.decided_for else []


def _opinion(row: CustodyDecision) -> str:
    return "\n".join(
        text for text in (words_of(row.heard), words_of(row.opinion), words_of(row.heard_why)) if text
    )


def _signed(row: CustodyDecision) -> list[tuple[str, Value]]:
    """Who drafted it and who decided: the signatures that count are these, as the database has them."""
    found: list[tuple[str, Value]] = [
        (_("Drafted by"), f"{row.drafted_by.staff.name} {format_datetime(row.drafted_at)}"),
        (_("State"), str(row.state_label)),
    ]
    if row.decided_by is not None and row.decided_at is not None:
        found.append((_("Decided by"), f"{row.decided_by.staff.name} {format_datetime(row.decided_at)}"))
        found.append((_("Note on the decision"), words_of(row.note)))
    return found


def place_of(case: Case, key: str) -> Mapping[str, str]:
    """The name of the place; withheld, it is on no paper."""
    row = decision_of(case, key)
    return {"place": _("withheld") if value_of(row.place_withheld) else words_of(row.place)}


CUSTODY = Paper(
    code="custody_form",
    label=gettext_lazy("Temporary custody: draft and decision"),
    panels=("custody", "child"),
    named=("custody",),
    subjects=_drafts,
    sheet=_sheet,
    late=place_of,
    samples=True,
    filled_at=("custody_start", "custody_end", "custody_opinion"),
)
