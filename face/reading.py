"""A page of many panels asks the database each question once.

Rooms stay apart: each panel and each timeline asks for what it needs. Within :func:`one_reading` a question that was answered
already gets the same answer; outside it nothing is remembered. It is for pages that only read: nothing is written inside it.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
Answer = TypeVar("Answer")

_answers: ContextVar[dict[Hashable, Any] | None] = ContextVar("answers", default=None)


@contextmanager
def one_reading() -> Iterator[None]:
    """Within it, each question marked with :func:`asked_once` is asked once; one inside another goes on with its answers."""
    before = _answers.set({} if (now := _answers.get()) is None else now)
    try:
        yield
    finally:
        _answers.reset(before)


def asked_once(question: Callable[P, Answer]) -> Callable[P, Answer]:
    """Mark a query whose answer may be shared within one reading. Its arguments are hashable: rows, ids and codes."""

    @wraps(question)
    def ask(*args: P.args, **kwargs: P.kwargs) -> Answer:
        answers = _answers.get()
        if answers is None:
            return question(*args, **kwargs)
        key = (question, args, tuple(sorted(kwargs.items())))
        if key not in answers:
            answers[key] = question(*args, **kwargs)
        return cast(Answer, answers[key])

    return ask
