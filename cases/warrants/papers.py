"""The request for a custody warrant on paper (一時保護状請求書), with the list of what is handed in with it (児童福祉法33条3項).

It is printed of an approved request alone. The place where the child is kept is not on it, nor who told the center.
"""

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.staff.models import Position
from cases.decisions.queries import PEOPLE
from cases.records.models import Case
from cases.records.panel import full_kana, full_name
from cases.records.papers import named_by
from cases.warrants.models import WarrantDraft
from cases.warrants.queries import drafts_of
from face.paper import Facts, NoSubject, Paper, Part, Sheet, Subject, Text, Ticks
from face.wareki import format_date, format_datetime
from security.encryption.fields import words_of


def _approved(case: Case, _by: Position) -> list[Subject]:
    return [
        Subject(str(row.pk), f"{words_of(row.court)} {format_datetime(row.drafted_at, style='short')}")
        for row in drafts_of(case)
        if row.approved
    ]


def _sheet(case: Case, _by: Position, key: str) -> Sheet:
    rows = WarrantDraft.objects.filter(case=case).select_related(*PEOPLE, "start")
    row = named_by(key, rows)
    if not row.approved or row.decided_at is None:
        raise NoSubject
    start = row.start
    parts: list[Part] = [
        Text("", _("The issue of a temporary custody warrant is requested as follows.")),
        Facts(
            [
                (_("Name"), full_name(case.child)),
                (_("Reading"), full_kana(case.child)),
                (_("Birth date"), words_of(case.child.birth_date)),
                (_("Sex"), words_of(case.child.sex)),
            ],
            heading=_("The child"),
        ),
        Facts(
            [
                (_("Grounds in law"), _("Child Welfare Act, Art. 33")),
                (_("Start"), format_datetime(start.effective_at)),
                (_("Expected until"), words_of(start.expected_until)),
                (_("Grounds"), words_of(start.grounds)),
                (_("Approved on"), format_date(localdate(row.decided_at))),
            ],
            heading=_("Temporary custody"),
            columns=1,
        ),
        Text(_("Grounds for the judge"), words_of(row.reason)),
        Ticks([(there, paper, "") for paper, there in row.checklist], heading=_("List of annexes")),
    ]
    if row.missing_why is not None:
        parts.append(Text(_("Why a paper is missing"), words_of(row.missing_why)))
    return Sheet(
        to=_("To a judge of %(court)s") % {"court": words_of(row.court)},
        sender=_("Head of %(office)s") % {"office": case.office.name},
        parts=parts,
    )


WARRANT = Paper(
    code="warrant_request_form",
    label=gettext_lazy("Written request for a custody warrant"),
    panels=("warrant", "custody", "child"),
    named=("warrant",),
    subjects=_approved,
    sheet=_sheet,
    seats=False,
    filled_at=("warrant_draft",),
)
