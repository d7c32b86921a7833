"""Which answer of each person counts, and what has to be written with one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.staff.rules import Refused
from cases.consents.codes import Said
from cases.consents.models import PersonAnswer
from cases.records.models import Case, Person
from security.encryption.fields import value_of, words_of

A = TypeVar("A", bound=PersonAnswer)


def said_at(answer: PersonAnswer) -> datetime:
    """When it was said: answers count in this order, whenever they were written down."""
    return value_of(answer.answered_at) or answer.recorded_at


def in_order(answers: Sequence[A]) -> list[A]:
    """The answers as they were given."""
    return sorted(answers, key=lambda answer: (said_at(answer), answer.recorded_at))


def latest_by_person(answers: Sequence[A]) -> dict[UUID, A]:
    """The latest answer of each person who answered."""
    return {answer.person_id: answer for answer in in_order(answers) if answer.person_id}


@dataclass(frozen=True)
class Stand(Generic[A]):
    """One person, whether they have parental authority today, and their latest answer."""

    person: Person
    holds: bool
    answer: A | None

    @property
    def said(self) -> str:
        """What they answered last, in words."""
        return words_of(self.answer.consent) if self.answer else gettext("no answer of their own")

    @property
    def code(self) -> Said | None:
        """The same as a code. None without an answer, and for a code that is unknown today: it means nothing."""
        return value_of(self.answer.consent) if self.answer else None

    @property
    def consents(self) -> bool:
        """Whether their latest answer is consent."""
        return self.code is Said.CONSENTS


def check_says_why(said: Said, more: Mapping[str, Any]) -> None:
    """Who is not reached or not asked has a reason, and a decision not to ask has somebody who made it."""
    if said is Said.NOT_REACHED and not more.get("tries"):
        raise Refused("tries", _("Write down when and how you tried to reach the person."))
    if said is Said.NOT_ASKED and not more.get("why_not_asked"):
        raise Refused("why_not_asked", _("Write down why the person is not asked."))
    if said is Said.NOT_ASKED and not more.get("decided_by_text"):
        raise Refused("decided_by_text", _("Write down who decided not to ask the person."))


def check_around(case: Case, person: Person) -> None:
    """Who answers is one of the people around this child."""
    if person.case_id != case.pk or person.removed_at is not None:
        raise Refused("person", _("Choose one of the people around the child."))


def refuse_nobody(holders: Sequence[Any]) -> None:
    """That nobody has parental authority is said where nobody is recorded with it."""
    if holders:
        raise Refused(
            "nobody",
            _("Somebody is recorded with parental authority. Correct the entry of the person first."),
        )
