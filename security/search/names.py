"""Search keys of names and numbers. Only keys are normalised; what is stored stays byte for byte what was
typed.

Spellings of one name give one key: kanji variants, variation selectors, half and full width, hiragana and
katakana, small and large kana, long vowels however written, ヴ and バ行, repetition marks, spaces. Some
different names share a key, too (docs/generated/names.md lists them); the caller tells them apart after decryption.
A reading is stored in katakana, and only readings are in tokens: a change of a rule for kana needs a new :data:`VERSION`
and new tokens, one for kanji or Latin letters does not.
"""

import re
import unicodedata

VERSION = b"1"

# The usual character first, then its variants: old and popular forms that one name is written with in
# different registers. Compatibility forms (U+FA19 for 神, U+FA1B for 福 …) are no matter of this table: NFKC,
# applied to the key, unifies those.
KANJI_GROUPS = """
高髙 崎﨑嵜碕𥔎 辺邊邉 斎齋齊斉斋亝 吉𠮷 浜濱濵 沢澤 広廣 国國圀 島嶋嶌 桜櫻 竜龍 関關 黒黑 富冨 真眞
恵惠 栄榮 桑桒 渋澁澀 滝瀧 条條 宝寶寳 寿壽 実實 豊豐 会會 学學斈 円圓 万萬 与與 弥彌 徳德 郎郞 緑綠 瀬瀨
清淸 青靑 館舘 峰峯 松枩 梅楳 蔵藏 柳栁桺 角⻆ 西覀 土圡 静靜 楽樂 薬藥 芸藝 荘莊 園薗 遥遙 瑶瑤 礼禮 来來
亀龜 塩鹽 仏佛 仙僊 児兒 巌巖 巣巢 曽曾 双雙 沿㳂 歩步 浅淺 済濟 湾灣 満滿 焼燒 猪豬 県縣 穂穗 窪漥 竃竈
絵繪 総總 縄繩 美羙 聡聰 船舩 草艸 蛍螢 衛衞 覚覺 観觀 読讀 賢贒 鉄鐵鉃鐡 銭錢 録錄 鎌鐮 鎮鎭 鑑鑒 闘鬪
雑雜 霊靈 頼賴 顔顏 駅驛 鶏鷄 鶴靏靍鸖 鷗鴎 麦麥 黄黃 凛凜 尭堯 槙槇 晋晉 壮壯 奥奧 桧檜 篭籠 蛎蠣 侠俠
剣劍剱劔劒 勲勳 労勞 勅敕 区區 参參 台臺 圧壓 増增 変變 多夛 奈柰 姉姊 尾𡱈 岳嶽 帯帶 弁辨瓣辯 従從 応應
戸戶 戻戾 抜拔 掛挂 揺搖 数數 旧舊 昌𣇄 暦曆 枢樞 栃杤 概槪 横橫 欧歐 歳歲 残殘 毎每 気氣 涼凉 灯燈 炉爐
煕熙凞 状狀 狭狹 猫貓 独獨 瓶甁 産產 畳疊 痩瘦 発發 淵渕渊 藪薮籔 寛寬 彦彥 祢禰 昇曻 橋𣘺槗 達逹 萌萠 野埜
郷鄕鄉 桝枡 兎兔莵 莱萊 禄祿 稲稻 穣穰 縁緣 翠翆 蒋蔣 譲讓 顕顯 麹麴 将將 峡峽 巻卷 恒恆 悦悅 慎愼 教敎 晃晄 暁曉
様樣 権權 渓溪 温溫 為爲 留畄畱 砺礪 並竝 糸絲 経經 継繼 続續 粛肅 舎舍 釈釋 間閒 隠隱 隣鄰 虎乕 覇霸 浄淨 弾彈
髪髮 村邨 嬢孃 緒緖 証證 茎莖 芦蘆 壱壹 禅禪 秋穐龝 乗乘 亘亙 処處 励勵 勧勸 厳嚴 営營 図圖 団團 声聲 専專 対對
昼晝 楼樓 歓歡 珍珎 画畫 称稱 窓窻 艶艷 虫蟲 装裝 覧覽 誉譽 謡謠 鋭銳 随隨 鶯鴬 鯵鰺 壺壷 尽盡 研硏
"""
_KANJI = {ord(variant): group[0] for group in KANJI_GROUPS.split() for variant in group[1:]}

_IGNORED = re.compile(r"[\ufe00-\ufe0f\U000e0100-\U000e01ef\u180b-\u180f\u200b-\u200f\u2060\ufeff]")
_VOICING = str.maketrans("゛゜", "\u3099\u309a")
_HIRAGANA = {code: code + 0x60 for code in [*range(0x3041, 0x3097), 0x309D, 0x309E]}
_BREAKS = re.compile(r"[\s・゠=.,'’`·•‧]+")
# Vietnamese and other names in Latin letters are typed with their marks or without.
_ACCENTS = re.compile(r"(?<=[a-z])[\u0300-\u036f]+")
_LATIN = str.maketrans("đøłı", "doli")
_DASHES = re.compile(r"[-‐‑‒–—―−─ー]+")
_V_SOUNDS = (("ヴア", "バ"), ("ヴイ", "ビ"), ("ヴエ", "ベ"), ("ヴオ", "ボ"), ("ヴユ", "ビユ"), ("ヴ", "ブ"))
_KANA = str.maketrans(
    "ァィゥェォッャュョヮヵヶヂヅヲヰヱヷヸヹヺ", "アイウエオツヤユヨワカケジズオイエバビベボ"
)
_REPEATED = re.compile(r"([^々〻ヽヾ])([々〻ヽヾ])")
# A vowel that only lengthens the one before it, by the row of that one, is written ー in the key.
_LONG = re.compile(
    "[アカサタナハマヤラワガザダバパ][アー]|[イキシチニヒミリギジビピ][イー]|[ウクスツヌフムユルグズブプ][ウー]"
    "|[エケセテネヘメレゲゼデベペ][エイー]|[オコソトノホモヨロゴゾドボポ][オウー]"
)
_GRADE = re.compile(r"[0-9一二三四五六]+(年|ネン).*|(小|中|高)?[0-9]+$")
_LOOSE = re.compile(r"(?<![ア-ヲ])ー|(?<=ー)ー")


def name_key(name: str) -> str:
    """The search key of a name in kanji, kana or Latin letters; '' if nothing of it can be searched."""
    key = (
        unicodedata.normalize("NFKC", _IGNORED.sub("", name).translate(_VOICING)).casefold().translate(_LATIN)
    )
    key = unicodedata.normalize("NFKC", _ACCENTS.sub("", unicodedata.normalize("NFD", key)))
    key = _BREAKS.sub("", key).translate(_HIRAGANA)
    key = _DASHES.sub("ー", key)
    while _REPEATED.search(key):
        key = _REPEATED.sub(_repeat, key, count=1)
    key = key.translate(_KANA).translate(_KANJI)
    for written, sound in _V_SOUNDS:
        key = key.replace(written, sound)
    key = _LONG.sub(lambda match: match[0][0] + "ー", key)
    return _LOOSE.sub("", key)


def number_key(number: str) -> str:
    """The search key of a case number: half width, capital letters, one kind of dash, no spaces."""
    return _DASHES.sub("-", "".join(unicodedata.normalize("NFKC", number).upper().split()))


def school_key(school: str) -> str:
    """The search key of a school without the grade, which is another one next year."""
    return _GRADE.sub("", name_key(school))


def _repeat(match: re.Match[str]) -> str:
    before, mark = match.groups()
    return before + (unicodedata.normalize("NFC", before + "\u3099") if mark == "ヾ" else before)
