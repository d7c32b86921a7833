"""What has to be there before a placement is changed, suspended, resumed or ended (児童福祉法27条, 33条の4)."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.placement.codes import CourtAct, EndTo, PlacementState
from cases.placement.models import PlacementDecision
from cases.placement.queries import (
    approved_of,
    court_of,
    explained_rows,
    standing,
    term_of,
)
from cases.placement.rules import day_of
from cases.records.models import Case
from cases.records.queries import holders_of_authority
from cases.records.rules import check_may_edit
from face.wareki import format_date
from security.encryption.fields import value_of, words_of

ASKED = frozenset({CourtAct.RENEWAL_ASKED, CourtAct.RENEWAL_GRANTED})
"""With these the placement can outlast the term that runs."""


def check_other(case: Case, row: PlacementDecision) -> None:
    """A change leads elsewhere, or rests on something else."""
    where = standing(case).where
    if where is None:
        return
    same = value_of(where.place_kind) is value_of(row.place_kind) and value_of(where.basis) is value_of(
        row.basis
    )
    if same and "".join(words_of(where.place).split()) == "".join(words_of(row.place).split()):
        raise Refused("place", _("“Institution or foster parents”: the child is placed there already."))


def check_suspended(effective_on: date, expected_until: date | None) -> None:
    """A suspension ends after it begins: both are named."""
    if expected_until is not None and expected_until <= effective_on:
        raise Refused("expected_until", _("“Suspended until, as expected” lies before or on “Effective on”."))


def check_ends(end_to: EndTo, guidance_effect: str, home_trial: str) -> None:
    """What guidance has changed in the parents is weighed before a placement ends (児童虐待防止法13条), and a child that returns
    home has stayed there on trial, or it is said why not."""
    if not guidance_effect.strip():
        raise Refused(
            "guidance_effect",
            _(
                "Write down what the guidance of the parents has come to, and who said so, before the placement ends."
            ),
        )
    if end_to is EndTo.HOME and not home_trial.strip():
        raise Refused(
            "home_trial", _("Write down the stays at home on trial, and the plan after the return.")
        )


def check_ends_in_term(case: Case, effective_on: date, now: datetime) -> None:
    """An end that lies ahead lies within the term that the court approved, unless the renewal was asked for (児童福祉法28条2項,
    3項). An end that has come is a fact."""
    term = term_of(case)
    if term is None or effective_on <= day_of(now) or court_of(case).last in ASKED:
        return
    last = day_of(term.due_at)
    if effective_on > last:
        raise Refused(
            "effective_on",
            _("“Effective on” lies after the last day that the family court approved, %(day)s.")
            % {"day": format_date(last)},
        )


def check_explained(case: Case, now: datetime) -> None:
    """Before the end its reasons are explained to each person with parental authority, who is heard (児童福祉法33条の4)."""
    since = max((row.decided_at for row in approved_of(case) if row.decided_at is not None), default=None)
    told = {row.person_id for row in explained_rows(case) if since is None or row.recorded_at > since}
    if any(person.pk not in told for person in holders_of_authority(case, day_of(now))):
        raise Refused(
            "explained",
            _(
                "Explain first to each person with parental authority why the placement is to end, hear the person, and record"
                " it (Child Welfare Act, Art. 33-4)."
            ),
        )


def check_may_explain(case: Case, by: Position) -> None:
    """Those who work on the case, while a placement goes on."""
    check_may_edit(case, by)
    if standing(case).reached in (PlacementState.NONE, PlacementState.ENDED):
        raise Refused("not_placed", _("No placement of this child has been decided."))


def check_said(explained_at: datetime, now: datetime) -> None:
    """It has happened."""
    if explained_at > now:
        raise Refused("explained_at", _("“When it was explained” lies in the future."))
