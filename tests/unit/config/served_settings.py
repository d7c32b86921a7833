"""Settings of a real gunicorn over one test's database: the product's pools and prepared statements, as in earnest."""

import os

from config.embedded.testing import PASSWORDS
from config.settings.databases import LOGINS, databases
from config.settings.test import *  # noqa: F403 - the usual way to build one settings module on another
from config.settings.test import DATABASES as IN_TESTS

_place = {
    "HOST": os.environ.get("SERVED_HOST", IN_TESTS["default"]["HOST"]),
    "PORT": os.environ.get("SERVED_PORT", IN_TESTS["default"]["PORT"]),
    "NAME": os.environ["SERVED_DATABASE"],
}
TOMOSHIBI_POOLER = os.environ.get("TOMOSHIBI_POOLER", "")
DATABASES = databases(_place, PASSWORDS, LOGINS["web"], prepares=not TOMOSHIBI_POOLER)
