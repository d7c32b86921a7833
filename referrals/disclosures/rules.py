"""When a report may be drafted, decided, sent and closed."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.staff.models import Position
from agencies.staff.roles import Permission
from agencies.staff.rules import Refused, check_role_may
from cases.prints.queries import naming_withheld
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.queries import holds
from cases.records.rules import check_may_edit
from face.text import half_width
from referrals.consent.codes import Ground
from referrals.consent.models import ExceptionRequest, Intention
from referrals.consent.queries import text_now
from referrals.consent.rules import allowed_items, bases_of, check_basis, holds_at, kept_untold, why_ended
from referrals.disclosures.catalogue import NAMING, ceiling_of
from referrals.disclosures.codes import DESKS, NAMELESS, PAPERS_OF_GROUND, Item, PaperKind
from referrals.disclosures.models import Disclosure
from referrals.disclosures.names import names_of_home, names_somebody, says_who
from referrals.disclosures.queries import reports_of

WALLS = {
    "gate": _("The child's intention about the police has not been confirmed, or it no longer holds."),
    "disclosure_ceiling": _("This office may never see that."),
    "disclosure_paper": _(
        "A report of a crime and an accusation go to a police station or to the police headquarters: the juvenile guidance"
        " officers of a support center are no police officers (Code of Criminal Procedure, Art. 239 para. 2, Art. 241 para. 1)."
        " Help under Art. 10 of the Child Abuse Prevention Act is asked of the chief of the police station; a support center is"
        " asked to support the child."
    ),
    "disclosure_nameless": _(
        "A consultation before a report names nobody: leave name, birth date and address out."
    ),
    "disclosure_named": _(
        "The child does not want its name told. Without a name only a consultation before a report goes to the police."
    ),
    "disclosure_ground": _(
        "On this ground goes its own paper alone: an answer, or an accusation to a police station or the headquarters."
    ),
    "disclosure_agreement": _("The agreement with this office does not include that."),
    "disclosure_stays": _("This has been closed or sent meanwhile; nothing was changed."),
    "package_of_draft": _("The draft has been decided or closed meanwhile; nothing was changed."),
    "package_whole": _("A part of the package is missing."),
    "draft_stays": _("The draft was changed after you opened it. Read it again and decide then."),
    "decision_is_final": _("It has been decided already."),
    "decider_may_decide": _("The director, or a person the director delegated this to, decides it."),
    "signature_stays": _("It has been decided already."),
    "assigned_by_right": _("This cannot be taken or assigned any more. Open the list again."),
    "answer_open": _(
        "This disclosure is closed to your office. No answer can be written; call the sending office."
    ),
    "answer_follows": _("This answer does not follow from the one before. Read the answers again."),
    "word_follows": _(
        "This is not the answer that holds now, or it was accepted already. Read the answers again."
    ),
    "exception_refused_items": _(
        "The child does not want a part of this told. Ask for an exception that says why it has to be told."
    ),
    "one_open_report": _("A report to this office is open. Finish or close it first."),
    "disclosure_takes_two": _("Whoever drafted it cannot decide it, in another position either."),
}
"""What to say when a wall refuses, by the name of its constraint. Rules refuse first; a wall answers what changed meanwhile."""


def check_may_draft(case: Case, by: Position, now: datetime) -> None:
    """Before anything is written: the team, a role that drafts, and a basis that holds now."""
    check_may_edit(case, by)
    check_role_may(by, Permission.DRAFT_DECISIONS)
    check_basis(case, now)
    with_items = bases_with_items(case, now)
    if not with_items:
        raise Refused(
            "nothing", _("Nothing is left that the child, the law and the agreement all allow to be told.")
        )
    if all(open_to(case, basis.recipient_id, now) for basis in with_items):
        raise Refused("one_open_report", WALLS["one_open_report"])


def bases_with_items(case: Case, now: datetime) -> list[Intention | ExceptionRequest]:
    """What a report can rest on now, and of which something may be told."""
    bases = bases_of(case, now)
    return [basis for basis in bases if allowed_items(basis, ceiling_of(basis.recipient), now)]


def open_reports(case: Case, now: datetime) -> list[Disclosure]:
    """The drafts and reports of a case that still wait, or can be read by the receiver."""
    return [report.row for report in reports_of(case) if report.row.is_open_at(now)]


def open_to(case: Case, recipient_id: UUID, now: datetime) -> Disclosure | None:
    """The draft or report to an office that is open now: there is one at most."""
    return next((row for row in open_reports(case, now) if row.recipient_id == recipient_id), None)


def check_none_open(case: Case, recipient_id: UUID, now: datetime) -> None:
    """Two reports to one office are not open at the same time: the receiver could not tell which of them holds."""
    if open_to(case, recipient_id, now) is not None:
        raise Refused("one_open_report", WALLS["one_open_report"])


def what_is_open(case: Case, now: datetime) -> str | Promise:
    """The report that prevents closing the case, in a sentence; '' where none is open."""
    found = open_reports(case, now)
    if any(row.sent_at is None for row in found):
        return _("A report to the police waits for its decision or for sending. Finish it first.")
    return _("A report to the police is open to its receiver. Close the report first.") if found else ""


def check_items(texts: Mapping[str, str], basis: Intention | ExceptionRequest, now: datetime) -> None:
    """Only what the child (or the exception), the ceiling and the agreements all allow, and no item without its text."""
    if not texts:
        raise Refused("items", _("Choose what is told."))
    if not set(texts) <= allowed_items(basis, ceiling_of(basis.recipient), now):
        raise Refused(
            "items", _("This goes beyond what the child, the law or the agreement allow to be told.")
        )
    if not all(text.strip() for text in texts.values()):
        raise Refused("empty", _("Write the text of every part that is told."))


def papers_for(recipient: Office) -> list[PaperKind]:
    """The kinds of paper that this office of the police can be sent.

    刑事訴訟法239条2項, 241条1項: a public officer who accuses does so to a judicial police officer or a prosecutor.
    児童虐待防止法10条1項: the director asks the chief of the police station for help.
    """
    return [kind for kind in PaperKind if kind not in DESKS or recipient.police_desk in DESKS[kind]]


def papers_on(basis: Intention | ExceptionRequest) -> list[PaperKind]:
    """Those of them that a report on this basis can be."""
    if isinstance(basis, ExceptionRequest):
        of_ground = PAPERS_OF_GROUND.get(basis.ground)
        return [kind for kind in papers_for(basis.recipient) if of_ground is None or kind in of_ground]
    nameless = not NAMING & set(basis.items)
    return [kind for kind in papers_for(basis.recipient) if kind in NAMELESS or not nameless]


def check_paper(paper_kind: str, recipient: Office) -> None:
    """One of those kinds, always said."""
    if paper_kind not in PaperKind.values:
        raise Refused("paper_kind", _("Choose the kind of paper."))
    if paper_kind not in papers_for(recipient):
        raise Refused("disclosure_paper", WALLS["disclosure_paper"])


def check_named(paper_kind: str, items: Collection[str], basis: Intention | ExceptionRequest) -> None:
    """A paper that names nobody holds no item that does, and an intention without the name is good for no other paper."""
    if paper_kind in NAMELESS and NAMING & set(items):
        raise Refused("disclosure_nameless", WALLS["disclosure_nameless"])
    if paper_kind not in papers_on(basis):
        name = why_fewer_papers(basis)
        raise Refused(name, WALLS[name])


def why_fewer_papers(basis: Intention | ExceptionRequest) -> str:
    """Which wall leaves some papers of the desk out on this basis."""
    return "disclosure_named" if isinstance(basis, Intention) else "disclosure_ground"


def check_answer(basis: Intention | ExceptionRequest, item: str, text: str) -> None:
    """An answer to whoever brought the child says what the record says, and nothing that somebody wrote for it."""
    answers = isinstance(basis, ExceptionRequest) and basis.ground == Ground.ANSWER
    if answers and text.strip() != text_now(basis.case, item).strip():
        raise Refused(
            f"text_{item}", _("An answer says what the record says: leave this text as it was offered.")
        )


def check_text(case: Case, paper_kind: str, item: str, text: str) -> None:
    """No name of the home where number and ages are told, and nothing that says who the child is where nobody is named."""
    if paper_kind in NAMELESS and (item in NAMING or says_who(text, case)):
        raise Refused("disclosure_nameless", WALLS["disclosure_nameless"])
    if item == Item.CHILDREN_AT_RISK and names_somebody(text, names_of_home(case)):
        raise Refused("names", _("A name of the home stands here. Write number and ages only."))


def check_says_nobody(case: Case, text: str, field: str) -> None:
    """Nothing that says who the child is, nor the number of the case, stands in a text for an office that is not to know."""
    if says_who(text, case) or half_width(case.number) in half_width(text):
        reason = _(
            "A name of the home, a birth date, an address or the number of the case stands here. Leave it out."
        )
        raise Refused(field, reason)


def check_withheld(case: Case, texts: Mapping[str, str]) -> None:
    """What is withheld is on no paper, and what the police read they print: no text that is sent names it (ADR 93)."""
    naming = naming_withheld(case, texts)
    found = [str(item.label) for item in Item if item.value in naming]
    if found:
        text = _(
            "A withheld address or place is named in: %(items)s. The police print what they read. Leave it out, and say on the"
            " telephone what they must know."
        )
        raise Refused("withheld", text % {"items": gettext(", ").join(found)})


def check_basis_of(disclosure: Disclosure, _by: Position, now: datetime) -> None:
    """The very basis of this disclosure still holds, and goes past nothing that the child does not want told."""
    if not holds_at(disclosure.basis, now, spent_on=disclosure.pk):
        raise Refused("gate", why_ended(disclosure.basis, now, spent_on=disclosure.pk))
    if disclosure.exception and set(disclosure.items) & kept_untold(disclosure.exception):
        raise Refused("exception_refused_items", WALLS["exception_refused_items"])


def check_may_send(disclosure: Disclosure, by: Position, now: datetime) -> None:
    """Approved, not sent, and the basis holds at this moment."""
    check_may_edit(disclosure.case, by)
    if disclosure.sent_at is not None:
        raise Refused("sent", _("It has been sent already."))
    if not disclosure.is_open_at(now):
        raise Refused("closed", _("This report is closed."))
    if not disclosure.approved:
        raise Refused("not_approved", _("It is sent when it has been approved."))
    check_basis_of(disclosure, by, now)


def check_may_close(disclosure: Disclosure, by: Position) -> None:
    """Those who write on the case close a draft or a report, on a closed case too."""
    if disclosure.ended_at is not None:
        raise Refused("closed", _("This report is closed."))
    if not holds(by, disclosure.case_id, Level.EDIT):
        raise Refused("no_grant", _("Only the team of this case can do this."))
