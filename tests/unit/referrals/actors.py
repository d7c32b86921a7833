"""Two transactions on two real connections, taken step by step in a given order. A step that waits for a lock is left waiting."""

import itertools
import queue
import threading
from collections.abc import Callable, Generator, Iterator
from typing import Any

from django.db import connection, connections

Steps = Generator[None, None, None]


class Actor(threading.Thread):
    """One connection. ``script`` is a generator: what stands between two yields is one step."""

    def __init__(self, script: Callable[[], Steps]) -> None:
        super().__init__(daemon=True)
        self.script, self.turns = script, queue.SimpleQueue[bool]()
        self.done = [threading.Event() for _ in range(20)]
        self.given = 0
        self.pid = 0
        self.error: BaseException | None = None
        self.known = threading.Event()
        self.start()
        assert self.known.wait(60), "the connection did not come"

    def run(self) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                self.pid = cursor.fetchone()[0]
            self.known.set()
            running = self.script()
            for number in itertools.count():
                self.turns.get()
                try:
                    next(running)
                except StopIteration:
                    return
                self.done[number].set()
        except BaseException as error:
            self.error = error
        finally:
            self.known.set()
            connections.close_all()
            for event in self.done:
                event.set()

    def step(self) -> None:
        """Take the next step; come back when it is done or waits for a lock."""
        self.turns.put(True)
        number, self.given = self.given, self.given + 1
        while not self.done[number].wait(0.01):
            if self.waits():
                return

    def waits(self) -> bool:
        """Whether the connection waits for another one's lock, as the database itself says."""
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [self.pid])
            return bool(cursor.fetchone()[0])

    def finish(self) -> None:
        """Let it run to its end."""
        for _ in range(self.given, len(self.done)):
            self.turns.put(True)
        self.join(60)
        assert not self.is_alive()


def interleavings(first: int, second: int) -> Iterator[str]:
    """Every order of ``first`` steps of A and ``second`` steps of B."""
    for places in itertools.combinations(range(first + second), first):
        yield "".join("A" if place in places else "B" for place in range(first + second))


def run(order: str, first: Callable[[], Steps], second: Callable[[], Steps]) -> tuple[Any, Any]:
    """Run both in the given order, then to their ends; the errors they met."""
    actors = {"A": Actor(first), "B": Actor(second)}
    for name in order:
        actors[name].step()
    for actor in actors.values():
        actor.finish()
    return actors["A"].error, actors["B"].error
