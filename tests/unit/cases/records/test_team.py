"""The team of a case: who may change it, what the wall refuses by itself, and conflicts of interest."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import Error, IntegrityError, connection, connections, transaction
from django.urls import reverse
from django.utils import timezone

from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.custody.codes import CUSTODY_START
from cases.records.actions import add_to_team, break_glass
from cases.records.codes import Level, Relation
from cases.records.models import Block, Case, Grant
from cases.records.queries import cases_for, deciders_of, valid_grants
from referrals.consent.codes import EXCEPTION
from security.encryption.fields import sealed_text
from security.walls import clock
from tests.cast import Cast, a_case, as_owner, delegated
from tests.client import signed_in
from tests.rights import every_column
from tests.unit.referrals.actors import Steps, run


def _sees(cast: Cast, who: str, case: Case) -> bool:
    with acting_as(cast.positions[who]):
        return cases_for(cast.positions[who]).filter(pk=case.pk).exists()


def _grants(cast: Cast, case: Case, by: str = "supervisor") -> dict[str, Grant]:
    with acting_as(cast.positions[by]):
        found = valid_grants(case, clock.now()).select_related("position__staff", "content_object")
        return {f"{grant.position.staff.username} {grant.relation}": grant for grant in found}


def test_a_colleague_joins_until_a_day_and_is_told(cast: Cast) -> None:
    case, client = a_case(cast), signed_in(cast.caseworker)
    last = clock.today() + timedelta(days=3)
    facts = {"position": str(cast.colleague.pk), "level": "view", "until": last.isoformat()}
    assert client.post(reverse("team_add", args=[case.pk]), facts).status_code == 302
    grant = _grants(cast, case)["colleague member"]
    assert grant.ends_at is not None
    assert (
        grant.ends_at.astimezone(clock.now().tzinfo).timestamp() > clock.now().timestamp() + 3 * 86400 - 86400
    )
    assert _sees(cast, "colleague", case)
    colleague = signed_in(cast.colleague)
    assert colleague.get(reverse("progress_list", args=[case.pk])).status_code == 200
    assert colleague.get(reverse("progress_add", args=[case.pk])).status_code == 404
    assert client.post(reverse("team_add", args=[case.pk]), facts).status_code == 200  # there already


def test_one_colleague_added_twice_at_once_has_one_right(cast: Cast) -> None:
    case = a_case(cast)

    def script() -> Steps:
        with acting_as(cast.caseworker):
            add_to_team(case, cast.colleague, relation=Relation.MEMBER, level=Level.EDIT, by=cast.caseworker)
            yield

    first, second = run("ABAB", script, script)
    assert first is None
    assert isinstance(second, Refused)
    with as_owner():
        assert Grant.objects.using("owner").filter(content_object=case, position=cast.colleague).count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"position": ""},
        {"position": "x"},
        {"position": "stranger"},
        {"level": "manage"},
        {"until": "2020-01-01"},
        {"until": "x"},
    ],
)
def test_who_cannot_join(cast: Cast, change: dict[str, str]) -> None:
    case = a_case(cast)
    facts = {"position": str(cast.colleague.pk), "level": "edit"} | change
    facts["position"] = str(cast.stranger.pk) if facts["position"] == "stranger" else facts["position"]
    assert signed_in(cast.caseworker).post(reverse("team_add", args=[case.pk]), facts).status_code == 200
    assert not _sees(cast, "colleague", case)
    assert not _sees(cast, "stranger", case)


@pytest.mark.parametrize(("keep", "still"), [("", False), ("on", True)])
def test_the_person_in_charge_hands_over(cast: Cast, keep: str, still: bool) -> None:
    case, client = a_case(cast), signed_in(cast.caseworker)
    facts = {"position": str(cast.colleague.pk), "day": str(clock.today()), "keep_former": keep}
    response = client.post(reverse("lead_change", args=[case.pk]), facts)
    assert response["Location"] == (
        reverse("case_manage", args=[case.pk], fragment="team") if still else reverse("case_list")
    )
    names = set(_grants(cast, case))
    assert "colleague lead" in names
    assert "caseworker lead" not in names
    assert _sees(cast, "caseworker", case) is still


def test_a_member_who_takes_over_is_no_member_beside(cast: Cast) -> None:
    case = a_case(cast)
    with acting_as(cast.caseworker):
        add_to_team(case, cast.colleague, relation=Relation.MEMBER, level=Level.EDIT, by=cast.caseworker)
    signed_in(cast.supervisor).post(
        reverse("lead_change", args=[case.pk]),
        {"position": str(cast.colleague.pk), "day": str(clock.today())},
    )
    assert {name for name in _grants(cast, case) if name.startswith("colleague")} == {"colleague lead"}


def test_ending_a_grant_closes_the_next_page(cast: Cast) -> None:
    case = a_case(cast)
    with acting_as(cast.caseworker):
        add_to_team(case, cast.colleague, relation=Relation.MEMBER, level=Level.EDIT, by=cast.caseworker)
    colleague = signed_in(cast.colleague)
    assert colleague.get(reverse("progress_add", args=[case.pk])).status_code == 200
    address = reverse("grant_end", args=[case.pk, _grants(cast, case)["colleague member"].pk])
    client = signed_in(cast.caseworker)
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 302
    assert colleague.get(reverse("progress_add", args=[case.pk])).status_code == 404
    assert client.post(address).status_code == 404


@pytest.mark.parametrize(
    ("by", "whom"),
    [("caseworker", "caseworker lead"), ("caseworker", "supervisor line"), ("supervisor", "supervisor line")],
)
def test_grants_that_have_to_stay(cast: Cast, by: str, whom: str) -> None:
    case = a_case(cast)
    grant = _grants(cast, case)[whom]
    assert (
        signed_in(cast.positions[by]).post(reverse("grant_end", args=[case.pk, grant.pk])).status_code == 200
    )
    with (
        acting_as(cast.positions[by]),
        pytest.raises(Error),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT wall.revoke(%s)", [grant.pk])
    assert whom in _grants(cast, case)


def test_a_block_beats_every_grant_and_is_lifted_by_the_line(cast: Cast) -> None:
    case = a_case(cast)
    with acting_as(cast.caseworker):
        add_to_team(case, cast.colleague, relation=Relation.MEMBER, level=Level.EDIT, by=cast.caseworker)
    client = signed_in(cast.caseworker)
    block = {"position": str(cast.colleague.pk)}
    assert client.post(reverse("block_add", args=[case.pk]), block).status_code == 302
    assert not _sees(cast, "colleague", case)
    assert client.post(reverse("block_add", args=[case.pk]), block).status_code == 200
    with as_owner():
        found = Block.objects.using("owner").get()
    address = reverse("block_lift", args=[case.pk, found.pk])
    assert client.post(address).status_code == 200  # the one in charge does not lift it
    assert not _sees(cast, "colleague", case)
    assert signed_in(cast.supervisor).post(address).status_code == 302
    assert _sees(cast, "colleague", case)


def test_a_colleague_joins_from_a_day_on_for_a_reason(cast: Cast) -> None:
    case = a_case(cast)
    client, address = signed_in(cast.caseworker), reverse("team_add", args=[case.pk])
    first = clock.today() + timedelta(days=7)
    facts = {
        "position": str(cast.colleague.pk),
        "level": "edit",
        "since": first.isoformat(),
        "reason": "育休の代わり",
    }
    assert client.post(address, {**facts, "until": clock.today().isoformat()}).status_code == 200
    assert client.post(address, facts).status_code == 302
    assert client.post(address, facts).status_code == 200  # once
    assert not _sees(cast, "colleague", case)
    assert "育休の代わり" in client.get(reverse("case_manage", args=[case.pk])).content.decode()
    with as_owner():
        grant = Grant.objects.using("owner").get(position=cast.colleague)
        assert timezone.localdate(grant.starts_at) == first
        assert "育休の代わり" not in (sealed_text(grant.reason) or "")
        assert not Notice.objects.using("owner").filter(position=cast.colleague).exists()
        Grant.objects.using("owner").filter(pk=grant.pk).update(starts_at=clock.now() - timedelta(minutes=1))
    assert _sees(cast, "colleague", case)


@pytest.mark.parametrize(
    ("by", "whom"),
    [("caseworker", "supervisor"), ("supervisor", "supervisor"), ("supervisor", "caseworker")],
)
def test_who_is_not_blocked_by_whom(cast: Cast, by: str, whom: str) -> None:
    case = a_case(cast)
    facts = {"position": str(cast.positions[whom].pk)}
    assert signed_in(cast.positions[by]).post(reverse("block_add", args=[case.pk]), facts).status_code == 200
    with (
        acting_as(cast.positions[by]),
        pytest.raises(Error),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT wall.block(%s, %s, %s)", [uuid4(), case.pk, cast.positions[whom].staff_id])
    assert _sees(cast, whom, case)


def test_the_director_blocks_a_supervisor(cast: Cast) -> None:
    case = a_case(cast)
    facts = {"position": str(cast.supervisor.pk)}
    assert signed_in(cast.director).post(reverse("block_add", args=[case.pk]), facts).status_code == 302
    assert not _sees(cast, "supervisor", case)


def test_a_blocked_person_gets_no_notice_of_the_team(cast: Cast) -> None:
    case = a_case(cast)
    with acting_as(cast.caseworker):
        add_to_team(case, cast.colleague, relation=Relation.MEMBER, level=Level.EDIT, by=cast.caseworker)
    for who in ("supervisor", "colleague"):
        facts = {"position": str(cast.positions[who].pk)}
        assert signed_in(cast.director).post(reverse("block_add", args=[case.pk]), facts).status_code == 302
    with as_owner():  # what lay in the inbox is gone
        assert (
            not Notice.objects.using("owner").filter(position__in=[cast.colleague, cast.supervisor]).exists()
        )
    with acting_as(cast.duty):
        break_glass(case.pk, "子どもの居場所の確認", by=cast.duty)
    with acting_as(cast.caseworker):
        deciders = deciders_of(case, CUSTODY_START, besides=cast.caseworker)
    assert set(deciders) == {cast.director.pk, cast.positions["two_positions/director"].pk}
    with as_owner():
        told = set(
            Notice.objects.using("owner").filter(kind="glass_broken").values_list("position_id", flat=True)
        )
    assert told == {cast.caseworker.pk, cast.director.pk, cast.positions["two_positions/director"].pk}


def test_a_blocked_director_is_not_told_of_a_draft(cast: Cast) -> None:
    case = a_case(cast)
    for who in ("director", "two_positions/director"):
        with as_owner():
            Block.objects.using("owner").create(
                case_id=case.pk,
                staff_id=cast.positions[who].staff_id,
                blocked_by=cast.supervisor,
                created_at=clock.now(),
            )
    with acting_as(cast.caseworker):
        told = deciders_of(case, CUSTODY_START, besides=cast.caseworker)
    assert told == [cast.supervisor.pk]  # nobody has the power: the line sees to it


def test_a_member_changes_no_team(cast: Cast) -> None:
    case = a_case(cast)
    with acting_as(cast.caseworker):
        add_to_team(case, cast.colleague, relation=Relation.MEMBER, level=Level.EDIT, by=cast.caseworker)
    client = signed_in(cast.colleague)
    for name in ("team_add", "lead_change", "block_add"):
        assert client.get(reverse(name, args=[case.pk])).status_code == 404
    facts = {"position": str(cast.other_section.pk), "level": "edit"}
    assert client.post(reverse("team_add", args=[case.pk]), facts).status_code == 200
    assert not _sees(cast, "other_section", case)


RELATIONS = ["none", "member", "line", "ended", "not yet begun", "blocked", "second position", "glass over"]


@pytest.mark.parametrize("relation", RELATIONS)
def test_who_sees_the_record_by_relation(cast: Cast, relation: str) -> None:
    case = a_case(cast)
    who = {"line": "supervisor", "second position": "two_positions"}.get(relation, "colleague")
    if relation not in ("none", "line", "second position"):
        with acting_as(cast.caseworker):
            add_to_team(case, cast.colleague, relation=Relation.MEMBER, level=Level.EDIT, by=cast.caseworker)
    with as_owner():
        grants = Grant.objects.using("owner").filter(position=cast.colleague)
        hour = timedelta(hours=1)
        if relation == "ended":
            grants.update(ended_at=clock.now())
        if relation == "not yet begun":
            grants.update(starts_at=clock.now() + hour)
        if relation == "glass over":
            grants.update(relation="glass", starts_at=clock.now() - 5 * hour, ends_at=clock.now() - hour)
        if relation == "blocked":
            Block.objects.using("owner").create(
                case_id=case.pk,
                staff_id=cast.colleague.staff_id,
                blocked_by=cast.supervisor,
                created_at=clock.now(),
            )
    seen = relation in ("member", "line")
    status = signed_in(cast.positions[who]).get(reverse("progress_list", args=[case.pk])).status_code
    assert status == (200 if seen else 404)


def test_a_blocked_lead_sees_nothing(cast: Cast) -> None:
    case = a_case(cast)
    with as_owner():
        Block.objects.using("owner").create(
            case_id=case.pk,
            staff_id=cast.caseworker.staff_id,
            blocked_by=cast.supervisor,
            created_at=clock.now(),
        )
    client = signed_in(cast.caseworker)
    assert case.number not in client.get(reverse("case_list")).content.decode()
    assert client.get(reverse("child_edit", args=[case.pk])).status_code == 404


def test_an_ended_position_holds_no_grant(cast: Cast) -> None:
    case = a_case(cast)
    for ends_on, held in ((None, [case.pk]), (clock.today() - timedelta(days=1), [])):
        with as_owner(), connections["owner"].cursor() as cursor:
            Position.objects.using("owner").filter(pk=cast.caseworker.pk).update(ends_on=ends_on)
            cursor.execute("SELECT wall.case_ids_for(%s, 'view')", [cast.caseworker.pk])
            assert cursor.fetchone() == (held,)


def test_who_is_told_that_a_decision_waits(cast: Cast) -> None:
    case = a_case(cast)
    directors = {cast.director.pk, cast.positions["two_positions/director"].pk}
    with acting_as(cast.caseworker):
        assert set(deciders_of(case, CUSTODY_START, besides=cast.caseworker)) == directors
    for whom in ("supervisor", "supervisor2"):  # the second one is not on the case
        delegated(cast, cast.positions[whom], CUSTODY_START)
    with acting_as(cast.caseworker):
        told = set(deciders_of(case, CUSTODY_START, besides=cast.caseworker))
        assert told == directors | {cast.supervisor.pk}
        assert set(deciders_of(case, EXCEPTION, besides=cast.caseworker)) == directors


NEW_CASE = """
INSERT INTO cases_case (id, number, child_id, office_id, section_id, track, stage, urgency, version, opened_at)
SELECT %s, wall.next_number(), %s, office_id, section_id, track, stage, urgency, version, opened_at FROM cases_case WHERE id = %s
"""


def _raw(by: Position, *statements: tuple[str, list[UUID]]) -> None:
    with acting_as(by), connection.cursor() as cursor:
        for statement, values in statements:
            cursor.execute(statement, values)


def test_raw_sql_points_no_case_at_a_foreign_child(cast: Cast) -> None:
    mine, foreign = a_case(cast), a_case(cast, lead="other_section")
    repoint = ("UPDATE cases_case SET child_id = %s WHERE id = %s", [foreign.child_id, mine.pk])
    renumber = ("UPDATE cases_case SET number = 'KITA-1' WHERE id = %s", [mine.pk])
    for statement in (repoint, renumber):
        with pytest.raises(Error, match="permission denied"):  # no right to these columns at all
            _raw(cast.caseworker, statement)
        with every_column("cases_case"), pytest.raises(IntegrityError, match="keeps"):
            _raw(cast.caseworker, statement)
    new = uuid4()
    opened = ("SELECT wall.open_case(%s, %s)", [new, cast.caseworker.pk])
    with pytest.raises(IntegrityError, match="a child of one's own"):
        _raw(cast.caseworker, opened, (NEW_CASE, [new, foreign.child_id, mine.pk]))
    _raw(cast.caseworker, opened, (NEW_CASE, [new, mine.child_id, mine.pk]))
