"""Who entrusts a plan to another office, what is told with it, and which step follows on either side."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office, OfficeKind, PoliceDesk
from agencies.staff.models import Position
from agencies.staff.roles import Permission
from agencies.staff.rules import Refused, check_role_may
from cases.counseling.codes import FactInterview, LegalForm
from cases.counseling.models import CounselingPlan
from cases.counseling.queries import fact_interview
from cases.counseling.rules import check_current
from cases.prints.queries import naming_withheld
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.queries import holds
from cases.records.rules import check_may_edit
from cases.sessions.codes import ABSENT, Attendance
from referrals.disclosures.codes import Item
from referrals.disclosures.models import Disclosure
from referrals.entrusted.codes import (
    BY_CENTER,
    BY_OFFICE,
    GIVING,
    KINDS,
    LATEST_ANSWER_DAYS,
    NEEDED,
    OVER,
    RETURN_MOVES,
    Basis,
    EntrustState,
    ReturnKind,
    ReturnState,
)
from referrals.entrusted.models import Entrusted, EntrustedReturn, EntrustedSession

S, R = EntrustState, ReturnState
GONE = _("This plan is not open to your office any more. Call the center.")

NOT_NAMED = _("This person cannot be named for this plan. Choose another one, or call the center.")


def check_may_entrust(
    case: Case, plan: CounselingPlan, open_ones: Collection[Entrusted], by: Position
) -> None:
    """Those who work on the case, of a current plan that says that another office gives its help, once."""
    check_may_edit(case, by)
    check_current(plan)
    if plan.other_office is None:
        raise Refused(
            "plan", _("This help is given here. Amend the plan first, so that another office gives it.")
        )
    if not takes_plans(plan.other_office):
        raise Refused(
            "office",
            _(
                "A plan is entrusted to an institution, a child and family support center, a hospital or a juvenile support"
                " center of the police. This office is none of them."
            ),
        )
    if any(row.plan_id == plan.pk and row.ended_at is None for row in open_ones):
        raise Refused("open", _("This plan has been entrusted already. Withdraw it there first."))


def takes_plans(office: Office) -> bool:
    """Whether plans are entrusted to such an office."""
    return OfficeKind(office.kind) in KINDS or office.police_desk == PoliceDesk.SC


def check_disclosure(office: Office, disclosure: Disclosure | None) -> None:
    """The police have a plan only by a disclosure that is open: on the child's word, or on an approved exception."""
    if office.kind == OfficeKind.POLICE and disclosure is None:
        raise Refused(
            "disclosure",
            _(
                "The police learn of a plan on the child's word alone. Ask the child, draft the request to support it with the"
                " plan, and send it; when the support center has assigned it, entrust the plan."
            ),
        )


def check_giver(provider: Position, office: Office, today: date) -> None:
    """The position is one of that office whose work it is to give help, and is held today."""
    fits = provider.office_id == office.pk and provider.may(Permission.GIVE_ENTRUSTED)
    if not fits or not provider.is_current_on(today):
        raise Refused("provider", _("This position is not held at that office any more. Choose another one."))


def check_officer(provider: Position, officers: Collection[Position]) -> None:
    """At the police one of those who may open the disclosure."""
    if provider.pk not in {one.pk for one in officers}:
        raise Refused("provider", _("The disclosure is not assigned to this person. Choose another one."))


def check_texts(
    case: Case, texts: Mapping[str, str], not_told: Collection[Item], allowed: Collection[Item]
) -> None:
    """What is told is allowed there, is nothing that the child does not want told, and no withheld place. Raises Refused."""
    for item in NEEDED:
        if not (texts.get(item.value) or "").strip():
            raise Refused(f"text_{item.value}", _("Nobody can give the help without this. Write it."))
    refused, may = {Item(one).value for one in not_told}, {item.value for item in allowed}
    for code in texts:
        if code in refused:
            raise Refused(f"text_{code}", _("The child does not want this told there. Leave it empty."))
        if code not in may:
            raise Refused(f"text_{code}", _("This office may never see that."))
    check_withheld(case, {f"text_{code}": text for code, text in texts.items()})


def check_cautions(
    case: Case,
    texts: Mapping[str, str],
    not_told: Collection[Item],
    allowed: Collection[Item],
    now: datetime,
) -> None:
    """While the child is still to be asked about the facts, whoever helps it elsewhere is told what is not touched before that,
    unless the child or an agreement of the offices keeps it from being told there. Raises Refused naming the field."""
    item = Item.PLAN_CAUTIONS
    if item not in allowed or item in not_told or (texts.get(item.value) or "").strip():
        return
    if fact_interview(case, now) is FactInterview.AHEAD:
        raise Refused(
            f"text_{item.value}",
            _("An interview on the facts is still ahead. Write what is not to be touched before it is over."),
        )


def check_withheld(case: Case, texts: Mapping[str, str]) -> None:
    """What is withheld goes into no text that another office reads, and can print (ADR 93). Raises Refused naming the field."""
    for field in naming_withheld(case, texts):
        raise Refused(
            field,
            _(
                "A withheld address or place is named here. The other office can print what it reads. Leave it out, and say on"
                " the telephone what it must know."
            ),
        )


def check_basis(plan: CounselingPlan, basis: Basis) -> None:
    """As a measure only that guidance is entrusted which a conference decided as one (児童福祉法26条1項2号, 27条1項2号)."""
    if basis is Basis.MEASURE and plan.legal_form == LegalForm.NONE:
        raise Refused("basis", _("This plan is no measure. Choose whose agreement it rests on."))


def check_answer_by(day: date, today: date) -> None:
    """The answer is wanted from tomorrow on, and soon."""
    if not today < day <= today + timedelta(days=LATEST_ANSWER_DAYS):
        raise Refused(
            "answer_by",
            _("Choose a day from tomorrow on, within %(days)d days.") % {"days": LATEST_ANSWER_DAYS},
        )


def check_of_case(row: Entrusted, by: Position) -> None:
    """Those who write on the case act on its entrusted plans, on a closed case too: withdrawing always works."""
    if not holds(by, row.case_id, Level.EDIT):
        raise Refused("no_grant", _("Only the team of this case can do this."))


def check_gives(row: Entrusted, by: Position) -> None:
    """The one position that the plan was entrusted to."""
    check_role_may(by, Permission.GIVE_ENTRUSTED)
    if row.provider_id != by.pk or row.office_id != by.office_id:
        raise Refused("provider", GONE)


def check_follows(row: Entrusted, to: EntrustState, *, center: bool) -> None:
    """The step follows from where the plan is now. What is closed says how."""
    steps = BY_CENTER if center else BY_OFFICE
    now_in = row.state_label
    if isinstance(now_in, EntrustState) and to in steps.get(now_in, ()):
        return
    said: dict[str, Any] = {
        S.WITHDRAWN: _("The center has withdrawn this plan meanwhile. Nothing was sent."),
        S.DECLINED: _("The other office has declined this plan."),
        S.ENDED: _("The help by this plan has ended."),
        S.ACCEPTED: _("The other office has accepted this plan already."),
        S.RUNNING: _("The other office has accepted this plan already."),
        S.ASKED_BACK: _("A question waits for the answer of the center first."),
        S.SENT: _("The other office has to answer first."),
    }
    raise Refused("state", said.get(row.state, _("Open the plan again.")))


def check_giving(row: Entrusted, by: Position) -> None:
    """Sessions are kept, and something is sent back, once the plan was accepted and while it is open."""
    check_gives(row, by)
    if row.state in OVER:
        raise Refused("state", GONE)
    if row.state not in GIVING:
        raise Refused("state", _("Accept the plan first."))


def check_session_ahead(at: datetime, now: datetime) -> None:
    """A session is planned for a time to come, or written down on its day afterwards."""
    if not now - timedelta(days=31) <= at <= now + timedelta(days=366):
        raise Refused("planned_for", _("Choose a moment within the last month or the coming year."))


def check_may_name(row: Entrusted, by: Position) -> None:
    """The head of the office that gives the help, while the plan is open there."""
    check_role_may(by, Permission.NAME_GIVERS)
    if row.office_id != by.office_id or row.state in OVER:
        raise Refused("state", GONE)


def check_named(row: Entrusted, provider: Position, colleagues: Collection[Position]) -> None:
    """One of those who can give the help there, and not who gives it now."""
    if provider.pk == row.provider_id or provider.pk not in {one.pk for one in colleagues}:
        raise Refused("provider", NOT_NAMED)


def check_may_record(row: Entrusted, session: EntrustedSession, by: Position) -> None:
    """A planned session is recorded once."""
    check_giving(row, by)
    if session.recorded_at is not None:
        raise Refused("recorded", _("This session has been recorded already."))


def check_has_come(session: EntrustedSession, attendance: Attendance, now: datetime) -> None:
    """Only a session that is called off is recorded before its time."""
    if session.planned_for > now and (
        attendance in ABSENT or attendance in (Attendance.HELD, Attendance.LATE)
    ):
        raise Refused("attendance", _("The time of this session has not come. Choose who cancels it."))


def check_past(at: datetime, now: datetime) -> None:
    """What is told of has happened."""
    if at > now:
        raise Refused("happened_at", _("This moment lies in the future."))


def check_goals(row: Entrusted, kind: ReturnKind, states: Mapping[str, Any]) -> None:
    """A review and an end report say how far each goal of the plan is."""
    if kind in (ReturnKind.REVIEW, ReturnKind.END):
        for code in row.goal_codes:
            if not states.get(code):
                raise Refused(f"goal_{code}", _("Say how far this goal is."))


def check_anew(row: EntrustedReturn | None, kind: ReturnKind) -> None:
    """Only what was asked back is sent anew, as what it was."""
    if row is not None:
        _check_asked_back(row, kind)


def _check_asked_back(row: EntrustedReturn, kind: ReturnKind) -> None:
    if row.kind != kind or row.state != R.ASKED_BACK:
        raise Refused("state", _("The center does not ask this back any more. Open the plan again."))


def _is_over(row: Entrusted) -> bool:
    return row.state in OVER


def check_answerable(row: EntrustedReturn, to: ReturnState, by: Position) -> None:
    """The team of the case accepts what was sent back, or asks back while the plan is open; each once."""
    check_of_case(row.entrusted, by)
    now_in = row.state_label
    if not isinstance(now_in, ReturnState) or to not in RETURN_MOVES[now_in]:
        raise Refused("state", _("This has been accepted or asked back already."))
    if to is R.ASKED_BACK and _is_over(row.entrusted):
        raise Refused("over", _("The plan is closed at the other office: nothing can be asked back there."))
