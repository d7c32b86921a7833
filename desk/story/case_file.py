"""The story's input: one fictional case in a TOML file (docs/story.md). Wrong input is named by field, reason and line."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.conferences.forms import AcceptForm
from cases.continuing.forms import ContinuingForm, CourtForm, StandForm
from cases.counseling.forms import SHORT as PLAN_SHORT
from cases.counseling.forms import PlanForm
from cases.counseling.later_forms import EndForm as CounselingEndForm
from cases.counseling.later_forms import ReviewForm as CounselingReviewForm
from cases.custody.consent_forms import ConsentForm
from cases.custody.forms import EndForm as CustodyEndForm
from cases.custody.forms import StartForm
from cases.diagnoses.forms import AskForm as DiagnosisForm
from cases.diagnoses.forms import JudgementForm
from cases.environment.forms import TaskForm
from cases.guidelines.forms import SHORT as GUIDELINE_SHORT
from cases.guidelines.forms import GuidelineForm, ToldForm
from cases.hearings.forms import HearingForm
from cases.households.forms import relation_field
from cases.intake.call_forms import CallForm
from cases.intake.forms import SafetyForm
from cases.interviews.forms import InterviewForm
from cases.interviews.plan_forms import JointChangeForm
from cases.limits.forms import LimitForm
from cases.placement.forms import ArrivalForm, PlacementAnswerForm, PlacementForm
from cases.placement.forms import CourtForm as PlacementCourtForm
from cases.records.forms import PersonForm
from cases.records.models import UNKNOWN
from cases.reliance.forms import SHORT as RELIANCE_SHORT
from cases.reliance.forms import AnswerForm as RelianceAnswerForm
from cases.reliance.forms import PlanForm as ReliancePlanForm
from cases.reliance.forms import TellForm
from cases.sessions.forms import FirstForm, RecordForm
from cases.stays.forms import ChangeForm
from cases.support.forms import DesignationForm, ReceptionForm, SupporterForm, SupporterReportForm
from cases.warrants.forms import HandInForm, RequestForm, StepForm
from face import wareki
from face.fields import JapaneseDateField, KanaField, LongTextField, NameField
from face.text import broken_characters
from referrals.answers.forms import AnswerForm, AskBackForm
from referrals.consent.forms import IntentionForm, ReasonForm
from referrals.entrusted.forms import EntrustForm, WordForm
from referrals.entrusted.forms import RecordSessionForm as KeptForm
from referrals.places.forms import AskForm

MOST_BYTES = 1_000_000
SCALE = 60
"""How long the name of a scale is at most: a line of scores has room for it and the number."""


@dataclass(frozen=True)
class Rule:
    """What a field may hold: what the fields of the pages it goes into take. ``needed``: the story cannot do without it."""

    fields: tuple[forms.Field, ...]
    needed: bool = True


def _rules(form: type[forms.Form], *names: str, needed: bool = True, **renamed: str) -> dict[str, Rule]:
    """Rules for fields of ``form``; ``renamed`` has the name in the file and the name on the page."""
    pairs = {name: name for name in names} | renamed
    return {name: Rule((form.base_fields[on_page],), needed) for name, on_page in pairs.items()}


def _also(rule: Rule, *fields: forms.Field) -> Rule:
    return Rule((*rule.fields, *fields), rule.needed)


REPORT_TEXT = Rule((LongTextField(),))
OPINION = Rule((LongTextField(),))
GOAL = Rule((LongTextField(limit=500),))
TABLES: dict[str, dict[str, Rule]] = {
    "child": {
        **_rules(CallForm, "family_name", "given_name", "family_kana", "given_kana", "sex", "birth_date"),
        **_rules(CallForm, "school", "address", "address_withheld", "telephone", needed=False),
    },
    "case": _rules(CallForm, "track", "urgency", "harm_type", outline="situation"),
    "notification": _rules(CallForm, "words", "question", "observed", asker="asked_by"),
    "notifier": {
        **_rules(CallForm, name="notifier_name", relation="notifier_relation"),
        **_rules(CallForm, telephone="notifier_telephone", needed=False),
    },
    "intake": _rules(AcceptForm, "attendees", "decision"),
    "safety": _rules(SafetyForm, "place", how="condition"),
    "custody": _rules(StartForm, "reason", "opinion"),
    "intention": _rules(
        IntentionForm, "asked_by", "place", "explanation", "words", "understanding", "advocate"
    ),
    "report": {"incident_outline": REPORT_TEXT, "considerations": REPORT_TEXT},
    "withdrawal": _rules(ReasonForm, "reason", needed=False),
    "sibling": {
        **_rules(CallForm, "given_name", "given_kana", "sex", "birth_date"),
        **_rules(CallForm, "school", needed=False),
        "relation": Rule((relation_field(),)),
        **_rules(SafetyForm, "place", how="condition"),
    },
    "parents": {
        **_rules(PersonForm, mother="name", father="name"),
        **_rules(ConsentForm, mother_says="note", father_says="note"),
    },
    "contact_limit": _rules(LimitForm, "child_view", "reason"),
    "move": _rules(ChangeForm, "place", "reason", "words"),
    "warrant": {
        **_rules(RequestForm, "court", "missing_why"),
        **_rules(HandInForm, "handed_to"),
        **_rules(StepForm, "asked", "answer", "number"),
    },
    "continuing": {
        **_rules(ContinuingForm, "reason", "opinion"),
        **_rules(StandForm, mother_says="words", father_says="words"),
        **_rules(CourtForm, "court", "reference"),
    },
    "police": {
        **_rules(AnswerForm, "section", "officer", number="police_number", answer="text", anew="text"),
        **_rules(AskBackForm, "question"),
    },
    "interview": {
        **_rules(JointChangeForm, "place", "aim", "topics", "child_told", "agreed"),
        **_rules(JointChangeForm, police="police_who", prosecutor="prosecutor_who"),
        **_rules(InterviewForm, "state_after", "kept_by"),
    },
    "diagnosis": {
        **_rules(DiagnosisForm, "question"),
        **{name: Rule((LongTextField(),)) for name in ("sessions", "development", "emotion", "findings")},
        **{name: Rule((LongTextField(),)) for name in ("summary", "care", "not_to_say")},
        "scale": Rule((forms.CharField(max_length=SCALE),)),
        **_rules(JudgementForm, "needs", "view", "support", "child_said", "custodians_said"),
    },
    "guideline": {
        **_rules(GuidelineForm, "view_why", "needs", "strengths", "support", "support_why", "alternatives"),
        **_rules(GuidelineForm, "for_child", wish="child_wish"),
        **_rules(ToldForm, explained="how", said="child_said"),
        **{name: OPINION for name in ("mother_wishes",)},
        **{name: GOAL for name in ("short_goal", "short_means", "long_goal", "long_means")},
        "who": Rule((forms.CharField(max_length=GUIDELINE_SHORT),)),
    },
    "counseling": {
        **_rules(PlanForm, "child_goal", "child_words", "needs", "done_when", "risks", "amended_why"),
        "goal_1": Rule((LongTextField(limit=PLAN_SHORT),)),
        "mother_says": Rule((LongTextField(limit=2000),)),
        **_rules(FirstForm, "place"),
        **_rules(
            RecordForm, "present", first="summary", missed="summary", third="summary", danger="danger_words"
        ),
        **_rules(CounselingReviewForm, "course_note", "child_view"),
        **_rules(CounselingEndForm, "report", "helped", "relapse", "turn_to", "child_told"),
    },
    "placement": {
        **_rules(AskForm, "age_group", "wanted"),
        **_rules(HearingForm, "opinion", "explained"),
        **_rules(PlacementAnswerForm, mother_says="note", father_says="note"),
        **_rules(PlacementCourtForm, "court", "reference"),
        **_rules(PlacementForm, "reason", "told_reason", "school"),
        **_rules(CustodyEndForm, end_of_custody="reason"),
        **_rules(ArrivalForm, arrival="words"),
    },
    "entrusted": {
        **_rules(PlanForm, "child_goal", "child_words", "needs", "done_when"),
        "goal_1": Rule((LongTextField(limit=PLAN_SHORT),)),
        "mother_says": Rule((LongTextField(limit=2000),)),
        **_rules(EntrustForm, told_words="child_words"),
        **_rules(WordForm, question="text", answer="text"),
        **_rules(KeptForm, "summary", "note", danger="danger_words"),
    },
    "reliance": {
        **_rules(TellForm, "guideline", "care"),
        **_rules(
            ReliancePlanForm, "child_wish", "needs", "policy", "for_child", "made_by", "head", anew="policy"
        ),
        **_rules(ReliancePlanForm, explained="told_how", said="child_said"),
        **{name: GOAL for name in ("short_goal", "short_means", "long_goal", "long_means")},
        "who": Rule((forms.CharField(max_length=RELIANCE_SHORT),)),
        **_rules(RelianceAnswerForm, "reason"),
    },
    "support": {
        **_rules(
            ReceptionForm, "family_name", "given_name", "family_kana", "given_kana", "sex", "birth_date"
        ),
        **_rules(ReceptionForm, "consultant", "worry", "situation", "words", "question", "harm"),
        **_rules(DesignationForm, "juvenile_said", "no_guardian_why", "scope", "aims", "frequency", "place"),
        **_rules(DesignationForm, "counselor", "evaluation"),
        **_rules(TaskForm, "aim", "agreed_with", "tasks"),
        **_rules(SupporterForm, supporter="name", supporter_task="task"),
        **_rules(SupporterReportForm, supporter_told="words"),
    },
}
OPTIONAL = frozenset(
    {
        "sibling",
        "parents",
        "contact_limit",
        "move",
        "warrant",
        "continuing",
        "police",
        "interview",
        "diagnosis",
        "guideline",
        "counseling",
        "placement",
        "entrusted",
        "reliance",
        "support",
    }
)
"""A file that leaves one of these out has a shorter story; one that has it, has all of it."""
# The story enters these on a second page too.
TABLES["case"]["outline"] = _also(TABLES["case"]["outline"], AcceptForm.base_fields["facts"])
TABLES["intake"]["decision"] = _also(TABLES["intake"]["decision"], AcceptForm.base_fields["reasons"])
TABLES["intention"]["asked_by"] = _also(TABLES["intention"]["asked_by"], SafetyForm.base_fields["seen_by"])
TABLES["intention"]["place"] = _also(TABLES["intention"]["place"], StartForm.base_fields["place"])


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the file: which field, why, and in which line (0: the field is not there)."""

    field: str
    reason: str | Promise
    line: int


class BadCaseFile(Exception):
    """The file cannot be told as a story; ``faults`` says why."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


@dataclass(frozen=True)
class CaseFile:
    """The checked input; ``story["child"]["family_name"]`` is the text exactly as typed. Missing optional fields are ''."""

    tables: Mapping[str, Mapping[str, str]]

    def __getitem__(self, table: str) -> Mapping[str, str]:
        return self.tables[table]

    def has(self, table: str) -> bool:
        """Whether the story has this part (``OPTIONAL``)."""
        return bool(self.tables[table])


def read_case_file(path: Path) -> CaseFile:
    """Read and check a file. Raises BadCaseFile with every fault found, OSError if the file cannot be read."""
    with path.open("rb") as file:
        raw = file.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise BadCaseFile([Fault("-", _("The file is larger than one megabyte."), 0)])
    try:
        text = raw.decode("utf-8-sig")  # an editor may have put a byte order mark before it
        given = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise BadCaseFile([Fault("-", _("The file is not UTF-8 text."), line)]) from None
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        # Brackets without end nest too deep for the parser, and Python reads no number of thousands of figures.
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else 0
        raise BadCaseFile([Fault("-", _("The file is not valid TOML."), line)]) from None
    faults, tables = [], {}
    lines = _lines(text)
    for name in given:
        if name not in TABLES:
            faults.append(Fault(name, _("There is no such table."), lines.get(name, 0)))
    for table, rules in TABLES.items():
        told = table in given or table not in OPTIONAL
        tables[table] = _table(table, given.get(table, {}), rules, lines, faults) if told else {}
    if faults:
        raise BadCaseFile(sorted(faults, key=lambda fault: fault.line))
    return CaseFile(tables)


def _table(
    table: str, given: object, rules: Mapping[str, Rule], lines: Mapping[str, int], faults: list[Fault]
) -> dict[str, str]:
    if not isinstance(given, dict):
        faults.append(Fault(table, _("This must be a table."), lines.get(table, 0)))
        return {}
    values = {}
    for name in [*rules, *(name for name in given if name not in rules)]:
        rule, value = rules.get(name), given.get(name)
        reason = _reason_against(value, rule) if rule else _("There is no such field.")
        if reason:
            field = f"{table}.{name}"
            # What is not there has no line of its own: its table's heading is where it belongs.
            faults.append(Fault(field, reason, lines.get(field, lines.get(table, 0))))
        values[name] = _typed(value)
    return values


def _typed(value: object) -> str:
    """What a person would type, or send by ticking a box."""
    if isinstance(value, bool):
        return "on" if value else ""
    return value.isoformat() if isinstance(value, date) else str(value or "")


def _reason_against(value: object, rule: Rule) -> str | Promise:
    """Why ``value`` is refused, or ''. The same form fields check it that check the pages."""
    field = rule.fields[0]
    if value is None or (isinstance(value, str) and not value.strip()):
        return _("This is required.") if rule.needed else ""
    if isinstance(field, forms.BooleanField):
        return "" if isinstance(value, bool) else _("This must be true or false.")
    if isinstance(field, JapaneseDateField):
        return _reason_against_date(value, field)
    if not isinstance(value, str):
        return _("This must be text.")
    if isinstance(field, forms.ChoiceField):
        codes = [str(code) for code, _label in field.choices if code]  # type: ignore[misc, union-attr]  # no groups among ours
        return "" if value in codes else _("Choose one of: %(choices)s.") % {"choices": ", ".join(codes)}
    return _reason_against_text(value, rule.fields)


def _reason_against_date(value: object, field: JapaneseDateField) -> str | Promise:
    if value == UNKNOWN:
        return ""
    written = str(value)
    if isinstance(value, datetime) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", written):
        return _("This must be a date such as 2013-06-15, or the word for unknown.")
    try:
        field.clean(wareki.parse_date(written))
    except wareki.NotADate as error:
        return str(error)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _reason_against_text(value: str, fields: Iterable[forms.Field]) -> str | Promise:
    for field in fields:
        try:
            kept = field.clean(value)
        except ValidationError as error:
            return " ".join(error.messages)
        if isinstance(field, NameField) and not isinstance(field, KanaField) and kept != value:
            return _("Take away the blank before or after it: a name is kept as it is typed.")
    return _("This has characters that are not text.") if broken_characters(value, "\n\r\t") else ""


# Comments and strings: what looks like a heading or a key inside them is none. Line ends stay.
_NOT_STRUCTURE = re.compile(
    r"""#[^\n]*|[ \t]*"{3}(?:\\.|[^\\])*?"{3,5}|[ \t]*'{3}.*?'{3,5}|(?<==)[ \t]*"(?:\\.|[^"\\\n])*"|(?<==)[ \t]*'[^'\n]*'""",
    re.DOTALL,
)
_KEY = r"""["']?([\w-]+)["']?"""
_HEADING = re.compile(rf"\s*\[+\s*{_KEY}\s*\]+")
_FIELD = re.compile(rf"\s*{_KEY}\s*(?:\.\s*{_KEY}\s*)?=")


def _lines(text: str) -> dict[str, int]:
    """The line of every table and field, counted from 1."""
    structure = _NOT_STRUCTURE.sub(lambda found: "\n" * found[0].count("\n"), text)
    found: dict[str, int] = {}
    table = ""
    for number, line in enumerate(structure.split("\n"), start=1):
        if heading := _HEADING.match(line):
            table = heading[1]
            found.setdefault(table, number)
        elif key := _FIELD.match(line):
            name = ".".join(part for part in (table, key[1], key[2]) if part)
            found.setdefault(name, number)
            found.setdefault(name.partition(".")[0], number)
    return found
