"""What another request does between two statements of this one."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections


@contextmanager
def just_before(statement: str, act: Callable[[], object]) -> Iterator[None]:
    """Run ``act`` to its end, on a connection of its own, before the first statement here that begins with ``statement``."""
    met: list[str] = []

    def other() -> None:
        try:
            act()
        finally:
            connections.close_all()

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not met and str(sql).startswith(statement):
            met.append(str(sql))
            thread = threading.Thread(target=other)
            thread.start()
            thread.join(30)
            assert not thread.is_alive(), "it waits for this request"
        return execute(sql, params, many, context)

    with connections["default"].execute_wrapper(wrapper):
        yield
    assert met, f"nothing began with {statement}"
