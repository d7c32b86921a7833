"""Settings of a real worker over one test's database, with a filesystem broker in that test's folder."""

import os

from config.embedded.testing import PASSWORDS
from config.settings.databases import LOGINS, databases
from config.settings.test import *  # noqa: F403 - the usual way to build one settings module on another
from config.settings.test import DATABASES as IN_TESTS

# With pools, as outside the tests: a pool that a worker inherited over a fork would be dead.
_place = {
    "HOST": IN_TESTS["default"]["HOST"],
    "PORT": IN_TESTS["default"]["PORT"],
    "NAME": os.environ["WORKER_DATABASE"],
}
TOMOSHIBI_PROCESS = "worker"
DATABASES = databases(_place, PASSWORDS, LOGINS["worker"])
_folder = os.environ["WORKER_FOLDER"]
CELERY_BROKER_URL = "filesystem://"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "data_folder_in": f"{_folder}/queue",
    "data_folder_out": f"{_folder}/queue",
    "control_folder": f"{_folder}/control",
}
CELERY_IMPORTS = ("tests.unit.security.outbox.effects",)
TOMOSHIBI_KEY_PROVIDER = "config.no_keys.NoKeys"
EMAIL_BACKEND = "security.outbox.mailfolder.MailFolder"
EMAIL_FILE_PATH = f"{_folder}/mail"
