"""自立支援計画票 as it was sent, and the page of the child itself in words it knows, with readings above the characters."""

from collections.abc import Sequence

import jaconv
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from agencies.staff.models import Position
from cases.records.models import Case
from cases.records.panel import full_kana, full_name
from cases.records.papers import head_of_office, named_by
from cases.reliance.codes import Area
from cases.reliance.models import RelianceFile, ReliancePlan
from cases.reliance.queries import Aim, Version, aims_of, plans_of, results_in, versions_at
from face.paper import Facts, Listing, Paper, Part, Pieces, Plain, Sheet, Subject, Text, Value
from face.text import paragraphs, pieces
from face.wareki import format_date, format_datetime
from security.encryption.fields import words_of


def _subjects(case: Case, _by: Position) -> list[Subject]:
    return [
        Subject(
            str(one.row.pk),
            _("%(sent)s, version %(n)s (%(state)s)")
            % {
                "sent": format_datetime(one.row.sent_at, style="short"),
                "n": one.row.version,
                "state": one.state.label,
            },
            final=one.row.accepted is True,
        )
        for one in plans_of(case)
    ]


def _named(case: Case, key: str) -> tuple[RelianceFile, Version, list[Version]]:
    """The version that a key names, whole, with its file and all its versions. Raises NoSubject."""
    row = named_by(key, ReliancePlan.objects.filter(case=case))
    file = RelianceFile.objects.select_related("institution").get(pk=row.file_id)
    versions = versions_at(file)
    return file, next(one for one in versions if one.row.pk == row.pk), versions


def _sheet(case: Case, _by: Position, key: str) -> Sheet:
    file, one, versions = _named(case, key)
    row = one.row
    texts = [
        (_("The child's wish"), row.child_wish),
        (_("Wish of the custodians"), row.custodians_wish),
        (_("Opinions of others"), row.opinions),
        (_("Consulted with the center"), row.consulted),
        (_("Needs"), row.needs),
        (_("Policy of the support"), row.policy),
    ]
    aims = aims_of(row)
    parts: list[Part] = [
        Facts(
            [
                (_("Name"), full_name(case.child)),
                (_("Reading"), full_kana(case.child)),
                (_("Birth date"), words_of(case.child.birth_date)),
                (_("Institution"), file.institution.name),
                (_("Version"), str(row.version)),
                (_("To be reviewed on"), format_date(row.review_on)),
            ]
        ),
        *(Text(label, words_of(text)) for label, text in texts if words_of(text)),
        *_became(versions, row),
        *(_goals(area, [aim for aim in aims if aim.area is area]) for area in Area),
        Facts(
            [
                (_("Explained to the child on"), words_of(row.told_on)),
                (_("Who explained it, and how"), words_of(row.told_how)),
                (_("The child's answer"), words_of(row.child_answer)),
                (_("What the child said to it"), words_of(row.child_said)),
            ],
            heading=_("Explained to the child"),
            columns=1,
        ),
        Facts(_signed(one), heading=_("Made, sent and answered"), columns=1),
    ]
    return Sheet(head_of_office(case), file.institution.name, parts, final=row.accepted is True)


def _became(versions: Sequence[Version], row: ReliancePlan) -> list[Part]:
    before = next((one.row for one in versions if one.row.version < row.version and one.row.accepted), None)
    rows = (
        [
            [aim.goal, f"{result.state.label}\n{result.words}".strip()]
            for aim, result in zip(aims_of(before), results_in(row), strict=False)
        ]
        if before
        else []
    )
    columns = [_("Goal"), _("What became of it")]
    return [Listing(columns, [9, 9], rows, heading=_("What became of the goals"))] if rows else []


def _goals(area: Area, aims: Sequence[Aim]) -> Listing:
    columns = [
        _("Goal"),
        _("Means"),
        pgettext("goal", "Who"),
        pgettext("goal", "Until"),
    ]
    rows = [[f"{aim.goal}\n{aim.horizon.label}", aim.means, aim.who, format_date(aim.until)] for aim in aims]
    return Listing(columns, [6, 6, 4, 4], rows, heading=_("Goals: %(kind)s") % {"kind": area.label})


def _signed(one: Version) -> list[tuple[str, Value]]:
    row = one.row
    found: list[tuple[str, Value]] = [
        (_("Made by"), words_of(row.made_by)),
        (_("Head of the institution who saw the plan"), words_of(row.head)),
        (_("Sent by"), f"{row.sent_by.staff.name} {format_datetime(row.sent_at)}"),
        (_("State"), str(one.state.label)),
    ]
    if row.answered_by is not None and row.answered_at is not None:
        answered = f"{row.answered_by.staff.name} {format_datetime(row.answered_at)}"
        found.append((_("Answered by"), answered))
        if words_of(row.reason):
            found.append((_("What the center asks back"), words_of(row.reason)))
    return found


RELIANCE_SHEET = Paper(
    code="reliance_form",
    label=gettext_lazy("Self-reliance plan (sheet)"),
    panels=("reliance", "child"),
    named=("reliance",),
    subjects=_subjects,
    sheet=_sheet,
    samples=True,
    filled_at=("reliance_write",),
)


def _page(case: Case, _by: Position, key: str) -> Sheet:
    file, one, _versions = _named(case, key)
    said = pgettext("after the name of a child", "this is for you")
    greeting: Pieces = [(full_name(case.child), jaconv.kata2hira(full_kana(case.child))), (said, "")]
    told = [pieces(part) for part in paragraphs(words_of(one.row.for_child))]
    again = pieces(
        pgettext(
            "said to a child", "If you want it otherwise, say so at any time: we look at it again with you."
        )
    )
    day, form = one.row.review_on, pgettext("a day, said to a child", "%(year)d-%(month)d-%(day)d")
    when: Pieces = [(form % {"year": day.year, "month": day.month, "day": day.day}, "")]
    rows = [
        (pieces(pgettext("said to a child", "We look at it together again by")), when),
        (pieces(pgettext("said to a child", "Who made it with you")), pieces(words_of(one.row.made_by))),
    ]
    return Sheet(
        to="",
        sender=file.institution.name,
        parts=[Plain([greeting, *told, again], rows=rows)],
        final=one.row.accepted is True,
    )


CHILDS_PAGE = Paper(
    code="reliance_childs_page",
    label=gettext_lazy("Self-reliance plan, for the child"),
    panels=("reliance", "child"),
    named=("reliance",),
    subjects=_subjects,
    sheet=_page,
    seats=False,
    samples=True,
    filled_at=("reliance_write",),
)
