"""Every message of the code and the templates is in both catalogues, translated, and none is fuzzy."""

import pytest

from config.embedded.messages import read, used_messages


@pytest.mark.parametrize("language", ["ja", "en"])
def test_nothing_is_untranslated_or_fuzzy(language: str) -> None:
    catalogue = read(language)
    wrong = []
    for (message, context), places in used_messages().items():
        known = catalogue.get(message, context)
        texts = (
            [] if known is None else [known.string] if isinstance(known.string, str) else list(known.string)
        )
        if known is None or known.fuzzy or not texts or not all(texts):
            wrong.append(f"{places[0]}: {message!r}")
    assert not wrong, "run `make po` and translate:\n" + "\n".join(wrong)


def test_placeholders_are_the_same() -> None:
    """A translation that drops or invents a placeholder would fail at the moment it is shown."""
    for message in read("ja"):
        if isinstance(message.id, str) and message.id and "python-format" in message.flags:
            assert not message.check(), message.id
