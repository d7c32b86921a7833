"""One set of words on every page: what people are told to do is to enter (入力する), and English has no Japanese signs."""

import re
from functools import cache

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from config.embedded.place import BASE_DIR

REPLACED = {
    "記入してください": "入力してください",
    "書いてください": "入力してください",
    "起案者に差し戻": "差し戻す",
    "承認して終結": "承認する",
    "遮断": "閲覧を禁止する",
    "支え手": "支援者",
    "職の切替": "職を切り替える",
    "利用中の端末": "サインイン中の端末",
    "届いた通告": "他機関からの通告",
    "届いた通知": "お知らせ",
    "あなた": "",
    "または": "又は",
    "指針：": "児童相談所運営指針",
    "すでに": "既に",
    "比べ": "比較する",
    "聞かれた回数": "聴取回数",
    "届く相手": "通知先",
    "に言わないで": "知らせない相手",
    "通報を閉じ": "通報を終了する",
    "受信箱": "お知らせ",
    "管理者": "職員管理担当（警察では責任者）",
    "指導・管理職": "SV・所長",
    "こどもの答え": "こどもの回答",
}
"""What was written before, and what is written now."""
JAPANESE_SIGN = re.compile("[（）・、。「」]")


@cache
def catalogue() -> Catalog:
    with (BASE_DIR / "locale/ja/LC_MESSAGES/django.po").open("rb") as file:
        return read_po(file, locale="ja")


def texts() -> list[tuple[str, str]]:
    """The first English and every Japanese form of each message."""
    found = []
    for message in catalogue():
        forms = [message.string] if isinstance(message.string, str) else list(message.string or ())
        first = message.id if isinstance(message.id, str) else message.id[0]
        found += [(first, form) for form in forms if first]
    return found


@pytest.mark.parametrize("old", REPLACED)
def test_a_replaced_word_does_not_come_back(old: str) -> None:
    assert len(texts()) > 1000
    assert [(english, japanese) for english, japanese in texts() if old in japanese] == []


def test_english_has_no_full_width_signs() -> None:
    assert [english for english, _japanese in texts() if JAPANESE_SIGN.search(english)] == []


def test_no_space_stands_before_full_width_brackets() -> None:
    assert [japanese for _english, japanese in texts() if re.search("[ \\n]（|） ", japanese)] == []
    uses = [
        (path.name, before)
        for path in (BASE_DIR / "templates").rglob("*.html")
        for before in re.findall(r"(\s?){{ [^{}]*\|in_brackets }}", path.read_text(encoding="utf-8"))
    ]
    assert len(uses) > 8
    assert [name for name, before in uses if before] == []
