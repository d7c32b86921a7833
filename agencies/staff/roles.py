"""Roles are typed code: what each may do anywhere, before any question of which case. Stored by their stable code."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import OfficeKind
from face.registry import Registry


class Permission(Enum):
    """What a role may do at all. On a case a grant is needed besides."""

    TAKE_CONTACTS = "take_contacts"
    WORK_ON_CASES = "work_on_cases"
    DRAFT_DECISIONS = "draft_decisions"
    RECORD_ORAL = "record_oral"
    DECIDE = "decide"
    MANAGE_TEAM = "manage_team"
    BREAK_GLASS = "break_glass"
    REVIEW_LINE = "review_line"
    FILE_NOTIFICATION = "file_notification"
    RECEIVE_DISCLOSURES = "receive_disclosures"
    ASSIGN_DISCLOSURES = "assign_disclosures"
    READ_ACCESS_LOG = "read_access_log"
    ADMINISTER = "administer"
    CONFIRM_POSITIONS = "confirm_positions"
    KEEP_SHELTER = "keep_shelter"
    KEEP_LETTERS = "keep_letters"
    DECIDE_LETTERS = "decide_letters"
    KEEP_SUPPORT = "keep_support"
    KEEP_VACANCIES = "keep_vacancies"
    GIVE_ENTRUSTED = "give_entrusted"
    WRITE_RELIANCE = "write_reliance"
    NAME_GIVERS = "name_givers"


P = Permission

CASEWORK = (P.WORK_ON_CASES, P.KEEP_SUPPORT)
"""One of these takes whoever works on cases: on those of a child guidance center, or on support cases of the police."""


class Role(models.TextChoices):
    """The roles people hold in their offices, with the titles of the field."""

    DIRECTOR = "director", _("director")
    SUPERVISOR = "supervisor", _("supervising child welfare officer")
    CASEWORKER = "caseworker", _("child welfare officer")
    PSYCHOLOGIST = "psychologist", _("child psychologist")
    DOCTOR = "doctor", _("doctor")
    CUSTODY_STAFF = "custody_staff", _("staff of the temporary custody facility")
    DUTY_OFFICER = "duty_officer", _("night and holiday duty officer")
    JUVENILE_OFFICER = "juvenile_officer", _("juvenile guidance official")
    POLICE_OFFICER = "police_officer", _("police officer (juvenile section)")
    POLICE_SUPERVISOR = "police_supervisor", _("supervisor of the police desk")
    SCHOOL_STAFF = "school_staff", _("school staff")
    SCHOOL_COUNSELOR = "school_counselor", _("school counselor")
    SCHOOL_SOCIAL_WORKER = "school_social_worker", _("school social worker")
    EDUCATION_BOARD = "education_board", _("board of education")
    CLINICIAN = "clinician", _("clinician")
    INSTITUTION_STAFF = "institution_staff", _("institution staff")
    PSYCHOTHERAPIST = "psychotherapist", _("official in charge of psychotherapy")
    FACILITY_HEAD = "facility_head", _("head of an institution, hospital or support center")
    FAMILY_CENTER_STAFF = "family_center_staff", _("staff of the child and family support center")
    RIGHTS_COUNSELOR = "rights_counselor", _("rights counselor")
    RIGHTS_HEAD = "rights_head", _("head of the civil liberties section")
    ADVISER = "adviser", _("commissioned adviser")
    LIAISON = "liaison", _("liaison")
    PRIVACY_OFFICER = "privacy_officer", _("privacy officer")
    ADMINISTRATOR = "administrator", _("administrator")

    @property
    def profile(self) -> "Profile":
        """What the role may do, and in which kinds of office it exists."""
        return PROFILES[self]

    def may(self, permission: Permission) -> bool:
        """Whether the role has ``permission``; a role without a profile raises."""
        return permission in self.profile.permissions


@dataclass(frozen=True)
class Profile:
    """A role's kinds of office, its permissions, and one sentence for the person who assigns it."""

    kinds: frozenset[OfficeKind]
    permissions: frozenset[Permission]
    description: str | Promise


def _profile(description: str | Promise, kinds: set[OfficeKind], *permissions: Permission) -> Profile:
    return Profile(frozenset(kinds), frozenset(permissions), description)


_CGC = {OfficeKind.CGC}
_SCHOOL = {OfficeKind.SCHOOL}
_LIAISONS = {OfficeKind.MUNICIPALITY, OfficeKind.PROSECUTOR, OfficeKind.ONE_STOP}

PROFILES: dict[Role, Profile] = {
    Role.DIRECTOR: _profile(
        _("Decides grave acts of the office and sees its cases."),
        _CGC,
        P.WORK_ON_CASES,
        P.DECIDE,
        P.MANAGE_TEAM,
        P.BREAK_GLASS,
        P.REVIEW_LINE,
        P.CONFIRM_POSITIONS,
    ),
    Role.SUPERVISOR: _profile(
        _("Leads a section, sees its cases, reviews the access log and exceptions."),
        _CGC,
        P.TAKE_CONTACTS,
        P.WORK_ON_CASES,
        P.DRAFT_DECISIONS,
        P.RECORD_ORAL,
        P.MANAGE_TEAM,
        P.BREAK_GLASS,
        P.REVIEW_LINE,
    ),
    Role.CASEWORKER: _profile(
        _("Takes contacts and works on the cases assigned."),
        _CGC,
        P.TAKE_CONTACTS,
        P.WORK_ON_CASES,
        P.DRAFT_DECISIONS,
        P.RECORD_ORAL,
        P.BREAK_GLASS,
    ),
    Role.PSYCHOLOGIST: _profile(
        _("Works on the cases assigned."), _CGC, P.WORK_ON_CASES, P.DRAFT_DECISIONS, P.RECORD_ORAL
    ),
    Role.DOCTOR: _profile(_("Works on the cases assigned."), _CGC, P.WORK_ON_CASES),
    Role.CUSTODY_STAFF: _profile(
        _(
            "Reads the admission sheet of each child who sleeps at the facility, never the case, and writes its log."
        ),
        _CGC,
        P.KEEP_SHELTER,
    ),
    Role.DUTY_OFFICER: _profile(
        _(
            "Takes contacts at night and on holidays; opens a case of the office with broken glass, and records temporary custody"
            " that was decided orally."
        ),
        _CGC,
        P.TAKE_CONTACTS,
        P.WORK_ON_CASES,
        P.RECORD_ORAL,
        P.BREAK_GLASS,
    ),
    Role.JUVENILE_OFFICER: _profile(
        _("Reads the disclosures assigned, notifies, and supports victims at a juvenile support center."),
        {OfficeKind.POLICE},
        P.RECEIVE_DISCLOSURES,
        P.FILE_NOTIFICATION,
        P.KEEP_SUPPORT,
        P.GIVE_ENTRUSTED,
    ),
    Role.POLICE_OFFICER: _profile(
        _("Reads the disclosures assigned, notifies, and sends cases."),
        {OfficeKind.POLICE},
        P.RECEIVE_DISCLOSURES,
        P.FILE_NOTIFICATION,
    ),
    Role.POLICE_SUPERVISOR: _profile(
        _(
            "Takes envelopes and assigns officers; supervises and decides the support cases of a juvenile support center."
        ),
        {OfficeKind.POLICE},
        P.RECEIVE_DISCLOSURES,
        P.ASSIGN_DISCLOSURES,
        P.KEEP_SUPPORT,
        P.NAME_GIVERS,
    ),
    Role.SCHOOL_STAFF: _profile(_("Files notifications."), _SCHOOL, P.FILE_NOTIFICATION),
    Role.SCHOOL_COUNSELOR: _profile(_("Files notifications."), _SCHOOL, P.FILE_NOTIFICATION),
    Role.SCHOOL_SOCIAL_WORKER: _profile(_("Files notifications."), _SCHOOL, P.FILE_NOTIFICATION),
    Role.EDUCATION_BOARD: _profile(_("Files notifications."), _SCHOOL, P.FILE_NOTIFICATION),
    Role.CLINICIAN: _profile(
        _("Gives the help that centers entrust to the office, keeps its sessions, and notifies."),
        {OfficeKind.MEDICAL},
        P.GIVE_ENTRUSTED,
        P.FILE_NOTIFICATION,
    ),
    Role.INSTITUTION_STAFF: _profile(
        _(
            "Keeps the vacancies of the institution, answers requests for a place, writes the self-reliance plans of the children"
            " placed there, and notifies."
        ),
        {OfficeKind.INSTITUTION},
        P.KEEP_VACANCIES,
        P.WRITE_RELIANCE,
        P.FILE_NOTIFICATION,
    ),
    Role.PSYCHOTHERAPIST: _profile(
        _("Gives the help that centers entrust to the office, keeps its sessions, and notifies."),
        {OfficeKind.INSTITUTION},
        P.GIVE_ENTRUSTED,
        P.FILE_NOTIFICATION,
    ),
    Role.FACILITY_HEAD: _profile(
        _("Names who gives the help that centers entrust to the office, without reading it, and notifies."),
        {OfficeKind.INSTITUTION, OfficeKind.MEDICAL, OfficeKind.FAMILY_CENTER},
        P.NAME_GIVERS,
        P.FILE_NOTIFICATION,
    ),
    Role.FAMILY_CENTER_STAFF: _profile(
        _("Gives the help that centers entrust to the office, keeps its sessions, and notifies."),
        {OfficeKind.FAMILY_CENTER},
        P.GIVE_ENTRUSTED,
        P.FILE_NOTIFICATION,
    ),
    Role.RIGHTS_COUNSELOR: _profile(
        _("Reads and answers the letters and calls of children to the bureau, and notifies."),
        {OfficeKind.RIGHTS},
        P.KEEP_LETTERS,
        P.FILE_NOTIFICATION,
    ),
    Role.RIGHTS_HEAD: _profile(
        _("Reads them too, and decides replies to children and notifications against a child's wish."),
        {OfficeKind.RIGHTS},
        P.KEEP_LETTERS,
        P.DECIDE_LETTERS,
        P.FILE_NOTIFICATION,
    ),
    Role.ADVISER: _profile(_("Answers consultation questions."), {OfficeKind.ADVISERS}),
    Role.LIAISON: _profile(_("Files notifications."), _LIAISONS, P.FILE_NOTIFICATION),
    Role.PRIVACY_OFFICER: _profile(
        _("Reads the access log of every office, never case content."),
        {OfficeKind.OVERSIGHT},
        P.READ_ACCESS_LOG,
        P.CONFIRM_POSITIONS,
    ),
    Role.ADMINISTRATOR: _profile(
        _("Manages accounts, positions and offices, never case content."),
        {OfficeKind.OVERSIGHT},
        P.ADMINISTER,
    ),
}


POLICE_ROLES = tuple(role for role in Role if role.may(P.RECEIVE_DISCLOSURES))
"""Those at the police to whom a disclosure can be assigned, by rule and by the database."""
POLICE_OFFICERS = tuple(role for role in POLICE_ROLES if not role.may(P.ASSIGN_DISCLOSURES))
"""Those of them who take what nobody has taken, and assign nobody."""


LINE_ROLES = (Role.SUPERVISOR, Role.DIRECTOR, Role.POLICE_SUPERVISOR)
"""Those in the supervisor line of the cases of their section or office."""


def in_sql(roles: Iterable[Role]) -> str:
    """Roles as a list of SQL, for the policies and functions of the walls."""
    return ", ".join(f"'{role.value}'" for role in roles)


CONFIRMED_ROLES = frozenset(
    {
        Role.DIRECTOR,
        Role.SUPERVISOR,
        Role.POLICE_SUPERVISOR,
        Role.RIGHTS_HEAD,
        Role.FACILITY_HEAD,
        Role.PRIVACY_OFFICER,
        Role.ADMINISTRATOR,
    }
)
"""Positions that decide, supervise or audit take effect when another person than the one who made them has confirmed them."""


DELEGATES = frozenset(role for role in Role if {P.DRAFT_DECISIONS, P.DECIDE} & role.profile.permissions)
"""Who can be delegated to: those whose work it is to draft or decide grave acts."""


@dataclass(frozen=True)
class Act:
    """The power to decide one kind of grave act, which one person drafts and another decides; a director delegates them
    one by one.

    The room of the act makes it, once. ``value`` is its stable code. ``by_line``: a supervisor decides it too, on the cases of
    the own line (so says the trigger that signs it: ``act_triggers(by_line=...)``). ``police``: on a support case of the
    police the supervisor of the juvenile support center decides it (``wall.may_decide``).
    """

    value: str
    label: str | Promise
    by_line: bool = False
    police: bool = False

    def __post_init__(self) -> None:
        _acts.add(self.value, self)


_acts = Registry[Act]("act")


ACTS_OF = {Role.SUPERVISOR: "by_line", Role.POLICE_SUPERVISOR: "police"}
"""Which attribute of an act says that somebody beside the director decides it."""


def known_acts() -> dict[str, Act]:
    """Every act by its code."""
    return _acts.all()
