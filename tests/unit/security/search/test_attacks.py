"""Who steals the table of tokens, and knows how often each name occurs, names next to nobody by it: neither by counting how many
rows share a token, nor after learning the tokens of a thousand names by registering children of these names.

Surnames have about their real shares (persons per thousand of the forty most frequent in Japan), the rest and the given names
a power law of about the real shape. The seed is fixed; ``pytest -s`` prints what is found.
"""

import random
import uuid
from collections import Counter
from itertools import accumulate

import pytest

from security.encryption.providers import RootKeys
from security.search import tokens as module
from security.search.tokens import Plan, bits_for, parts_for, tokens

SURNAMES = (
    *(15.1, 14.4, 11.3, 10.7, 8.6, 8.5, 8.4, 8.3, 8.3, 7.1, 6.6, 6.5, 5.3, 5.1, 5.0, 4.9, 4.6, 4.4, 4.3, 4.2),
    *(3.8, 3.7, 3.6, 3.6, 3.5, 3.4, 3.3, 3.2, 3.1, 3.0, 2.9, 2.9, 2.9, 2.8, 2.8, 2.7, 2.7, 2.6, 2.6, 2.6),
)
REST = [40 / (rank + 6) ** 0.9 for rank in range(9_960)]
GIVEN = [1 / (rank + 20) ** 0.9 for rank in range(3_000)]
OFFICE = uuid.UUID(int=7)
PROBES = 1_000
SEED = 20261128

Name = tuple[int, int]


@pytest.fixture(autouse=True)
def fixed_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same tokens at every run."""
    root = RootKeys(1, {1: bytes(32)}, SEED.to_bytes(32, "big"))
    monkeypatch.setattr(module, "get_provider", lambda: root)


def shares_of_surnames() -> list[float]:
    """The forty, then a tail that makes the rest of all people."""
    left = 1000 - sum(SURNAMES)
    return [*SURNAMES, *(share * left / sum(REST) for share in REST)]


def children(count: int) -> list[Name]:
    """So many children by the shares."""
    chance = random.Random(SEED)
    families = chance.choices(range(10_000), cum_weights=list(accumulate(shares_of_surnames())), k=count)
    givens = chance.choices(range(3_000), cum_weights=list(accumulate(GIVEN)), k=count)
    return list(zip(families, givens, strict=True))


def likeliest(count: int) -> list[Name]:
    """The most frequent names: what a thief counts with, and what is worth a probe."""
    families = shares_of_surnames()[:300]
    pairs = ((family, given) for family in range(300) for given in range(300))
    return sorted(pairs, key=lambda pair: families[pair[0]] * GIVEN[pair[1]], reverse=True)[:count]


def tokens_of(name: Name, plan: Plan) -> list[bytes]:
    spelled = "".join(chr(0x30A2 + int(digit)) for number in name for digit in f"{number:05}")
    return tokens(OFFICE, "kana", spelled, plan)


def table_of(names: list[Name], plan: Plan) -> list[tuple[bytes, Name]]:
    """The rows a thief has, each with the name that only we know."""
    chance = random.Random(SEED)
    return [(chance.choice(tokens_of(name, plan)), name) for name in names]


def named_by_frequency(rows: list[tuple[bytes, Name]]) -> float:
    """The share of rows named right when the n-th most frequent token is taken for the n-th most frequent name."""
    ranked = [token for token, _count in Counter(token for token, _name in rows).most_common()]
    guess = dict(zip(ranked, likeliest(len(ranked)), strict=False))
    return sum(guess[token] == name for token, name in rows) / len(rows)


def guesses_by_probing(rows: list[tuple[bytes, Name]], plan: Plan, *, sure: bool) -> tuple[int, int]:
    """Of how many rows a name is guessed after the probes, and how many guesses are right.

    Each token is taken for the likeliest name that was seen to have it; ``sure`` leaves the guesses that the thief, who knows how
    often a name occurs and counts the rows of a token, expects to be right at least one time in two.
    """
    families, givens = shares_of_surnames(), sum(GIVEN)
    many = Counter(token for token, _name in rows)
    guess: dict[bytes, Name] = {}
    for name in likeliest(PROBES):
        share = families[name[0]] / 1000 * GIVEN[name[1]] / givens
        for token in tokens_of(name, plan):
            if not sure or share * len(rows) / plan.parts >= many[token] / 2:
                guess.setdefault(token, name)
    guessed = [(guess[token], name) for token, name in rows if token in guess]
    return len(guessed), sum(one == other for one, other in guessed)


@pytest.mark.parametrize("count", [1_000, 20_000])
def test_next_to_nobody_is_named(count: int) -> None:
    names = children(count)
    plan = Plan(1, bits_for(count), parts_for(count, max(Counter(names).values())))
    rows = table_of(names, plan)
    by_frequency = named_by_frequency(rows)
    guessed, right = guesses_by_probing(rows, plan, sure=False)
    _sure, named = guesses_by_probing(rows, plan, sure=True)
    alone = sum(many == 1 for many in Counter(token for token, _name in rows).values()) / count
    print(  # noqa: T201
        f"{count} children, {plan.bits} bits, {plan.parts} parts: {by_frequency:.2%} named by frequency; after {PROBES} probes"
        f" {named / count:.2%} named, and {guessed} guessed, of whom {right} rightly; {alone:.1%} alone under their token"
    )
    assert by_frequency < 0.01
    assert named / count < 0.01
    assert right / guessed < 0.1
    assert alone < 0.01


def test_a_plan_of_another_size_names_more() -> None:
    """Version 0.1.0 kept 13 bits whatever the size: of a thousand children nearly each was alone, and named once probed."""
    rows = table_of(children(1_000), Plan(0, 13))
    assert sum(many == 1 for many in Counter(token for token, _name in rows).values()) > 700
    guessed, right = guesses_by_probing(rows, Plan(0, 13), sure=False)
    assert right / guessed > 0.04


def test_a_name_that_most_have_is_hidden_by_its_parts() -> None:
    names = [(0, 0)] * 600 + children(400)
    plan = Plan(1, bits_for(1_000), parts_for(1_000, 600))
    seen = Counter(token for token, _name in table_of(names, plan))
    assert max(seen.values()) < 2 * 1_000**0.5, "in one token it were 600"
