"""The notice of a limit on contact (面会通信等制限決定通知書), to the person whose contact is limited, with how to object.

Nothing that was written freely is on it: what the child said, or who told the center, is in such texts. Neither is the place
where the child stays.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.staff.models import Position
from cases.decisions.codes import State
from cases.limits.codes import LimitKind
from cases.limits.models import ContactLimit
from cases.limits.queries import all_limits_of
from cases.records.models import Case
from cases.records.panel import full_name
from cases.records.papers import how_to_object, named_by
from face.paper import Facts, NoSubject, Paper, Part, Sheet, Subject, Text
from face.wareki import format_date, format_datetime
from security.encryption.fields import words_of

STATES = (State.WAITING, State.APPROVED)
LATEST = 10


def _limits(case: Case) -> list[ContactLimit]:
    rows = [row for row in all_limits_of(case) if row.kind == LimitKind.LIMIT and row.state in STATES]
    return rows[:LATEST]


def _notices(case: Case, _by: Position) -> list[Subject]:
    return [
        Subject(
            str(row.pk),
            f"{format_datetime(row.drafted_at, style='short')} {words_of(row.person.name)}",
            final=row.approved is True,
        )
        for row in _limits(case)
    ]


def _notice(case: Case, _by: Position, key: str) -> Sheet:
    row = named_by(key, ContactLimit.objects.filter(case=case).select_related("person"))
    if row.kind != LimitKind.LIMIT or row.state not in STATES or row.starts_on is None:
        raise NoSubject
    parts: list[Part] = [
        Text("", _("Your contact with the child was limited as follows, and you are hereby notified.")),
        Facts(
            [
                (_("Name of the child"), full_name(case.child)),
                (_("Contact that is limited"), words_of(row.kinds)),
                (_("Extent"), words_of(row.extent)),
                (_("From"), format_date(row.starts_on)),
                (_("Until"), format_date(row.ends_on) if row.ends_on else _("until further notice")),
                (_("Grounds in law"), _("Child Abuse Prevention Act, Art. 12")),
                (_("Reason for the limit"), words_of(row.basis)),
            ],
            columns=1,
        ),
        Text(_("How to object"), how_to_object()),
    ]
    return Sheet(
        to=_("%(name)s (addressee of a letter)") % {"name": words_of(row.person.name)},
        sender=_("Head of %(office)s") % {"office": case.office.name},
        parts=parts,
        final=row.approved is True,
    )


def _advice(case: Case) -> Sequence[str]:
    """What is not to be told beside the notice."""
    if not _limits(case):
        return []
    return [
        _(
            "Where the child stays is not on the notice. Do not tell it otherwise, and write down whom you told and when."
        )
    ]


LIMIT_NOTICE = Paper(
    code="contact_limit_notice",
    label=gettext_lazy("Notice of a limit on contact"),
    panels=("contact_limits", "people", "child"),
    named=("contact_limits", "around"),
    subjects=_notices,
    sheet=_notice,
    seats=False,
    samples=True,
    advice=_advice,
    filled_at=("contact_limit_new",),
)
