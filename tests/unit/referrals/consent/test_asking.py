"""A child is asked with the text for its age, freely, and its wish counts once it understands it; rule and wall say the same."""

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.db import DatabaseError, IntegrityError, connections
from django.utils.timezone import localdate

from agencies.directory.models import Office, OfficeKind
from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from agencies.wordings.codes import ASKED, Band
from agencies.wordings.queries import shipped_text
from cases.records.codes import Answer, Stage
from cases.records.models import Case
from face.text import furigana
from referrals.consent import panel
from referrals.consent.asking import proposed_band
from referrals.consent.codes import NOT_ASKED, WHERE_THERE_IS, Understood
from referrals.consent.models import Intention
from referrals.consent.queries import tellable_items
from referrals.consent.rules import bases_of
from referrals.consent.texts import PICTURES, asked_about, questions_of
from security.encryption.fields import value_of
from security.walls import clock
from security.walls.seeder import seeding
from tests.cast import CHILD, Cast, a_case, as_owner
from tests.client import signed_in
from tests.unit.referrals import pages, steps
from tests.unit.referrals.disclosures.test_gate_by_sql import NEW, raw, values_of

AGAIN = (
    "INSERT INTO referrals_intention SELECT (jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid(), "
    "'superseded_at', NULL, 'understood', %s::boolean, 'wording_version', %s::text))).* FROM referrals_intention i "
    "WHERE i.id = %s"
)
ENDED = "UPDATE referrals_intention SET superseded_at = now() WHERE id = %s"


def born(cast: Cast, years: int, days: int = 0) -> Case:
    """A case of a child who became so many years old so many days ago."""
    day = clock.today() - timedelta(days=days)
    try:
        birth = day.replace(year=day.year - years)
    except ValueError:  # today is 29 February
        birth = day.replace(year=day.year - years, day=28)
    return a_case(cast, child=replace(CHILD, birth_date=birth))


def changed(intention: Intention, columns: str, *values: Any) -> None:
    """What an older version left behind, as the seeder writes it."""
    with seeding(), connections["owner"].cursor() as cursor:
        cursor.execute(f"UPDATE referrals_intention SET {columns} WHERE id = %s", [*values, intention.pk])


@pytest.mark.parametrize(
    ("on", "band"),
    [
        (date(2025, 2, 28), Band.UNDER_5),
        (date(2025, 3, 1), Band.FROM_5),
        (date(2030, 2, 28), Band.FROM_5),
        (date(2030, 3, 1), Band.FROM_10),
        (date(2035, 2, 28), Band.FROM_10),
        (date(2035, 3, 1), Band.FROM_15),
        (date(2036, 2, 29), Band.FROM_15),
    ],
)
def test_the_text_follows_the_age_at_a_birthday_on_29_february(cast: Cast, on: date, band: Band) -> None:
    case = a_case(cast, child=replace(CHILD, birth_date=date(2020, 2, 29)))
    with acting_as(cast.caseworker):
        assert proposed_band(case, on) is band


@pytest.mark.parametrize(
    ("years", "before", "after"),
    [(5, "under_5", "from_5"), (10, "from_5", "from_10"), (15, "from_10", "from_15")],
)
def test_the_page_opens_with_the_text_for_the_age(cast: Cast, years: int, before: str, after: str) -> None:
    worker = signed_in(cast.caseworker)
    for days, band in ((0, after), (-1, before)):
        page = worker.get(f"/cases/{born(cast, years, days).pk}/intention/new/").content.decode()
        assert f'href="?band={band}" aria-current="true"' in page


def test_without_a_birth_date_the_text_is_chosen_without_a_reason(cast: Cast) -> None:
    case = a_case(cast, child=replace(CHILD, birth_date=None))
    page = signed_in(cast.caseworker).get(f"/cases/{case.pk}/intention/new/?band=from_5").content.decode()
    assert 'href="?band=from_5" aria-current="true"' in page
    assert 'name="band_reason"' not in page


def test_a_child_under_5_is_not_asked(cast: Cast) -> None:
    case, worker = born(cast, 4), pages.in_english(signed_in(cast.caseworker))
    path = f"/cases/{case.pk}/intention/new/"
    with acting_as(cast.caseworker):
        moved = Case.objects.get(pk=case.pk)
        moved.stage = Stage.SAFETY
        assert path not in [step.url for step in panel.steps(moved, cast.caseworker)]
    page = worker.get(path).content.decode()
    assert f"/cases/{case.pk}/exceptions/new/" in page
    assert "plain-words" not in page
    answer = worker.post(path, pages.answer(cast.offices["support"]))
    assert "is not asked" in answer.content.decode()
    with acting_as(cast.caseworker):
        assert not Intention.objects.filter(case=case).exists()


def test_another_text_than_that_for_the_age_needs_a_reason(cast: Cast) -> None:
    case, worker = born(cast, 4), pages.in_english(signed_in(cast.caseworker))
    path = f"/cases/{case.pk}/intention/new/?band=from_5"
    filled = pages.answer(cast.offices["support"], valid_until=(localdate() + timedelta(days=20)).isoformat())
    assert 'id="id_band_reason_error"' in worker.post(path, filled).content.decode()
    assert worker.post(path, filled | {"band_reason": "カードを使えば分かる"}).status_code == 302
    with acting_as(cast.caseworker):
        row = Intention.objects.get(case=case)
        assert (value_of(row.band), value_of(row.band_reason)) == (Band.FROM_5, "カードを使えば分かる")
        assert value_of(row.wording) == shipped_text(Band.FROM_5).words
    assert row.items == ["identity_min", "incident_outline"]
    with pytest.raises(Refused, match="band_reason"):
        steps.confirmed(cast, case, asking=replace(steps.ASKING, band=Band.FROM_10))


def test_the_oldest_are_asked_about_each_item_and_the_youngest_about_the_least() -> None:
    every = {code for code, _label in tellable_items(OfficeKind.POLICE)} - NOT_ASKED
    assert asked_about(Band.FROM_15) == every
    assert [set(question.items) for question in questions_of(Band.FROM_10)] == [
        {"identity_min", "incident_outline"},
        {"safety_state", "custody_dates"},
        {"considerations", "interview_plan"},
        WHERE_THERE_IS,  # asked only where the case has such a plan
    ]
    assert asked_about(Band.FROM_5) == {"identity_min", "incident_outline", "considerations"}
    assert asked_about(Band.UNDER_5) == set()


@pytest.mark.parametrize("band", ASKED)
def test_each_text_says_that_we_stop_and_that_the_police_may_go_on(band: Band) -> None:
    text = shipped_text(band).words.replace(" ", "")
    assert "とじます" in text
    assert "つづけ" in text
    assert "やめられます" not in text


def test_a_child_is_not_asked_about_more_than_its_text_says(cast: Cast) -> None:
    asking = replace(steps.ASKING, band=Band.FROM_5)
    day = clock.now() + timedelta(days=20)
    with pytest.raises(Refused, match="items"):
        steps.confirmed(cast, born(cast, 7), asking=asking, valid_until=day)


@pytest.mark.parametrize("part", Understood)
@pytest.mark.parametrize("answer", [Answer.NO, Answer.UNKNOWN])
def test_a_wish_that_is_not_understood_is_refused_beside_its_field(
    cast: Cast, part: Understood, answer: Answer
) -> None:
    case, worker = a_case(cast), pages.in_english(signed_in(cast.caseworker))
    filled = pages.answer(cast.offices["support"], **{part.column: answer.value})
    page = worker.post(f"/cases/{case.pk}/intention/new/", filled).content.decode()
    assert f'id="id_{part.column}_error"' in page
    assert "はなしても いいよ" in page
    understood = dict(steps.ASKING.understood) | {part: answer}
    with pytest.raises(Refused, match="understood"):
        steps.confirmed(cast, case, asking=replace(steps.ASKING, understood=understood))
    row = steps.confirmed(cast, case, result="undecided", asking=replace(steps.ASKING, understood=understood))
    assert row.understood is False


@pytest.mark.parametrize("fact", ["by_suspect_side", "in_suspect_home"])
@pytest.mark.parametrize("result", ["wishes", "declines"])
def test_what_is_said_before_the_suspects_side_is_no_answer(cast: Cast, fact: str, result: str) -> None:
    case, worker = a_case(cast), pages.in_english(signed_in(cast.caseworker))
    filled = pages.answer(cast.offices["support"], result=result, **{fact: "yes"})
    page = worker.post(f"/cases/{case.pk}/intention/new/", filled).content.decode()
    assert f'id="id_{fact}_error"' in page
    facts: dict[str, Any] = {fact: Answer.YES}
    with pytest.raises(Refused, match="suspect"):
        steps.confirmed(cast, case, result=result, asking=replace(steps.ASKING, **facts))


def test_by_sql_no_answer_is_silent_about_understanding(cast: Cast) -> None:
    """Nothing that says it was answered to an older text passes either: such a row is written by nobody any more."""
    row = steps.confirmed(cast, a_case(cast))
    raw(cast.caseworker, ENDED, [row.pk])
    for version in ("2026-1", "2026-4"):
        with pytest.raises(IntegrityError, match="says whether the child understood"):
            raw(cast.caseworker, AGAIN, [None, version, row.pk])


@pytest.mark.parametrize("version", ["2026-1", "2026-4"])
def test_by_sql_a_wish_that_is_not_understood_opens_no_gate(cast: Cast, version: str) -> None:
    case = a_case(cast)
    row = steps.confirmed(cast, case)
    raw(cast.caseworker, ENDED, [row.pk])
    raw(cast.caseworker, AGAIN, [False, version, row.pk])
    with acting_as(cast.caseworker):
        slipped_in = Intention.objects.get(case=case, superseded_at=None)
        assert bases_of(case, clock.now()) == []
    with pytest.raises(IntegrityError, match="no confirmed intention"):
        raw(cast.caseworker, NEW, values_of(cast, case, intention=slipped_in.pk))
    raw(cast.caseworker, ENDED, [slipped_in.pk])
    raw(cast.caseworker, AGAIN, [True, version, row.pk])
    with acting_as(cast.caseworker):
        understood = Intention.objects.get(case=case, superseded_at=None)
    assert raw(cast.caseworker, NEW, values_of(cast, case, intention=understood.pk)) == 1


def test_by_sql_nobody_makes_a_wish_understood_later(cast: Cast) -> None:
    row = steps.confirmed(cast, a_case(cast), result="undecided")
    with pytest.raises(DatabaseError, match="permission denied"):
        raw(cast.caseworker, "UPDATE referrals_intention SET understood = true WHERE id = %s", [row.pk])


def test_the_police_read_nothing_of_a_wish_that_was_not_understood(cast: Cast) -> None:
    report = steps.readable(cast)
    assert steps.seen_by(cast.police, report)
    with acting_as(cast.caseworker):
        row = Intention.objects.get(case=report.case_id)
    changed(row, "understood = false")
    assert steps.seen_by(cast.police, report) == []


@pytest.mark.parametrize(
    ("version", "counts"), [("2026-1", True), ("2026-2", True), ("2026-4", False), ("2027-1", False)]
)
def test_an_older_answer_counts_as_it_did(cast: Cast, version: str, counts: bool) -> None:
    case = a_case(cast)
    row = steps.confirmed(cast, case)
    changed(row, "understood = NULL, band = NULL, wording = NULL, wording_version = %s", version)
    with acting_as(cast.caseworker):
        assert bool(bases_of(case, clock.now())) is counts
    values = values_of(cast, case, intention=row.pk)
    if counts:
        assert raw(cast.caseworker, NEW, values) == 1
    else:
        with pytest.raises(IntegrityError, match="no confirmed intention"):
            raw(cast.caseworker, NEW, values)


@pytest.mark.parametrize(
    ("days_of_office", "days", "holds"), [(30, 30, True), (30, 31, False), (7, 8, False)]
)
def test_what_a_child_under_10_said_holds_for_days(
    cast: Cast, days_of_office: int, days: int, holds: bool
) -> None:
    with as_owner():
        Office.objects.using("owner").filter(code="kita").update(intention_days_young=days_of_office)
    case = born(cast, 10, -1)
    with acting_as(cast.caseworker):
        case.office.refresh_from_db()
    asking = replace(steps.ASKING, band=Band.FROM_5)
    given: dict[str, Any] = {
        "asking": asking,
        "items": ("identity_min",),
        "valid_until": clock.now() + timedelta(days=days),
    }
    if holds:
        assert steps.confirmed(cast, case, **given).items == ["identity_min"]
    else:
        with pytest.raises(Refused, match="valid_until"):
            steps.confirmed(cast, case, **given)
        until = localdate(given["valid_until"]).isoformat()
        filled = pages.answer(cast.offices["support"], valid_until=until)
        page = signed_in(cast.caseworker).post(f"/cases/{case.pk}/intention/new/", filled).content.decode()
        assert 'id="id_valid_until_error"' in page
    assert steps.confirmed(cast, born(cast, 10), valid_until=clock.now() + timedelta(days=80)).is_active_at(
        clock.now()
    )


def test_the_sheet_is_of_no_case(cast: Cast) -> None:
    worker = signed_in(cast.caseworker)
    for band in ASKED:
        page = worker.get(f"/question/{band.value}/").content.decode()
        assert "<ruby>" in page
        assert page.count("plain-words__question") == {"from_5": 1, "from_10": 3, "from_15": 12}[band.value]
        assert ("pictures/asking" in page) is (band is Band.FROM_5)
    assert worker.get("/question/under_5/").status_code == 404


def test_the_picture_is_drawn_says_itself_in_words_and_stands_where_the_child_is_asked(cast: Cast) -> None:
    drawn = Path(finders.find(PICTURES[Band.FROM_5]) or "").read_text()
    assert not re.search(r"<(?:image|script|style|text|a|use|foreignObject)\b|href|data:|style=", drawn)
    worker = pages.in_english(signed_in(cast.caseworker))
    page = worker.get(f"/cases/{born(cast, 7).pk}/intention/new/").content.decode()
    for shown in (page, worker.get("/question/from_5/").content.decode()):
        assert re.search(
            r'<img class="plain-words__picture" src="[^"]*pictures/asking[^"]*" alt="A child, a road', shown
        )
    assert "pictures/asking" not in worker.get(f"/cases/{born(cast, 12).pk}/intention/new/").content.decode()


def test_furigana() -> None:
    assert furigana("警察《けいさつ》に\n\n\n｜お兄さん《おにいさん》 <b>《x》") == (
        '<p lang="ja"><ruby>警察<rt>けいさつ</rt></ruby>に</p>\n'
        '<p lang="ja"><ruby>お兄さん<rt>おにいさん</rt></ruby> &lt;b&gt;《x》</p>'
    )
    assert furigana("") == ""
