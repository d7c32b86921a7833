"""The tests' settings, and for the bench's web servers: the root keys in a file, pools, a database named by the bench."""

import os

from config.embedded.testing import PASSWORDS
from config.settings.databases import databases
from config.settings.test import *  # noqa: F403 - the usual way to build one settings module on another
from config.settings.test import DATABASES

TOMOSHIBI_KEY_PROVIDER = "file"
# What the bench says to a web server of its own: its database, and which promises it goes without (bench.serve).
WEB_DATABASE, WITHOUT = "BENCH_DATABASE", "BENCH_WITHOUT"
if WEB_DATABASE in os.environ:
    _place = DATABASES["default"] | {"NAME": os.environ[WEB_DATABASE], "OPTIONS": {}}
    DATABASES = databases(_place, PASSWORDS)
    WHITENOISE_AUTOREFRESH = False
# What stands for hand-written SQL runs as the owner: prepared like the statements of the application.
DATABASES["owner"]["OPTIONS"] |= {"server_side_binding": True, "prepare_threshold": 2}
