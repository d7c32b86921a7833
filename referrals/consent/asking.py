"""How a child is asked about the police: with the text for its age, by nobody of the suspect's side, and what it understood."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.staff.rules import Refused
from agencies.wordings.codes import YOUNG, Band, band_at
from agencies.wordings.queries import Text
from cases.records.codes import Answer
from cases.records.models import Case
from face.wareki import age_on
from referrals.consent.codes import Means, Result, Understood
from referrals.consent.texts import asked_about
from security.encryption.fields import value_of


@dataclass(frozen=True)
class Asking:
    """How the child was asked, with which text, and what it understood."""

    band: Band
    text: Text
    understood: Mapping[Understood, Answer]
    by_suspect_side: Answer
    in_suspect_home: Answer
    band_reason: str = ""
    interpreter: str = ""
    language: str = ""
    means: tuple[Means, ...] = field(default_factory=tuple)

    @property
    def is_understood(self) -> bool:
        """Whether a wish counts: the child understood all four."""
        return all(self.understood.get(part) == Answer.YES for part in Understood)

    def columns(self) -> dict[str, Any]:
        """What is kept of it, sealed, by column."""
        kept = {name: value for name, value in vars(self).items() if name not in ("understood", "text")}
        return (
            kept
            | {"wording": self.text.words}
            | {part.column: self.understood.get(part, Answer.UNKNOWN) for part in Understood}
        )


def proposed_band(case: Case, on: date) -> Band | None:
    """The text for the child's age on a day; None where the birth date is not known."""
    born = value_of(case.child.birth_date)
    if born is None:
        return None
    return band_at(age_on(born, on))


def is_young(case: Case, band: Band, on: date) -> bool:
    """Whether an answer holds for days: of a child under 10, and of one who was asked with the text for such a child."""
    return band in YOUNG or proposed_band(case, on) in YOUNG


def check_band(case: Case, band: Band, reason: str, on: date) -> None:
    """A child under 5 is not asked. Another text than that for the age needs a reason."""
    if band is Band.UNDER_5:
        raise Refused(
            "band",
            _(
                "A child under 5, or one who cannot follow, is not asked. A report without the child's answer is drafted and"
                " decided instead."
            ),
        )
    if proposed_band(case, on) not in (None, band) and not reason.strip():
        raise Refused("band_reason", _("Write why another text than that for the child's age was used."))


def check_asked_freely(by_suspect_side: str, in_suspect_home: str) -> None:
    """What a child says to the suspect's side, or in the suspect's home, is no answer: neither a yes nor a no."""
    if Answer.YES in (by_suspect_side, in_suspect_home):
        raise Refused(
            "suspect",
            _(
                "A child asked by the suspect's side, or in the suspect's home, has not answered freely: nothing is recorded. Ask"
                " again elsewhere. If the child wants to stop, record the withdrawal."
            ),
        )


def check_understood(result: str, answer: str) -> None:
    """A wish counts where the child understood all four: what ``answer`` is about is one of them."""
    if result == Result.WISHES and answer != Answer.YES:
        raise Refused(
            "understood",
            _(
                "A wish counts once the child understands this. Explain it again, or record that the answer could not be"
                " confirmed."
            ),
        )


def check_asking(case: Case, result: Result, asking: Asking, on: date) -> None:
    """All of it, of an answer recorded on that day. Raises Refused."""
    check_band(case, asking.band, asking.band_reason, on)
    check_asked_freely(asking.by_suspect_side, asking.in_suspect_home)
    for part in Understood:
        check_understood(result, asking.understood.get(part, Answer.UNKNOWN))


def check_asked_about(band: Band, items: Iterable[str]) -> None:
    """A child is asked only what the text for it asks: the younger it is, the less."""
    if not set(items) <= asked_about(band):
        raise Refused("items", _("The text for this age does not ask about that."))


def last_day(case: Case, band: Band, on: date) -> date | None:
    """The last day that the office lets an answer of so young a child hold; None for an older one."""
    return on + timedelta(days=case.office.intention_days_young) if is_young(case, band, on) else None


def check_young_term(case: Case, band: Band, until: date, on: date) -> None:
    """What a child under 10 said holds for so many days at most (our own judgement, which an office may make stricter)."""
    latest = last_day(case, band, on)
    if latest is not None and until > latest:
        raise Refused(
            "valid_until",
            _("What a child under 10 said does not hold that long at this office. Choose an earlier day."),
        )
