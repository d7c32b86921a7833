"""A caution is at the head of every page of its case until it is lifted, once; its record stays."""

from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.cautions import actions
from cases.cautions.codes import MOVES, CautionKind, CautionState
from cases.cautions.models import Caution
from cases.cautions.queries import LATEST, not_to_tell
from cases.cautions.rules import MOST
from cases.records.models import Case
from security.encryption.envelope import DecryptionError
from security.encryption.fields import reveal
from tests.cast import Cast, a_case
from tests.client import signed_in

WORDS = "お母さんには言わないでほしい（架空）"
MOTHER = "母"
WHY = "本人が話してよいと言った（架空）"


def recorded(cast: Cast, case: Case | None = None, *, by: str = "caseworker", **more: Any) -> Caution:
    case, who = case or a_case(cast), cast.positions[by]
    facts = {"kind": CautionKind.NOT_TO_TELL, "words": WORDS, "whom": MOTHER, **more}
    with acting_as(who):
        return actions.record_caution(case, by=who, **facts)


def lifted(cast: Cast, caution: Caution, *, why: str = WHY, by: str = "caseworker") -> Caution:
    with acting_as(cast.positions[by]):
        return actions.end_caution(caution, why=why, by=cast.positions[by])


def bar_of(text: str) -> str:
    return text.partition('<section class="case-bar"')[2].partition("</section>")[0]


def test_recorded_and_lifted_once(cast: Cast) -> None:
    caution = recorded(cast)
    lifted(cast, caution)
    with acting_as(cast.caseworker):
        row = Caution.objects.get(pk=caution.pk)
        assert (row.state, reveal(row, "why"), row.ended_by) == (CautionState.LIFTED, WHY, cast.caseworker)
        assert (reveal(row, "words"), reveal(row, "whom")) == (WORDS, MOTHER)
        assert not_to_tell(row.case) == []
    with pytest.raises(Refused, match="ended"):
        lifted(cast, row)


@pytest.mark.parametrize(("code", "more"), [("whom", {"whom": " "}), ("words", {"words": " "})])
def test_not_recorded_without_what_it_says(cast: Cast, code: str, more: dict[str, Any]) -> None:
    with pytest.raises(Refused, match=code):
        recorded(cast, **more)


def test_not_lifted_without_a_reason(cast: Cast) -> None:
    caution = recorded(cast)
    with pytest.raises(Refused, match="why"):
        lifted(cast, caution, why=" ")


def test_no_more_in_force_than_a_head_can_show(cast: Cast) -> None:
    """Those in force are never behind lifted ones."""
    case = a_case(cast)
    first = recorded(cast, case)
    for _number in range(MOST - 1):
        recorded(cast, case, kind=CautionKind.OTHER, whom="")
    with pytest.raises(Refused, match="many"):
        recorded(cast, case)
    assert MOST < LATEST
    lifted(cast, first)
    recorded(cast, case)


@pytest.mark.parametrize("name", ["colleague", "stranger", "police", "school", "privacy", "admin"])
def test_only_the_team_records_lifts_and_reads_it(cast: Cast, name: str) -> None:
    caution, case = recorded(cast), a_case(cast)
    with pytest.raises((Refused, DatabaseError)):
        recorded(cast, case, by=name)
    with pytest.raises((Refused, DatabaseError)):
        lifted(cast, caution, by=name)
    with acting_as(cast.positions[name]):
        assert not Caution.objects.exists()
    client = signed_in(cast.positions[name])
    paths = reverse("caution_end", args=[caution.case_id, caution.pk]), reverse("caution_new", args=[case.pk])
    for path in paths:
        assert client.get(path).status_code == 404


def test_a_caution_of_another_case_is_missing(cast: Cast) -> None:
    caution, other = recorded(cast), a_case(cast)
    path = reverse("caution_end", args=[other.pk, caution.pk])
    assert signed_in(cast.caseworker).post(path, {"why": WHY}).status_code == 404


def test_nothing_is_recorded_on_a_closed_case(cast: Cast) -> None:
    caution = recorded(cast)
    with acting_as(cast.caseworker):
        caution.case.stage = "closed"  # as a stale page has it
        with pytest.raises(Refused, match="closed"):
            actions.record_caution(
                caution.case, kind=CautionKind.OTHER, words=WORDS, whom="", by=cast.caseworker
            )


# --- Raw SQL -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        "words = whom",
        "whom = words",
        "kind = words",
        "why = words",
        "ended_at = NULL, ended_by_id = NULL, why = NULL",
        "ended_at = now()",
        "recorded_at = now()",
        "recorded_by_id = ended_by_id",
        "case_id = case_id",
    ],
)
def test_raw_sql_rewrites_no_caution(cast: Cast, change: str) -> None:
    lifted(cast, recorded(cast))
    with acting_as(cast.caseworker), pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(f"UPDATE cases_caution SET {change}")


@pytest.mark.parametrize("change", ["why = words", "ended_at = now()"])
def test_raw_sql_lifts_none_without_its_reason_and_moment(cast: Cast, change: str) -> None:
    recorded(cast)
    with acting_as(cast.caseworker), pytest.raises(IntegrityError, match="lifted once"), transaction.atomic():
        connection.cursor().execute(f"UPDATE cases_caution SET {change}")


def test_raw_sql_signs_with_no_other_name(cast: Cast) -> None:
    """The moment and the position are the database's, whatever the statement says."""
    caution = recorded(cast)
    with acting_as(cast.caseworker):
        connection.cursor().execute(
            "UPDATE cases_caution SET ended_at = '2001-01-01', ended_by_id = %s, why = words",
            [cast.colleague.pk],
        )
        row = Caution.objects.get(pk=caution.pk)
        assert row.ended_at is not None
        assert (row.ended_by, row.ended_at.year > 2001) == (cast.caseworker, True)


STATEMENTS = (
    "SELECT count(*) FROM cases_caution",
    "SELECT count(*) FROM cases_caution WHERE case_id = %(case)s",
    "WITH gone AS (UPDATE cases_caution SET ended_at = now(), why = words RETURNING 1) SELECT count(*) FROM gone",
)


@pytest.mark.parametrize("name", ["colleague", "stranger", "police", "school", "privacy", "admin", None])
def test_raw_sql_of_all_others_finds_none(cast: Cast, name: str | None) -> None:
    """Of another office, beside the team, of the police, and nobody: none is read, lifted, deleted or added."""
    caution = recorded(cast)
    copy = (
        "INSERT INTO cases_caution (id, case_id, recorded_by_id, recorded_at, kind, words, whom)"
        " VALUES (gen_random_uuid(), %s, %s, now(), 'v1', 'v1', 'v1')"
    )
    who = cast.positions[name] if name else None

    def tried() -> None:
        for statement in STATEMENTS:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, {"case": caution.case_id})
                assert cursor.fetchone() == (0,), statement
        author = (who or cast.caseworker).pk
        for statement, values in (("DELETE FROM cases_caution", []), (copy, [caution.case_id, author])):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, values)

    if who is None:
        tried()
    else:
        with acting_as(who):
            tried()
    with acting_as(cast.caseworker):
        assert Caution.objects.get().state is CautionState.IN_FORCE


def test_raw_sql_carries_no_words_to_another_row(cast: Cast) -> None:
    """Another person's words, copied as they are sealed, do not open in the row they were not written in."""
    caution = recorded(cast)
    with acting_as(cast.caseworker), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_caution (id, case_id, recorded_by_id, recorded_at, kind, words, whom)"
            " SELECT gen_random_uuid(), case_id, %s, now(), kind, words, whom FROM cases_caution",
            [cast.colleague.pk],
        )
        row = Caution.objects.exclude(pk=caution.pk).get()
        assert row.recorded_by == cast.caseworker
        with pytest.raises(DecryptionError):
            reveal(row, "words")
        assert reveal(Caution.objects.get(pk=caution.pk), "words") == WORDS


# --- Pages -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ja", "en"])
def test_on_the_pages(cast: Cast, language: str) -> None:
    case, client = a_case(cast), signed_in(cast.caseworker)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    new, said = (
        reverse("caution_new", args=[case.pk]),
        {"ja": f"知らせない相手：{MOTHER}", "en": f"Not to be told: {MOTHER}"},
    )
    assert new in client.get(f"/cases/{case.pk}/").content.decode()
    assert client.post(new, {"kind": "not_to_tell", "words": WORDS}).context["form"]["whom"].errors
    answer = client.post(new, {"kind": "not_to_tell", "words": WORDS, "whom": MOTHER})
    assert answer.headers["Location"] == f"/cases/{case.pk}/#cautions"
    with acting_as(cast.caseworker):
        end = reverse("caution_end", args=[case.pk, Caution.objects.get().pk])
    overview = client.get(f"/cases/{case.pk}/").content.decode()
    assert WORDS in overview
    assert end in overview
    for name in ("case", "progress_list", "people_list", "case_manage", "visit_new", "progress_add"):
        assert said[language] in bar_of(client.get(reverse(name, args=[case.pk])).content.decode()), name
    assert WORDS in client.get(end).content.decode()
    assert client.post(end, {"why": ""}).context["form"].errors
    assert client.post(end, {"why": WHY}).status_code == 302
    overview = client.get(f"/cases/{case.pk}/").content.decode()
    assert said[language] not in bar_of(overview)
    assert WORDS in overview
    assert WHY in overview
    assert WHY in client.get(f"/cases/{case.pk}/progress/").content.decode()
    assert client.post(end, {"why": WHY}).context["form"].non_field_errors()


def test_each_kind_says_what_it_is(cast: Cast) -> None:
    case = a_case(cast)
    for kind in CautionKind:
        recorded(
            cast, case, kind=kind, words="犬を放している。\n門の前で電話し、出てもらってから入ること（架空）"
        )
    recorded(cast, case, kind=CautionKind.SUSPECT_CONTACT)
    bar = bar_of(signed_in(cast.caseworker).get(f"/cases/{case.pk}/").content.decode())
    for said in ("加害が疑われる人と接触あり", f"知らせない相手：{MOTHER}", "職員の安全に注意"):
        assert bar.count(said) == 1, said
    assert "犬を放している。 門の前で電話し、出てもらって…" in bar


def test_the_table_of_moves_names_every_state() -> None:
    assert set(MOVES) == set(CautionState)
