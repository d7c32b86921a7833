"""Steps of the way to the police, as the tests walk them: each in a transaction of its own, like a request."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from agencies.wordings.codes import Band
from agencies.wordings.queries import shipped_text
from cases.decisions.codes import Verdict
from cases.records.codes import Answer
from cases.records.models import Case
from referrals.consent import actions as consent
from referrals.consent.asking import Asking
from referrals.consent.codes import Ground, Understood
from referrals.consent.models import ExceptionRequest, Intention
from referrals.consent.texts import asked_about
from referrals.disclosures import actions
from referrals.disclosures.codes import PaperKind
from referrals.disclosures.models import Disclosure, PackageItem
from referrals.police import actions as police
from referrals.police.queries import letter_at_desk
from security.walls import clock
from tests.cast import Cast

ITEMS = ("identity_min", "safety_state", "incident_outline")
WORDS = {
    "asked_by": "担当児童福祉司",
    "place": "相談室",
    "explanation": "やさしいことばで読み上げた",
    "words": "けいさつの ひとに はなしても いいよ",
    "understanding": "12歳、よく理解している",
    "advocate": "意見表明等支援員 同席",
}
ASKING = Asking(
    band=Band.FROM_10,
    text=shipped_text(Band.FROM_10),
    understood=dict.fromkeys(Understood, Answer.YES),
    by_suspect_side=Answer.NO,
    in_suspect_home=Answer.NO,
)

OLDER = replace(ASKING, band=Band.FROM_15, text=shipped_text(Band.FROM_15), band_reason="よく理解している")
"""Asked about what the text of ten does not ask, with that of fifteen."""


def confirmed(
    cast: Cast, case: Case, *, by: str = "caseworker", result: str = "wishes", **more: Any
) -> Intention:
    """The child's answer, recorded."""
    position = cast.positions[by]
    given: dict[str, Any] = {
        "result": result,
        "recipient": cast.offices["support"],
        "items": ITEMS,
        "asked_at": clock.now(),
        "valid_until": clock.now() + timedelta(days=90),
        "texts": WORDS,
        "asking": ASKING,
    }
    given |= more
    asked = {*given["items"], *given.get("refused", ())}
    if "asking" not in more and not asked <= asked_about(Band.FROM_10):
        given["asking"] = OLDER
    with acting_as(position):
        return consent.record_intention(case, by=position, **given)


def withdrawn(cast: Cast, intention: Intention, *, by: str = "caseworker") -> None:
    """The child takes it back."""
    position = cast.positions[by]
    with acting_as(position):
        consent.withdraw(Intention.objects.select_related("case").get(pk=intention.pk), by=position)


def drafted(
    cast: Cast, case: Case, *, by: str = "caseworker", items: Iterable[str] = ITEMS, **more: Any
) -> Disclosure:
    """A drafted report."""
    position = cast.positions[by]
    given: dict[str, Any] = {
        "recipient": cast.offices["support"],
        "paper_kind": PaperKind.JOHO,
        "texts": {item: f"伝える文 {item}" for item in items},
        "urgency": "A",
        "due_at": clock.now() + timedelta(days=3),
    }
    with acting_as(position):
        return actions.draft_report(case, by=position, **given | more)


def decided(cast: Cast, report: Disclosure, *, by: str = "director", approved: bool = True) -> Disclosure:
    """Approved, or sent back."""
    position = cast.positions[by]
    with acting_as(position):
        verdict, note = (Verdict.APPROVE, "") if approved else (Verdict.RETURN, "再検討")
        return actions.REPORT.decide(report, verdict, version=report.version, by=position, note=note)


def sent(cast: Cast, report: Disclosure, *, by: str = "caseworker") -> Disclosure:
    """On its way."""
    position = cast.positions[by]
    with acting_as(position):
        return actions.send_report(report, by=position)


def closed(cast: Cast, report: Disclosure, *, by: str = "caseworker") -> Disclosure:
    """Ended by its sender."""
    position = cast.positions[by]
    with acting_as(position):
        return actions.close_report(report, by=position)


def assigned(cast: Cast, report: Disclosure, *, to: str = "police", by: str = "policechief") -> bool:
    """The police supervisor assigns an officer."""
    position = cast.positions[by]
    with acting_as(position):
        letter = letter_at_desk(position, report.pk)
        assert letter is not None
        police.assign(letter, cast.positions[to], by=position)
        return True


def readable(cast: Cast) -> Disclosure:
    """The whole way: a report that the officer ``police`` can open now."""
    from tests.cast import a_case

    case = a_case(cast)
    confirmed(cast, case)
    report = sent(cast, decided(cast, drafted(cast, case)))
    assigned(cast, report)
    return report


def seen_by(position: Position, report: Disclosure) -> list[str]:
    """The items whose text this position can decrypt now, without any filter of Python's."""
    with acting_as(position):
        rows = PackageItem.objects.filter(disclosure_id=report.pk)
        return [row.item for row in rows if row.content.reveal()]


def excepted(
    cast: Cast,
    case: Case,
    *,
    ground: Ground = Ground.DANGER,
    condition: str = "",
    reason: str = "生命の危険",
    approve: bool = True,
    office: str = "support",
    despite: dict[str, str] | None = None,
    items: Iterable[str] = ITEMS,
) -> ExceptionRequest:
    """An exception, asked for by the caseworker and approved by the director."""
    with acting_as(cast.caseworker):
        request = consent.request_exception(
            case, ground=ground, recipient=cast.offices[office], items=items, reason=reason,
            condition=condition, despite=despite, by=cast.caseworker,
        )  # fmt: skip
    return approved(cast, request) if approve else request


def taken_back(cast: Cast, request: ExceptionRequest) -> ExceptionRequest:
    """The caseworker takes a request back."""
    with acting_as(cast.caseworker):
        return consent.EXCEPTION.take_back(request, by=cast.caseworker)


def approved(cast: Cast, request: ExceptionRequest) -> ExceptionRequest:
    """The director approves an exception."""
    with acting_as(cast.director):
        return consent.EXCEPTION.decide(request, Verdict.APPROVE, by=cast.director)


def taken(cast: Cast, report: Disclosure, *, by: str) -> bool:
    """An officer takes an envelope."""
    position = cast.positions[by]
    with acting_as(position):
        letter = letter_at_desk(position, report.pk)
        assert letter is not None
        police.take(letter, by=position)
        return True


def taken_or_not(cast: Cast, report: Disclosure, *, by: str) -> bool:
    """Whether an officer gets an envelope by taking it."""
    try:
        return taken(cast, report, by=by)
    except Refused:
        return False


def unassigned(cast: Cast, report: Disclosure, officer: str) -> None:
    """The police supervisor ends an assignment."""
    with acting_as(cast.policechief):
        letter = letter_at_desk(cast.policechief, report.pk)
        assert letter is not None
        police.end_assignment(letter, cast.positions[officer], by=cast.policechief)
