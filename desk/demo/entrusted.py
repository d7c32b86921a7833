"""A placed demo child: play therapy that the institution's therapist gives, with a session kept there and what came back."""

from datetime import timedelta

from agencies.staff.roles import Role
from cases.counseling.actions import PLAN, PlanFacts, draft_plan
from cases.counseling.codes import ChildStand, CounselingKind, CustodianStand, ForWhom, Frequency, LegalForm
from cases.counseling.content import Asked
from cases.counseling.models import CounselingPlan
from cases.counseling.queries import all_plans_of, to_ask
from cases.decisions.codes import Verdict
from cases.records.models import Case
from cases.sessions.codes import Attendance
from desk.demo.hours import OFFICE
from desk.demo.owner import at
from desk.demo.telling import Telling
from desk.demo.texts import texts
from referrals.consent.queries import text_now
from referrals.disclosures.codes import Item
from referrals.entrusted import actions
from referrals.entrusted.codes import Basis
from referrals.entrusted.models import EntrustedReturn
from referrals.entrusted.queries import texts_of
from security.walls import clock


def entrusted(t: Telling) -> None:
    """Planned, entrusted and accepted; one session was held, whose two lines the center has accepted."""
    words = texts()["entrusted"]
    giver = next(one for one in t.positions.values() if one.role == Role.PSYCHOTHERAPIST)
    with at(t.later(OFFICE, hours=4), t.lead):
        case = _case(t)
        today = clock.today()
        facts = PlanFacts(
            kind=CounselingKind.PLAY,
            legal_form=LegalForm.NONE,
            for_whom=[ForWhom.CHILD],
            child_stand=ChildStand.AGREES,
            child_said_at=clock.now(),
            frequency=Frequency.WEEKLY,
            minutes=50,
            starts_on=today,
            review_on=today + timedelta(days=150),
            other_office=giver.office,
            texts={name: words.get(name, "") for name in CounselingPlan.TEXTS},
            goals=words["goals"],
            asked=[
                Asked(person.pk, CustodianStand.AGREES, clock.now(), words["custodian"])
                for person in to_ask(case, today)
            ],
        )
        row = draft_plan(case, facts, by=t.lead)
    supervisor = t.of_role(Role.SUPERVISOR)
    with at(t.later(OFFICE, hours=1), supervisor):
        PLAN.decide(row, Verdict.APPROVE, by=supervisor)
    with at(t.later(OFFICE, hours=1), t.lead):
        plan = all_plans_of(_case(t)).get(pk=row.pk)
        plan.case = _case(t)
        sent = actions.EntrustFacts(
            provider=giver,
            basis=Basis.CHILD,
            child_words=words["told_words"],
            answer_by=clock.today() + timedelta(days=7),
            texts=texts_of(plan) | {"identity_min": text_now(plan.case, Item.IDENTITY_MIN)},
        )
        told = actions.entrust(plan, sent, by=t.lead)
    with at(t.later(OFFICE, days=1), giver):
        actions.note_opened(told, by=giver)
        actions.accept(told, by=giver)
        session = actions.plan_session(told, clock.now(), by=giver)
    with at(t.later(OFFICE, days=3), giver):
        held = actions.SessionFacts(attendance=Attendance.HELD, summary=words["summary"], note=words["note"])
        actions.record_session(session, held, by=giver)
    with at(t.later(OFFICE, days=1), t.lead):
        back = EntrustedReturn.objects.select_related("entrusted", "case__office").get(entrusted=told)
        actions.accept_return(back, by=t.lead)


def _case(t: Telling) -> Case:
    return Case.objects.select_related("office", "child").get(pk=t.case.pk)
