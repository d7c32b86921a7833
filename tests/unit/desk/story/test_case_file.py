"""The story's input: any names work byte for byte, and whatever is wrong is named by field, reason and line."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from desk.story.case_file import OPTIONAL, TABLES, BadCaseFile, CaseFile, read_case_file
from desk.story.steps import ONLY_WITH, STEPS

EXAMPLE = (settings.PROJECT_DIR / "demo" / "story.toml").read_text(encoding="utf-8")


def with_value(field: str, value: str, text: str = EXAMPLE) -> str:
    """The example with another value (written as TOML) in one of its fields."""
    changed, count = re.subn(rf"(?m)^{field} = .*$", lambda _found: f"{field} = {value}", text, count=1)
    assert count == 1
    return changed


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str | bytes], CaseFile]:
    def reader(content: str | bytes) -> CaseFile:
        path = tmp_path / "case.toml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_case_file(path)

    return reader


def faults(read: Callable[[str | bytes], CaseFile], content: str | bytes) -> list[tuple[str, int]]:
    """Field and line of everything wrong; each has a reason."""
    with pytest.raises(BadCaseFile) as caught:
        read(content)
    assert all(str(fault.reason) for fault in caught.value.faults)
    return [(fault.field, fault.line) for fault in caught.value.faults]


def line_of(wanted: str, text: str) -> int:
    """The line of ``text`` that begins with ``wanted``."""
    return next(number for number, line in enumerate(text.split("\n"), 1) if line.startswith(wanted))


@pytest.mark.parametrize(
    "name",
    ["髙", "﨑", "𠮷", "邉", "\ufa19", "邊\U000e0101", "\u795e\ufe00", "リ", "々", "O'Neil-髙", "髙" * 100],
)
def test_names_are_read_byte_for_byte(read: Callable[[str | bytes], CaseFile], name: str) -> None:
    for field in ("family_name", "given_name"):
        assert read(with_value(field, f'"{name}"'))["child"][field].encode() == name.encode()


@pytest.mark.parametrize("value", ['"2013-06-15"', "2013-06-15", '"不詳"'])
def test_a_birth_date_is_a_day_or_unknown(read: Callable[[str | bytes], CaseFile], value: str) -> None:
    assert read(with_value("birth_date", value))["child"]["birth_date"] == value.strip('"')


def test_long_kana_and_unknown_kana(read: Callable[[str | bytes], CaseFile]) -> None:
    for kana in ("ア" * 100, "不詳"):
        assert read(with_value("family_kana", f'"{kana}"'))["child"]["family_kana"] == kana


@pytest.mark.parametrize(
    "content", [b"\xef\xbb\xbf" + EXAMPLE.encode(), EXAMPLE.replace("\n", "\r\n").encode()]
)
def test_an_editors_marks_and_line_ends_change_nothing(
    read: Callable[[str | bytes], CaseFile], content: bytes
) -> None:
    assert read(content) == read(EXAMPLE)


WRONG = [
    *(
        ("birth_date", value)
        for value in ('"2999-01-01"', '"0001-01-01"', '"2013-02-30"', "2013-06-15T10:00:00")
    ),
    *(("birth_date", value) for value in ("20130615", '"2013-W24-6"', "false", '["2013-06-15"]', "10:00:00")),
    *(
        ("family_name", value)
        for value in ("5", "0", "false", '""', '"　 "', '" 髙"', "inf", "{}", f'"{"髙" * 101}"')
    ),
    *(
        ("given_name", value)
        for value in (r'"a\u0000b"', r'"\u202eabc"', r'"髙\n﨑"', r'"\ufffd"', r'"\uFFFE"')
    ),
    ("family_kana", '"漢字"'),
    ("address_withheld", '"yes"'),
    ("address_withheld", "1"),
    ("sex", '"女"'),
    ("sex", '["female"]'),
    ("track", '"theft"'),
    ("telephone", '"not a number"'),
    ("words", f'"{"あ" * 8001}"'),
    ("words", r'"\u0001"'),
    ("asked_by", f'"{"あ" * 301}"'),
    ("harm_type", r'"\u202e"'),
]


@pytest.mark.parametrize(("field", "value"), WRONG)
def test_a_wrong_value_is_named_with_its_line(
    read: Callable[[str | bytes], CaseFile], field: str, value: str
) -> None:
    content = with_value(field, value)
    ((named, line),) = faults(read, content)
    assert named.split(".")[1] == field
    assert line == line_of(f"{field} =", content)


def test_what_is_missing_is_named_with_its_tables_line(read: Callable[[str | bytes], CaseFile]) -> None:
    content = re.sub(r"(?m)^sex .*\n", "", EXAMPLE, count=1)
    assert faults(read, content) == [("child.sex", line_of("[child]", content))]
    content = EXAMPLE.replace("[safety]", "[safetyy]")
    assert faults(read, content) == [
        ("safety.place", 0), ("safety.how", 0), ("safetyy", line_of("[safetyy]", content)),
    ]  # fmt: skip


@pytest.mark.parametrize("left_out", sorted(OPTIONAL))
def test_a_part_is_left_out_whole_or_not_at_all(
    read: Callable[[str | bytes], CaseFile], left_out: str
) -> None:
    parts = re.split(r"(?m)^(?=\[)", EXAMPLE)
    (whole,) = [part for part in parts if part.startswith(f"[{left_out}]")]
    shorter = "".join(part for part in parts if part != whole)
    assert not read(shorter).has(left_out)
    assert read(EXAMPLE).has(left_out)
    needed = [name for name, rule in TABLES[left_out].items() if rule.needed]
    named = faults(read, shorter + f"[{left_out}]\n")
    assert named == [(f"{left_out}.{name}", shorter.count("\n") + 1) for name in needed]


def test_the_steps_ask_only_for_parts_that_can_be_left_out() -> None:
    assert ONLY_WITH.keys() <= set(STEPS)
    assert {table for tables in ONLY_WITH.values() for table in tables} == OPTIONAL


def test_what_is_unknown_is_named_with_its_line(read: Callable[[str | bytes], CaseFile]) -> None:
    content = "shoe = 1\n" + EXAMPLE.replace("[case]\n", '[case]\n"shoe_size" = 5\n') + "\n[extra]\na = 1\n"
    assert faults(read, content) == [
        ("shoe", 1),
        ("case.shoe_size", line_of('"shoe_size"', content)),
        ("extra", line_of("[extra]", content)),
    ]


def test_text_that_looks_like_a_table_is_none(read: Callable[[str | bytes], CaseFile]) -> None:
    content = with_value("outline", '"""\n[report]\nconsiderations = 5\n"""')
    at = content.rindex("considerations =")
    content = content[:at] + "considerations = 5 # " + content[at:]
    ((field, line),) = faults(read, content)
    assert (field, line) == ("report.considerations", content[:at].count("\n") + 1)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (EXAMPLE.replace("[intake]", "[intake"), line_of("[intake]", EXAMPLE)),
        (EXAMPLE.replace("[case]", '[case]\ntrack = "abuse"'), line_of("[case]", EXAMPLE) + 2),
        (EXAMPLE.replace("𠮷", "吉").replace("髙", "高").replace("﨑", "崎").encode("shift_jis"), 1),
        (EXAMPLE.encode("utf-16"), 1),
        (b"\0" * 100, 1),
        (bytes(range(256)), 2),
        ("a = " + "[" * 20_000 + "]" * 20_000, 0),
        (with_value("family_name", "9" * 5_000), 0),
        (with_value("words", '"' + "あ" * 400_000 + '"'), 0),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_its_line(
    read: Callable[[str | bytes], CaseFile], content: str | bytes, line: int
) -> None:
    ((field, found),) = faults(read, content)
    assert (field, found if line > 1 else line) == ("-", line)


def test_the_command_says_all_faults_and_asks_no_server(tmp_path: Path) -> None:
    path = tmp_path / "case.toml"
    path.write_text(with_value("sex", '"x"', with_value("urgency", '"Z"')), encoding="utf-8")
    with pytest.raises(CommandError) as caught:
        call_command("story", input=path, url="http://127.0.0.1:1")
    lines = str(caught.value).splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        f"{path}:{line_of('sex', EXAMPLE)}", f"{path}:{line_of('urgency', EXAMPLE)}",
    ]  # fmt: skip
    for nowhere in (tmp_path, tmp_path / "none.toml"):
        with pytest.raises(CommandError, match=re.escape(str(nowhere))):
            call_command("story", input=nowhere, url="http://127.0.0.1:1")


@pytest.mark.parametrize("url", ["https://127.0.0.1:1", "http://evil.example", "ftp://localhost", "x"])
def test_the_story_talks_to_this_machine_only(url: str) -> None:
    with pytest.raises(CommandError, match="127"):
        call_command("story", url=url)
