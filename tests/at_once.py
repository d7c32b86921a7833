"""One act that several people send at the same moment, each with a connection of its own."""

import threading
from collections.abc import Callable

from django.db import DatabaseError, connections

from agencies.staff.rules import Refused

MANY = 8


def all_at_once(act: Callable[[], object]) -> list[str]:
    """What came of each: "" or the code of the refusal."""
    begin, answers = threading.Barrier(MANY), []

    def one() -> None:
        try:
            begin.wait()
            act()
            answers.append("")
        except Refused as refused:
            answers.append(refused.code)
        except DatabaseError as error:
            answers.append(str(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)
