"""How far an office may change its numbers: stricter than the law and the national lines, or as far as we judge right."""

from django.db import models

from agencies.directory.codes import (
    BANDS,
    CONTACT_HOURS_MOST,
    INTERVIEW_YEARS_MOST,
    LETTER_REPLY_DAYS_MOST,
    PEER_REVIEW_MONTHS_MOST,
)

BOUNDS: list[models.BaseConstraint] = [
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
    # Our own judgement: no law says when a duty that no law times is told, nor how soon an advocate comes.
    models.CheckConstraint(
        condition=models.Q(
            duty_warn_hours__gte=12,
            duty_warn_hours__lte=168,
            duty_late_hours__lte=72,
            advocate_days__gte=1,
            advocate_days__lte=14,
        ),
        name="duty_warnings_bounded",
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
    # The same of the plan of an institution (自立支援計画): no law sets an interval, and an office may only be stricter.
    models.CheckConstraint(
        condition=models.Q(
            reliance_first_months__gte=1,
            reliance_first_months__lte=3,
            reliance_months__gte=1,
            reliance_months__lte=6,
            reliance_warn_days__gte=30,
            reliance_warn_days__lte=60,
        ),
        name="reliance_months_stricter",
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
    # Our own judgement: the sheet of a night is received in the morning. An office may only be stricter.
    models.CheckConstraint(
        condition=models.Q(night_until_hour__gte=9, night_until_hour__lte=12), name="night_until_stricter"
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
        condition=models.Q(explain_days__gte=1, explain_days__lte=7, review_days__gte=1, review_days__lte=14),
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
    models.CheckConstraint(condition=models.Q(shelter_log_hours__lte=24), name="shelter_log_hours_stricter"),
    models.CheckConstraint(
        condition=models.Q(left_police_hours__gte=1, left_police_hours__lte=24),
        name="left_police_hours_bounded",
    ),
    # Our own judgement: a diagnosis comes within custody's two months.
    models.CheckConstraint(
        condition=models.Q(diagnosis_days__gte=1, diagnosis_days__lte=60),
        name="diagnosis_days_bounded",
    ),
    # Our own judgement: as early as possible, say the guidelines. An office may only be stricter.
    models.CheckConstraint(
        condition=models.Q(
            joint_answer_hours__gte=1,
            joint_answer_hours__lte=24,
            joint_hold_days__gte=1,
            joint_hold_days__lte=7,
        ),
        name="joint_interview_stricter",
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
        condition=models.Q(letter_reply_days__gte=1, letter_reply_days__lte=LETTER_REPLY_DAYS_MOST),
        name="letter_reply_days_stricter",
    ),
    # Our own judgement: what a board says of last week is telephoned for. An institution may only be stricter.
    models.CheckConstraint(
        condition=models.Q(vacancy_days__gte=1, vacancy_days__lte=7), name="vacancy_days_stricter"
    ),
    models.CheckConstraint(
        condition=models.Q(place_hours__gte=1, place_hours__lte=24, place_days__gte=1, place_days__lte=7),
        name="place_answer_bounded",
    ),
    # Our own judgement: nobody waits longer for an answer, and a plan is looked at four times a year. An office may be stricter.
    models.CheckConstraint(
        condition=models.Q(
            support_decide_days__gte=1,
            support_decide_days__lte=14,
            support_review_days__gte=1,
            support_review_days__lte=92,
        ),
        name="support_days_stricter",
    ),
]
