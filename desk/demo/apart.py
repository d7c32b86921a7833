"""A demo child in custody: contact with a man of the home is limited, and one joint interview is conferred on."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from agencies.directory.queries import police_offices
from agencies.staff.models import Position
from agencies.staff.roles import Role
from agencies.training.actions import enter_training, keep_training
from agencies.training.codes import Course
from cases.decisions.codes import Verdict
from cases.interviews.codes import PlanState, Protocol
from cases.interviews.plans import propose_plan, take_step
from cases.limits.actions import LIMIT, LimitFacts, draft_limit, record_told
from cases.limits.codes import Basis, ContactKind, Extent, ToldTo
from cases.records.actions import save_person
from cases.records.models import Case
from desk.demo.hours import OFFICE
from desk.demo.owner import at
from desk.demo.telling import Telling
from desk.demo.texts import texts
from security.walls import clock


def trained(positions: Mapping[tuple[str, str], Position], now: datetime) -> None:
    """Two people of the center may interview; the certificate of one of them runs out soon. Others are on their way."""
    admin = positions["admin", "kansa"]
    told: dict[str, Any] = texts()["training"]
    with at(now - timedelta(days=60), admin):
        day = clock.today()
        for username, days in (("psychologist", 700), ("supervisor", 100)):
            staff = positions[username, "hoshi"].staff
            keep_training(staff, Course.NICHD, day, day + timedelta(days=days), by=admin)
        for username, course, holds in (
            ("supervisor", Course.SUPERVISING, 0),
            ("caseworker", Course.AFTER_APPOINTMENT, 0),
            ("psychologist", Course.SEXUAL_ABUSE, 130),
        ):
            facts: dict[str, Any] = {
                **told["held"],
                "starts_on": day - timedelta(days=4),
                "ends_on": day - timedelta(days=1),
                "hours_lecture": 16,
                "hours_practice": 4,
                "attended": True,
                "certified_on": day,
                "expires_on": day + timedelta(days=holds) if holds else None,
            }
            enter_training(positions[username, "hoshi"].staff, course, facts, by=admin)
        coming = {**told["coming"], "starts_on": day + timedelta(days=90), "applied_on": day}
        enter_training(positions["caseworker", "hoshi"].staff, Course.SEXUAL_ABUSE, coming, by=admin)


def limited(t: Telling) -> None:
    """On suspicion, while custody lasts; the director decides it, and the facility is told."""
    words: dict[str, Any] = texts()["contact_limit"]
    with at(t.later(OFFICE, days=1), t.lead):
        case = Case.objects.get(pk=t.case.pk)
        person = save_person(case, words["person"], by=t.lead)
        facts = LimitFacts(
            person=person,
            kinds=(ContactKind.VISIT, ContactKind.TELEPHONE, ContactKind.LETTER, ContactKind.SNS),
            extent=Extent.ALL,
            basis=Basis.SUSPECTED,
            starts_on=clock.today(),
            ends_on=None,
            review_on=clock.today() + timedelta(days=60),
            child_view=words["child_view"],
            reason=words["reason"],
        )
        row = draft_limit(case, facts, by=t.lead)
    director = t.of_role(Role.DIRECTOR)
    with at(t.later(OFFICE, minutes=40), director):
        row = LIMIT.decide(row, Verdict.APPROVE, by=director)
    with at(t.later(OFFICE, hours=1), t.lead):
        record_told(row, to=ToldTo.INSTITUTION, told_on=clock.today(), how=words["how_told"], by=t.lead)


def conferred(t: Telling) -> None:
    """Where custody is recent: police and prosecutor are asked for one interview, and confer on it."""
    if not t.is_recent:
        return
    words: dict[str, Any] = texts()["joint_interview"]
    with at(t.later(OFFICE, hours=2), t.lead):
        planned_for = OFFICE.after(t.limit + timedelta(days=3))
        facts = words["facts"] | {"planned_for": planned_for, "protocol": Protocol.NICHD}
        facts |= {"interviewer": t.of_role(Role.PSYCHOLOGIST).staff, "police": police_offices().first()}
        plan = propose_plan(Case.objects.get(pk=t.case.pk), facts, by=t.lead)
    with at(t.later(OFFICE, hours=5), t.lead):
        take_step(plan, PlanState.CONFERRING, words["conferring"], by=t.lead)
