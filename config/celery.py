"""The Celery application. Jobs carry ids, dates and codes; no worker holds the root key or acts as a person."""

import os
import sys
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

WINGS = ("security", "agencies", "cases", "referrals", "desk")

app = Celery("tomoshibi")
app.config_from_object("django.conf:settings", namespace="CELERY")


def _rooms() -> list[str]:
    """Every room of every wing: a room's jobs are in its ``tasks.py``."""
    wings = [import_module(wing) for wing in WINGS]
    return [
        f"{wing.__name__}.{found.name}"
        for wing in wings
        for found in iter_modules(wing.__path__)
        if found.ispkg
    ]


app.autodiscover_tasks(_rooms)


def _refuse_the_wrong_database(**_signal: Any) -> None:
    """End the process with one sentence. Celery would only log any other exception of a signal's handler, and go on."""
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.db import Error

    from config.marks import check_mark
    from security.walls.builtins import check_builtins_closed
    from security.walls.catalogue import check_walls
    from security.walls.versions import check_version

    try:
        if settings.TOMOSHIBI_PROCESS != "worker":
            raise ImproperlyConfigured(
                "Worker and beat run with TOMOSHIBI_PROCESS=worker in their environment."
            )
        check_mark()
        check_version()
        check_walls()
        check_builtins_closed()
    except (ImproperlyConfigured, Error) as error:
        sentence = error if isinstance(error, ImproperlyConfigured) else "The database cannot be asked."
        sys.exit(f"tomoshibi: {sentence}")


# Weakly held by default: module-level, so it stays.
worker_init.connect(_refuse_the_wrong_database)
beat_init.connect(_refuse_the_wrong_database)
