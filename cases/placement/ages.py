"""When a placed child grows up: a placement ends with the eighteenth birthday, unless it is extended (児童福祉法31条).

Nothing of it is stored: the birth date is sealed, and a day that follows from it would tell it.
"""

from datetime import date

from django.utils.translation import gettext_lazy as _

from agencies.staff.rules import Refused
from cases.placement.codes import Basis
from cases.records.models import Case
from face.wareki import format_date
from security.encryption.fields import value_of

ADULT = 18


def adult_on(case: Case) -> date | None:
    """The eighteenth birthday; of a child born on 29 February the day before. None where the birth date is not known."""
    born = value_of(case.child.birth_date)
    if not isinstance(born, date):
        return None
    try:
        return born.replace(year=born.year + ADULT)
    except ValueError:
        return born.replace(year=born.year + ADULT, day=28)


def check_age(case: Case, basis: Basis, effective_on: date) -> None:
    """A child is placed after it was born, and before it is eighteen (児童福祉法4条, 27条); independent living support goes on
    beyond that (33条の6)."""
    born, adult = value_of(case.child.birth_date), adult_on(case)
    if isinstance(born, date) and effective_on < born:
        raise Refused(
            "effective_on",
            _("“Effective on” lies before “Birth date”, %(day)s.") % {"day": format_date(born)},
        )
    if basis is not Basis.APPLICATION and adult is not None and effective_on >= adult:
        raise Refused(
            "effective_on",
            _("“Effective on” lies on or after the eighteenth birthday, %(day)s.")
            % {"day": format_date(adult)},
        )


def months_before(day: date, months: int) -> date:
    """The day so many months before another; the last of a shorter month."""
    whole = day.year * 12 + day.month - 1 - months
    year, month = divmod(whole, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise ValueError(day)
