"""The inbox: one's own notices, newest first."""

import uuid

import pytest
from django.db import IntegrityError, connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agencies.notices.actions import tell
from agencies.notices.codes import NoticeKind
from agencies.notices.models import Notice
from agencies.notices.queries import inbox_of, unread_badge
from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from tests.cast import Cast, as_owner
from tests.client import signed_in


def leave(cast: Cast, to: Position, *references: str, path: str = "/sessions/") -> None:
    for reference in references:
        with acting_as(cast.caseworker):
            tell([to.pk], NoticeKind.CASE_ASSIGNED, reference, path, cause=reference)


def notices(position: Position) -> list[Notice]:
    with acting_as(position):
        return list(Notice.objects.all())


def test_it_shows_what_is_new_and_counts_it(cast: Cast) -> None:
    leave(cast, cast.colleague, "KITA-2026-0001", "KITA-2026-0002")
    client = signed_in(cast.colleague)
    page = client.get("/inbox/").content.decode()
    assert page.index("KITA-2026-0002") < page.index("KITA-2026-0001")
    assert '<span class="count-mark">2</span>' in page


def test_opening_one_marks_it_and_leads_there(cast: Cast) -> None:
    leave(cast, cast.colleague, "KITA-2026-0001", "KITA-2026-0002")
    client = signed_in(cast.colleague)
    newest = notices(cast.colleague)[0]
    assert client.post(f"/inbox/{newest.pk}/")["Location"] == "/sessions/"
    assert [notice.read_at is None for notice in notices(cast.colleague)] == [False, True]
    assert (
        client.post("/inbox/read/", {"notice": str(notices(cast.colleague)[1].pk)})["Location"] == "/inbox/"
    )
    assert '<span class="count-mark">' not in client.get("/inbox/").content.decode()


def test_all_at_once(cast: Cast) -> None:
    leave(cast, cast.colleague, "KITA-2026-0001", "KITA-2026-0002")
    signed_in(cast.colleague).post("/inbox/read/", {"notice": "all"})
    assert all(notice.read_at for notice in notices(cast.colleague))


def test_notices_of_others_are_neither_seen_nor_changed(cast: Cast) -> None:
    leave(cast, cast.colleague, "KITA-2026-0001")
    (notice,) = notices(cast.colleague)
    for name in ("caseworker", "supervisor", "admin", "privacy", "stranger"):
        other = signed_in(cast.positions[name])
        assert "KITA-2026-0001" not in other.get("/inbox/").content.decode()
        assert other.post(f"/inbox/{notice.pk}/").status_code == 404
        assert other.post("/inbox/read/", {"notice": str(notice.pk)}).status_code == 404
        other.post("/inbox/read/", {"notice": "all"})
    assert notices(cast.colleague)[0].read_at is None


@pytest.mark.parametrize(
    "path", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_a_notice_leads_nowhere_else(cast: Cast, path: str) -> None:
    """The database takes no such row from the application, and the page follows none."""
    with pytest.raises(IntegrityError, match="no such notice"):
        leave(cast, cast.colleague, "KITA-2026-0001", path=path)
    leave(cast, cast.colleague, "KITA-2026-0001")
    with as_owner():
        Notice.objects.using("owner").update(path=path)
    (notice,) = notices(cast.colleague)
    assert signed_in(cast.colleague).post(f"/inbox/{notice.pk}/").status_code == 404


def test_a_cause_is_told_once(cast: Cast) -> None:
    leave(cast, cast.colleague, "KITA-2026-0001", "KITA-2026-0001")
    assert len(notices(cast.colleague)) == 1


def test_what_comes_again_on_the_same_day_is_counted_and_unread_again(cast: Cast) -> None:
    leave(cast, cast.colleague, "KITA-2026-0001")
    signed_in(cast.colleague).post("/inbox/read/", {"notice": "all"})
    with acting_as(cast.caseworker):
        for cause in ("again", "again", "and again"):
            tell(
                [cast.colleague.pk] * 2, NoticeKind.CASE_ASSIGNED, "KITA-2026-0001", "/sessions/", cause=cause
            )
    (notice,) = notices(cast.colleague)
    assert (notice.count, notice.read_at) == (3, None)
    assert notice.last_at > notice.created_at
    page = signed_in(cast.colleague).get("/inbox/").content.decode()
    assert "×3" in page
    assert f"{timezone.localtime(notice.last_at):%H:%M}" in page


def test_the_next_day_is_a_notice_of_its_own_and_an_old_cause_is_not_told_again(cast: Cast) -> None:
    leave(cast, cast.colleague, "KITA-2026-0001")
    with as_owner():
        Notice.objects.using("owner").update(day="2026-01-01")
    leave(cast, cast.colleague, "KITA-2026-0001")
    assert len(notices(cast.colleague)) == 1
    with acting_as(cast.caseworker):
        tell([cast.colleague.pk], NoticeKind.CASE_ASSIGNED, "KITA-2026-0001", "/sessions/", cause="new")
    assert [notice.count for notice in notices(cast.colleague)] == [1, 1]


def test_the_badge_counts_to_99_and_no_further(cast: Cast) -> None:
    references = [f"KITA-2026-{number:04}" for number in range(1, 120)]
    leave(cast, cast.colleague, *references[:99])
    assert '<span class="count-mark">99</span>' in signed_in(cast.colleague).get("/inbox/").content.decode()
    leave(cast, cast.colleague, *references[99:])
    assert '<span class="count-mark">99+</span>' in signed_in(cast.colleague).get("/inbox/").content.decode()


def test_the_badge_costs_one_short_scan_of_the_unread(cast: Cast) -> None:
    """20,000 notices, two in three unread: the partial index is asked for a hundred rows."""
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO agencies_notice (id, position_id, kind, reference, path, cause, day, count, created_at, last_at, "
            "read_at)"
            " SELECT gen_random_uuid(), %s, 'case_assigned', '', '/' || n, n, current_date, 1, now(), now(),"
            " CASE WHEN n %% 3 = 0 THEN now() END FROM generate_series(1, 20000) n",
            [cast.colleague.pk],
        )
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE agencies_notice")
    with acting_as(cast.colleague), connection.cursor() as cursor:
        with CaptureQueriesContext(connection) as asked:
            assert unread_badge(cast.colleague) == "99+"
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {asked.captured_queries[0]['sql']}")
        (plan,) = cursor.fetchone()[0]
    assert "notice_unread" in str(plan)
    assert plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"] < 150


def test_it_is_paged_by_key(cast: Cast) -> None:
    leave(cast, cast.colleague, *(f"KITA-2026-000{number}" for number in range(5)))
    seen: list[str] = []
    place: dict[str, str] = {}
    with acting_as(cast.colleague):
        for _ in range(3):
            page = inbox_of(cast.colleague, place, size=2)
            seen += [notice.reference for notice in page.rows]
            place = dict([page.older.split("=")]) if page.older else {}
    assert seen == [f"KITA-2026-000{number}" for number in (4, 3, 2, 1, 0)]
    assert place == {}


def test_what_is_no_place_is_no_page(cast: Cast) -> None:
    for place in ("x", uuid.uuid4(), "%00", "1-"):
        assert signed_in(cast.colleague).get(f"/inbox/?older={place}").status_code == 400


def test_a_token_of_another_reader_is_no_place(cast: Cast) -> None:
    leave(cast, cast.supervisor, "KITA-2026-0001", "KITA-2026-0002")
    leave(cast, cast.colleague, "KITA-2026-0003", "KITA-2026-0004")
    with acting_as(cast.supervisor):
        older = inbox_of(cast.supervisor, {}, size=1).older
    assert signed_in(cast.supervisor).get(f"/inbox/?{older}").status_code == 200
    assert signed_in(cast.colleague).get(f"/inbox/?{older}").status_code == 400


def test_empty_it_says_so(cast: Cast) -> None:
    assert "empty__text" in signed_in(cast.colleague).get("/inbox/").content.decode()
