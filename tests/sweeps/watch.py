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
    loggers = {name: logging.getLogger(name) for name in (None, "tomoshibi", "django")}
    levels = {name: logger.level for name, logger in loggers.items()}
    loggers[None].addHandler(handler)
    for logger in loggers.values():
        logger.setLevel(logging.DEBUG)
    try:
        yield text
    finally:
        for name, logger in loggers.items():
            logger.setLevel(levels[name])
        loggers[None].removeHandler(handler)
