"""The numbers and lists that an office sets for itself."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.directory.codes import BANDS, INTERVIEW_YEARS_MOST, PEER_REVIEW_MONTHS_MOST, SEATS


def _rule(label: Any, usual: int, hint: Any) -> "models.PositiveSmallIntegerField[int, int]":
    """A number that an office sets for itself, ``usual`` at first."""
    return models.PositiveSmallIntegerField(label, default=usual, db_default=usual, help_text=hint)


def _band(label: Any, usual: str, hint: Any) -> "models.CharField[str, str]":
    """The least urgency that one answer of the assessment leads to."""
    choices = [(band, band) for band in BANDS]
    return models.CharField(
        label, max_length=2, choices=choices, default=usual, db_default=usual, help_text=hint
    )


class OfficeNumbers(models.Model):
    """What practice differs in, or a national line that a prefecture may tighten: data that an administrator sets, never laxer
    than that line (``bounds.BOUNDS``).

    ``RULES`` matter to offices that keep cases, ``LETTER_RULES`` to a rights bureau, ``VACANCY_RULES`` to an institution,
    ``SUPPORT_RULES`` to a juvenile support center of the police.
    """

    RULES: ClassVar[tuple[str, ...]] = (
        "safety_hours", "contact_hours", "sight_warn_hours", "warrant_warn_days", "escalate_hours",
        "duty_warn_hours", "duty_late_hours", "advocate_days",
        "diagnosis_days", "joint_answer_hours", "joint_hold_days", "interview_years", "peer_review_months",
        "custody_first_days", "custody_second_days", "custody_last_days", "intake_days", "hearing_hours",
        "council_days", "council_report_days",
        "court_first_days", "court_second_days", "court_last_days", "unreached_to_court", "placed_visit_months",
        "adult_months",
        "warrant_if_nobody", "late_withdrawal_warrant", "harm_band", "home_band",
        "intention_months", "intention_months_most", "intention_days_young",
        "glass_a_day", "glass_a_day_duty", "night_until_hour", "unopened_hours_aa", "unopened_hours",
        "explain_days", "review_days", "plan_review_months", "plan_review_months_placed",
        "session_gap_days", "session_misses",
        "shelter_log_hours", "left_police_hours", "document_mark", "approval_seats",
        "letter_reply_days",
        "guideline_months", "guideline_warn_days", "guideline_explain_days",
        "reliance_first_months", "reliance_months", "reliance_warn_days",
        "vacancy_days", "place_hours", "place_days",
        "support_decide_days", "support_review_days",
    )  # fmt: skip
    LETTER_RULES: ClassVar[tuple[str, ...]] = ("letter_reply_days",)
    VACANCY_RULES: ClassVar[tuple[str, ...]] = ("vacancy_days",)
    SUPPORT_RULES: ClassVar[tuple[str, ...]] = ("support_decide_days", "support_review_days")

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
    duty_warn_hours = _rule(
        _("hours before a duty is due at which its owner is told"),
        24,
        _("12 to 168. No law sets this number: it is our own judgement."),
    )
    duty_late_hours = _rule(
        _("hours after a duty was due until the director is told"),
        24,
        _("72 at most, 0 at once. The owner, the one in charge and the supervisors are told when it is due."),
    )
    advocate_days = _rule(
        _("days until an advocate is offered to a child who was heard, or has come"),
        7,
        _("14 at most. No law sets this number: it is our own judgement."),
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
    reliance_first_months = _rule(
        _("months within which an institution sends its first self-reliance plan"),
        3,
        _("3 at most. No law sets this number: it is how institutions and centers work."),
    )
    reliance_months = _rule(
        _("months within which an institution reviews a self-reliance plan"),
        6,
        _("6 at most. No law sets this number: at least half-yearly is usual."),
    )
    reliance_warn_days = _rule(
        _("days before a self-reliance plan is due at which it is told"),
        30,
        _("30 to 60. The institution, the one in charge and the supervisors are told."),
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
    night_until_hour = _rule(
        _(
            "hour of the next working day at which a case of the night closes for the duty officer, handed over or not"
        ),
        12,
        _(
            "9 to 12. Receiving the hand-over sheet closes it before. No law sets this number: it is our own judgement."
        ),
    )
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
    joint_answer_hours = _rule(
        _("hours until the prosecutor's desk is spoken to on a joint interview"),
        24,
        _("24 at most. No law sets this number: guidelines say only “early”, it is our own judgement."),
    )
    joint_hold_days = _rule(
        _("days within which a joint interview is held that was proposed"),
        7,
        _("7 at most. No law sets this number: guidelines say only “early”, it is our own judgement."),
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

    support_decide_days = _rule(
        _("days until it is decided whether continuing support is designated"),
        14,
        _("14 at most. No law sets this number: it is our own judgement."),
    )
    support_review_days = _rule(
        _("days until the plan of continuing support is reviewed"),
        92,
        _("92 at most. No law sets this number: it is our own judgement."),
    )

    class Meta:
        abstract = True
