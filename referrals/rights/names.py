"""A name as a child writes it, in the columns of a filing. What the child wrote stays as it is in the transcript."""

from face import text as folding


def name_of(written: str) -> tuple[str, str]:
    """Family and given name where the child wrote both with a space between; else all of it as the given name."""
    parts = written.split()
    if len(parts) == 2:
        return parts[0], parts[1]
    return "", "".join(parts)


def kana_of(name: str) -> str:
    """The reading of a name that is written in kana, in katakana; "" of one in kanji."""
    kana = folding.katakana(name)
    return kana if name and folding.is_katakana(kana) else ""
