"""Raw SQL of the application's login against the letters of a bureau: who reads, in which order, and by whom it is decided."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import DatabaseError, Error, connection
from django.utils import timezone

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from referrals.rights import actions
from referrals.rights.codes import LetterChannel, NoteStep, Wish
from referrals.rights.models import (
    ChildLetter,
    DangerCheck,
    LetterNote,
    LetterNotice,
    LetterReading,
    LetterReply,
    WordForChild,
)
from security.encryption.fields import reveal
from security.encryption.keyring import KeyNotVisible, Scope, current
from security.encryption.models import DataKey
from security.walls import clock
from security.walls.migrating import seeding_with_keys, without_triggers
from tests.cast import Cast, as_owner
from tests.unit.referrals.rights.steps import (
    ago,
    came,
    decided,
    judged,
    notified,
    ready,
    replied_to,
    transcribed,
)
from tests.unit.referrals.rights.test_notices import asked_to_tell, registered

TABLES = (ChildLetter, LetterReading, DangerCheck, LetterReply, LetterNotice, LetterNote, WordForChild)


def sql(by: Position, statement: str, *values: Any) -> int:
    with acting_as(by), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def refused(by: Position, rule: str, statement: str, *values: Any) -> None:
    """Refused under this constraint; a statement that finds no row it may touch is no refusal."""
    with pytest.raises(Error) as told:
        sql(by, statement, *values)
    cause = told.value.__cause__
    assert isinstance(cause, psycopg.Error)
    assert cause.diag.constraint_name == rule, cause


def test_nobody_else_reads_a_row_or_holds_the_key(cast: Cast) -> None:
    letter = ready(cast)
    replied_to(cast, letter)
    notified(cast, letter)
    asked_to_tell(cast, registered(cast))
    filing = notified_filing(cast)
    for name in ("rights2", "caseworker", "director", "school", "police", "privacy", "admin"):
        who = cast.positions[name]
        with acting_as(who):
            for model in TABLES:
                assert not model.objects.exists(), (name, model)
            with pytest.raises(KeyNotVisible):
                current().key(Scope("rights", letter.pk))
            if name not in ("caseworker", "director"):
                with pytest.raises(KeyNotVisible):
                    current().key(Scope("childword", filing))
        assert sql(who, "UPDATE referrals_childletter SET state = 'closed'") == 0
    for name in ("rights", "rights_head"):
        with acting_as(cast.positions[name]):
            assert reveal(LetterReading.objects.get(), "words")
            assert reveal(WordForChild.objects.get(), "text")


def notified_filing(cast: Cast) -> Any:
    with acting_as(cast.rights):
        return LetterNotice.objects.get().filing_id


def test_a_position_that_has_ended_reads_nothing(cast: Cast) -> None:
    ready(cast)
    with as_owner():
        Position.objects.using("owner").filter(pk=cast.rights.pk).update(
            ends_on=clock.today() - timedelta(days=1)
        )
    with acting_as(cast.rights):
        assert not ChildLetter.objects.exists()


def test_nothing_that_was_written_changes_or_goes(cast: Cast) -> None:
    letter = ready(cast)
    replied_to(cast, letter)
    for model in TABLES:
        table = model._meta.db_table
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET id = id"):
            with pytest.raises(DatabaseError):
                sql(cast.rights, statement)
    for column in ("text", "way", "letter_id"):
        with pytest.raises(DatabaseError):
            sql(cast.rights, f"UPDATE referrals_letterreply SET {column} = {column}")
    for column in ("number", "received_at", "office_id", "held_by"):
        with pytest.raises(DatabaseError):
            sql(cast.rights, f"UPDATE referrals_childletter SET {column} = {column}")


STATE = "UPDATE referrals_childletter SET state = %s WHERE id = %s"


def test_the_states_follow_each_other_and_rest_on_rows(cast: Cast) -> None:
    letter = came(cast)
    for state in ("danger_check", "replied", "closed", "nothing"):
        refused(cast.rights, "letter_moves", STATE, state, letter.pk)
    refused(cast.rights, "letter_came_so_far", STATE, "read", letter.pk)
    transcribed(cast, letter)
    refused(cast.rights, "letter_came_so_far", STATE, "danger_check", letter.pk)
    judged(cast, letter)
    refused(cast.rights, "letter_moves", STATE, "read", letter.pk)
    for state in ("replied", "notified", "followed"):
        refused(cast.rights, "letter_came_so_far", STATE, state, letter.pk)
    reply = replied_to(cast, letter)
    refused(cast.rights, "letter_came_so_far", STATE, "replied", letter.pk)
    decided(reply, cast.rights_head)
    refused(cast.rights, "letter_came_so_far", STATE, "replied", letter.pk)


DECIDE = "UPDATE referrals_letterreply SET approved = true, decided_at = now() WHERE id = %s"


def test_the_head_alone_decides_and_never_the_own_draft(cast: Cast) -> None:
    letter = ready(cast)
    reply = replied_to(cast, letter)
    refused(cast.rights, "letter_decider", DECIDE, reply.pk)
    refused(
        cast.rights,
        "letter_decider",
        "UPDATE referrals_letterreply SET approved = true, decided_at = now(), decided_by_id = %s, decided_person_id = %s"
        " WHERE id = %s",
        cast.rights_head.pk,
        cast.rights_head.staff_id,
        reply.pk,
    )
    for half in ("approved = true", "decided_at = now()", "approved = false, decided_at = now()"):
        rule = "letter_decision_whole"
        refused(cast.rights_head, rule, f"UPDATE referrals_letterreply SET {half} WHERE id = %s", reply.pk)
    assert sql(cast.rights_head, DECIDE, reply.pk) == 1
    with acting_as(cast.rights):
        row = LetterReply.objects.get()
        assert (row.decided_by_id, row.decided_person_id) == (cast.rights_head.pk, cast.rights_head.staff_id)
    for change in ("approved = false", "note = 'x'", "decided_at = now() + interval '1 day'"):
        rule = "letter_draft_stays"
        refused(cast.rights_head, rule, f"UPDATE referrals_letterreply SET {change} WHERE id = %s", reply.pk)
    other = ready(cast, "R8-0002")
    own = replied_to(cast, other, by="rights_head")
    refused(cast.rights_head, "letter_decider", DECIDE, own.pk)


SEND = "UPDATE referrals_letterreply SET sent_at = %s WHERE id = %s"


def test_a_reply_goes_out_after_its_approval_and_once(cast: Cast) -> None:
    letter = ready(cast)
    reply = replied_to(cast, letter)
    refused(cast.rights, "reply_is_sent", SEND, timezone.now(), reply.pk)
    decided(reply, cast.rights_head)
    refused(cast.rights, "reply_is_sent", SEND, ago(hours=1), reply.pk)
    refused(cast.rights, "reply_is_sent", SEND, ago(hours=-1), reply.pk)
    assert sql(cast.rights, SEND, timezone.now(), reply.pk) == 1
    refused(cast.rights, "reply_is_sent", SEND, timezone.now(), reply.pk)


def copy_of(table: str, **changed: str) -> str:
    """SQL that inserts a further row like the one there is."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            [table],
        )
        columns = [row[0] for row in cursor.fetchall()]
    values = ["gen_random_uuid()" if name == "id" else changed.get(name, name) for name in columns]
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table} LIMIT 1"


def test_a_letter_answered_in_writing_was_not_answered_before(cast: Cast) -> None:
    letter = ready(cast)
    reply = replied_to(cast, letter)
    decided(reply, cast.rights_head, approved=False, note="直す")
    undecided = dict.fromkeys(
        ("decided_by_id", "decided_person_id", "decided_at", "approved", "note"), "NULL"
    )
    statement = copy_of("referrals_letterreply", **undecided, sent_at="now()")
    refused(cast.rights, "reply_is_sent", statement)
    refused(cast.rights, "letter_draft_begins", copy_of("referrals_letterreply"))
    forged = copy_of("referrals_letterreply", **undecided, drafted_by_id=f"'{cast.rights_head.pk}'")
    assert sql(cast.rights, forged) == 1
    with acting_as(cast.rights):
        assert set(LetterReply.objects.values_list("drafted_by", flat=True)) == {cast.rights.pk}


def test_what_the_child_is_against_is_filed_with_the_approval(cast: Cast) -> None:
    letter = ready(cast)
    row = notified(cast, letter, wish=Wish.AGAINST, why="命に関わる")
    other = ready(cast, "R8-0002")
    filed = notified(cast, other)
    statement = "UPDATE referrals_letternotice SET filing_id = %s WHERE id = %s"
    refused(cast.rights, "notice_takes_two", statement, filed.filing_id, row.pk)
    approve = "UPDATE referrals_letternotice SET approved = true, decided_at = now() WHERE id = %s"
    refused(cast.rights_head, "notice_takes_two", approve, row.pk)
    with_anothers = (
        "UPDATE referrals_letternotice SET approved = true, decided_at = now(), filing_id = %s WHERE id = %s"
    )
    refused(cast.rights_head, "notice_is_filed", with_anothers, filed.filing_id, row.pk)
    refused(cast.rights_head, "notice_takes_two", approve, filed.pk)
    refused(cast.rights, "notice_takes_two", copy_of("referrals_letternotice", takes_two="NOT takes_two"))


def test_nothing_is_written_of_a_closed_letter_or_of_anothers(cast: Cast) -> None:
    letter = came(cast)
    foreign = came(cast, "X-1", by="rights2")
    transcribed(cast, letter)
    statement = copy_of("referrals_letterreading", letter_id=f"'{foreign.pk}'")
    with pytest.raises(DatabaseError):
        sql(cast.rights, statement)
    note = (
        "INSERT INTO referrals_letternote (id, letter_id, written_by_id, written_at, step, happened_at, words)"
        " VALUES (gen_random_uuid(), %s, %s, now(), 'x', 'x', 'x')"
    )
    with pytest.raises(DatabaseError):
        sql(cast.rights2, note, letter.pk, cast.rights2.pk)
    assert sql(cast.rights, note, letter.pk, cast.rights2.pk) == 1
    with acting_as(cast.rights):
        assert [row.written_by_id for row in LetterNote.objects.all()] == [cast.rights.pk]
    with without_triggers(ChildLetter, "owner"), seeding_with_keys("owner"):
        ChildLetter.objects.using("owner").filter(pk=letter.pk).update(state="closed")
    refused(cast.rights, "letter_is_open", copy_of("referrals_letterreading"))


def test_a_letter_begins_at_a_bureau_as_received(cast: Cast) -> None:
    came(cast)
    refused(cast.rights, "letter_begins", copy_of("referrals_childletter", number="'R8-2'", state="'closed'"))
    elsewhere = f"'{cast.offices['bureau2'].pk}'"
    with pytest.raises(DatabaseError):
        sql(cast.rights, copy_of("referrals_childletter", number="'R8-2'", office_id=elsewhere))
    refused(cast.rights, "child_letter_number_form", copy_of("referrals_childletter", number="'HANA CHAN'"))
    with acting_as(cast.school), pytest.raises(DatabaseError):
        current().create(Scope("rights", uuid4()), cast.school.office_id)


def test_a_word_for_the_child_comes_from_the_center_that_was_notified(cast: Cast) -> None:
    letter = ready(cast)
    notified(cast, letter)
    filing = notified_filing(cast)
    insert = "INSERT INTO referrals_wordforchild (id, filing_id, sent_at, text) VALUES (gen_random_uuid(), %s, now(), 'x')"
    for who in (cast.caseworker, cast.stranger, cast.school, cast.rights, cast.police):
        with pytest.raises(DatabaseError):
            sql(who, insert, filing)
    registered(cast)
    for who in (cast.stranger, cast.school, cast.rights, cast.police):
        with pytest.raises(DatabaseError):
            sql(who, insert, filing)
    assert sql(cast.caseworker, insert, filing) == 1
    other = ready(cast, "R8-0002")
    notified(cast, other)
    with acting_as(cast.rights):
        word = WordForChild.objects.get()
        with pytest.raises(DatabaseError):
            actions.write_note(
                other,
                step=NoteStep.TOLD_WORD,
                happened_at=timezone.now(),
                words="-",
                by=cast.rights,
                word=word,
            )


def test_keys_of_a_bureau_are_made_by_its_people(cast: Cast) -> None:
    came(cast, channel=LetterChannel.LINE)
    with acting_as(cast.rights):
        assert DataKey.objects.filter(kind="rights").count() == 1
    for who in (cast.caseworker, cast.police):
        with acting_as(who), pytest.raises(DatabaseError):
            current().create(Scope("childword", uuid4()), who.office_id)
