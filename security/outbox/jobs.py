"""Jobs are called by name (beat: config/settings/base.py). They have no identity, no root key and no content."""

from collections.abc import Callable
from typing import TypeVar

from celery import shared_task

from face.registry import Registry

Act = TypeVar("Act", bound=Callable[..., object])
_jobs = Registry[Callable[..., object]]("job")


def job(name: str) -> Callable[[Act], Act]:
    """Let the workers run the function under ``name``; the function itself stays an ordinary one. A taken name raises."""

    def declare(act: Act) -> Act:
        _jobs.add(name, act)
        shared_task(name=name)(act)
        return act

    return declare
