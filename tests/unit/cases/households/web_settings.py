"""Settings of a web process of its own over one test's database."""

import os

from config.settings.test import *  # noqa: F403 - the usual way to build one settings module on another
from config.settings.test import DATABASES as IN_TESTS

for _alias in IN_TESTS.values():
    _alias["NAME"] = os.environ["WEB_DATABASE"]
