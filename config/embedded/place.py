"""Where this checkout is, and where what it makes goes. Known without Django, for those who start it."""

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent.parent
# Everything made while running: data, keys, queue, mail. Never tracked.
VAR = Path(os.environ.get("TOMOSHIBI_VAR", BASE_DIR / "var")).resolve()
