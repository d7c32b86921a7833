"""The timed jobs of the outbox and of the access log (beat: config/settings/base.py)."""

from security.audit import months, verify
from security.outbox import relay
from security.outbox.jobs import job


@job("outbox.relay")
def send_what_is_due() -> None:
    """Hand waiting rows to the workers."""
    relay.relay()


@job("outbox.reconcile")
def reconcile() -> None:
    """Compare what should have happened with what has."""
    relay.reconcile()


@job("access_log.check_months")
def check_months() -> None:
    """Raise the alarm while there is time to make the months of the access log."""
    months.check_months()


@job("access_log.verify")
def verify_cells() -> None:
    """Compare every cell, row and wrapped key with its last recorded change."""
    verify.raise_alarm()
