"""What a room contributes to the case page. The desk asks every room and renders the answers in one request."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.directory.models import OfficeKind
from agencies.staff.models import Position, Staff
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.records import rules
from cases.records.codes import (
    NEVER_SHOWN,
    WITH_AUTHORITY,
    Answer,
    HouseholdRelation,
    Level,
    PersonRole,
    Relation,
    Stage,
)
from cases.records.models import UNKNOWN, Case, Child, Grant, Person, ProgressEntry, StageMove
from cases.records.queries import (
    barred_on,
    blocks_of,
    everybody_around,
    holders_of_authority,
    latest_moves,
    latest_progress,
    leads_to_replace,
    stage_moves_of,
    team_of,
)
from face.keyset import Place
from face.lines import Chip, Line
from face.wareki import age_on, format_date
from security.encryption.fields import reveal, value_of, words_of
from security.walls import clock

Row = TypeVar("Row", bound=Model)

LATEST = 5
"""Entries of the progress record on the case page; the record's own page has them all."""
GLANCE = 6
"""People around the child on the overview."""
PEOPLE = 20
"""People around the child on each page of their list."""


@dataclass(frozen=True)
class Panel:
    """One card of the case page: ``template`` is rendered with ``context`` and the page's ``case`` and ``by``."""

    name: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Moment:
    """One line of what happened on a case. ``text`` is shown as it is: reveal it where the line is made.

    ``row``: the key of the row it is of, where not all lines of the case are told at once (``Room.moments_in``).
    """

    at: datetime
    heading: str | Promise
    text: str = ""
    by: Staff | Position | None = None
    row: UUID | None = None

    @property
    def person(self) -> Staff | None:
        """Who it was; a person outside the office is named by their position."""
        return self.by.staff if isinstance(self.by, Position) else self.by


@dataclass(frozen=True)
class Span:
    """A part of what happened on a case: so many lines beside a place, by one person or all, in a month or ever."""

    place: Place | None
    size: int
    writer: UUID | None = None
    month: tuple[datetime, datetime] | None = None

    def of(self, rows: QuerySet[Row], at: str, by: str) -> QuerySet[Row]:
        """Those of one case's ``rows`` whose moment ``at``, by the position ``by``, is in this part, and one more; nearest
        first. Not read yet: the stream reads those of all rooms in one statement."""
        found = rows.filter(**{f"{at}__isnull": False})
        if self.writer:
            found = found.filter(**{f"{by}__staff": self.writer})
        if self.month:
            found = found.filter(**{f"{at}__gte": self.month[0], f"{at}__lt": self.month[1]})
        if self.place:
            beyond = "gt" if self.place.newer else "lt"
            moment, key = self.place.key
            beside = Q(**{at: moment, f"pk__{beyond}": key})
            found = found.filter(Q(**{f"{at}__{beyond}": moment}) | beside)
        order = (at, "pk") if self.place and self.place.newer else (f"-{at}", "-pk")
        return found.order_by(*order)[: self.size + 1]


@dataclass(frozen=True)
class Part:
    """What a room has many of on a case: the rows of one part of the stream, as ``Span.of`` gives them, and the line of each."""

    rows: QuerySet[Any]
    line: Callable[[Any], Moment]


@dataclass(frozen=True)
class Entry:
    """An entry of the progress record, decrypted, with its corrections in the order of their dates."""

    id: UUID
    happened_at: datetime
    method: str
    with_whom: str
    body: str
    written_at: datetime
    written_by: Staff
    told_of_child: str = ""
    corrections: tuple["Entry", ...] = ()

    @property
    def newest(self) -> "Entry":
        """What counts now: the last correction, or the entry itself."""
        return self.corrections[-1] if self.corrections else self

    @property
    def earlier(self) -> tuple["Entry", ...]:
        """What was written before that, the latest first."""
        return (self, *self.corrections)[:-1][::-1]

    @classmethod
    def of(cls, row: ProgressEntry, corrections: Iterable[ProgressEntry] = ()) -> "Entry":
        """The entry that a row says."""
        return cls(
            row.pk,
            value_of(row.happened_at) or row.written_at,
            words_of(row.method),
            words_of(row.with_whom),
            words_of(row.body),
            row.written_at,
            row.written_by.staff,
            _with_child(row),
            tuple(cls.of(correction) for correction in corrections),
        )


def _with_child(row: ProgressEntry) -> str:
    """That the child took part, in words; a code that is unknown today as it is."""
    said = value_of(row.with_child)
    return _("contact with the child") if said is Answer.YES else "" if said else words_of(row.with_child)


def entries_of(rows: Iterable[ProgressEntry]) -> list[Entry]:
    """The entries of ``progress_of``, decrypted."""
    return [Entry.of(row, row.corrections.all()) for row in rows]


def glass_card(case: Case, by: Position) -> Panel | None:
    """That this reader sees the case by a broken glass or as what came in the night, and until when; None where another grant
    shows it for longer."""
    now = clock.now()
    held = [grant for grant in team_of(case) if grant.position_id == by.pk and grant.starts_at <= now]
    if not held or any(grant.relation != Relation.GLASS and grant.night is None for grant in held):
        return None
    last = max(held, key=lambda grant: grant.ends_at or grant.starts_at)
    context = {
        "until": last.ends_at,
        "night": last.night,
        "is_glass": any(grant.relation == Relation.GLASS for grant in held),
    }
    return Panel("glass", "cases/records/panel_glass.html", context)


def child_card(case: Case, by: Position) -> Panel:
    """Who the child is."""
    context = {**_child(case.child), "not_edit": reason_against(rules.check_may_edit, case, by)}
    return Panel("child", "cases/records/panel_child.html", context)


def basics_card(case: Case, by: Position) -> Panel:
    """The basic facts."""
    context = {"not_edit": reason_against(rules.check_may_edit, case, by)}
    return Panel("basics", "cases/records/panel_basics.html", context)


def latest_card(case: Case, by: Position) -> Panel:
    """The latest entries of the progress record."""
    context = {**_progress(case), "not_edit": reason_against(rules.check_may_edit, case, by)}
    return Panel("latest", "cases/records/panel_latest.html", context)


def around_card(case: Case, by: Position) -> Panel:
    """The people around the child at a glance."""
    rows = everybody_around(case)
    context = {
        "people": lines_of(rows[:GLANCE], case.child),
        "more": len(rows) > GLANCE,
        "withheld": value_of(case.child.address_withheld),
        "not_edit": reason_against(rules.check_may_edit, case, by),
    }
    return Panel("around", "cases/records/panel_around.html", context)


def team_card(case: Case, by: Position) -> Panel:
    """Who works on the case, and who is kept from it."""
    return Panel("team", "cases/records/panel_team.html", _team(case, by))


def stages_card(case: Case, by: Position) -> Panel:
    """The stage and how it changed, what changes it, and the way to correct it."""
    moves = latest_moves(case)
    context = {
        "moves": moves,
        # What changed before version 0.2.0 has no row.
        "before": (moves[-1].from_stage if moves else case.stage) != Stage.RECEPTION,
        "by_conference": case.office.kind != OfficeKind.POLICE and case.stage != Stage.CLOSED,
        "corrects": by.may(Permission.MANAGE_TEAM),
        "not_correct": reason_against(rules.check_may_correct_stage, case, by),
    }
    return Panel("stages", "cases/records/panel_stages.html", context)


def moments(case: Case, by: Position) -> list[Moment]:
    """The opening. The entries of the progress record are in the stream themselves."""
    return [Moment(case.opened_at, _("Case opened"))]


def moments_in(case: Case, by: Position, span: Span) -> list[Part]:
    """The changes of the stage."""
    return [Part(span.of(stage_moves_of(case), "moved_at", "moved_by"), moment_of_move)]


def moment_of_move(move: StageMove) -> Moment:
    """The change of the stage as an event: its reason, and its day where that is another than the day it was written."""
    plain, corrected = _("Stage: %(before)s to %(after)s"), _("Stage corrected: %(before)s to %(after)s")
    day = ""
    if move.effective_on != timezone.localdate(move.moved_at):
        day = _("Effective from %(day)s.") % {"day": format_date(move.effective_on)}
    return Moment(
        move.moved_at,
        (plain if move.reason is None else corrected)
        % {"before": move.get_from_stage_display(), "after": move.get_to_stage_display()},
        "\n".join(filter(None, [day, words_of(move.reason)])),
        by=move.moved_by.staff,
        row=move.pk,
    )


def cautions(case: Case, by: Position) -> list[Chip]:
    """The withheld address, a suspect who has to be asked as a parent, and how many colleagues get nothing of this case: never
    who."""
    found = address_withheld(case.child)
    if any(PersonRole.SUSPECT in person.roles for person in holders_of_authority(case, clock.today())):
        found.append(Chip(_("Suspected, and has parental authority: hand over nothing of the child's words")))
    if barred := barred_on(case):
        text = ngettext("%(count)d colleague barred", "%(count)d colleagues barred", barred)
        found.append(Chip(text % {"count": barred}, "warning"))
    return found


def address_withheld(child: Child) -> list[Chip]:
    """The warning of this child."""
    return [Chip(_("Address withheld"))] if value_of(child.address_withheld) else []


def full_name(child: Child) -> str:
    """Family and given name as typed, with the space that separates them in records."""
    return f"{reveal(child, 'family_name')}　{reveal(child, 'given_name')}"


def full_kana(child: Child) -> str:
    """The reading of the name; 不詳 once where neither part is known."""
    family, given = reveal(child, "family_kana") or "", reveal(child, "given_kana") or ""
    return UNKNOWN if family == given == UNKNOWN else f"{family}　{given}"


def _child(child: Child) -> dict[str, Any]:
    return {
        "name": full_name(child),
        "kana": full_kana(child),
        "born": value_of(child.birth_date),
        "withheld": value_of(child.address_withheld),
    }


@dataclass(frozen=True)
class Around:
    """A person around the child, decrypted, as a list shows them. What is withheld is not in it."""

    id: UUID
    name: str
    kana: str
    roles: list[Chip]
    relation: str
    born: date | None
    age: str
    sex: str
    occupation: str
    authority: list[tuple[str, str]]
    telephone: str
    not_safe: bool
    reach: list[tuple[str, str]]
    address: str
    withheld: bool
    attitude: list[tuple[str, str]]
    life: list[tuple[str, str]]
    note: str

    @property
    def main(self) -> Chip:
        """The main role."""
        return self.roles[0]

    @property
    def further(self) -> list[Chip]:
        """The other roles."""
        return self.roles[1:]


def lines_of(people: Iterable[Person], child: Child) -> list[Around]:
    """The people around the child, decrypted, as lists of them show them."""
    return [_around(person, child) for person in people]


def _around(person: Person, child: Child) -> Around:
    reach = ("safe_to_call", "call_hours", "language", "interpreter", "nationality")
    not_safe = value_of(person.safe_to_call) is Answer.NO
    return Around(
        id=person.pk,
        roles=[Chip(words, _colour(words)) for words in roles_in_words(person)],
        relation=relation_in_words(person),
        born=value_of(person.birth_date),
        authority=_labelled(person, "authority_from", "authority_known", "joint_after_divorce"),
        not_safe=not_safe,
        # That it is not safe to call is said by a badge.
        reach=_labelled(person, *reach[not_safe:]),
        address=person.address_beside(child),
        attitude=_labelled(person, "attitude"),
        life=_labelled(person, "died_on", "marriage", "lives_from", "lives_until"),
        withheld=bool(words_of(person.address)) and person.withholds_address(child),
        **{name: words_of(getattr(person, name)) for name in PLAIN},
    )


PLAIN = ("name", "kana", "age", "sex", "occupation", "telephone", "note")


def _labelled(person: Person, *names: str) -> list[tuple[str, str]]:
    """Those of these facts that are filled in, each with what it is."""
    labels = {column.name: str(column.verbose_name) for column in Person._meta.concrete_fields}
    said = ((labels[name], words_of(getattr(person, name))) for name in names)
    return [(label, words) for label, words in said if words]


def shown_roles(words: Sequence[str]) -> list[str]:
    """These roles as pages and papers say them: that somebody is on the side of whoever notified is left out."""
    said = [one for one in words if one != str(NEVER_SHOWN.label)]
    return said if said or not words else [str(PersonRole.OTHER.label)]


def roles_in_words(person: Person) -> list[str]:
    """Every role, the main one first, as pages and papers say it; parental authority with its last day, where it has one."""
    said = shown_roles([words_of(person.role), *words_of(person.roles_more).splitlines()])
    last = value_of(person.authority_until)
    if last is None:
        return said
    until = {str(role.label) for role in WITH_AUTHORITY}
    text = _("%(role)s (until %(day)s)")
    return [
        text % {"role": one, "day": format_date(last, style="day")} if one in until else one for one in said
    ]


def _colour(role: str) -> str:
    return "danger" if role == str(PersonRole.SUSPECT.label) else "neutral"


def relation_in_words(person: Person) -> str:
    """What the person is to the child: by its code, and in words where there are some."""
    said, typed = words_of(person.relation_code), words_of(person.relation)
    if not said or value_of(person.relation_code) is HouseholdRelation.OTHER:
        return typed or said
    return _("%(relation)s (%(words)s)") % {"relation": said, "words": typed} if typed else said


def age_in_words(person: Person, on: date) -> str:
    """The age on a day by the birth date, or what was typed where none is known."""
    born = value_of(person.birth_date)
    return words_of(person.age) if born is None else str(age_on(born, on))


def _progress(case: Case) -> dict[str, Any]:
    rows = latest_progress(case, LATEST + 1)
    return {"entries": entries_of(rows[:LATEST]), "more": len(rows) > LATEST}


@dataclass(frozen=True)
class Member:
    """A line of the team: the grant, what it allows in words, and why it cannot be ended here ('' if it can)."""

    grant: Grant
    relation: str
    level: str
    since: date
    reason: str
    not_end: str | Promise

    @property
    def fixed(self) -> bool:
        """Whether it is of the supervisor line and stays: the reason is then said once for all of them."""
        return self.grant.relation == Relation.LINE and bool(self.not_end)


def _team(case: Case, by: Position) -> dict[str, Any]:
    not_manage = reason_against(rules.check_may_manage, case, by)
    return {
        "members": [_member(grant, by, not_manage) for grant in team_of(case)],
        "blocks": [] if not_manage else blocks_of(case),
        "not_manage": not_manage,
        "not_lift": reason_against(rules.check_may_lift, case, by),
    }


def _member(grant: Grant, by: Position, not_manage: str | Promise) -> Member:
    level = Level(grant.permission.codename.removesuffix("_case"))
    why = not_manage or reason_against(rules.check_can_end, grant, by)
    since = timezone.localdate(grant.starts_at)
    # Why the glass was broken is read by the person who reviews it.
    reason = "" if grant.relation == Relation.GLASS else reveal(grant, "reason") or ""
    return Member(grant, grant.get_relation_display(), str(level.label), since, reason, why)


def to_do(by: Position, most: int) -> list[Line]:
    """For those who lead a team: cases whose person in charge has left or leaves."""
    if not by.may(Permission.MANAGE_TEAM):
        return []
    today = clock.today()
    found = []
    for grant in leads_to_replace(by)[:most]:
        position = grant.position
        gone = not position.staff.is_active or (position.ends_on is not None and position.ends_on < today)
        text = _("The person in charge has left") if gone else _("The person in charge leaves")
        case = grant.content_object
        line = Line(
            reverse("case", args=[case.pk]),
            text,
            position.staff.name,
            on=position.ends_on,
            pressing=gone,
            case_id=case.pk,
            number=case.number,
        )
        found.append(line)
    return found
