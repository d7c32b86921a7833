"""Finding a case by part of a name or of its number, among those the reader sees anyway."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection

from agencies.staff.models import Position
from cases.finding.listing import WHOLE, list_of
from cases.records.actions import ChildFacts
from cases.records.models import UNKNOWN, Case, Child
from cases.records.queries import cases_for, search_alike, search_exact, search_reading, with_keys
from security.encryption.fields import reveal, value_of
from security.encryption.keyring import Scope
from security.search.names import name_key, number_key, school_key
from security.walls import clock

LOOKED_THROUGH = 300
"""So many cases, the latest ones, have their names compared: each is decrypted. An older one is found by its full reading."""
SHOWN = 50
SCHOOL = 2
"""So many letters of a school's name have to be typed: one alone (小, 中) is part of nearly every name of a school."""
YEARS_BACK = 10
"""A number typed without its year is looked for in so many fiscal years before this one."""
_NUMBER = re.compile(r"(?:(?:(?P<office>.+)-)?(?P<year>[0-9]{4})-)?(?P<last>[0-9]{1,6})")


@dataclass(frozen=True)
class Found:
    """The cases, latest first; whether there are more than were compared or are shown; the keys of the children whose names were
    compared and are not among them; of a case that was found by its school alone, the school; and further
    children of the office who may be the one asked for, a birth date not being known."""

    cases: list[Case]
    more: bool = False
    passed: list[Scope] = field(default_factory=list)
    schools: dict[UUID, str] = field(default_factory=dict)
    alike: list[UUID] = field(default_factory=list)


def find(by: Position, typed: str) -> Found:
    """The cases of this position that ``typed`` may mean: a number ("21", "2026-0021", the whole), or part of the child's name
    or reading in any spelling, or of the school's name; who is named so comes first.

    ``%``, ``_``, ``*`` and ``?`` are letters like others.
    """
    numbers = numbers_meant(by, typed)
    if numbers:
        return Found(with_keys(_numbered(by, numbers)))
    wanted = name_key(typed)
    if not wanted:
        return Found([])
    listed = list_of(by, {}, WHOLE, LOOKED_THROUGH)
    cases = with_keys(listed.rows)
    if listed.older:
        latest = {case.pk for case in cases}
        cases += [case for case in search_reading(by, typed) if case.pk not in latest]
    named = [case for case in cases if _is_named(case.child, wanted)]
    schools = {} if len(wanted) < SCHOOL else _schools(cases, school_key(typed))
    found = named + [case for case in cases if case.pk in schools and case not in named]
    children = {case.child_id for case in found[:SHOWN]}
    passed = [case.child.key_scope() for case in cases if case.child_id not in children]
    schools = {case.pk: schools[case.pk] for case in found[len(named) : SHOWN]}
    return Found(found[:SHOWN], bool(listed.older) or len(found) > SHOWN, passed, schools)


def numbers_meant(by: Position, typed: str) -> list[str]:
    """The whole case numbers of the position's office that ``typed`` may stand for; none where it is no number."""
    found = _NUMBER.fullmatch(number_key(typed))
    code = by.office.code.upper()
    if found is None or found["office"] not in (None, code):
        return []
    this_year = fiscal_year()
    years = [int(found["year"])] if found["year"] else range(this_year, this_year - YEARS_BACK - 1, -1)
    return [f"{code}-{year}-{int(found['last']):04d}" for year in years]


def fiscal_year() -> int:
    """The year in which the fiscal year of today began, on 1 April."""
    today = clock.today()
    return today.year - (today.month < 4)


def _numbered(by: Position, numbers: list[str]) -> Iterable[Case]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.my_cases_numbered(%s)", [numbers])
        return list(cases_for(by).filter(pk__in=[row[0] for row in cursor.fetchall()]))


def _schools(cases: Iterable[Case], wanted: str) -> dict[UUID, str]:
    """The schools, as entered, that have ``wanted`` in their name, of these cases."""
    entered = {case.pk: str(reveal(case.child, "school") or "") for case in cases}
    return {case_id: school for case_id, school in entered.items() if wanted and wanted in school_key(school)}


def _is_named(child: Child, wanted: str) -> bool:
    """Whether ``wanted``, a search key, is part of the name, in either order: a foreign one is typed given name first as well.
    Each part is compared by itself too: in a key of the whole, a long vowel may run from the family name into the given one."""
    for family, given in (("family_name", "given_name"), ("family_kana", "given_kana")):
        first, second = str(reveal(child, family)), str(reveal(child, given))
        if any(wanted in name_key(part) for part in (first, second, first + second, second + first)):
            return True
    return False


def known_children(by: Position, child: ChildFacts) -> Found:
    """The position's cases that may be about ``child``, asked before another case of it is opened: the same full reading, and the
    same birth date, or where one is not known, no other school; among the latest cases, where a reading is not known, the same
    written name."""
    if not (_whole(child.family_kana, child.given_kana) or _whole(child.family_name, child.given_name)):
        return Found([])
    kana = child.family_kana + child.given_kana
    is_read = bool(_whole(child.family_kana, child.given_kana))
    exact = search_exact(by, kana=kana, birth_date=child.birth_date, school=child.school) if is_read else []
    undated = search_alike(by, child.family_kana, child.given_kana, child.birth_date, child.school)
    exact += with_keys(cases_for(by).filter(child_id__in=undated)) if undated else []
    cases = with_keys(list_of(by, {}, WHOLE, LOOKED_THROUGH).rows)
    found = {case.pk: case for case in (*exact, *cases) if _may_be(case.child, child)}
    children = {case.child_id for case in found.values()}
    passed = [case.child.key_scope() for case in cases if case.child_id not in children]
    alike = [one for one in undated if one not in children]
    return Found(list(found.values()), passed=passed, alike=alike)


def _whole(family: str, given: str) -> str:
    """The search key of a name of which both parts are known; "" otherwise."""
    return "" if UNKNOWN in (family, given) else name_key(family + given)


def _may_be(known: Child, child: ChildFacts) -> bool:
    if not _is_called(known, child):
        return False
    born = value_of(known.birth_date)
    if born and child.birth_date:
        return bool(born == child.birth_date)
    schools = school_key(str(reveal(known, "school") or "")), school_key(child.school)
    return "" in schools or schools[0] == schools[1]


def _is_called(known: Child, child: ChildFacts) -> bool:
    """Whether two children have the same reading; where one has none, the same written name."""
    theirs = [str(reveal(known, name) or "") for name in ("family_kana", "given_kana")]
    read = _whole(*theirs), _whole(child.family_kana, child.given_kana)
    if all(read):
        return read[0] == read[1]
    theirs = [str(reveal(known, name) or "") for name in ("family_name", "given_name")]
    written = _whole(*theirs)
    return bool(written) and written == _whole(child.family_name, child.given_name)
