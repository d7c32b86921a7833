"""Numbers of the list of receipts (受付一覧). None of them is a law's: they are our own judgement."""

from datetime import timedelta

SIZE = 50
"""Lines on one page of the list."""
MOST = 1000
"""So many unsigned receipts at most are put in order and counted."""
WEEK = timedelta(days=8)
"""The intake conference meets once a week: a receipt that is older and not signed presses."""
