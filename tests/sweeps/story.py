"""What was done in the case of the world before the sweeps ask for it: every room's records, each with words of its own."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from agencies.administration import actions as administration
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.roles import Role
from cases.cautions import actions as cautions
from cases.cautions.codes import CautionKind
from cases.closing import actions as closing
from cases.consents.codes import How, Said
from cases.custody import actions as custody
from cases.custody.codes import CUSTODY_START, Consent, Heard, Place, Purpose
from cases.custody.codes import Ground as CustodyGround
from cases.custody.models import ConsentAnswer
from cases.decisions.codes import Verdict
from cases.duties.actions import fulfil_duty
from cases.duties.queries import duties_after
from cases.handover import actions as handover
from cases.handover.models import Handover
from cases.intake import actions as intake
from cases.intake import filing as filings
from cases.intake.codes import Channel, Outcome, ReceiptKind, Sign, Source, UrgencyItem
from cases.intake.models import Told
from cases.prints import actions as prints
from cases.receipts import actions as receipts
from cases.receipts.codes import Abuse, Abuser, Consultation, Grade, Harm, IncidentBand, SuspectRelation
from cases.receipts.codes import Outcome as ReceiptEnd
from cases.receipts.papers import RECEPTION
from cases.receipts.queries import receipts_of
from cases.receipts.received import CORRECTION, draft_correction
from cases.records import actions as records
from cases.records.actions import ChildFacts
from cases.records.codes import (
    Answer,
    Attitude,
    AuthorityKnown,
    ContactMethod,
    HouseholdRelation,
    Marriage,
    PersonRole,
    Sex,
    Stage,
    StayKind,
    Urgency,
)
from cases.records.models import Block, Case, Grant, Person
from cases.track import actions as track
from cases.visits import actions as visits
from cases.visits.codes import Seen, VisitKind
from referrals.consent import actions as consent
from referrals.consent.codes import Ground
from referrals.consent.models import Intention
from security.audit.models import Event
from security.walls import clock
from tests.sweeps.adjusted import write_environment
from tests.sweeps.asked import draft_text
from tests.sweeps.beyond import write_continuing, write_hearing
from tests.sweeps.canaries import canary, number, words
from tests.sweeps.diagnosed import write_diagnoses
from tests.sweeps.entrusted import write_entrusted
from tests.sweeps.guided import write_guideline
from tests.sweeps.heard import write_interviews
from tests.sweeps.helped import write_counseling
from tests.sweeps.homed import write_home
from tests.sweeps.judged import write_warrant
from tests.sweeps.lettered import write_letter
from tests.sweeps.limited import write_limits
from tests.sweeps.lived import write_dead
from tests.sweeps.mended import correct_custody, correct_step, leave_unasked, withdraw_request
from tests.sweeps.met import write_sessions
from tests.sweeps.placed import write_placement
from tests.sweeps.policed import write_police_filing
from tests.sweeps.relied import write_reliance
from tests.sweeps.reported import ITEMS, write_answer, write_contact, write_report
from tests.sweeps.sat import write_acceptance, write_conference
from tests.sweeps.searched import write_places
from tests.sweeps.sheltered import write_shelter
from tests.sweeps.signed import write_signed
from tests.sweeps.slept import write_stay
from tests.sweeps.supported import write_support

if TYPE_CHECKING:
    from tests.sweeps.world import World


def _long_help(world: "World") -> None:
    write_diagnoses(world)
    write_counseling(world)
    write_guideline(world)
    write_placement(world)
    write_sessions(world)


def write_everything(world: "World") -> None:
    """All of it, in the order of the work."""
    _record(world)
    _urgency(world)
    _closing(world)
    _intake(world)
    _receipts(world)
    _stages(world)
    _track(world)
    leave_unasked(world)
    _custody(world)
    correct_custody(world)
    withdraw_request(world)
    write_warrant(world)
    correct_step(world)
    write_limits(world)
    write_stay(world)
    write_shelter(world)
    write_continuing(world)
    _visits(world)
    write_environment(world)
    write_home(world)
    write_interviews(world)
    write_conference(world)
    _long_help(world)
    _cautions(world)
    write_signed(world)
    _prints(world)
    _handover(world)
    _filing(world)
    write_places(world)
    write_entrusted(world)
    write_reliance(world)
    write_letter(world)
    write_police_filing(world)
    write_support(world)
    _offices(world)
    _exception(world)
    # First a report that the child took back, then one that stands.
    world.withdrawn_id = write_report(world, "withdrawn").pk
    with acting_as(world["lead"]):
        taken_back = Intention.objects.select_related("case").get(case=world.case, withdrawn_at=None)
        consent.withdraw(taken_back, by=world["lead"])
        consent.explain_withdrawal(taken_back, reason=canary("withdrawal_reason"), by=world["lead"])
    stands = write_report(world, "disclosed")
    world.ids["disclosure_id"] = stands.pk
    write_answer(world, stands)
    write_contact(world)
    with acting_as(world["line"]):
        changes = Event.objects.filter(case_id=world.case.pk, verb="ROW_CREATE", content_type__model="person")
        world.ids["event_id"] = changes.latest("timestamp").uuid
        world.ids["notice_id"] = Notice.objects.filter(position=world["line"]).latest("created_at").pk


def _record(world: "World") -> None:
    lead = world["lead"]
    with acting_as(lead):
        texts = words("person", "name", "kana", "relation", "age", "occupation", "note")
        texts |= {"role": "suspect", "telephone": number("person.telephone")}
        person = records.save_person(world.case, texts | _facts_of_person(), by=lead)
        progress = words("progress", "with_whom", "body") | {"with_child": Answer.YES}
        entry = records.write_progress(
            world.case, happened_at=clock.now(), method=ContactMethod.VISIT, by=lead, **progress
        )
        block = Block.objects.get(case=world.case)
        grant = Grant.objects.get(content_object=world.case, relation="glass")
    write_dead(world)
    world.ids |= {"person_id": person.pk, "entry_id": entry.pk, "block_id": block.pk, "grant_id": grant.pk}


def _facts_of_person() -> dict[str, Any]:
    """A stepfather who is suspected, lives there and has parental authority, and whose address is withheld."""
    return words("person", "address", "call_hours", "language", "nationality") | {
        "roles_more": [PersonRole.PARENTAL_AUTHORITY, PersonRole.COHABITANT],
        "relation_code": HouseholdRelation.ADOPTIVE_FATHER,
        "birth_date": date(1985, 6, 1),
        "sex": Sex.MALE,
        "authority_known": AuthorityKnown.REGISTER,
        "authority_from": date(2020, 4, 1),
        "authority_until": clock.today() + timedelta(days=30),
        "joint_after_divorce": "no",
        "address_withheld": True,
        "safe_to_call": "no",
        "interpreter": "yes",
        "attitude": Attitude.BLAMES,
        "marriage": Marriage.MARRIED,
        "lives_from": date(2019, 4, 1),
    }


def _urgency(world: "World") -> None:
    """Lowered with a reason, and raised again to what the other rooms count on."""
    names = ("harm_type", "outline", "place_detail")
    texts: dict[str, Any] = {name: canary(name) for name in names} | {"place_of_stay": StayKind.HOME}
    by = world["lead"]
    with acting_as(by):
        records.update_case(
            world.case, urgency=Urgency.B, texts=texts, by=by, lowered_because=canary("lowerings")
        )
        records.update_case(world.case, urgency=Urgency.A, texts=texts, by=by)


def _closing(world: "World") -> None:
    """Drafted while nothing else went on, returned, and drafted anew: one that waits."""
    lead, facts = world["lead"], {"kind": "finished", **words("closing", "reason", "child_told")}
    with acting_as(lead):
        first = closing.draft_closing(world.case, by=lead, **facts)
    with acting_as(world["director"]):
        closing.CLOSING.decide(first, Verdict.RETURN, note=canary("closing.note"), by=world["director"])
    with acting_as(lead):
        world.ids["act"] = "closing"
        world.ids["draft_id"] = closing.draft_closing(world.case, by=lead, **facts).pk


def _handover(world: "World") -> None:
    """One to the member, planned and cancelled."""
    lead, member = world["lead"], world["member"]
    with acting_as(lead):
        day = clock.today() + timedelta(days=30)
        note = canary("handover.note")
        handover.hand_over(world.case, member, day, by=lead, keep_former=True, note=note)
        row = Handover.objects.get(case=world.case)
        handover.cancel(row, by=lead)
    world.ids |= {"handover_id": row.pk, "batch_id": row.batch}


def _visits(world: "World") -> None:
    """One that was held, and one that waits."""
    lead = world["lead"]
    with acting_as(lead):
        for name in ("held", "planned"):
            facts = words(f"visit.{name}", "place", "who")
            row = visits.plan_visit(
                world.case, kind=VisitKind.HOME, planned_for=clock.now(), by=lead, **facts
            )
            if name == "held":
                result = canary("visit.result")
                visits.record_visit(row, held_at=clock.now(), seen=Seen.NOT_SEEN, result=result, by=lead)
    world.ids["visit_id"] = row.pk


def _cautions(world: "World") -> None:
    """One that was lifted, and one in force."""
    lead = world["lead"]
    with acting_as(lead):
        for name in ("lifted", "in_force"):
            texts = words(f"caution.{name}", "words", "whom")
            row = cautions.record_caution(world.case, kind=CautionKind.NOT_TO_TELL, by=lead, **texts)
            if name == "lifted":
                cautions.end_caution(row, why=canary("caution.why"), by=lead)
    world.ids["caution_id"] = row.pk


def _prints(world: "World") -> None:
    """The reception form of the notification."""
    lead = world["lead"]
    with acting_as(lead):
        key = RECEPTION.subjects(world.case, lead)[0].key
        world.ids["print_id"] = prints.print_sheet(world.case, RECEPTION, key, by=lead).pk


def told(prefix: str) -> dict[str, str]:
    """What somebody reported."""
    coded = {
        "basis": "seen",
        "child_knows": "yes",
        "custodian_knows": "no",
        "asked_at": clock.now().isoformat(),
    }
    return words(prefix, *(name for name in Told.TOLD if name not in {*coded, "grounds"})) | coded


def _intake(world: "World") -> None:
    lead = world["lead"]
    notifier = words("notifier", "name", "relation", "keep_from") | {
        "telephone": number("notifier.telephone")
    }
    received = intake.Received(
        clock.now(), Channel.TELEPHONE, Source.SCHOOL, told("notification"), (UrgencyItem.SEXUAL,), notifier
    )
    with acting_as(lead):
        notification = intake.add_notification(world.case, received, by=lead)
        check = words("safety", "place", "seen_by", "condition")
        wrong = intake.record_safety_check(
            world.case, outcome=Outcome.NOT_SEEN, seen_at=clock.now(), texts=check, by=lead
        )
    write_acceptance(world)
    with acting_as(lead):
        seen = words("seen", "place", "seen_by", "condition", "late_reason")
        intake.record_safety_check(world.case, outcome=Outcome.SEEN, seen_at=clock.now(), texts=seen, by=lead)
    world.ids |= {"notification_id": notification.pk, "check_id": wrong.pk}


def _receipts(world: "World") -> None:
    """Information that came after the acceptance: its facts, and a draft of its outcome that came back."""
    lead = world["lead"]
    with acting_as(lead):
        later = intake.Received(
            clock.now(),
            Channel.TELEPHONE,
            Source.FAMILY,
            told("information"),
            kind=ReceiptKind.INFORMATION,
            denied=(UrgencyItem.HOME,),
            signs=(Sign.AFRAID,),
        )
        intake.add_notification(world.case, later, by=lead)
        receipt = receipts_of(Case.objects.get(pk=world.case.pk))[-1]
        facts: dict[str, Any] = words("receipt", "others", "known_there", "interpreter") | {
            "consultation": Consultation.ABUSE, "abuse": Abuse.SEXUAL, "abuse_more": [Abuse.NEGLECT], "abuser": Abuser.FATHER,
            "harm": Harm.OTHER, "suspect_relation": SuspectRelation.SNS, "grade": Grade.JUNIOR,
            "applies": [UrgencyItem.SEXUAL], "ruled_out": [UrgencyItem.GRAVE], "signs": [Sign.SEXUAL_SHORT],
            "incident_band": IncidentBand.WEEK, "incident_at": later.received_at - timedelta(hours=1),
            "with_suspect": Answer.YES, "can_be_met": Answer.YES, "leaves_at": clock.now() + timedelta(hours=2),
        }  # fmt: skip
        receipts.record_facts(receipt, receipt.kind, facts, by=lead)
        said = words("outcome", "reason", "advice", "handed_to", "other_number")
        drafted = receipts.OutcomeFacts(ReceiptEnd.INFORMATION, **said)
        row = receipts.draft_outcome(world.case, receipt, drafted, by=lead)
    with acting_as(world["line"]):
        receipts.OUTCOME.decide(row, Verdict.RETURN, note=canary("outcome.note"), by=world["line"])
    with acting_as(lead):
        came_at = receipt.received_at - timedelta(minutes=1)
        moved = draft_correction(world.case, receipt, came_at, canary("received.reason"), by=lead)
    with acting_as(world["line"]):
        CORRECTION.decide(moved, Verdict.RETURN, note=canary("received.note"), by=world["line"])


def _track(world: "World") -> None:
    """A change to the other track that the supervisor returned."""
    with acting_as(world["lead"]):
        row = track.draft_change(world.case, canary("track.reason"), by=world["lead"])
    with acting_as(world["line"]):
        track.CHANGE.decide(row, Verdict.RETURN, note=canary("track.note"), by=world["line"])


def _stages(world: "World") -> None:
    """Taken to the investigation by the safety check, corrected, and corrected back."""
    line = world["line"]
    with acting_as(line):
        for stage, reason in (("safety", canary("stage.reason")), ("investigation", "元に戻す（架空）")):
            case = Case.objects.get(pk=world.case.pk)
            records.correct_stage(case, Stage(stage), on=clock.today(), reason=reason, by=line)


def _custody(world: "World") -> None:
    """Decided orally in the night, confirmed, and the child heard afterwards."""
    lead, now = world["lead"], clock.now()
    facts = custody.StartFacts(
        effective_at=now,
        grounds=(CustodyGround.ABUSE, CustodyGround.ASKS),
        place_kind=Place.FACILITY,
        place=canary("custody.place"),
        place_withheld=False,
        consent=Consent.OBJECTS,
        expected_until=clock.today() + timedelta(days=30),
        reason=canary("custody.reason"),
        opinion=custody.Opinion(Heard.AFTER, why=canary("custody.heard_why")),
        is_oral=True,
        said_by=canary("custody.oral_by"),
        said_at=now,
        purpose=Purpose.SAFETY,
    )
    with acting_as(lead):
        decision = custody.draft_start(world.case, facts, by=lead)
    with acting_as(world["director"]):
        custody.START.decide(decision, Verdict.APPROVE, note=canary("custody.note"), by=world["director"])
    with acting_as(lead):
        write_hearing(world, decision)
        answer = words("consent", "answered_by", "note")
        custody.record_consent(decision, consent=Said.OBJECTS, answered_at=clock.now(), by=lead, **answer)
        person = Person.objects.get(pk=world.ids["person_id"])
        of_one = words("consent_of_one", "note", *(name for name in ConsentAnswer.MORE if name != "how"))
        of_one |= {"person": person, "how": How.TELEPHONE}
        custody.record_consent(decision, consent=Said.OBJECTS, answered_at=clock.now(), by=lead, **of_one)
    world.ids |= {"decision_id": decision.pk, "paper": "custody_form", "subject": decision.pk}


def _filing(world: "World") -> None:
    child = ChildFacts(
        **words("filed", "family_name", "given_name", "family_kana", "given_kana", "school", "address"),
        sex=Sex.MALE,
        birth_date=date(1907, 11, 24),
        telephone=number("filed.telephone"),
    )
    about = words("filed", "place_detail", "keep_from") | {"contact": number("filed.contact")}
    with acting_as(world["school"]):
        filing = filings.file_notification(
            world.case.office,
            child,
            told("filed"),
            grounds=(UrgencyItem.SEXUAL,),
            about=about,
            by=world["school"],
            known=words("filed", "custodians", "siblings")
            | {
                "leaves_at": clock.now() + timedelta(hours=5),
                "with_suspect": Answer.YES,
                "can_be_met": Answer.NO,
            },
        )
    with acting_as(world["none"]):
        filings.open_filing(filing, by=world["none"])
    world.ids["filing_of_school"] = filing.pk


def _offices(world: "World") -> None:
    kita, section = world.cast.offices["kita"], world["lead"].section_id
    assert section
    today = clock.today()
    with acting_as(world["admin"]):
        facts = {
            "sender": kita,
            "recipient": world.cast.offices["school"],
            "reference": "協定 1",
            "items": [],
            "grounds": [],
        }
        days = {"starts_on": today, "ends_on": today + timedelta(days=30)}
        agreement = administration.draft_agreement(facts | days, by=world["admin"])
        position = administration.add_position(
            world["stranger"].staff,
            kita,
            Role.SUPERVISOR,
            section=None,
            starts_on=today,
            ends_on=None,
            by=world["admin"],
        )
    with acting_as(world["line"]):
        delegation = administration.draft_delegation(
            world["other_supervisor"],
            [CUSTODY_START],
            starts_on=today,
            ends_on=today + timedelta(days=30),
            by=world["line"],
        )
    with acting_as(world["director"]):
        administration.decide_delegation(delegation, approved=True, by=world["director"])
    world.ids |= {
        "wording_id": draft_text(world).pk,
        "office_id": kita.pk,
        "section_id": section,
        "staff_id": world["none"].staff_id,
        "position_id": world["none"].pk,
        "agreement_id": agreement.pk,
        "delegation_id": delegation.pk,
        "waiting_id": position.pk,
    }


def _exception(world: "World") -> None:
    lead = world["lead"]
    with acting_as(lead):
        request = consent.request_exception(
            world.case,
            ground=Ground.DANGER,
            recipient=world.cast.offices["support2"],
            items=ITEMS[:1],
            despite={ITEMS[0]: canary("exception.despite")},
            by=lead,
            **words("exception", "reason", "condition"),
        )
    with acting_as(world["director"]):
        consent.EXCEPTION.decide(
            request, Verdict.APPROVE, note=canary("exception.note"), by=world["director"]
        )
    with acting_as(lead):
        explain, review = duties_after(world.case.pk, request.pk)
        fulfil_duty(explain, note=canary("duty.note"), by=lead)
    world.ids |= {"exception_id": request.pk, "duty_id": review.pk}
