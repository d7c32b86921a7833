"""The director lets others decide, act by act, until a day."""

import pytest
from django.db import Error

from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Delegation, Post
from agencies.staff.roles import Act
from agencies.staff.rules import may_decide
from tests.cast import Cast, as_owner
from tests.client import signed_in


def data(post: Post, **changed: object) -> dict[str, object]:
    return {
        "to_post": str(post.pk),
        "acts": ["custody_start", "closing"],
        "starts_on": "2026-01-01",
        "ends_on": "2099-03-31",
        **changed,
    }


def test_given_it_counts_and_taken_back_it_does_not(cast: Cast) -> None:
    director = signed_in(cast.director)
    assert director.post("/delegations/", data(cast.supervisor))["Location"] == "/delegations/"
    with acting_as(cast.supervisor):
        assert may_decide(cast.supervisor, Act.CUSTODY_START)
        assert not may_decide(cast.supervisor, Act.POLICE_REPORT)
        assert [notice.kind for notice in Notice.objects.filter(post=cast.supervisor)] == ["delegated"]
        given = Delegation.objects.get()
    page = director.get("/delegations/").content.decode()
    assert cast.supervisor.staff.name in page
    assert director.post(f"/delegations/{given.pk}/end/")["Location"] == "/delegations/"
    with acting_as(cast.supervisor):
        assert not may_decide(cast.supervisor, Act.CUSTODY_START)


def test_it_ends_by_itself_and_with_the_directors_post(cast: Cast) -> None:
    signed_in(cast.director).post("/delegations/", data(cast.supervisor))
    with as_owner():
        Delegation.objects.using("owner").update(ends_on="2026-02-01")
    with acting_as(cast.supervisor):
        assert not may_decide(cast.supervisor, Act.CUSTODY_START)
    with as_owner():
        Delegation.objects.using("owner").update(ends_on="2099-02-01")
        Post.objects.using("owner").filter(pk=cast.director.pk).update(ends_on="2026-02-01")
    with acting_as(cast.supervisor):
        assert not may_decide(cast.supervisor, Act.CUSTODY_START)


@pytest.mark.parametrize(
    "changed",
    [
        {"to_post": "stranger"},
        {"to_post": "director"},
        {"to_post": "x"},
        {"acts": []},
        {"acts": ["everything"]},
        {"ends_on": ""},
        {"ends_on": "2025-12-31"},
    ],
)
def test_what_is_no_delegation_is_refused(cast: Cast, changed: dict[str, object]) -> None:
    if (name := changed.get("to_post")) in cast.posts:
        changed = {"to_post": str(cast.posts[str(name)].pk)}
    assert signed_in(cast.director).post("/delegations/", data(cast.supervisor, **changed)).status_code == 200
    with acting_as(cast.director):
        assert not Delegation.objects.exists()


def test_directors_only_and_of_their_own_office(cast: Cast) -> None:
    for name in ("caseworker", "supervisor", "duty", "police", "policechief", "school", "privacy", "admin"):
        client = signed_in(cast.posts[name])
        assert client.get("/delegations/").status_code == 404, name
        assert client.post("/delegations/", data(cast.colleague)).status_code == 404, name
    signed_in(cast.director).post("/delegations/", data(cast.supervisor))
    with acting_as(cast.director):
        given = Delegation.objects.get()
    assert signed_in(cast.stranger_director).post(f"/delegations/{given.pk}/end/").status_code == 404
    other_director = signed_in(cast.posts["two_posts/director"])
    other_director.post(f"/delegations/{given.pk}/end/")
    with acting_as(cast.director):
        given.refresh_from_db()
        assert given.ended_at is None


def test_raw_sql_gives_oneself_nothing(cast: Cast) -> None:
    for by in (cast.supervisor, cast.admin, cast.stranger_director):
        row = Delegation(
            office=cast.director.office,
            given_by=cast.director,
            to_post=by,
            acts=["closing"],
            starts_on="2026-01-01",
            ends_on="2099-01-01",
        )
        with pytest.raises(Error), acting_as(by):
            row.save(force_insert=True)
