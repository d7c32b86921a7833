"""The Celery application. Jobs carry ids, dates and codes; no worker holds the root key or acts as a person."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

app = Celery("tomoshibi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def _refuse_the_wrong_database(**_signal: Any) -> None:
    from config.marks import check_mark

    check_mark()


# Weakly held by default: module-level, so it stays.
worker_init.connect(_refuse_the_wrong_database)
beat_init.connect(_refuse_the_wrong_database)
