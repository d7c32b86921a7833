"""The inbox: one's own notices, newest first."""

import uuid

import pytest
from django.db import ProgrammingError

from agencies.notices.actions import tell
from agencies.notices.kinds import NoticeKind
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Post
from tests.cast import Cast, as_owner
from tests.client import signed_in


def leave(cast: Cast, to: Post, *references: str, path: str = "/sessions/") -> None:
    for reference in references:
        with acting_as(cast.caseworker):
            tell([to.pk], NoticeKind.CASE_ASSIGNED, reference, path, cause=reference)


def notices(post: Post) -> list[Notice]:
    with acting_as(post):
        return list(Notice.objects.all())


def test_it_shows_what_is_new_and_counts_it(cast: Cast) -> None:
    leave(cast, cast.colleague, "KITA-1", "KITA-2")
    client = signed_in(cast.colleague)
    page = client.get("/inbox/").content.decode()
    assert page.index("KITA-2") < page.index("KITA-1")
    assert '<span class="count-mark">2</span>' in page


def test_opening_one_marks_it_and_leads_there(cast: Cast) -> None:
    leave(cast, cast.colleague, "KITA-1", "KITA-2")
    client = signed_in(cast.colleague)
    newest = notices(cast.colleague)[0]
    assert client.post(f"/inbox/{newest.pk}/")["Location"] == "/sessions/"
    assert [notice.read_at is None for notice in notices(cast.colleague)] == [False, True]
    assert (
        client.post("/inbox/read/", {"notice": str(notices(cast.colleague)[1].pk)})["Location"] == "/inbox/"
    )
    assert '<span class="count-mark">' not in client.get("/inbox/").content.decode()


def test_all_at_once(cast: Cast) -> None:
    leave(cast, cast.colleague, "KITA-1", "KITA-2")
    signed_in(cast.colleague).post("/inbox/read/")
    assert all(notice.read_at for notice in notices(cast.colleague))


def test_nobody_else_sees_or_touches_them(cast: Cast) -> None:
    leave(cast, cast.colleague, "KITA-1")
    (notice,) = notices(cast.colleague)
    for name in ("caseworker", "supervisor", "admin", "privacy", "stranger"):
        other = signed_in(cast.posts[name])
        assert "KITA-1" not in other.get("/inbox/").content.decode()
        assert other.post(f"/inbox/{notice.pk}/").status_code == 404
        assert other.post("/inbox/read/", {"notice": str(notice.pk)}).status_code == 404
        other.post("/inbox/read/")
    assert notices(cast.colleague)[0].read_at is None


@pytest.mark.parametrize(
    "path", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_a_notice_leads_nowhere_else(cast: Cast, path: str) -> None:
    """The database takes no such row from the application, and the page follows none."""
    with pytest.raises(ProgrammingError, match="row-level security"):
        leave(cast, cast.colleague, "KITA-1", path=path)
    leave(cast, cast.colleague, "KITA-1")
    with as_owner():
        Notice.objects.using("owner").update(path=path)
    (notice,) = notices(cast.colleague)
    assert signed_in(cast.colleague).post(f"/inbox/{notice.pk}/").status_code == 404


def test_a_cause_is_told_once(cast: Cast) -> None:
    leave(cast, cast.colleague, "KITA-1", "KITA-1")
    assert len(notices(cast.colleague)) == 1


def test_it_is_paged_by_key(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("face.keyset.page_of.__defaults__", (2,))
    leave(cast, cast.colleague, *(f"KITA-{number}" for number in range(5)))
    client = signed_in(cast.colleague)
    seen, after = [], ""
    for _ in range(3):
        page = client.get(f"/inbox/?after={after}").context["page"]
        seen += [notice.reference for notice in page.rows]
        after = page.after
    assert seen == [f"KITA-{number}" for number in (4, 3, 2, 1, 0)]
    assert after == ""


def test_a_key_of_somebody_elses_notice_is_no_page(cast: Cast) -> None:
    leave(cast, cast.supervisor, "KITA-1")
    (foreign,) = notices(cast.supervisor)
    for after in (foreign.pk, uuid.uuid4(), "x", "%00"):
        assert signed_in(cast.colleague).get(f"/inbox/?after={after}").status_code == 400


def test_empty_it_says_so(cast: Cast) -> None:
    assert "empty__text" in signed_in(cast.colleague).get("/inbox/").content.decode()
