"""Numbers of the progress list (進行管理台帳). None of them is a law's: they are our own judgement."""

from datetime import timedelta

SIZE = 50
"""Lines on one page of the list."""
COUNTED = 1000
"""So many lines at most are counted on the home page; the list counts all."""
UNSEEN = timedelta(days=30)
"""For how long a child may be unseen before the line warns of it."""
AHEAD = timedelta(days=366)
"""How far ahead the next review lies at most: a mistyped year does not put it off for ever."""
MONTHS = 12
"""Of how many months back the page offers the list."""
FIRST_YEAR = 2000
"""There is no list of an earlier year."""
PRESSES = 25
"""From this day of the month on, lines that are not signed press."""
