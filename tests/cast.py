"""The cast of the tests: the same few offices and people everywhere, so that a missing case shows by eye."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import connections

from agencies.agreements.models import SharingAgreement
from agencies.directory.models import Office, OfficeKind, PoliceDesk, Section
from agencies.staff.acting import acting_as
from agencies.staff.actions import set_password
from agencies.staff.models import Delegation, Position, Staff
from agencies.staff.roles import Act, Role
from cases.decisions.actions import Decision
from cases.decisions.models import CaseAct
from cases.decisions.queries import queue_of
from cases.records.actions import CaseFacts, ChildFacts, open_case
from cases.records.codes import Sex, StayKind, Track, Urgency
from cases.records.models import Case
from config.embedded.testing import PASSWORDS
from security.walls import clock
from security.walls.seeder import seeding

PASSWORD = "correct horse battery staple"

OFFICES = (
    ("kita", OfficeKind.CGC, "北児童相談所"),
    ("minami", OfficeKind.CGC, "南児童相談所"),
    ("support", OfficeKind.POLICE, "少年サポートセンター北"),
    ("support2", OfficeKind.POLICE, "少年サポートセンター南"),
    ("station", OfficeKind.POLICE, "東警察署"),
    ("headquarters", OfficeKind.POLICE, "架空県警察本部"),
    ("school", OfficeKind.SCHOOL, "若葉中学校"),
    ("hospital", OfficeKind.MEDICAL, "港病院"),
    ("home", OfficeKind.INSTITUTION, "青空学園"),
    ("home2", OfficeKind.INSTITUTION, "みなと学園"),
    ("bureau", OfficeKind.RIGHTS, "架空地方法務局"),
    ("bureau2", OfficeKind.RIGHTS, "別の地方法務局"),
    ("oversight", OfficeKind.OVERSIGHT, "監査室"),
)
DESKS = {
    "support": PoliceDesk.SC, "support2": PoliceDesk.SC, "station": PoliceDesk.SHO, "headquarters": PoliceDesk.HONBU,
}  # fmt: skip
# name of the attribute, office, section, role; a name that stands before a slash is the person, for second positions
PEOPLE = (
    ("caseworker", "kita", "相談第一係", Role.CASEWORKER),
    ("colleague", "kita", "相談第一係", Role.CASEWORKER),
    ("other_section", "kita", "相談第二係", Role.CASEWORKER),
    ("supervisor", "kita", "相談第一係", Role.SUPERVISOR),
    ("supervisor2", "kita", "相談第二係", Role.SUPERVISOR),
    ("director", "kita", None, Role.DIRECTOR),
    ("duty", "kita", None, Role.DUTY_OFFICER),
    ("stranger", "minami", None, Role.CASEWORKER),
    ("stranger_director", "minami", None, Role.DIRECTOR),
    ("police", "support", None, Role.JUVENILE_OFFICER),
    ("police2", "support", None, Role.JUVENILE_OFFICER),
    ("policechief", "support", None, Role.POLICE_SUPERVISOR),
    ("foreign_police", "support2", None, Role.JUVENILE_OFFICER),
    ("station_officer", "station", None, Role.POLICE_OFFICER),
    ("school", "school", None, Role.SCHOOL_STAFF),
    ("clinician", "hospital", None, Role.CLINICIAN),
    ("institution", "home", None, Role.INSTITUTION_STAFF),
    ("therapist", "home", None, Role.PSYCHOTHERAPIST),
    ("homehead", "home", None, Role.FACILITY_HEAD),
    ("therapist2", "home2", None, Role.PSYCHOTHERAPIST),
    ("institution2", "home2", None, Role.INSTITUTION_STAFF),
    ("rights", "bureau", None, Role.RIGHTS_COUNSELOR),
    ("rights_head", "bureau", None, Role.RIGHTS_HEAD),
    ("rights2", "bureau2", None, Role.RIGHTS_COUNSELOR),
    ("privacy", "oversight", None, Role.PRIVACY_OFFICER),
    ("admin", "oversight", None, Role.ADMINISTRATOR),
    ("admin2", "oversight", None, Role.ADMINISTRATOR),
    ("two_positions", "kita", "相談第一係", Role.CASEWORKER),
    ("two_positions/director", "kita", None, Role.DIRECTOR),
)


@dataclass(frozen=True)
class Cast:
    """Offices by code and positions by name; ``cast.caseworker`` is a position, ``cast.offices['kita']`` an office."""

    offices: dict[str, Office]
    positions: dict[str, Position]

    def __getattr__(self, name: str) -> Position:
        try:
            return self.positions[name]
        except KeyError:
            raise AttributeError(name) from None

    @classmethod
    def load(cls) -> "Cast":
        """The cast of this test's database, read over the gate; that of an old release lacks those who came later."""
        positions = Position.objects.using("gate").select_related("staff", "office", "section")
        by_key = {
            (position.staff.username, position.office.code, position.role): position for position in positions
        }
        wanted = {name: (name.split("/")[0], office, role) for name, office, _section, role in PEOPLE}
        named = {name: by_key[key] for name, key in wanted.items() if key in by_key}
        return cls({office.code: office for office in Office.objects.using("gate")}, named)


as_owner = seeding
"""Arrange the past: SQL of the seeder on the owner's login. Only for what no action does (moving a date back)."""


@contextmanager
def as_role(role: str, *, assume: str = "") -> Iterator[None]:
    """Let ``default`` log in as another role: ``worker`` for what a worker does, ``runtime`` for the application.

    Threads begun meanwhile too. ``assume``: the role it then takes (``owner`` as ``wall``, like the seeder of the demo).
    """
    held = connections.databases["default"]
    options = {**held.get("OPTIONS", {}), **({"assume_role": assume} if assume else {})}
    _log_in({**held, "USER": role, "PASSWORD": PASSWORDS[role], "OPTIONS": options})
    try:
        yield
    finally:
        _log_in(held)


def _log_in(settings: dict[str, Any]) -> None:
    connections["default"].close()
    connections.databases["default"] = settings
    del connections["default"]


def make_cast() -> None:
    """Write offices, people and positions into the template."""
    with as_owner():
        offices = {
            code: Office.objects.using("owner").create(
                code=code, kind=kind, police_desk=DESKS.get(code, ""), name=name, telephone="03-0000-0000"
            )
            for code, kind, name in OFFICES
        }
        for name, office, section, role in PEOPLE:
            username = name.split("/")[0]
            person, _ = Staff.objects.using("owner").get_or_create(
                username=username,
                defaults={"name": f"職員 {username}", "email": f"{username}@example.invalid"},
            )
            Position.objects.using("owner").create(
                staff=person,
                office=offices[office],
                section=_section(offices[office], section),
                role=role,
                starts_on=date(2020, 4, 1),
                confirmed_at=datetime(2020, 4, 1, tzinfo=UTC),
            )
    for username in {name.split("/")[0] for name, *_ in PEOPLE}:
        set_password(Staff.objects.using("gate").get(username=username).pk, PASSWORD, change_first=False)


def signed(drafter: Position, decider: Position) -> dict[str, Any]:
    """The columns of a two-person act that one drafted and the other approved long ago."""
    long_ago = datetime(2020, 4, 1, tzinfo=UTC)
    return {
        "drafted_by": drafter, "drafted_person": drafter.staff, "drafted_at": long_ago, "decided_by": decider,
        "decided_person": decider.staff, "decided_at": long_ago, "approved": True,
    }  # fmt: skip


def delegated(
    cast: Cast, to: Position, *acts: Act, starts_on: date | None = None, ends_on: date | None = None
) -> Delegation:
    """A delegation by the director of the cast, of today unless ``starts_on`` and ``ends_on`` say else."""
    days = {"starts_on": starts_on or clock.today(), "ends_on": ends_on or clock.today()}
    people = signed(cast.positions["two_positions/director"], cast.director)
    with as_owner():
        return Delegation.objects.using("owner").create(
            office=cast.offices["kita"], to_position=to, acts=[act.value for act in acts], **days, **people
        )


def agreed(cast: Cast, **facts: Any) -> SharingAgreement:
    """An agreement in force between the center and the police office of the cast, unless ``facts`` say else."""
    usual = {
        "sender": cast.offices["kita"], "recipient": cast.offices["support"], "reference": "1", "items": [],
        "starts_on": clock.today(), "ends_on": clock.today(),
    }  # fmt: skip
    with as_owner():
        return SharingAgreement.objects.using("owner").create(
            **usual | signed(cast.admin, cast.director) | facts
        )


def _section(office: Office, name: str | None) -> Section | None:
    if name is None:
        return None
    return Section.objects.using("owner").get_or_create(office=office, name=name)[0]


CHILD = ChildFacts(
    family_name="髙橋",
    given_name="𠮷乃",
    family_kana="タカハシ",
    given_kana="ヨシノ",
    sex=Sex.FEMALE,
    birth_date=date(2013, 5, 1),
    school="若葉中学校 1年",
    address="架空市北町1-1",
    telephone="03-0000-1111",
)
FACTS = CaseFacts(
    track=Track.ABUSE,
    urgency=Urgency.A,
    harm_type="性的虐待",
    outline="架空の事案",
    place_of_stay=StayKind.HOME,
)


def a_case(
    cast: Cast, *, lead: str = "caseworker", child: ChildFacts = CHILD, facts: CaseFacts = FACTS
) -> Case:
    """A case opened by the one in charge, in that person's office."""
    position = cast.positions[lead]
    with acting_as(position):
        return open_case(child, facts, in_charge=position, by=position)


def waiting_for(decision: Decision[Any], by: Position) -> list[CaseAct]:
    """The drafts of one kind in the queue of ``by``, in its order."""
    return [waiting.row for waiting in queue_of(by) if waiting.kind is decision]
