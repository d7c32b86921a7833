"""The only writers of offices, people, posts, agreements and delegations. Each checks a rule and acts in one transaction."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction

from agencies.administration import rules
from agencies.agreements.models import SharingAgreement
from agencies.directory.models import Office, Section
from agencies.notices.actions import tell
from agencies.notices.kinds import NoticeKind
from agencies.staff.models import Delegation, Post, Staff
from agencies.staff.signin import end_sessions_of, set_password, temporary_password
from security.walls import clock


@transaction.atomic
def save_office(facts: Mapping[str, Any], *, by: Post, office: Office | None = None) -> Office:
    """Add an office, or change one. Code and kind stay: what the office may see hangs on its kind. Rules not named stay too."""
    rules.check_may_administer(by)
    row = office or Office(code=facts["code"], kind=facts["kind"])
    for name in ("name", "telephone", "address", "active"):
        setattr(row, name, facts[name])
    for name in set(Office.RULES) & set(facts):
        setattr(row, name, facts[name])
    row.save()
    return row


@transaction.atomic
def save_section(office: Office, name: str, *, by: Post, section: Section | None = None) -> Section:
    """Add a section to an office, or give one another name."""
    rules.check_may_administer(by)
    row = section or Section(office=office)
    row.name = name
    row.save()
    return row


@transaction.atomic
def add_person(facts: Mapping[str, Any], *, by: Post) -> tuple[Staff, str]:
    """Add an account; returns it with a temporary password, which is stored after the commit and shown once."""
    rules.check_may_administer(by)
    person = Staff(username=facts["username"], name=facts["name"], kana=facts["kana"], email=facts["email"])
    person.save(force_insert=True)
    return person, _give_password(person)


@transaction.atomic
def change_person(person: Staff, facts: Mapping[str, Any], *, by: Post) -> None:
    """Change name, reading and mail address. The user name stays: the evidence of wrong tries stands under it."""
    rules.check_may_change(person, by)
    for name in ("name", "kana", "email"):
        setattr(person, name, facts[name])
    person.save(update_fields=["name", "kana", "email"])


@transaction.atomic
def set_in_use(person: Staff, in_use: bool, *, by: Post) -> None:
    """Take an account out of use, or back. The person's next request is already nobody's."""
    rules.check_may_change(person, by)
    person.is_active = in_use
    person.save(update_fields=["is_active"])
    if not in_use:
        transaction.on_commit(partial(end_sessions_of, person.pk))


@transaction.atomic
def renew_password(person: Staff, *, by: Post) -> str:
    """A new temporary password, to be changed at the next sign-in; every session of the person ends."""
    rules.check_may_change(person, by)
    person.credential_stamp = uuid.uuid4()
    person.save(update_fields=["credential_stamp"])
    return _give_password(person)


@transaction.atomic
def add_post(
    person: Staff,
    office: Office,
    role: str,
    *,
    section: Section | None,
    starts_on: date,
    ends_on: date | None,
    by: Post,
) -> Post:
    """Give a person a post. One that decides, supervises or audits waits for its confirmation; the database tells of it."""
    rules.check_may_change(person, by)
    rules.check_role_fits(role, office, section)
    rules.check_not_held(person, office, role, starts_on, ends_on)
    post = Post(staff=person, office=office, section=section, role=role, starts_on=starts_on, ends_on=ends_on)
    if ends_on is not None:
        rules.check_last_day(post, ends_on)
    post.save(force_insert=True)
    post.refresh_from_db(fields=["added_by", "added_at"])
    return post


@transaction.atomic
def confirm_post(post: Post, *, by: Post) -> None:
    """Let a post take effect. What belongs to it (a supervisor's line) follows in the database."""
    _decide_post(post, by, confirmed_at=clock.now())


@transaction.atomic
def refuse_post(post: Post, *, reason: str, by: Post) -> None:
    """A post that somebody added does not take effect. ``reason`` is read by whoever added it, and names no child."""
    _decide_post(post, by, refused_at=clock.now(), refusal=reason)


def _decide_post(post: Post, by: Post, **columns: Any) -> None:
    # The lock is taken only where the policy lets this identity decide; whoever comes second finds the post decided below.
    list(Post.objects.select_for_update().filter(pk=post.pk).values("pk"))
    fresh = Post.objects.select_related("staff", "office", "added_by__staff").get(pk=post.pk)
    rules.check_may_confirm(fresh, by)
    fresh.decided_by = by
    for name, value in columns.items():
        setattr(fresh, name, value)
    fresh.save(update_fields=["decided_by", *columns])


@transaction.atomic
def end_post(post: Post, last_day: date, *, by: Post) -> None:
    """Name the last day of a post. Its grants end with it."""
    rules.check_may_end(post, by)
    rules.check_last_day(post, last_day)
    rules.check_not_prolonged(post, last_day)
    post.ends_on = last_day
    post.save(update_fields=["ends_on"])


@transaction.atomic
def save_agreement(
    facts: Mapping[str, Any], *, by: Post, agreement: SharingAgreement | None = None
) -> SharingAgreement:
    """Write down an agreement, or change one. The two offices stay."""
    rules.check_may_administer(by)
    row = agreement or SharingAgreement(sender=facts["sender"], recipient=facts["recipient"])
    rules.check_agreement(row.sender, row.recipient, facts["items"], facts["grounds"])
    for name in ("reference", "items", "grounds", "starts_on", "ends_on"):
        setattr(row, name, facts[name])
    row.save()
    return row


@transaction.atomic
def delegate(to_post: Post, acts: Sequence[str], *, starts_on: date, ends_on: date, by: Post) -> Delegation:
    """Let another post decide acts of the office until a day (専決・代決), and tell it so."""
    rules.check_delegation(to_post, acts, starts_on, ends_on, by)
    row = Delegation(
        office=by.office, given_by=by, to_post=to_post, acts=list(acts), starts_on=starts_on, ends_on=ends_on
    )
    row.save(force_insert=True)
    tell([to_post.pk], NoticeKind.DELEGATED, "", "/", cause=str(row.pk))
    return row


@transaction.atomic
def end_delegation(delegation: Delegation, *, by: Post) -> None:
    """Take a delegation back now."""
    rules.check_may_end_delegation(delegation, by)
    delegation.ended_at = clock.now()
    delegation.save(update_fields=["ended_at"])


def _give_password(person: Staff) -> str:
    # Only the sign-in gate writes passwords, and it sees the person once this transaction is committed.
    password = temporary_password()
    transaction.on_commit(partial(set_password, person.pk, password, change_first=True))
    return password
