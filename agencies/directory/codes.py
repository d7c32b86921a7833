"""What the numbers of an office are made of, and how far some of them go."""

BANDS = ("AA", "A", "B", "C")
"""The letters of the urgency bands, the most urgent first; ``cases.records.codes.Urgency`` says what they mean."""


CONTACT_HOURS_MOST = 168
LETTER_REPLY_DAYS_MOST = 3
"""The longest an office may leave until a child is seen whose contact was no notification of abuse: our own bound."""


INTERVIEW_YEARS_MOST, PEER_REVIEW_MONTHS_MOST = 3, 12
"""How many years a certificate to interview children holds at most, and how many months ago it or a peer review may lie."""


SEATS = "起案、係長、課長、次長、所長"
"""Who puts a seal on a form that goes round (決裁欄), as long as the office says nothing else."""
