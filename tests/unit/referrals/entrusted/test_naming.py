"""The head of the office that gives the help names another person: who reads then, who is told, and that nobody else does it."""

from uuid import uuid4

import pytest
from django.urls import reverse

from agencies.directory.models import OfficeKind
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Position, Staff
from agencies.staff.roles import Permission, Role
from agencies.staff.rules import Refused
from cases.records.models import Block
from referrals.entrusted import actions
from referrals.entrusted.codes import KINDS, NamingReason, ReturnKind
from referrals.entrusted.models import (
    Entrusted,
    EntrustedItem,
    EntrustedNaming,
    EntrustedReturn,
    EntrustedSession,
)
from referrals.entrusted.panel import at_office
from referrals.entrusted.queries import cases_of_entrusted, entrusted_relations, is_open_to_me, namings_of
from security.encryption.fields import reveal
from security.encryption.keyring import current
from security.walls import clock
from tests.cast import Cast, as_owner
from tests.client import signed_in, text_of
from tests.unit.referrals import steps as gate
from tests.unit.referrals.entrusted import steps
from tests.unit.referrals.entrusted.test_police import given
from tests.unit.referrals.entrusted.test_walls import refused, sql

W = NamingReason
ADD = (
    "INSERT INTO referrals_entrustednaming (id, entrusted_id, before_id, provider_id, why, named_by_id, named_at)"
    " VALUES (%s, %s, %s, %s, 'left', %s, now())"
)


def colleague(cast: Cast, office: str = "home", role: Role = Role.PSYCHOTHERAPIST) -> Position:
    """Another person of that office who gives help."""
    with as_owner():
        person = Staff.objects.using("owner").create(
            username=f"colleague{uuid4().hex[:8]}", name="架空　同僚", email="c@example.invalid"
        )
        made = Position.objects.using("owner").create(
            staff=person, office=cast.offices[office], role=role, starts_on=clock.today()
        )
    return Position.objects.using("gate").select_related("staff", "office").get(pk=made.pk)


def named(cast: Cast, row: Entrusted, to: Position, by: str = "homehead", why: W = W.LEAVE) -> None:
    with acting_as(cast.positions[by]):
        actions.name_giver(row, to, why, by=cast.positions[by])


def full(cast: Cast) -> Entrusted:
    row = steps.accepted(cast)
    steps.recorded(cast, row)
    return row


def told(by: Position) -> list[str]:
    with as_owner():
        kinds = ("entrusted_named", "entrusted_passed", "entrusted_renamed")
        rows = Notice.objects.using("owner").filter(position=by.pk, kind__in=kinds)
        return [f"{one.kind} {one.path}" for one in rows]


def test_the_old_one_loses_the_reading_and_the_new_one_gets_it(cast: Cast) -> None:
    row, new = full(cast), colleague(cast)
    named(cast, row, new)
    with acting_as(cast.therapist):
        assert not is_open_to_me(row)
        for model in (Entrusted, EntrustedItem, EntrustedReturn, EntrustedSession, EntrustedNaming):
            assert not model.objects.exists(), model
        for scope in (row.shared_scope(), row.notes_scope()):
            assert not current().can_open(scope)
        assert not entrusted_relations(cast.therapist.pk, [row.case_id])
    with acting_as(new):
        assert is_open_to_me(row)
        assert EntrustedItem.objects.count() == len(steps.TEXTS)
        assert reveal(EntrustedSession.objects.get(), "note") == steps.NOTE
        assert not current().can_open(row.key_scope())
        # The access log names the case and the relation of who opens these keys from now on.
        assert entrusted_relations(new.pk, [row.case_id]) == {row.case_id: "disclosure"}
        assert cases_of_entrusted(row.pk) == [row.case_id]
        mine = Entrusted.objects.select_related("provider__staff").get(pk=row.pk)
        mine.provider = new
    steps.recorded(cast, mine)
    steps.returned(cast, mine, ReturnKind.REVIEW)


def test_both_and_the_center_are_told_with_no_word_of_the_child(cast: Cast) -> None:
    row, new = full(cast), colleague(cast)
    named(cast, row, new)
    assert told(new) == [f"entrusted_named /entrusted/{row.pk}/"]
    assert told(cast.therapist) == ["entrusted_passed /entrusted/"]
    assert told(cast.caseworker) == [f"entrusted_renamed /cases/{row.case_id}/entrusted/{row.pk}/"]
    page = text_of(signed_in(cast.caseworker).get(reverse("entrusted", args=[row.case_id, row.pk])))
    assert cast.therapist.staff.name in page
    assert new.staff.name in page
    assert str(W.LEAVE.label) in page or "長期" in page
    with acting_as(cast.caseworker):
        (one,) = namings_of(row)
        assert (one.before_id, one.provider_id, one.named_by_id, one.why) == (
            cast.therapist.pk, new.pk, cast.positions["homehead"].pk, "leave",
        )  # fmt: skip


def test_the_head_reads_who_gives_it_and_nothing_that_was_told(cast: Cast) -> None:
    row = full(cast)
    head = cast.positions["homehead"]
    with acting_as(head):
        assert Entrusted.objects.count() == 1
        for model in (EntrustedItem, EntrustedReturn, EntrustedSession):
            assert not model.objects.exists(), model
        for scope in (row.shared_scope(), row.notes_scope(), row.key_scope()):
            assert not current().can_open(scope)
    steps.withdrawn(cast, row)
    with acting_as(head):
        assert not Entrusted.objects.exists()


def test_on_the_pages_the_head_names_a_colleague_and_nothing_typed_is_lost(cast: Cast) -> None:
    row, new = steps.sent(cast), colleague(cast)
    head = signed_in(cast.positions["homehead"])
    url = reverse("entrusted_name", args=[row.pk])
    assert url in text_of(head.get(reverse("home")))
    page = text_of(head.get(reverse("entrusted_here")))
    assert row.reference in page
    assert cast.therapist.staff.name in page
    form = text_of(head.get(url))
    assert new.staff.name in form
    assert not [text for text in steps.TEXTS.values() if text in form]
    answer = head.post(url, {"provider": str(new.pk)})
    assert answer.context["form"].errors.keys() == {"why"}
    assert answer.context["form"]["provider"].value() == str(new.pk)
    assert head.post(url, {"provider": str(cast.therapist.pk), "why": "left"}).context["form"].errors
    assert head.post(url, {"provider": str(new.pk), "why": "left"}).status_code == 302
    assert signed_in(new).get(reverse("entrusted_plan", args=[row.pk])).status_code == 200
    assert signed_in(cast.therapist).get(reverse("entrusted_plan", args=[row.pk])).status_code == 404


def test_a_person_who_has_left_is_said_to_the_head_and_to_the_center(cast: Cast) -> None:
    row, new = full(cast), colleague(cast)
    with as_owner():
        Position.objects.using("owner").filter(pk=cast.therapist.pk).update(ends_on="2026-01-01")
    head = cast.positions["homehead"]
    with acting_as(head):
        assert at_office(head, 5)[0].pressing
    named(cast, row, new, why=W.LEFT)
    with acting_as(head):
        assert not at_office(head, 5)[0].pressing


def test_where_nobody_else_gives_help_the_form_says_so(cast: Cast) -> None:
    row = steps.sent(cast)
    answer = signed_in(cast.positions["homehead"]).get(reverse("entrusted_name", args=[row.pk]))
    assert str(answer.context["reason"])


def test_who_does_not_fit_is_refused(cast: Cast) -> None:
    row = full(cast)
    for other in (cast.therapist, cast.positions["therapist2"], cast.institution):
        with pytest.raises(Refused) as said:
            named(cast, row, other)
        assert said.value.code == "provider"
    new = colleague(cast)
    steps.withdrawn(cast, row)
    with pytest.raises(Refused) as said:
        named(cast, row, new)
    assert said.value.code == "gone"


def test_who_is_excluded_from_the_case_is_not_named_and_the_head_learns_no_why(cast: Cast) -> None:
    row, new = full(cast), colleague(cast)
    with as_owner():
        Block.objects.using("owner").create(
            case_id=row.case_id, staff=new.staff, blocked_by=cast.supervisor, created_at=clock.now()
        )
    with pytest.raises(Refused) as said:
        named(cast, row, new)
    assert said.value.code == "provider"
    assert steps.at_center(cast, row).provider_id == cast.therapist.pk


@pytest.mark.parametrize(
    "who",
    ["caseworker", "supervisor", "director", "therapist", "therapist2", "institution", "clinician",
     "policechief", "stranger", "school", "privacy", "admin"],
)  # fmt: skip
def test_nobody_else_names_anybody_by_raw_sql(cast: Cast, who: str) -> None:
    row, new, by = full(cast), colleague(cast), cast.positions[who]
    refused(by, "", ADD, uuid4(), row.pk, cast.therapist.pk, new.pk, by.pk)
    refused(by, "", "UPDATE referrals_entrusted SET provider_id = %s", new.pk)
    assert steps.at_center(cast, row).provider_id == cast.therapist.pk


def test_the_head_too_changes_the_person_by_a_true_row_alone(cast: Cast) -> None:
    row, new, head = full(cast), colleague(cast), cast.positions["homehead"]
    other = cast.positions["therapist2"]
    refused(head, "", "UPDATE referrals_entrusted SET provider_id = %s", new.pk)
    for to in (cast.therapist, other, cast.institution):
        refused(head, "entrusted_named", ADD, uuid4(), row.pk, other.pk, to.pk, head.pk)
    # Who wrote it and instead of whom are the database's.
    assert sql(head, ADD, uuid4(), row.pk, other.pk, new.pk, other.pk) == 1
    with acting_as(cast.caseworker):
        (one,) = namings_of(row)
    assert (one.before_id, one.named_by_id) == (cast.therapist.pk, head.pk)
    refused(head, "", "UPDATE referrals_entrustednaming SET why = 'leave'")
    refused(head, "", "DELETE FROM referrals_entrustednaming")


def test_the_head_of_another_office_names_nobody(cast: Cast) -> None:
    row, new, beside = full(cast), colleague(cast), colleague(cast, "home2")
    with as_owner():
        there = Position.objects.using("owner").create(
            staff=beside.staff,
            office=cast.offices["home2"],
            role=Role.FACILITY_HEAD,
            starts_on=clock.today(),
            confirmed_at=clock.now(),
        )
    by = Position.objects.using("gate").select_related("staff", "office").get(pk=there.pk)
    with acting_as(by):
        assert not Entrusted.objects.exists()
    refused(by, "", ADD, uuid4(), row.pk, cast.therapist.pk, new.pk, by.pk)


def test_at_the_police_only_an_officer_of_the_disclosure_is_named(cast: Cast) -> None:
    report, row = given(cast)
    other = cast.positions["police2"]
    with pytest.raises(Refused) as said:
        named(cast, row, other, by="policechief")
    assert said.value.code == "provider"
    chief = cast.policechief
    refused(chief, "entrusted_named", ADD, uuid4(), row.pk, cast.police.pk, other.pk, chief.pk)
    gate.assigned(cast, report, to="police2")
    named(cast, row, other, by="policechief")
    with acting_as(other):
        assert is_open_to_me(row)
    with acting_as(cast.police):
        assert not is_open_to_me(row)


def test_every_kind_of_office_that_gives_help_can_have_a_head() -> None:
    heads = {role for role in Role if role.may(Permission.NAME_GIVERS)}
    assert heads == {Role.FACILITY_HEAD, Role.POLICE_SUPERVISOR}
    assert Role.FACILITY_HEAD.profile.kinds == set(KINDS)
    assert OfficeKind.POLICE in Role.POLICE_SUPERVISOR.profile.kinds
