"""Who limits contact with a child, for whom, on what basis and how long (児童虐待防止法12条)."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.custody.queries import lasting
from cases.decisions.codes import State
from cases.decisions.rules import check_may_draft
from cases.limits.codes import Basis, ContactKind, LimitKind
from cases.limits.models import ContactLimit
from cases.limits.queries import all_limits_of, standing
from cases.records.models import Case, Person
from cases.records.rules import check_may_edit
from security.encryption.fields import value_of


def check_may_draft_limit(case: Case, by: Position, now: datetime) -> None:
    """For those who work on the case and draft decisions. One draft waits for one person (``check_one_draft``)."""
    check_may_draft(case, by, (), now)


def check_may_draft_end(case: Case, by: Position, now: datetime) -> None:
    """The same, where a limit stands that can be ended."""
    check_may_draft(case, by, (), now)
    if not standing(all_limits_of(case), localdate(now)):
        raise Refused("none", _("No limit on contact stands that could be ended."))


def check_one_draft(row: ContactLimit, others: Iterable[ContactLimit], now: datetime) -> None:
    """One draft of a kind waits for one person."""
    for one in others:
        same = one.pk != row.pk and one.person_id == row.person_id and one.kind == row.kind
        if same and one.state_at(now) is State.WAITING:
            raise Refused("person", _("A draft for this person waits for its decision already."))


def check_person(person: Person, case: Case) -> None:
    """It is a person around this child, who has not been removed."""
    if person.case_id != case.pk or person.removed_at is not None:
        raise Refused(
            "person", _("Choose a person around this child. Who was removed is written down anew first.")
        )


def check_days(starts_on: date, ends_on: date | None, review_on: date) -> None:
    """It ends after it begins, and is reviewed in between. Raises Refused naming the field."""
    if ends_on is not None and ends_on < starts_on:
        raise Refused("ends_on", _("“Until” lies before “from”. Correct one of the two."))
    if review_on < starts_on:
        raise Refused("review_on", _("The review lies before the limit begins."))
    if ends_on is not None and review_on > ends_on:
        raise Refused("review_on", _("The review lies after the last day. Review it while it lasts."))


def check_basis(basis: Basis, case: Case) -> None:
    """On suspicion alone contact is limited only while the child is in temporary custody (児童虐待防止法12条)."""
    if basis is Basis.SUSPECTED and lasting(case) is None:
        raise Refused(
            "basis",
            _(
                "On suspicion alone contact is limited only during temporary custody (Child Abuse Prevention Act, Art. 12)."
            ),
        )


def check_not_twice(
    row: ContactLimit, kinds: Collection[ContactKind], others: Iterable[ContactLimit], today: date
) -> None:
    """Two limits never hold at once for one person and one kind of contact; a narrower one takes the place of the first."""
    for one in standing(others, today):
        if one.pk in (row.pk, row.changes_id) or one.person_id != row.person_id:
            continue
        if set(kinds) & set(value_of(one.kinds) or ()) and _overlap(row, one):
            raise Refused(
                "kinds",
                _("A limit for this person and this kind of contact stands already. Change that one."),
            )


def _overlap(one: ContactLimit, other: ContactLimit) -> bool:
    starts = max(one.starts_on or date.min, other.starts_on or date.min)
    return starts <= min(one.ends_on or date.max, other.ends_on or date.max)


def check_changes(changed: ContactLimit | None, case: Case, person: Person, today: date) -> None:
    """What is changed or ended is a limit of this person that stands."""
    if changed is None:
        return
    stands = changed.case_id == case.pk and changed.person_id == person.pk and standing([changed], today)
    if not stands:
        raise Refused("changes", _("This limit does not stand any more."))


def check_holds(row: ContactLimit, _by: Position, now: datetime) -> None:
    """When it is approved, everything that allowed the draft still holds."""
    today = localdate(now)
    others = ContactLimit.objects.filter(case=row.case)
    changed = others.filter(pk=row.changes_id).first() if row.changes_id else None
    check_changes(changed, row.case, row.person, today)
    if row.kind != LimitKind.LIMIT:
        return
    check_person(row.person, row.case)
    if row.ends_on is not None and row.ends_on < today:
        raise Refused("over", _("The last day of this limit has passed. Return the draft."))
    basis = value_of(row.basis)
    if isinstance(basis, Basis):
        check_basis(basis, row.case)
    check_not_twice(row, value_of(row.kinds) or (), others, today)


def check_may_tell(limit: ContactLimit, by: Position) -> None:
    """Those who work on the case write who was told of a limit that was approved."""
    check_may_edit(limit.case, by)
    if not limit.approved or limit.kind != LimitKind.LIMIT:
        raise Refused("not_decided", _("Nobody is told of a limit before it is approved."))


def check_told(told_on: date, today: date) -> None:
    """It has happened."""
    if told_on > today:
        raise Refused("told_on", _("This day lies in the future."))


def what_waits(case: Case, now: datetime) -> str | Promise:
    """The draft or the limit that prevents closing a case, in a sentence; '' where there is none."""
    rows = all_limits_of(case)
    if any(row.state_at(now) is State.WAITING for row in rows):
        return _("A draft on a limit on contact waits for its decision.")
    if standing(rows, localdate(now)):
        return _("A limit on contact stands. End it first.")
    return ""
