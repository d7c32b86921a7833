"""The first page of each role, as ``docs/guide/first`` has it: what to do first, what one sees and does not see, whom to call."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from django.conf import settings

from agencies.staff.roles import POLICE_OFFICERS, Permission, Role

BUREAU = tuple(role for role in Role if role.may(Permission.KEEP_LETTERS))
GIVERS = tuple(role for role in Role if role.may(Permission.GIVE_ENTRUSTED) and role not in POLICE_OFFICERS)
FOLDER = settings.PROJECT_DIR / "docs/guide/first"
GUIDES: dict[str, tuple[Role, ...]] = {
    "worker": (Role.CASEWORKER, Role.PSYCHOLOGIST, Role.DOCTOR),
    "lead": (Role.SUPERVISOR,),
    "director": (Role.DIRECTOR,),
    "duty": (Role.DUTY_OFFICER,),
    "custody": (Role.CUSTODY_STAFF,),
    "officer": POLICE_OFFICERS,
    "chief": (Role.POLICE_SUPERVISOR,),
    "rights": BUREAU,
    "institution": (Role.INSTITUTION_STAFF,),
    "giver": GIVERS,
    "head": (Role.FACILITY_HEAD,),
    "filer": tuple(
        role
        for role in Role
        if role.may(Permission.FILE_NOTIFICATION)
        and role not in (*POLICE_OFFICERS, *BUREAU, *GIVERS, Role.INSTITUTION_STAFF, Role.FACILITY_HEAD)
    ),
    "privacy": (Role.PRIVACY_OFFICER,),
    "administrator": (Role.ADMINISTRATOR,),
    "adviser": (Role.ADVISER,),
    "hearing": (),
}
"""Which roles read which page. That of whoever hears a child first is everybody's: one sheet to be printed."""
LANGUAGES = ("ja", "en")


@dataclass(frozen=True)
class Part:
    """A heading of a guide and its list."""

    heading: str
    points: list[str]


@dataclass(frozen=True)
class Guide:
    """One role's page."""

    name: str
    title: str
    parts: list[Part]


@cache
def guide(name: str, language: str) -> Guide:
    """A page of ``GUIDES`` in Japanese or English (for any other language). Raises KeyError for another name."""
    if name not in GUIDES:
        raise KeyError(name)
    file = FOLDER / f"{name}.{language if language in LANGUAGES else 'en'}.md"
    (_, [title]), *parts = _headings(file.read_text(encoding="utf-8"))
    return Guide(name, title, [Part(heading, points) for heading, points in parts])


def name_for(role: Role) -> str:
    """The guide of a role. Raises KeyError for a role without one."""
    return {one: name for name, roles in GUIDES.items() for one in roles}[role]


def _headings(text: str) -> Iterator[tuple[str, list[str]]]:
    """The title alone, then each heading with its points. The file has ``# title``, ``## heading`` and ``- point`` lines."""
    heading = ""
    lines = [line for line in text.splitlines() if line]
    for mark, found in groupby(lines, key=lambda line: line.split(" ")[0]):
        words = [line.removeprefix(f"{mark} ") for line in found]
        if mark == "##":
            [heading] = words
        else:
            yield heading, words
