"""Wrong passwords: how many were tried, where it closes, and what the person is told.

A try is a row without a user name and without an address, only their keyed hashes: a password typed into the field of the name
is as unreadable as the name. Five wrong tries within 15 minutes close a user name at that address, twenty close it at every
address from which the name has not signed in before: guessing slows down, and does not lock the person out at their own desk.
User names that do not exist are counted in the same way.
"""

from datetime import timedelta

from django.db.models import Max, QuerySet
from django.utils.crypto import salted_hmac

from security.signin.models import Outcome, SignInTry

GATE = "gate"
HERE, WITHIN = 5, timedelta(minutes=15)
EVERYWHERE = 20
AT_A_KNOWN_ADDRESS, A_DAY = 100, timedelta(days=1)
KEPT = timedelta(days=90)
"""How long an address counts as known after a sign-in there; older rows are removed."""


def begin(username: str, address: str | None) -> SignInTry:
    """Write down a try before its password is checked, so that parallel tries are counted too. It is wrong until :func:`ends`."""
    return _rows().create(name=_hash("name", username), address=_hash("address", address or ""))


def is_closed(this: SignInTry) -> bool:
    """Whether this try came after too many wrong ones. At a known address a day's worth of them passes, so that a colleague's
    wrong tries behind the same address lock no other person out."""
    here = _rows().filter(name=this.name, address=this.address)
    if here.filter(outcome=Outcome.RIGHT, at__gt=this.at - KEPT).exists():
        return _wrong(here, this.at - A_DAY) > AT_A_KNOWN_ADDRESS
    everywhere = _wrong(_rows().filter(name=this.name), this.at - WITHIN)
    return _wrong(here, this.at - WITHIN) > HERE or everywhere > EVERYWHERE


def was_the_last(this: SignInTry) -> bool:
    """Whether this wrong try was the one after which the answer is that of a closed name, known address or not."""
    here = _rows().filter(name=this.name, address=this.address)
    right = here.filter(outcome=Outcome.RIGHT).aggregate(last=Max("at"))["last"]
    return _wrong(here, max(this.at - WITHIN, right or this.at - WITHIN)) >= HERE


def ends(this: SignInTry, outcome: Outcome) -> None:
    """Write down how the try ended."""
    _rows().filter(pk=this.pk).update(outcome=outcome)


def wrong_before(this: SignInTry) -> int:
    """How many tries with this user name failed since its last sign-in before this try: what its person is told."""
    before = _rows().filter(name=this.name, at__lt=this.at)
    last = before.filter(outcome=Outcome.RIGHT).aggregate(last=Max("at"))["last"]
    failed = before.exclude(outcome=Outcome.RIGHT)
    return failed.filter(at__gt=last).count() if last else failed.count()


def _rows() -> "QuerySet[SignInTry]":
    return SignInTry.objects.using(GATE)


def _wrong(rows: "QuerySet[SignInTry]", since: object) -> int:
    return rows.filter(outcome=Outcome.WRONG, at__gt=since).count()


def _hash(kind: str, value: str) -> bytes:
    return salted_hmac(f"sign-in {kind}", value, algorithm="sha256").digest()
