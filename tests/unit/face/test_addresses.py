"""An address is found however it is written, and nothing but it is left out."""

import pytest

from face.addresses import folded, left_out, says, shaped_left_out, wanted

SECRET = "〒100-0001 東京都架空市北町一丁目２番３号"
SAME = (
    "架空市北町1-2-3",
    "架空市北町１－２－３",
    "架空市 北町 1丁目2番3号",
    "東京都架空市北町一丁目二番三号",
    "架空市北町1丁目2の3",
    "架空市北町1ー2‐3 コーポ101",
    "(架空市北町1-2-3)",
)
OTHER = ("架空市北町1-2-34", "架空市北町1-2-3-1", "架空市北町11-2-3", "架空市南町1-2-3", "架空市北町", "")


@pytest.mark.parametrize("written", SAME)
def test_the_same_place_is_found(written: str) -> None:
    assert says(f"母の話では、{written}にいるという。", [SECRET])
    assert says(written, [SECRET])
    assert says(SECRET, [written])


@pytest.mark.parametrize("written", OTHER)
def test_another_place_is_not(written: str) -> None:
    assert not says(f"住所は{written}", [SECRET])


def test_only_the_place_is_left_out() -> None:
    text = "一　父は「架空市北町１丁目２－３ にいるのか」と尋ねた。\n二　架空市南町1-2-3は勤め先。"
    assert (
        left_out(text, [SECRET], "【秘匿】")
        == "一　父は「【秘匿】 にいるのか」と尋ねた。\n二　架空市南町1-2-3は勤め先。"
    )
    assert left_out("何もない", [SECRET], "【秘匿】") == "何もない"


def test_two_that_overlap_are_left_out_once() -> None:
    found = left_out("架空市北町1-2-3 コーポ101です", ["架空市北町1-2-3", "架空市北町1-2-3コーポ101"], "X")
    assert found == "Xです"


def test_a_name_of_a_place_is_found_and_a_short_one_is_not_looked_for() -> None:
    assert left_out("妹は あおぞら ホーム（仮）にいる", ["あおぞらホーム"], "X") == "妹は X（仮）にいる"
    assert wanted("家") == []
    assert left_out("家にいる", ["家", "", "  "], "X") == "家にいる"


def test_what_is_compared_remembers_where_it_was() -> None:
    text = "㈱あ１－２"
    plain = folded(text)
    assert len(plain.text) == len(plain.places)
    assert all(place < len(text) for place in plain.places)


@pytest.mark.parametrize("written", [*SAME, "〒100-0001", "北区王子三丁目5"])
def test_what_looks_like_an_address_is_left_out_whatever_it_is(written: str) -> None:
    assert "X" in shaped_left_out(f"今日、{written}で会った", "X")
    assert not says(shaped_left_out(f"今日、{written}で会った", "X"), [SECRET])


@pytest.mark.parametrize(
    "text", ["3人で来た。1-2日で戻る", "令和8年11月30日", "電話 03-0000-0000", "市町村に依頼", "2番目の子"]
)
def test_what_does_not_look_like_one_stays(text: str) -> None:
    assert shaped_left_out(text, "X") == text
