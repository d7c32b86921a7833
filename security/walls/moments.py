"""Who did what, and when: how a room says which columns of a row the database itself keeps true, whoever writes SQL.

A room's ``walls`` names them in ``MOMENTS``: table → column → one of the guards below. ``apply`` puts them up as one trigger a
table (``moments_walls``). A sweep (``tests/sweeps/test_moments.py``) names every moment and signature that is not guarded.
"""

NOW = "now"
"""Stamped with the database's clock when the row comes; never changes."""
POST = "position"
"""Stamped with the acting position when the row comes; never changes."""
NAMED = "named"
"""A person or day that the writer names when the row comes; never changes."""
ONCE = "once"
"""Empty at first, then stamped with the database's clock, and never changes again."""
WALL = "wall"
"""Empty at first; only functions and triggers of the wall write it."""


def within(interval: str) -> str:
    """Typed when the row comes, at most ``interval`` after now; never changes."""
    return f"within {interval}"


HAPPENED = within("10 minutes")
"""A moment that has come when it is typed (clocks differ by minutes); never changes."""


def by(moment: str) -> str:
    """Stamped with the acting position when the column ``moment`` is set; never changes again."""
    return f"by {moment}"


def since(start: str) -> str:
    """Empty at first, then typed once: between the column ``start`` and now."""
    return f"since {start}"


def kept_by(trigger: str) -> str:
    """Kept by a trigger of the room's own, which says more than a guard can."""
    return f"trigger {trigger}"
