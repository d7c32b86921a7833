"""The story's input: one fictional case in a TOML file (docs/story.md). Wrong input is named by field, reason and line."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.records.codes import Sex, Track, Urgency
from cases.records.models import UNKNOWN
from face.fields import KanaField, NameField


@dataclass(frozen=True)
class Rule:
    """What a field may hold: free text up to ``limit`` characters, one of ``choices``, a date, a name, kana, or yes and no."""

    kind: str = "text"
    choices: tuple[str, ...] = ()
    needed: bool = True
    limit: int = 8000


NAME, KANA, TEXT, SHORT = Rule("name", limit=80), Rule("kana", limit=80), Rule(), Rule(limit=200)
MAY_LACK = Rule(limit=200, needed=False)
TABLES: dict[str, dict[str, Rule]] = {
    "child": {
        "family_name": NAME,
        "given_name": NAME,
        "family_kana": KANA,
        "given_kana": KANA,
        "sex": Rule("choice", tuple(Sex.values)),
        "birth_date": Rule("date"),
        "school": MAY_LACK,
        "address": MAY_LACK,
        "address_withheld": Rule("bool", needed=False),
        "telephone": MAY_LACK,
    },
    "case": {
        "track": Rule("choice", tuple(Track.values)),
        "urgency": Rule("choice", tuple(Urgency.values)),
        "harm_type": SHORT,
        "outline": TEXT,
    },
    "notification": {"words": TEXT, "question": SHORT, "asker": SHORT, "observed": TEXT},
    "notifier": {"name": SHORT, "relation": SHORT, "telephone": MAY_LACK},
    "intake": {"attendees": SHORT, "decision": TEXT},
    "safety": {"place": SHORT, "how": TEXT},
    "custody": {"reason": TEXT, "opinion": TEXT},
    "intention": {
        "asked_by": SHORT,
        "place": SHORT,
        "explanation": TEXT,
        "words": TEXT,
        "understanding": TEXT,
        "advocate": SHORT,
    },
    "report": {"incident_outline": TEXT, "considerations": TEXT},
    "withdrawal": {"reason": MAY_LACK},
}


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


def read_case_file(path: Path) -> CaseFile:
    """Read and check a file. Raises BadCaseFile with every fault found, OSError if the file cannot be read."""
    try:
        raw = path.read_bytes().decode("utf-8")
        given = tomllib.loads(raw)
    except UnicodeDecodeError as error:
        raise BadCaseFile(
            [Fault("-", _("The file is not UTF-8 text."), error.object.count(b"\n", 0, error.start) + 1)]
        ) from None
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        raise BadCaseFile(
            [Fault("-", _("The file is not valid TOML."), int(found[1]) if found else 0)]
        ) from None
    lines = _lines(raw)
    faults = [
        Fault(name, _("There is no such table."), lines.get(name, 0)) for name in given if name not in TABLES
    ]
    tables = {}
    for table, rules in TABLES.items():
        values = given.get(table, {})
        if not isinstance(values, dict):
            faults.append(Fault(table, _("This must be a table."), lines.get(table, 0)))
            continue
        unknown = [f"{table}.{name}" for name in values if name not in rules]
        faults += [Fault(name, _("There is no such field."), lines.get(name, 0)) for name in unknown]
        tables[table] = {
            name: _value(f"{table}.{name}", values.get(name), rule, lines, faults)
            for name, rule in rules.items()
        }
    if faults:
        raise BadCaseFile(sorted(faults, key=lambda fault: fault.line))
    return CaseFile(tables)


def _value(field: str, value: object, rule: Rule, lines: Mapping[str, int], faults: list[Fault]) -> str:
    reason = _reason_against(value, rule)
    if reason:
        faults.append(Fault(field, reason, lines.get(field, 0)))
        return ""
    if rule.kind == "bool":
        return "on" if value else ""
    return value.isoformat() if isinstance(value, date) else str(value or "")


def _reason_against(value: object, rule: Rule) -> str | Promise:
    """Why ``value`` is refused, or ''. The same form fields check it that check the pages."""
    if value is None or value == "":
        return _("This is required.") if rule.needed else ""
    if rule.kind == "bool":
        return "" if isinstance(value, bool) else _("This must be true or false.")
    if rule.kind == "date":
        return _reason_against_date(value)
    if not isinstance(value, str):
        return _("This must be text.")
    if rule.kind == "choice":
        return (
            ""
            if value in rule.choices
            else _("Choose one of: %(choices)s.") % {"choices": ", ".join(rule.choices)}
        )
    return _reason_against_text(value, rule)


def _reason_against_date(value: object) -> str | Promise:
    if isinstance(value, date) or value == UNKNOWN:
        return ""
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return _("This must be a date such as 2013-06-15, or the word for unknown.")
    return ""


def _reason_against_text(value: str, rule: Rule) -> str | Promise:
    if len(value) > rule.limit:
        return _("This is longer than %(limit)s characters.") % {"limit": rule.limit}
    field = {"name": NameField, "kana": KanaField}.get(rule.kind)
    options = {"allow_unknown": True} if rule.kind == "kana" else {}
    try:
        if field is not None:
            field(**options).clean(value)
        elif any(ord(letter) < 32 and letter not in "\n\r\t" for letter in value):
            return _("This has characters that are not text.")
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _lines(raw: str) -> dict[str, int]:
    """The line of every table and field, counted from 1."""
    found: dict[str, int] = {}
    table = ""
    for number, line in enumerate(raw.splitlines(), start=1):
        if heading := re.match(r"\s*\[+\s*([\w-]+)\s*\]+", line):
            table = heading[1]
            found.setdefault(table, number)
        elif key := re.match(r"\s*([\w-]+)\s*=", line):
            found.setdefault(f"{table}.{key[1]}", number)
    return found
