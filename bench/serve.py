"""The web application without some of its promises, for measuring what they cost. It lives here and nowhere in the product.

``gunicorn --config python:config.server bench.serve:application`` with BENCH_WITHOUT, words of "keys" (columns are read and
written as they come; the database has to hold plaintext) and "looks" (nothing is written of what was shown).
"""

import os

from bench.settings import WITHOUT
from config.wsgi import application

_without = os.environ.get(WITHOUT, "").split()
if "keys" in _without:
    # Models can be imported since the application is made.
    from bench.plain import Switch

    Switch().plain()
if "looks" in _without:
    from security.audit import middleware

    middleware._leave_trace = lambda *_arguments: None

__all__ = ["application"]
