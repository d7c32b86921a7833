"""Offices by kind and their sections."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OfficeKind(models.TextChoices):
    """The kinds of office that meet around a child. The codes are stable; what each may see depends on them."""

    CGC = "cgc", _("child guidance center")
    POLICE = "police", pgettext_lazy("kind of office", "police")
    SCHOOL = "school", _("school")
    MEDICAL = "medical", _("medical institution")
    INSTITUTION = "institution", _("child welfare institution")
    FAMILY_CENTER = "family_center", _("child and family support center")
    RIGHTS = "rights", _("rights bureau")
    ADVISERS = "advisers", _("commissioned advisers")
    MUNICIPALITY = "municipality", _("municipality")
    PROSECUTOR = "prosecutor", _("prosecutor's office")
    ONE_STOP = "one_stop", _("one-stop support center")
    OVERSIGHT = "oversight", _("oversight")


class PoliceDesk(models.TextChoices):
    """Which part of the police an office is. At a juvenile support center juvenile guidance officials work, who are no police
    officers: what a desk may be sent depends on it (``referrals.disclosures.codes.PaperKind``).
    """

    HONBU = "honbu", _("police headquarters")
    SHO = "sho", _("police station")
    SC = "sc", _("juvenile support center")


BANDS = ("AA", "A", "B", "C")
"""The letters of the urgency bands, the most urgent first; ``cases.records.codes.Urgency`` says what they mean."""


CONTACT_HOURS_MOST = 168
"""The longest an office may leave until a child is seen whose contact was no notification of abuse: our own bound."""


INTERVIEW_YEARS_MOST, PEER_REVIEW_MONTHS_MOST = 3, 12
"""How many years a certificate to interview children holds at most, and how many months ago it or a peer review may lie."""


SEATS = "起案、係長、課長、次長、所長"
"""Who puts a seal on a form that goes round (決裁欄), as long as the office says nothing else."""


def _rule(label: Any, usual: int, hint: Any) -> "models.PositiveSmallIntegerField[int, int]":
    """A number that an office sets for itself, ``usual`` at first."""
    return models.PositiveSmallIntegerField(label, default=usual, db_default=usual, help_text=hint)


def _band(label: Any, usual: str, hint: Any) -> "models.CharField[str, str]":
    """The least urgency that one answer of the assessment leads to."""
    choices = [(band, band) for band in BANDS]
    return models.CharField(
        label, max_length=2, choices=choices, default=usual, db_default=usual, help_text=hint
    )


class Office(models.Model):
    """An office as the others know it: its name, where it is and whom to call. Nothing here is about a child.

    Its ``RULES`` are what practice differs in, or a national line that a prefecture may tighten: data that an administrator sets,
    never laxer than that line. They matter to offices that keep cases; ``LETTER_RULES`` to a rights bureau,
    ``VACANCY_RULES`` to an institution.
    """

    RULES: ClassVar[tuple[str, ...]] = (
        "safety_hours", "contact_hours", "sight_warn_hours", "warrant_warn_days", "escalate_hours",
        "diagnosis_days", "interview_years", "peer_review_months",
        "custody_first_days", "custody_second_days", "custody_last_days", "intake_days", "hearing_hours",
        "council_days", "council_report_days",
        "court_first_days", "court_second_days", "court_last_days", "unreached_to_court", "placed_visit_months",
        "adult_months",
        "warrant_if_nobody", "late_withdrawal_warrant", "harm_band", "home_band",
        "intention_months", "intention_months_most", "intention_days_young",
        "glass_a_day", "glass_a_day_duty", "unopened_hours_aa", "unopened_hours",
        "explain_days", "review_days", "plan_review_months", "plan_review_months_placed",
        "session_gap_days", "session_misses",
        "shelter_log_hours", "left_police_hours", "document_mark", "approval_seats",
        "letter_reply_days",
        "guideline_months", "guideline_warn_days", "guideline_explain_days",
        "vacancy_days", "place_hours", "place_days",
    )  # fmt: skip
    LETTER_RULES: ClassVar[tuple[str, ...]] = ("letter_reply_days",)
    VACANCY_RULES: ClassVar[tuple[str, ...]] = ("vacancy_days",)
    SELDOM: ClassVar[tuple[str, ...]] = RULES
    """Left out where lists of rows are read together with the office of who wrote them (``face.together``)."""
    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {"id", "code", "kind", "police_desk", "name", "telephone", "address", "active", *RULES}
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.SlugField(_("office code"), max_length=12, unique=True)
    kind = models.CharField(_("kind of office"), max_length=20, choices=OfficeKind.choices)
    police_desk = models.CharField(
        _("part of the police"),
        max_length=10,
        choices=PoliceDesk.choices,
        default="",
        db_default="",
        blank=True,
    )
    name = models.CharField(_("name"), max_length=120)
    telephone = models.CharField(_("telephone"), max_length=20, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    active = models.BooleanField(_("in use"), default=True)
    safety_hours = models.PositiveSmallIntegerField(
        _("hours until the child must have been seen"),
        default=48,
        help_text=_("48 at most, as the national guideline says; a stricter local rule may be set."),
    )
    contact_hours = _rule(
        _("hours until the child of any other contact must have been seen"),
        48,
        _("0 starts no limit. Of a notification of abuse the hours above hold."),
    )
    sight_warn_hours = _rule(
        _("hours before a child must have been seen at which the one in charge is told"),
        12,
        _("1 to 47. No law and no guideline sets this number: it is our own judgement."),
    )
    warrant_warn_days = _rule(
        _("days before the warrant must have been requested at which the one in charge is told"),
        2,
        _("1 to 6. The seven days are the law's, this number is our own judgement."),
    )
    escalate_hours = _rule(
        _("hours after a time limit has passed until the director is told"),
        4,
        _("24 at most, 0 at once. The one in charge and the supervisors are told when it passes."),
    )
    custody_first_days = _rule(
        _("days before custody must end or be continued at which it is told for the first time"),
        30,
        _(
            "30 to 45. The one in charge, the supervisors and the directors are told. The two months are the law's."
        ),
    )
    custody_second_days = _rule(
        _("days before custody must end or be continued at which it is told again"),
        14,
        _("14 to 29."),
    )
    custody_last_days = _rule(
        _("days before custody must end or be continued at which it is told for the last time"),
        7,
        _("7 to 13."),
    )
    hearing_hours = _rule(
        _("hours until a child is heard who could not be heard before it was decided"),
        24,
        _("72 at most. The law says “promptly”: this number is our own judgement."),
    )
    council_days = _rule(
        _("days until the child welfare council is heard"),
        30,
        _("60 at most. No law sets this number: it is our own judgement."),
    )
    council_report_days = _rule(
        _("days until the child welfare council is told of a measure that could not wait"),
        7,
        _("14 at most. The law says “promptly”: this number is our own judgement."),
    )
    guideline_months = _rule(
        _("months within which a support guideline is evaluated"),
        6,
        _("6 at most. No law sets this number: at least half-yearly is usual."),
    )
    guideline_warn_days = _rule(
        _("days before the evaluation of a support guideline at which it is told"),
        30,
        _("30 to 60. The one in charge and the supervisors are told."),
    )
    guideline_explain_days = _rule(
        _("days until a support guideline is explained to the child"),
        7,
        _("14 at most. No law sets this number: it is our own judgement."),
    )
    court_first_days = _rule(
        _("days before the court's term of a placement ends at which it is told for the first time"),
        180,
        _(
            "180 to 365. The one in charge, the supervisors and the directors are told. The two years are the law's."
        ),
    )
    court_second_days = _rule(
        _("days before the court's term of a placement ends at which it is told again"),
        90,
        _("90 to 179."),
    )
    court_last_days = _rule(
        _("days before the court's term of a placement ends at which it is told for the last time"),
        30,
        _("30 to 89."),
    )
    intake_days = _rule(
        _("days within which the intake conference decides on a case that was received"),
        7,
        _("7 at most: the regular intake conference sits every week. In an emergency it sits at once."),
    )
    placed_visit_months = _rule(
        _("months within which a placed child is seen by the center"),
        3,
        _("6 at most. No law sets this number: it is our own judgement."),
    )
    adult_months = _rule(
        _("months before the eighteenth birthday of a placed child at which the page says so"),
        12,
        _("12 to 36."),
    )
    unreached_to_court = models.BooleanField(
        _("a placement takes the court where a person with parental authority is not reached"),
        default=False,
        db_default=False,
        help_text=_(
            "The law forbids a placement against the will of a person. Otherwise who was tried to be reached in vain is not in"
            " its way."
        ),
    )
    warrant_if_nobody = models.BooleanField(
        _("a custody warrant is requested where nobody has parental authority"),
        default=False,
        db_default=False,
        help_text=_(
            "Otherwise custody of such a child starts no time limit. Without consent it always does."
        ),
    )
    late_withdrawal_warrant = models.BooleanField(
        _("a custody warrant is requested where consent is taken back after the seven days"),
        default=False,
        db_default=False,
        help_text=_("Otherwise it is to be decided whether custody goes on."),
    )
    harm_band = _band(
        _("least urgency where harm is repeated or shows its effects on the child"),
        "B",
        _("Items 5 and 6 of the urgency assessment. The items before them ask for AA or A everywhere."),
    )
    home_band = _band(
        _("least urgency where the custodian or the home is a risk"),
        "C",
        _("Items 7 and 8 of the urgency assessment."),
    )
    intention_months = _rule(
        _("months a confirmation of the child's intention holds"), 3, _("What the form proposes.")
    )
    intention_months_most = _rule(
        _("months it may hold at most"), 6, _("6 at most; the child can take it back at any time before.")
    )
    intention_days_young = _rule(
        _("days it may hold at most of a child under 10"),
        30,
        _("30 at most. No law sets this number: it is our own judgement."),
    )
    glass_a_day = _rule(_("cases one person may open with broken glass within 24 hours"), 5, _("5 at most."))
    glass_a_day_duty = _rule(_("the same on duty at night or on a holiday"), 20, _("20 at most."))
    unopened_hours_aa = _rule(
        _("hours until an AA report that the police have not opened is told"), 24, _("24 at most.")
    )
    unopened_hours = _rule(_("the same of every other report"), 72, _("72 at most."))
    explain_days = _rule(_("days until an exception is explained to the child"), 7, _("7 at most."))
    review_days = _rule(_("days until an exception is reviewed"), 14, _("14 at most."))
    plan_review_months = _rule(
        _("months until a counseling plan is reviewed"),
        3,
        _("3 at most. No law sets this number: it is how offices work."),
    )
    plan_review_months_placed = _rule(
        _("months until a counseling plan of a child in placement is reviewed"),
        6,
        _("6 at most. No law sets this number: it is how offices work."),
    )
    session_gap_days = _rule(
        _("days without a session after which those in charge are told"),
        28,
        _("28 at most. No law sets this number: it is how offices work."),
    )
    session_misses = _rule(
        _("sessions missed in a row after which those in charge are told"),
        2,
        _("2 at most. No law sets this number: it is how offices work."),
    )
    shelter_log_hours = _rule(
        _("hours after a child has left the custody facility in which its log can be finished"),
        12,
        _("24 at most, 0 for none. The facility reads nothing of the child after that."),
    )
    left_police_hours = _rule(
        _("hours until the police are told of a child that left the custody facility without leave"),
        1,
        _("24 at most. Counted from when it is written that the child is away: our own judgement."),
    )
    diagnosis_days = _rule(
        _("days in which a diagnosis is due"),
        30,
        _("60 at most; whoever asks for it names the day. No law sets this number: it is our own judgement."),
    )
    interview_years = _rule(
        _("years a certificate to interview children holds"),
        INTERVIEW_YEARS_MOST,
        _("3 at most. No law sets this number: it is our own judgement."),
    )
    peer_review_months = _rule(
        _("months after a certificate or a peer review until the next peer review"),
        PEER_REVIEW_MONTHS_MOST,
        _(
            "12 at most. Without it the person interviews no more. No law sets this number: it is our own judgement."
        ),
    )
    document_mark = models.CharField(
        _("mark of the numbers of documents"),
        max_length=20,
        default="",
        db_default="",
        blank=True,
        help_text=_("In short, as printed before the number. Left empty, the name of the office is printed."),
    )
    approval_seats = models.CharField(
        _("boxes for approval on printed forms"),
        max_length=60,
        default=SEATS,
        db_default=SEATS,
        blank=True,
        help_text=_("Up to eight, with a comma between them, the drafter first."),
    )

    letter_reply_days = _rule(
        _("working days until a child's letter or call is answered"),
        3,
        _("3 at most. No law and no guideline sets this number: it is our own judgement."),
    )
    vacancy_days = _rule(
        _("days after which a vacancy that was not written anew counts as out of date"),
        7,
        _("7 at most. No law and no guideline sets this number: it is our own judgement."),
    )
    place_hours = _rule(
        _("hours in which institutions answer a request for a place in an emergency"),
        4,
        _("1 to 24. No law and no guideline sets this number: it is our own judgement."),
    )
    place_days = _rule(
        _("days in which institutions answer any other request for a place"),
        3,
        _("1 to 7. No law and no guideline sets this number: it is our own judgement."),
    )

    class Meta:
        app_label = "agencies"
        ordering = ["kind", "name"]
        constraints = [
            # 児童相談所運営指針: within 48 hours of the notification; a prefecture may only be stricter.
            models.CheckConstraint(
                condition=models.Q(safety_hours__gte=1, safety_hours__lte=48), name="safety_hours_stricter"
            ),
            models.CheckConstraint(
                condition=models.Q(contact_hours__lte=CONTACT_HOURS_MOST), name="contact_hours_bounded"
            ),
            # Our own judgement: told before it is too late to act, and a breach is the director's matter within a day.
            models.CheckConstraint(
                condition=models.Q(
                    sight_warn_hours__gte=1,
                    sight_warn_hours__lte=47,
                    warrant_warn_days__gte=1,
                    warrant_warn_days__lte=6,
                    escalate_hours__lte=24,
                ),
                name="clock_warnings_bounded",
            ),
            # Our own judgement: asking the family court takes weeks. An office may only be told earlier.
            models.CheckConstraint(
                condition=models.Q(
                    custody_first_days__gte=30,
                    custody_first_days__lte=45,
                    custody_second_days__gte=14,
                    custody_second_days__lte=29,
                    custody_last_days__gte=7,
                    custody_last_days__lte=13,
                ),
                name="custody_warnings_stricter",
            ),
            models.CheckConstraint(
                condition=models.Q(intake_days__gte=1, intake_days__lte=7), name="intake_days_stricter"
            ),
            # Our own judgement: the renewal by the family court takes months. An office may only be told earlier.
            models.CheckConstraint(
                condition=models.Q(
                    court_first_days__gte=180,
                    court_first_days__lte=365,
                    court_second_days__gte=90,
                    court_second_days__lte=179,
                    court_last_days__gte=30,
                    court_last_days__lte=89,
                    placed_visit_months__gte=1,
                    placed_visit_months__lte=6,
                    adult_months__gte=12,
                    adult_months__lte=36,
                ),
                name="court_warnings_stricter",
            ),
            # 児童福祉法33条の3の3: promptly afterwards. How soon that is, is our own judgement.
            models.CheckConstraint(
                condition=models.Q(hearing_hours__gte=1, hearing_hours__lte=72), name="hearing_hours_bounded"
            ),
            # 児童福祉法施行令32条2項: promptly. How soon that is, and when the council sits, is our own judgement.
            models.CheckConstraint(
                condition=models.Q(
                    council_days__gte=1,
                    council_days__lte=60,
                    council_report_days__gte=1,
                    council_report_days__lte=14,
                ),
                name="council_days_bounded",
            ),
            # Half a year is general knowledge of the field. An office may only evaluate sooner, and be told earlier.
            models.CheckConstraint(
                condition=models.Q(
                    guideline_months__gte=1,
                    guideline_months__lte=6,
                    guideline_warn_days__gte=30,
                    guideline_warn_days__lte=60,
                    guideline_explain_days__gte=1,
                    guideline_explain_days__lte=14,
                ),
                name="guideline_days_stricter",
            ),
            models.CheckConstraint(
                condition=models.Q(harm_band__in=BANDS, home_band__in=BANDS), name="office_bands_known"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    intention_months__gte=1,
                    intention_months__lte=models.F("intention_months_most"),
                    intention_months_most__lte=6,
                ),
                name="intention_term_stricter",
            ),
            models.CheckConstraint(
                condition=models.Q(intention_days_young__gte=1, intention_days_young__lte=30),
                name="intention_young_stricter",
            ),
            models.CheckConstraint(
                condition=models.Q(kind=OfficeKind.POLICE, police_desk__in=PoliceDesk.values)
                | (~models.Q(kind=OfficeKind.POLICE) & models.Q(police_desk="")),
                name="office_police_desk",
            ),
            # Our own judgement: the person who needs more is not helping one child at night. An office may only be stricter.
            models.CheckConstraint(
                condition=models.Q(
                    glass_a_day__gte=1,
                    glass_a_day__lte=5,
                    glass_a_day_duty__gte=1,
                    glass_a_day_duty__lte=20,
                ),
                name="glass_limit_stricter",
            ),
            # Our own judgement: an AA report is opened within a day. An office may only be stricter.
            models.CheckConstraint(
                condition=models.Q(
                    unopened_hours_aa__gte=1,
                    unopened_hours_aa__lte=24,
                    unopened_hours__gte=models.F("unopened_hours_aa"),
                    unopened_hours__lte=72,
                ),
                name="unopened_hours_stricter",
            ),
            # Our own judgement too: what went past the child's word is soon explained and reviewed.
            models.CheckConstraint(
                condition=models.Q(
                    explain_days__gte=1, explain_days__lte=7, review_days__gte=1, review_days__lte=14
                ),
                name="exception_days_stricter",
            ),
            # How offices work: a plan that nobody looks at again is none. An office may only look at it sooner.
            models.CheckConstraint(
                condition=models.Q(
                    plan_review_months__gte=1,
                    plan_review_months__lte=3,
                    plan_review_months_placed__gte=1,
                    plan_review_months_placed__lte=6,
                ),
                name="plan_review_months_stricter",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    session_gap_days__gte=1,
                    session_gap_days__lte=28,
                    session_misses__gte=1,
                    session_misses__lte=2,
                ),
                name="session_days_stricter",
            ),
            models.CheckConstraint(
                condition=models.Q(shelter_log_hours__lte=24), name="shelter_log_hours_stricter"
            ),
            models.CheckConstraint(
                condition=models.Q(left_police_hours__gte=1, left_police_hours__lte=24),
                name="left_police_hours_bounded",
            ),
            # Our own judgement: a diagnosis comes within custody's two months.
            models.CheckConstraint(
                condition=models.Q(diagnosis_days__gte=1, diagnosis_days__lte=60),
                name="diagnosis_days_bounded",
            ),
            # Our own judgement: who asks a child about what happened is kept up. An office may only be stricter.
            models.CheckConstraint(
                condition=models.Q(
                    interview_years__gte=1,
                    interview_years__lte=INTERVIEW_YEARS_MOST,
                    peer_review_months__gte=1,
                    peer_review_months__lte=PEER_REVIEW_MONTHS_MOST,
                ),
                name="interview_terms_stricter",
            ),
            # Our own judgement: a child waits for an answer. A bureau may only be stricter.
            models.CheckConstraint(
                condition=models.Q(letter_reply_days__gte=1, letter_reply_days__lte=3),
                name="letter_reply_days_stricter",
            ),
            # Our own judgement: what a board says of last week is telephoned for. An institution may only be stricter.
            models.CheckConstraint(
                condition=models.Q(vacancy_days__gte=1, vacancy_days__lte=7), name="vacancy_days_stricter"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    place_hours__gte=1, place_hours__lte=24, place_days__gte=1, place_days__lte=7
                ),
                name="place_answer_bounded",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kind_label(self) -> str | Promise:
        """The kind in words; of an office of the police, which part of it."""
        return PoliceDesk(self.police_desk).label if self.police_desk else OfficeKind(self.kind).label

    @property
    def seats(self) -> list[str]:
        """The boxes for approval by name."""
        return [seat for seat in self.approval_seats.split("、") if seat]


class Section(models.Model):
    """A section (係・課) of an office; the supervisor of a section has its cases in line."""

    CLEAR: ClassVar[frozenset[str]] = frozenset({"id", "office", "name"})

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="sections", verbose_name=_("office"))
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        app_label = "agencies"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["office", "name"], name="section_once")]

    def __str__(self) -> str:
        return self.name
