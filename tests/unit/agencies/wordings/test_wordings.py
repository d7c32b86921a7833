"""An office's own text for asking a child: drafted by one, decided by another, read out from its first day, never changed."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from agencies.wordings import actions
from agencies.wordings.codes import ASKED, Band
from agencies.wordings.models import Wording
from agencies.wordings.queries import SHIPPED, shipped_text, text_for
from agencies.wordings.rules import check_says_what_is_true
from referrals.consent.models import Intention
from security.encryption.fields import value_of
from security.walls import clock
from tests.cast import Cast, a_case
from tests.client import signed_in
from tests.unit.referrals import pages
from tests.unit.referrals.disclosures.test_gate_by_sql import raw

OWN = "架空《かくう》の文《ぶん》です。いやになったら、やめて、とじます。警察《けいさつ》は、続《つづ》けることがあります。"


def drafted(cast: Cast, by: str = "supervisor", text: str = OWN, starts_on: date | None = None) -> Wording:
    position = cast.positions[by]
    with acting_as(position):
        return actions.draft_wording(Band.FROM_10, text, starts_on or clock.today(), by=position)


def decided(cast: Cast, row: Wording, by: str = "director", approved: bool = True) -> None:
    position = cast.positions[by]
    with acting_as(position):
        actions.decide_wording(Wording.objects.get(pk=row.pk), approved=approved, by=position)


def version_on(by: Position, day: date, band: Band = Band.FROM_10) -> str:
    with acting_as(by):
        return text_for(by.office, band, day).version


def test_it_is_read_out_from_its_first_day_once_another_person_approved_it(cast: Cast) -> None:
    today, worker = clock.today(), cast.caseworker
    tomorrow = today + timedelta(days=1)
    row = drafted(cast, starts_on=tomorrow)
    assert version_on(worker, tomorrow) == SHIPPED
    decided(cast, row)
    assert version_on(worker, today) == SHIPPED
    assert version_on(worker, tomorrow) == "office-1"
    assert version_on(worker, tomorrow, Band.FROM_5) == SHIPPED
    assert version_on(cast.positions["stranger"], tomorrow) == SHIPPED
    decided(cast, drafted(cast, text=OWN + "二"), approved=False)
    assert version_on(worker, tomorrow) == "office-1"


def test_two_directors_decide_once(cast: Cast) -> None:
    row = drafted(cast)
    director = cast.positions["director"]
    with acting_as(director):
        opened = Wording.objects.get(pk=row.pk)
    decided(cast, row)
    with acting_as(director), pytest.raises(Refused):
        actions.decide_wording(opened, approved=False, by=director)


def test_the_database_numbers_the_texts_of_an_office(cast: Cast) -> None:
    rows = [drafted(cast), drafted(cast, by="caseworker")]
    with acting_as(cast.caseworker):
        assert [Wording.objects.get(pk=row.pk).number for row in rows] == [1, 2]


def test_the_answer_keeps_the_words_it_was_given_to(cast: Cast) -> None:
    case = a_case(cast)
    decided(cast, drafted(cast))
    worker = signed_in(cast.caseworker)
    path = f"/cases/{case.pk}/intention/new/"
    assert "<ruby>架空<rt>かくう</rt></ruby>" in worker.get(path).content.decode()
    assert worker.post(path, pages.answer(cast.offices["support"])).status_code == 302
    decided(cast, drafted(cast, text=OWN + "二"))
    with acting_as(cast.caseworker):
        row = Intention.objects.get(case=case)
        assert (row.wording_version, value_of(row.wording)) == ("office-1", OWN)
    assert "<ruby>架空<rt>かくう</rt></ruby>" in worker.get(f"/cases/{case.pk}/intention/").content.decode()


def test_nobody_decides_alone(cast: Cast) -> None:
    row = drafted(cast, by="director")
    for by in ("director", "caseworker", "supervisor"):
        with pytest.raises(Refused):
            decided(cast, row, by=by)


def test_it_says_what_is_true(cast: Cast) -> None:
    for wrong in (
        "いつでもやめられます。",
        "やめて、とじます。",
        "警察《けいさつ》は、続《つづ》けることがあります。",
    ):
        with pytest.raises(Refused, match="true"):
            drafted(cast, text=wrong)
    for band in ASKED:
        check_says_what_is_true(shipped_text(band).words)
    page = signed_in(cast.caseworker).post(
        "/wordings/from_10/add/", {"text": "いつでもやめられます。", "starts_on": clock.today().isoformat()}
    )
    assert 'id="id_text_error"' in page.content.decode()
    assert "いつでもやめられます。" in page.content.decode()
    with pytest.raises(Refused, match="past"):
        drafted(cast, starts_on=clock.today() - timedelta(days=1))


def test_by_sql_it_stays_and_nobody_else_decides(cast: Cast) -> None:
    row = drafted(cast)
    decides = (
        "UPDATE agencies_wording SET approved = true, decided_at = now(), decided_by_id = drafted_by_id, "
        "decided_person_id = drafted_person_id WHERE id = %s"
    )
    assert raw(cast.positions["supervisor"], decides, [row.pk]) == 0
    assert raw(cast.positions["stranger_director"], decides, [row.pk]) == 0
    assert raw(cast.director, decides, [row.pk]) == 1  # signed as the director, whatever was sent
    with acting_as(cast.caseworker):
        assert Wording.objects.get(pk=row.pk).decided_person_id == cast.director.staff_id
    for change in ("text = 'x'", "starts_on = current_date + 1", "band = 'from_5'", "number = 9"):
        with pytest.raises(DatabaseError, match="permission denied"):
            raw(cast.director, f"UPDATE agencies_wording SET {change} WHERE id = %s", [row.pk])
    own = drafted(cast, by="director")
    with pytest.raises(DatabaseError, match="wording_takes_two"):
        raw(cast.director, decides, [own.pk])
    with pytest.raises(DatabaseError, match="permission denied"):
        raw(cast.director, "DELETE FROM agencies_wording")


def test_the_pages(cast: Cast) -> None:
    drafter, director = (signed_in(cast.positions[name]) for name in ("supervisor", "director"))
    day = clock.today().isoformat()
    assert drafter.post("/wordings/from_10/add/", {"text": OWN, "starts_on": day}).status_code == 302
    with acting_as(cast.director):
        row = Wording.objects.get()
    path = f"/wordings/{row.pk}/"
    assert path in director.get("/").content.decode()
    assert "aria-disabled" in drafter.get(path).content.decode()
    assert director.post(f"{path}decide/", {"verdict": "approve"}).status_code == 302
    assert "office-1" in drafter.get("/wordings/").content.decode()
    assert "<ruby>架空<rt>かくう</rt></ruby>" in drafter.get("/question/from_10/").content.decode()
    assert signed_in(cast.positions["stranger"]).get(path).status_code == 404
    assert drafter.get("/wordings/under_5/add/").status_code == 404
