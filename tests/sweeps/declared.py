"""Who is admitted where: one row for every address of the product.

``row(get, post)`` names the relations (tests/sweeps/world.py) that are answered; ``None``: the address has no such method.
Everybody else who is signed in gets the 404 of a page that does not exist, and whoever is not is sent to the sign-in page.
``to`` is for whom the address is at all: ``public``, a ``person`` who may not have chosen a position yet, or a ``position``.

A new address needs a row here. Write down who should come in, from the design; never copy what the sweep says it found.
"""

from dataclasses import dataclass
from typing import Literal

from tests.sweeps.world import NEWCOMERS, RELATIONS

Relations = frozenset[str]


def who(*names: "str | Relations") -> Relations:
    """A set of relations from names and sets."""
    return frozenset().union(*({name} if isinstance(name, str) else name for name in names))


@dataclass(frozen=True)
class Row:
    """Who is answered on GET (and HEAD) and on POST; None where there is no such method.

    ``writes``: whose POST may change something (None: of all who are answered). The others are told why not.
    """

    get: Relations | None
    post: Relations | None
    writes: Relations | None = None
    to: Literal["public", "person", "position"] = "position"
    answer: tuple[int, ...] = (200,)


def row(get: Relations | None, post: Relations | None = None, **more: object) -> Row:
    """A row of the table; a form page names its GET and its POST."""
    return Row(get, post, **more)  # type: ignore[arg-type]  # the fields of Row


def form_for(readers: Relations, writers: Relations) -> Row:
    """A form of the case: shown to ``writers``. What is sent is answered to ``readers`` too, with the reason against it."""
    return Row(writers, readers, writes=writers)


ANYBODY = who(*RELATIONS, *(name for name, *_ in NEWCOMERS), "anonymous")
SIGNED_IN = ANYBODY - {"anonymous"}
POSTED = SIGNED_IN - {"moved"}  # "moved" is a session in a position that has ended

# By role, before any question of which case
DIRECTORS = who("director", "second_position_director", "stranger_director")
DECIDES_AT_KITA = DIRECTORS - {"stranger_director"}
SUPERVISE = who(DIRECTORS, "line", "other_supervisor")
RIGHTS = who("rights", "rights_head")
FILERS = who("school", "school2", "clinician", "institution", "therapist", "giver_head", RIGHTS)
OFFICERS = who("disclosed", "withdrawn", "foreign_police")
POLICE = who(OFFICERS, "chief")
ADMIN = who("admin")
SHELTERS = who("facility", "facility2")
KEEPER = who("institution")
GIVER = who("therapist")
WORKERS = POSTED - FILERS - POLICE - ADMIN - SHELTERS - {"privacy"}
RECORDERS = WORKERS - DIRECTORS
DRAFTERS = RECORDERS - {"glass"}
TAKERS = WORKERS - DIRECTORS - {"reader"}
AT_KITA = WORKERS - {"stranger", "stranger_director", "moved/minami"}

# By what they hold on the case of the world
LINE = who("line", "director", "second_position_director")
MANAGES = who("lead", LINE)
EDITS = who(MANAGES, "member", "glass")
SEES = who(EDITS, "reader")
REVIEWERS = who(DIRECTORS, "line", "other_supervisor", "privacy")
MAY_BREAK_GLASS = AT_KITA - {"reader", "blocked"}

EDIT_FORM = form_for(SEES, EDITS)
MANAGE_FORM = form_for(SEES, MANAGES)
ADMIN_PAGE, ADMIN_FORM, ADMIN_ACTION = row(ADMIN), row(ADMIN, ADMIN), row(None, ADMIN)

ROWS: dict[str, Row] = {
    # --- everybody's
    "face:language": row(None, ANYBODY, to="public"),
    "sign_in": row(ANYBODY, ANYBODY, to="public", answer=(200, 302)),
    "sign_out": row(None, ANYBODY, to="public"),
    # One's own positions alone can be chosen: the sweep sends those of the two people who hold several, or held one before.
    "choose_position": row(
        SIGNED_IN, who("second_position", "second_position_director", "moved", "moved/minami"), to="person"
    ),
    "new_password": row(SIGNED_IN, SIGNED_IN, to="person"),
    "sessions": row(SIGNED_IN, to="person"),
    "end_session": row(None, SIGNED_IN, to="person"),
    "alive": row(None, SIGNED_IN, to="person"),
    "printed": row(None, who()),  # without the mark of a page there is nothing to record
    "help": row(SIGNED_IN, to="person"),
    "parked": row(SIGNED_IN, to="person"),
    "parked_form": row(who("member"), to="person"),
    "draft_compare": row(who("member"), to="person"),
    "parked_discard": row(None, who("member"), to="person"),
    "home": row(POSTED),
    "inbox": row(POSTED),
    "inbox_read": row(None, POSTED),
    "notice_open": row(None, who("line")),
    # --- offices, people, agreements
    "office_list": ADMIN_PAGE,
    "office_add": ADMIN_FORM,
    "office": ADMIN_FORM,
    "section_add": ADMIN_FORM,
    "section": ADMIN_FORM,
    "staff_list": ADMIN_PAGE,
    "staff_add": ADMIN_FORM,
    "staff_person": ADMIN_FORM,
    "staff_password": ADMIN_ACTION,
    "staff_use": ADMIN_FORM,
    "position_add": ADMIN_FORM,
    "position_end": ADMIN_FORM,
    "agreement_list": row(who(ADMIN, DIRECTORS)),
    "agreement_add": ADMIN_FORM,
    # Its last day is not brought forward while it waits for its decision.
    "agreement": row(who(ADMIN, DECIDES_AT_KITA), who(ADMIN, DECIDES_AT_KITA), writes=who()),
    "agreement_decide": row(None, DECIDES_AT_KITA),
    "positions": row(who(DIRECTORS, "privacy")),
    "position": row(who(DECIDES_AT_KITA, "privacy"), who(DECIDES_AT_KITA, "privacy"), writes=DECIDES_AT_KITA),
    "delegations": row(SUPERVISE, SUPERVISE),
    "delegation_decide": row(None, SUPERVISE - {"stranger_director"}, writes=who()),  # it was given
    "delegation_end": row(None, SUPERVISE - {"stranger_director"}, writes=DECIDES_AT_KITA),
    # --- the record of the case
    # At the juvenile support centers, of their own support cases.
    "case_list": row(WORKERS | POLICE),
    "decision_queue": row(WORKERS | POLICE),
    "limits": row(WORKERS | POLICE),
    "workload": row(SUPERVISE),
    "night_sheet": row(TAKERS | SUPERVISE),
    "night_of": row(TAKERS | SUPERVISE),
    "night_take": row(None, TAKERS | SUPERVISE),
    "find": row(WORKERS, WORKERS, writes=who()),
    # Its line alone sees what was made together here; the receiver is on the team.
    "handovers": row(WORKERS | POLICE),
    "handover_new": row(DRAFTERS | DIRECTORS | POLICE, DRAFTERS | DIRECTORS | POLICE, writes=who()),
    "handover": row(MANAGES | {"member"}),
    "handover_count": row(None, who()),  # nothing is planned in it any more
    "handover_cancel": row(None, MANAGES, writes=who()),  # it is cancelled
    "case": row(SEES),
    "case_reception": row(SEES),
    "case_custody": row(SEES),
    "case_wishes": row(SEES),
    "case_manage": row(SEES),
    "case_glass": row(MAY_BREAK_GLASS, MAY_BREAK_GLASS, answer=(200, 302)),
    "glass_review": row(LINE, LINE),
    "child_edit": EDIT_FORM,
    "child_address": row(SEES),
    "basics_edit": EDIT_FORM,
    "stage_correct": row(LINE, LINE),
    "person_add": EDIT_FORM,
    "person_edit": EDIT_FORM,
    "person_address": row(SEES),
    "person_remove": EDIT_FORM,
    "progress_list": row(SEES),
    "people_list": row(SEES),
    "progress_add": EDIT_FORM,
    "progress_correct": EDIT_FORM,
    "team_add": MANAGE_FORM,
    "lead_change": MANAGE_FORM,
    "grant_end": MANAGE_FORM,
    "block_add": MANAGE_FORM,
    "block_lift": MANAGE_FORM,
    # --- intake
    "register_call": row(TAKERS, TAKERS),
    "add_notification": form_for(SEES & TAKERS, MANAGES & TAKERS),
    "notifier": row(MANAGES),
    "complete_notification": EDIT_FORM,
    "safety_retract": EDIT_FORM,
    "safety_check": EDIT_FORM,
    "incoming_filings": row(TAKERS),
    "incoming_filing": row(TAKERS & AT_KITA),
    "open_filing": row(None, TAKERS & AT_KITA),
    "register_filing": row(None, TAKERS & AT_KITA),
    "attach_filing": row(None, TAKERS & AT_KITA),
    # The filing of the world is one of the police: a child in their hands, which neither joins a case nor is set aside.
    "filing_join": row(None, TAKERS & AT_KITA, writes=who()),
    "set_filing_aside": row(None, TAKERS & AT_KITA, writes=who()),
    "filings": row(FILERS | OFFICERS),
    "filing_copy": row(who("disclosed")),
    "file_notification": row(FILERS | OFFICERS, FILERS | OFFICERS),
    # --- the child's word
    "intention_new": EDIT_FORM,
    "intention_history": row(SEES),
    "question_sheet": row(WORKERS),
    # --- texts for asking a child
    "wording_list": row(WORKERS),
    "wording_add": row(WORKERS, WORKERS),
    "wording_add_custody": row(WORKERS, WORKERS),
    "wording_add_guideline": row(WORKERS, WORKERS),
    "wording": row(AT_KITA),
    "wording_decide": row(None, DECIDES_AT_KITA),
    "intention_withdraw": row(None, EDITS),
    "exception_new": EDIT_FORM,
    "intention_withdrawn": row(SEES, SEES, writes=EDITS, answer=(200, 302)),
    # --- custody
    "custody_start": form_for(SEES & RECORDERS, EDITS & RECORDERS),
    "custody_end": form_for(SEES & DRAFTERS, EDITS & DRAFTERS),
    "custody_consent": EDIT_FORM,
    "custody_opinion": EDIT_FORM,
    "custody_unasked": EDIT_FORM,
    "custody_expected": row(LINE, LINE),
    "custody_told_child": EDIT_FORM,
    # --- corrections
    "custody_correction": form_for(SEES & DRAFTERS, EDITS & DRAFTERS),
    "warrant_step_correction": form_for(SEES & DRAFTERS, EDITS & DRAFTERS),
    # --- continuing
    "continuing_new": form_for(SEES & DRAFTERS, EDITS & DRAFTERS),
    "continuing_stand": EDIT_FORM,
    "continuing_court": EDIT_FORM,
    # --- placement
    "placement_new": form_for(SEES & DRAFTERS, EDITS & DRAFTERS),
    "placement_renew": form_for(SEES & DRAFTERS, EDITS & DRAFTERS),
    "placement_hearing": EDIT_FORM,
    "placement_answer": EDIT_FORM,
    "placement_court": EDIT_FORM,
    "placement_arrival": EDIT_FORM,
    "placement_change": form_for(SEES & DRAFTERS, EDITS & DRAFTERS),
    "placement_suspend": form_for(SEES & DRAFTERS, EDITS & DRAFTERS),
    "placement_resume": form_for(SEES & DRAFTERS, EDITS & DRAFTERS),
    "placement_end": form_for(SEES & DRAFTERS, EDITS & DRAFTERS),
    "placement_explained": EDIT_FORM,
    "placement_visit": EDIT_FORM,
    # --- stays
    "place_change": form_for(SEES & DRAFTERS, EDITS & DRAFTERS),
    # --- the custody facility
    "shelter_new": EDIT_FORM,
    "shelter_paper": EDIT_FORM,
    "shelter_correct": EDIT_FORM,
    "shelter_end": row(None, SEES, writes=EDITS),
    "shelter": row(who(SEES, "facility")),
    "shelter_arrival": row(who("facility"), who("facility")),
    # --- warrants
    "warrant_draft": form_for(SEES & DRAFTERS, EDITS & DRAFTERS),
    "warrant_hand_in": EDIT_FORM,
    "warrant_withdraw": EDIT_FORM,
    "warrant_step": EDIT_FORM,
    "shelter_diagnosis": row(who("facility"), who("facility")),
    "shelter_log": row(who("facility"), who("facility")),
    "shelter_left": row(who(SEES, "facility"), who(SEES, "facility"), writes=who(EDITS, "facility")),
    "shelter_given_back": row(who(SEES, "facility"), who(SEES, "facility"), writes=who(EDITS, "facility")),
    # --- closing
    "closing_new": form_for(SEES & DRAFTERS, EDITS & DRAFTERS),
    # --- track
    "track_change": form_for(SEES & DRAFTERS, EDITS & DRAFTERS),
    # --- receipts
    "receipt_facts": EDIT_FORM,
    "receipt_outcome": form_for(SEES & DRAFTERS, EDITS & DRAFTERS),
    "receipt_received": form_for(SEES & DRAFTERS, EDITS & DRAFTERS),
    # --- duties
    "duty": row(SEES, SEES, writes=MANAGES),
    "duty_take_over": row(None, LINE),
    "duties": row(WORKERS | POLICE),
    # --- cautions
    "caution_new": EDIT_FORM,
    "caution_end": EDIT_FORM,
    # --- environment adjustment
    "environment_new": EDIT_FORM,
    "environment_task": row(SEES, SEES, writes=EDITS),
    # --- the welfare office
    "welfare_new": EDIT_FORM,
    "welfare_referral": row(SEES, SEES, writes=EDITS),
    # --- visits
    "visit_new": EDIT_FORM,
    "visit": row(SEES, SEES, writes=EDITS),
    # --- households
    "household_call": row(TAKERS, TAKERS),
    "household_facts": EDIT_FORM,
    "household_join": form_for(SEES & DRAFTERS, EDITS & DRAFTERS),
    "household_link": EDIT_FORM,
    "household_split": form_for(SEES & DRAFTERS, EDITS & DRAFTERS),
    "household_register": row(EDITS & TAKERS, SEES & TAKERS, writes=EDITS & TAKERS),
    # --- interviews
    "interview_new": EDIT_FORM,
    "interview": row(SEES),
    "second_interview": form_for(SEES & DRAFTERS, EDITS & DRAFTERS),
    "joint_new": row(EDITS, SEES, writes=who()),  # one is conferred on
    "joint_plan": row(SEES),
    "joint_change": EDIT_FORM,
    "joint_step": EDIT_FORM,
    # --- limits on contact
    "contact_limit_new": form_for(SEES & DRAFTERS, EDITS & DRAFTERS),
    "contact_limit_end": form_for(SEES & DRAFTERS, EDITS & DRAFTERS),
    "contact_limit_told": EDIT_FORM,
    # --- training
    "training_list": ADMIN_PAGE,
    "training_add": ADMIN_FORM,
    "training_next": ADMIN_FORM,
    "training_section": row(SUPERVISE),
    "training_years": row(who(SUPERVISE, ADMIN)),
    "training_attended": row(who(SUPERVISE, ADMIN)),
    "training_attended_sheet": row(who(SUPERVISE, ADMIN)),
    "training_withdraw": ADMIN_ACTION,
    # --- conferences
    "accept_case": form_for(SEES & DRAFTERS, EDITS & DRAFTERS),
    "sitting_list": row(WORKERS),
    "sitting_new": row(WORKERS, WORKERS),
    "sitting": row(AT_KITA),
    "sitting_move": row(AT_KITA, AT_KITA, writes=who("lead", "line")),
    "sitting_cancel": row(AT_KITA, AT_KITA, writes=who("lead", "line")),
    "sitting_held": row(AT_KITA, AT_KITA, writes=who("lead", "line")),  # secretary and chair
    "conference_put": EDIT_FORM,
    "conference_minutes": form_for(SEES & DRAFTERS, EDITS & DRAFTERS),
    "conference_sign": row(None, LINE, writes=who()),  # it is decided
    "conference_hearing": row(EDITS, SEES, writes=who()),  # it is recorded
    "council_step": row(EDITS, SEES, writes=who()),  # it is recorded
    # --- diagnoses
    "diagnosis_new": EDIT_FORM,
    "diagnosis": row(SEES, SEES, writes=EDITS - DIRECTORS),
    "diagnosis_return": form_for(SEES, MANAGES),
    "judgement_new": form_for(SEES & DRAFTERS, EDITS & DRAFTERS),
    # --- counseling
    "counseling_new": form_for(SEES & DRAFTERS, EDITS & DRAFTERS),
    "counseling": row(SEES),
    "counseling_review": EDIT_FORM,
    "counseling_scores": EDIT_FORM,
    "counseling_end": form_for(SEES & DRAFTERS, EDITS & DRAFTERS),
    # --- support guidelines
    "guideline_new": form_for(SEES & DRAFTERS, EDITS & DRAFTERS),
    "guideline_review": form_for(SEES & DRAFTERS, EDITS & DRAFTERS),
    "guideline_told": EDIT_FORM,
    # --- sessions
    "my_sessions": row(WORKERS),
    "my_month": row(WORKERS),
    "session_new": EDIT_FORM,
    "session_offer": EDIT_FORM,
    "session": row(SEES, SEES, writes=EDITS),
    "session_move": EDIT_FORM,
    # --- prints
    "prints": row(SEES),
    "print_new": row(None, SEES),
    "print_pdf": row(SEES),
    "print_sample": row(SEES),
    "sheet_new": row(None, WORKERS),
    "sheet_pdf": row(SEES),
    # --- decisions
    "decision": row(SEES, SEES, writes=LINE & DIRECTORS),
    "decision_take_back": row(None, SEES & DRAFTERS, writes=EDITS & DRAFTERS),
    # --- the progress list
    "review_list": row(SUPERVISE),
    "review_sign": row(LINE, LINE, writes=who()),  # it is signed
    # --- support cases of the police
    "support_new": row(POLICE, POLICE),
    "support": row(who("disclosed", "chief"), answer=(302,)),
    "support_designate": row(
        who("disclosed", "chief"), who("disclosed", "chief"), writes=who()
    ),  # it is designated
    "support_review": row(who("disclosed", "chief"), who("disclosed", "chief")),
    "support_release": row(who("disclosed", "chief"), who("disclosed", "chief")),
    "support_supporter": row(who("disclosed", "chief"), who("disclosed", "chief")),
    "supporter_report": row(who("disclosed", "chief"), who("disclosed", "chief")),
    "support_notify": row(who("disclosed", "chief"), who("disclosed", "chief"), writes=who("disclosed")),
    # --- the list of receipts
    "reading_list": row(SUPERVISE),
    "reading_signed": row(SUPERVISE),
    "reading_sign": row(LINE, LINE, writes=who()),  # it is signed
    # --- the report, at its sender
    "report_new": row(EDITS, SEES, writes=EDITS & DRAFTERS, answer=(200, 302)),
    "report_edit": EDIT_FORM,
    "report_send": row(None, SEES, writes=EDITS),
    "report_close": row(None, SEES, writes=EDITS),
    "report_preview": row(SEES),
    "disclosure": row(SEES, answer=(302,)),
    # --- the report, at its receiver
    "envelopes_ended": row(POLICE),
    "envelopes": row(POLICE),
    "letter": row(who("disclosed")),
    "letter_print": row(who("disclosed")),
    "letter_answer": row(who("disclosed"), who("disclosed")),
    "answer_accept": row(None, SEES, writes=EDITS),
    "answer_ask_back": row(EDITS, SEES, writes=who()),  # it was asked back
    "envelope_take": row(None, POLICE - {"foreign_police"}, writes=who("chief")),
    "envelope_assign": row(who("chief"), who("chief")),
    "envelope_end": row(None, who("chief")),
    # --- what happened by voice
    "contact_new": row(SEES, SEES),
    "contact_seen": row(None, LINE),
    "contacts_unseen": row(REVIEWERS - {"privacy"}),
    # --- letters of children at a rights bureau
    "child_letters": row(RIGHTS),
    "child_letter_new": row(RIGHTS, RIGHTS),
    "child_letter": row(RIGHTS),
    "child_letter_read": row(RIGHTS, RIGHTS),
    "child_letter_danger": row(RIGHTS, RIGHTS),
    "child_letter_reply": row(RIGHTS, RIGHTS, writes=who()),  # one waits for the head
    "child_letter_sent": row(RIGHTS, RIGHTS, writes=who()),  # it is not approved yet
    "child_letter_decide": row(RIGHTS, RIGHTS, writes=who("rights_head")),
    "child_letter_notify": row(RIGHTS, RIGHTS, writes=who()),  # the same
    "child_letter_note": row(RIGHTS, RIGHTS),
    "child_word_new": row(MANAGES, SEES, writes=MANAGES),
    # --- the vacancy board
    "vacancy_board": row(WORKERS),
    "vacancies_own": row(KEEPER),
    "vacancy_new": row(KEEPER, KEEPER),
    "vacancy_change": row(KEEPER, KEEPER),
    "vacancy_confirm": row(None, KEEPER),
    "vacancy_withdraw": row(None, KEEPER),
    "therapist_new": row(KEEPER, KEEPER),
    "therapist_end": row(KEEPER, KEEPER),
    "therapy_count": row(KEEPER, KEEPER),
    # --- requests for a place: at the case, and at the institution
    "place_new": EDIT_FORM,
    "place_search": row(SEES),
    "place_release": row(None, EDITS),
    "place_choose": row(None, EDITS),
    "place_withdraw": row(None, EDITS),
    "place_answer": row(EDITS, SEES, writes=who()),  # it is answered
    "places_asked": row(KEEPER),
    "place_asked": row(KEEPER),
    "place_reply": row(None, KEEPER),
    "place_question": row(KEEPER, KEEPER, writes=who()),  # a place is offered
    # --- entrusted plans: at the case, and at the office that gives the help
    "entrust_new": row(EDITS, SEES, writes=who()),  # the help of that plan is given by the center itself
    "entrusted": row(SEES),
    "entrusted_answer": row(EDITS, SEES, writes=who()),  # it is accepted
    "entrusted_withdraw": row(None, EDITS),
    "return_accept": row(None, EDITS),
    "return_back": EDIT_FORM,
    "entrusted_list": row(who(GIVER, "clinician", OFFICERS)),
    "entrusted_here": row(who("giver_head", "chief")),
    "entrusted_name": row(who("giver_head"), who("giver_head"), writes=who()),  # nobody else gives help there
    "entrusted_plan": row(GIVER),
    "entrusted_accept": row(None, GIVER, writes=who()),  # the same
    "entrusted_question": row(GIVER, GIVER, writes=who()),
    "entrusted_decline": row(GIVER, GIVER, writes=who()),
    "kept_session_new": row(GIVER, GIVER),
    "kept_session": row(GIVER, GIVER),
    "entrusted_send": row(GIVER, GIVER),
    # --- self-reliance plans: at the case, and at the institution
    "reliance_new": row(EDITS, SEES, writes=who()),  # the institution is asked
    "reliance_tell": EDIT_FORM,
    "reliance_end": row(None, SEES, writes=EDITS),
    "reliance_plan": row(SEES, SEES, writes=MANAGES),
    "reliance": row(KEEPER),
    "reliance_write": row(KEEPER, KEEPER, writes=who()),  # a version waits for the center
    "reliance_send": row(None, KEEPER, writes=who()),  # the same
    "reliance_child": row(KEEPER),
    # --- the access log
    "case_looks": row(MANAGES),
    "case_looks_day": row(MANAGES),
    "case_changes": row(MANAGES),
    "case_change": row(MANAGES),
    "case_check": row(MANAGES),
    "access_log_case": row(who("privacy")),
    "access_log_case_day": row(who("privacy")),
    "access_log_changes": row(who("privacy")),
    "access_log_change": row(who("privacy")),
    "access_log_check": row(who("privacy")),
    "access_log": row(REVIEWERS, REVIEWERS, writes=who()),
    "access_log_denials": row(REVIEWERS),
    "access_log_mine": row(POSTED),
    "access_log_person": row(REVIEWERS - {"stranger_director"}),
    "access_log_person_day": row(REVIEWERS - {"stranger_director"}),
}

# Which relations may read a word of the world, by the beginning of its label; the first that fits counts.
MAY_READ: tuple[tuple[str, Relations], ...] = (
    ("shelterdraft.", who("facility")),  # the case reads no draft of the facility
    ("shelter.", who(SEES, "facility")),
    # The facility where the child sleeps, and the institution where it is placed.
    *(
        (name, who(SEES, "facility", KEEPER))
        for name in ("family_name", "given_name", "family_kana", "given_kana")
    ),
    ("package.disclosed", who(SEES, "disclosed")),
    ("answer.", who(SEES, "disclosed")),
    ("notifier.", MANAGES),
    (
        "psychological.",
        who("reader"),
    ),  # the psychologist of the team: neither lead, nor line, nor director, nor glass
    ("medical.", who("lead", "line")),
    ("therapy.", who("reader")),  # the same psychologist
    ("sibling.", MANAGES),
    ("policed.", who(TAKERS & AT_KITA, "disclosed")),
    ("supported.", who("disclosed", "chief")),
    ("placed.", who(SEES, KEEPER)),
    ("entrusted.told.", who(SEES, GIVER)),
    ("entrusted.kept", GIVER),
    ("reliance.draft", KEEPER),  # the center reads no draft
    ("reliance.", who(SEES, KEEPER)),
    ("lettered.word", who(SEES, RIGHTS)),  # what a center asks to tell the child
    ("lettered.sent", who(SEES, RIGHTS)),  # what the notification says
    ("lettered.", RIGHTS),
    ("filed.", who(TAKERS & AT_KITA, "school")),  # the filer reads a copy
    ("", SEES),
)
