"""What the application writes into its log, as an operator would read it, but at DEBUG and from every logger."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from config.logs import NoRequestData, QuietFormatter


@contextmanager
def application_log() -> Iterator[io.StringIO]:
    """Collect the log with the filter and the formatter that the settings name."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.addFilter(NoRequestData())
    handler.setFormatter(QuietFormatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield text
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
