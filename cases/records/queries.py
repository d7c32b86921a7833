"""Which cases a post sees: the only door in Python, over the same SQL function as the database's own policies."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models.lookups import Lookup

from agencies.staff.models import Post
from cases.records.codes import Level
from cases.records.models import Case, CaseQuerySet, Child, Grant
from security.encryption.fields import reveal
from security.encryption.keyring import Scope, current
from security.search import index
from security.search.names import name_key, number_key


@models.UUIDField.register_lookup
class HeldBy(Lookup):
    """``pk__held_by=(post id, level)``: the array form, computed once for a statement, where an IN subquery costs twice as much."""

    lookup_name = "held_by"
    prepare_rhs = False

    def get_prep_lookup(self) -> Any:
        return self.rhs

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, parameters = self.process_lhs(compiler, connection)
        post_id, level = self.rhs
        return f"{column} = ANY(ARRAY(SELECT wall.cases_for(%s, %s)))", [*parameters, post_id, level]


def cases_for(post: Post, level: str = Level.VIEW) -> CaseQuerySet:
    """The cases on which ``post`` holds ``level`` now; latest first."""
    return Case.objects.filter(pk__held_by=(post.pk, str(level)))


def holds(post: Post, case_id: UUID, level: str) -> bool:
    """Whether ``post`` holds ``level`` on one case now."""
    return cases_for(post, level).filter(pk=case_id).exists()


def relations_of(post_id: UUID, case_ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """The post's strongest relation to each case at this moment (lead, member, line, glass), for the evidence."""
    strength = ["glass", "line", "member", "lead"]
    found: dict[UUID, str] = {}
    grants = Grant.objects.filter(post_id=post_id, content_object_id__in=list(case_ids), ended_at=None)
    for grant in grants.defer("reason"):
        before = found.get(grant.content_object_id, "")
        if grant.is_valid and (not before or strength.index(grant.relation) > strength.index(before)):
            found[grant.content_object_id] = grant.relation
    return found


def cases_of_child(child_id: UUID) -> list[UUID]:
    """The visible cases of a child record."""
    return list(Case.objects.filter(child_id=child_id).values_list("pk", flat=True))


def with_keys(cases: Iterable[Case]) -> list[Case]:
    """The cases with their keys and their children's keys loaded in one query, for a list that shows names."""
    rows = list(cases)
    current().prefetch([Scope("case", case.pk) for case in rows] + [Scope("child", case.child_id) for case in rows])
    return rows


def search_exact(post: Post, *, number: str = "", kana: str = "", birth_date: date | None = None) -> list[Case]:
    """The post's cases with this number, or of a child with this full kana and birth date. Candidates are checked decrypted."""
    if number:
        return with_keys(cases_for(post).filter(number=number_key(number)).select_related("child"))
    if birth_date is None or not kana:
        return []
    found = index.candidates(post.office_id, "kana_birth", (kana, birth_date))
    cases = with_keys(cases_for(post).filter(child_id__in=found).select_related("child"))
    return [case for case in cases if _is_child(case.child, kana, birth_date)]


def _is_child(child: Child, kana: str, birth_date: date) -> bool:
    full = f"{reveal(child, 'family_kana')}{reveal(child, 'given_kana')}"
    return name_key(full) == name_key(kana) and reveal(child, "birth_date") == birth_date.isoformat()


def behind_glass(post: Post, *, number: str = "", kana: str = "", birth_date: date | None = None) -> list[dict[str, Any]]:
    """What may be shown of cases of one's own office before the glass is broken: id, number, who is in charge, telephone."""
    token = index.exact_token(post.office_id, (kana, birth_date)) if kana and birth_date else b""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM wall.behind_glass(%s, %s)", [token, number_key(number) if number else ""])
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def posts_of_case(case_id: UUID, *relations: str) -> list[UUID]:
    """The posts to tell of something on this case, by relation."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM wall.posts_of_case(%s, %s)", [case_id, list(relations)])
        return [row[0] for row in cursor.fetchall()]
