"""What a notice can be about."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NoticeKind(models.TextChoices):
    """Stable codes; the sentences are what the inbox shows, with the reference beside."""

    FILING_RECEIVED = "filing_received", _("A notification has come in.")
    FILING_PRESSING = (
        "filing_pressing",
        _("The police have a child with them: telephone them now, and open it."),
    )
    CASE_ASSIGNED = "case_assigned", _("You are on the team of a case.")
    HANDED_OVER = "handed_over", _("A case is handed over: see when, from whom and to whom.")
    DECISION_WAITING = "decision_waiting", _("A draft waits for your decision.")
    DECISION_MADE = "decision_made", _("Your draft has been decided.")  # as versions until 0.1 told it
    DECISION_APPROVED = "decision_approved", _("Your draft has been approved.")
    DECISION_RETURNED = "decision_returned", _("Your draft has come back to be changed.")
    DECISION_REFUSED = "decision_refused", _("Your draft has not been approved.")
    GLASS_BROKEN = "glass_broken", _("A case of yours was opened with broken glass.")
    GLASS_TO_EXPLAIN = "glass_to_explain", _("Your broken glass was reviewed and is to be explained.")
    GLASS_IMPROPER = "glass_improper", _("The review of a broken glass found it improper.")
    DISCLOSURE_SENT = "disclosure_sent", _("An envelope has come in.")
    ENVELOPE_SOUDAN = "envelope_soudan", _("An envelope has come in: a consultation before a report.")
    ENVELOPE_JOHO = "envelope_joho", _("An envelope has come in: information.")
    ENVELOPE_TSUHO = "envelope_tsuho", _("An envelope has come in: a report of a crime.")
    ENVELOPE_KOKUHATSU = "envelope_kokuhatsu", _("An envelope has come in: an accusation.")
    ENVELOPE_ENJO = "envelope_enjo", _("An envelope has come in: a request for help.")
    ENVELOPE_SHIEN = "envelope_shien", _("An envelope has come in: a request to support the child.")
    ENVELOPE_KAITO = "envelope_kaito", _("An envelope has come in: an answer to an enquiry.")
    DISCLOSURE_ASSIGNED = "disclosure_assigned", _("A disclosure was assigned to you.")
    DISCLOSURE_TAKEN = "disclosure_taken", _("The receiving office took your report.")
    DISCLOSURE_LOOK = "disclosure_look", _("Another office looked at what you disclosed.")
    DISCLOSURE_ATTEMPT = "disclosure_attempt", _("Another office tried to open a disclosure that is closed.")
    DISCLOSURE_UNOPENED = "disclosure_unopened", _("The police have not opened your report yet. Call them.")
    ENVELOPE_UNOPENED = "envelope_unopened", _("An envelope has not been opened in time.")
    DISCLOSURE_CLOSED = "disclosure_closed", _("A disclosure was closed.")
    DUTY_OPEN = "duty_open", _("A duty waits for you.")
    DUTY_SOON = "duty_soon", _("A duty of yours is due soon.")
    DUTY_DUE = "duty_due", _("A duty was due and is not done.")
    DUTY_LATE = "duty_late", _("A duty was due long ago, and is still not done.")
    CONTACT_RECORDED = "contact_recorded", _("A contact with the police was recorded.")
    POSITION_ADDED = "position_added", _("A position that decides, supervises or audits was added.")
    POSITION_CONFIRMED = (
        "position_confirmed",
        _("A position that decides, supervises or audits was confirmed."),
    )
    POSITION_REFUSED = "position_refused", _("A position that decides, supervises or audits was refused.")
    POSITION_LEAVES_WORK = (
        "position_leaves_work",
        _("A position ends, and work of it has not been handed over."),
    )
    PASSWORD_RENEWED = "password_renewed", _("An administrator renewed a password.")
    DELEGATED = "delegated", _("The director lets you decide acts of the office.")
    CLOCK_SOON = "clock_soon", _("A time limit of a case of yours is near.")
    CLOCK_DUE = "clock_due", _("A time limit of a case has passed.")
    CLOCK_LATE = "clock_late", _("A time limit passed hours ago, and the duty is still not done.")
    CLOCK_CORRECTED = "clock_corrected", _("A time limit was corrected: see from when until when.")
    DISCLOSURE_ANSWERED = "disclosure_answered", _("The police have answered your report.")
    ANSWER_ASKED_BACK = "answer_asked_back", _("The center asks back about your answer to its report.")
    ASKED_AGAIN = "asked_again", _("A child was asked about the facts again without a decision.")
    JOINT_UNPLANNED = "joint_unplanned", _("A joint interview was recorded without an agreed plan.")
    CHAIR_SIGNS = "chair_signs", _("Minutes of a conference wait for your signature as its chair.")
    CONFERENCE_DECIDED = "conference_decided", _("What a conference came to on a case of yours was decided.")
    SITTING_MOVED = "sitting_moved", _("A conference was moved to another time.")
    SITTING_CANCELLED = (
        "sitting_cancelled",
        _("A conference was cancelled: what was on its agenda is on none."),
    )
    CHILD_ADMITTED = "child_admitted", _("A child is admitted to your facility: read the admission sheet.")
    VACANCY_STALE = (
        "vacancy_stale",
        _("Vacancies of your institution are out of date: confirm or change them."),
    )
    PLACE_ASKED = "place_asked", _("A child guidance center asks for a place.")
    PLACE_ANSWER = "place_answer", _("The center has answered your question on a place.")
    PLACE_CHOSEN = "place_chosen", _("Your place was chosen: the center telephones you. Confirm then.")
    PLACE_WITHDRAWN = "place_withdrawn", _("The center has withdrawn a request for a place.")
    PLACE_QUESTION = "place_question", _("An institution asks something before it offers a place.")
    PLACE_OFFERED = "place_offered", _("An institution offers a place.")
    PLACE_DECLINED = "place_declined", _("An institution has declined a request for a place.")
    PLACE_CONFIRMED = "place_confirmed", _("An institution has confirmed the place you chose.")
    PLACE_UNANSWERED = (
        "place_unanswered",
        _("An institution has not answered your request for a place in time. Telephone it."),
    )
    SHELTER_CALLS = "shelter_calls", _("The custody facility asks you to read at once what it wrote.")
    SESSION_DANGER = "session_danger", _("A sign of danger was seen in a session: read it at once.")
    SESSIONS_MISSED = "sessions_missed", _("Sessions of a counseling plan were missed in a row.")
    NIGHT_ENDED = (
        "night_ended",
        _("A case of the night was not handed over: it is closed for the officer who was on duty."),
    )
    INTAKE_SOON = "intake_soon", _("The intake conference has to decide on a case soon.")
    INTAKE_DUE = (
        "intake_due",
        _("The day by which the intake conference had to decide on a case has passed."),
    )
    INTAKE_LATE = "intake_late", _("The intake conference has still not decided on a case.")
    LETTER_DUE = "letter_due", _("A child's letter or call was to be answered by now.")
    LETTER_LATE = "letter_late", _("A child's letter or call has still not been answered.")
    COURSE_SILENT = "course_silent", _("A counseling plan has had no session for too long.")
    ENTRUSTED_SENT = "entrusted_sent", _("A child guidance center entrusts a plan of help to you: answer it.")
    ENTRUSTED_WORD = "entrusted_word", _("The center has answered your question on an entrusted plan.")
    ENTRUSTED_AGAIN = "entrusted_again", _("The center asks back on what you sent about an entrusted plan.")
    ENTRUSTED_OVER = "entrusted_over", _("A plan that was entrusted to you is closed.")
    ENTRUSTED_ACCEPTED = "entrusted_accepted", _("The other office has accepted the plan you entrusted.")
    ENTRUSTED_QUESTION = "entrusted_question", _("The other office asks back on the plan you entrusted.")
    ENTRUSTED_DECLINED = "entrusted_declined", _("The other office has declined the plan you entrusted.")
    ENTRUSTED_RETURN = "entrusted_return", _("The other office has sent something on an entrusted plan.")
    ENTRUSTED_DANGER = (
        "entrusted_danger",
        _("The other office saw a sign of danger: read it at once."),
    )
    ENTRUSTED_NAMED = "entrusted_named", _("You are named to give the help of an entrusted plan: read it.")
    ENTRUSTED_PASSED = "entrusted_passed", _("A colleague was named for a plan that was entrusted to you.")
    ENTRUSTED_RENAMED = (
        "entrusted_renamed",
        _("The other office has named another person for the plan you entrusted."),
    )
    DIAGNOSIS_RETURNED = (
        "diagnosis_returned",
        _("The center has returned a diagnosis of your facility: read why, and write it anew."),
    )
    RELIANCE_ASKED = (
        "reliance_asked",
        _("A child guidance center asks for the self-reliance plan of a child placed with you."),
    )
    RELIANCE_SENT = "reliance_sent", _("An institution has sent a self-reliance plan: accept it or ask back.")
    RELIANCE_ACCEPTED = "reliance_accepted", _("The center has accepted your self-reliance plan.")
    RELIANCE_RETURNED = "reliance_returned", _("The center asks back about your self-reliance plan.")
    RELIANCE_SOON = "reliance_soon", _("A self-reliance plan of your institution is due soon.")


BY_DATABASE = frozenset(
    {
        NoticeKind.HANDED_OVER,
        NoticeKind.DECISION_MADE,
        NoticeKind.GLASS_BROKEN,
        NoticeKind.GLASS_TO_EXPLAIN,
        NoticeKind.GLASS_IMPROPER,
        NoticeKind.DISCLOSURE_UNOPENED,
        NoticeKind.ENVELOPE_UNOPENED,
        NoticeKind.DUTY_SOON,
        NoticeKind.DUTY_DUE,
        NoticeKind.DUTY_LATE,
        NoticeKind.CLOCK_SOON,
        NoticeKind.CLOCK_DUE,
        NoticeKind.CLOCK_LATE,
        NoticeKind.POSITION_ADDED,
        NoticeKind.POSITION_CONFIRMED,
        NoticeKind.POSITION_REFUSED,
        NoticeKind.POSITION_LEAVES_WORK,
        NoticeKind.PASSWORD_RENEWED,
        NoticeKind.SITTING_MOVED,
        NoticeKind.SITTING_CANCELLED,
        NoticeKind.VACANCY_STALE,
        NoticeKind.PLACE_ASKED,
        NoticeKind.PLACE_ANSWER,
        NoticeKind.PLACE_CHOSEN,
        NoticeKind.PLACE_WITHDRAWN,
        NoticeKind.PLACE_QUESTION,
        NoticeKind.PLACE_OFFERED,
        NoticeKind.PLACE_DECLINED,
        NoticeKind.PLACE_CONFIRMED,
        NoticeKind.PLACE_UNANSWERED,
        NoticeKind.SHELTER_CALLS,
        NoticeKind.COURSE_SILENT,
        NoticeKind.NIGHT_ENDED,
        NoticeKind.INTAKE_SOON,
        NoticeKind.INTAKE_DUE,
        NoticeKind.INTAKE_LATE,
        NoticeKind.LETTER_DUE,
        NoticeKind.LETTER_LATE,
        NoticeKind.ENTRUSTED_SENT,
        NoticeKind.ENTRUSTED_WORD,
        NoticeKind.ENTRUSTED_AGAIN,
        NoticeKind.ENTRUSTED_OVER,
        NoticeKind.ENTRUSTED_ACCEPTED,
        NoticeKind.ENTRUSTED_QUESTION,
        NoticeKind.ENTRUSTED_DECLINED,
        NoticeKind.ENTRUSTED_RETURN,
        NoticeKind.ENTRUSTED_DANGER,
        NoticeKind.ENTRUSTED_NAMED,
        NoticeKind.ENTRUSTED_PASSED,
        NoticeKind.ENTRUSTED_RENAMED,
        NoticeKind.DIAGNOSIS_RETURNED,
        NoticeKind.RELIANCE_ASKED,
        NoticeKind.RELIANCE_SENT,
        NoticeKind.RELIANCE_ACCEPTED,
        NoticeKind.RELIANCE_RETURNED,
        NoticeKind.RELIANCE_SOON,
    }
)
"""What the database tells by itself, in the transaction of its cause, or the watch. No session tells it: a warning that was told
once is told no more, so who told it beforehand would keep the real one away."""
