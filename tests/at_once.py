"""One act that several people send at the same moment, each with a connection of its own."""

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from django.db import DatabaseError, connections
from django.test import Client

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from tests.client import signed_in

MANY = 8
T = TypeVar("T")


def all_at_once(act: Callable[[], object]) -> list[str]:
    """What came of each: "" or the code of the refusal."""
    begin = threading.Barrier(MANY)

    def one() -> str:
        begin.wait()
        try:
            act()
        except Refused as refused:
            return refused.code
        except DatabaseError as error:
            return str(error)
        return ""

    return sorted(_together([one] * MANY))


def posts_at_once(position: Position, url: str, said: dict[str, Any], number: int) -> list[int]:
    """The status of each answer where one form is sent so often at once, each over a sign-in of its own."""
    clients = [signed_in(position) for _one in range(number)]

    def posted(client: Client) -> int:
        return client.post(url, said).status_code

    return sorted(_together([partial(posted, client) for client in clients]))


def _together(acts: Sequence[Callable[[], T]]) -> list[T]:
    """What each of them gives, all in threads of their own."""
    answers: list[T] = []

    def one(act: Callable[[], T]) -> None:
        try:
            answers.append(act())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
