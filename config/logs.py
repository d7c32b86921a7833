"""Logs that carry nothing a person typed: no addresses of pages, no messages of database errors, no variables."""

import logging
import traceback
from types import TracebackType

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


class NoRequestData(logging.Filter):
    """Replaces the records of django.request and django.security, whose texts hold paths and headers, by status and view."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith(("django.request", "django.security", "django.server")):
            request = getattr(record, "request", None)
            match = getattr(request, "resolver_match", None)
            status = getattr(record, "status_code", "")
            record.msg = (
                f"{getattr(request, 'method', '')} {getattr(match, 'view_name', '') or '-'} {status}".strip()
            )
            record.args = ()
        return True


class QuietFormatter(logging.Formatter):
    """Tracebacks as places only: an error's own text may quote the row that failed."""

    def __init__(self) -> None:
        super().__init__(FORMAT)

    def formatException(
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        kind, error, trace = ei
        if error is None or kind is None:
            return ""
        lines = [
            f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(trace)
        ]
        chain = []
        while error is not None:
            chain.append(type(error).__name__)
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join([" from ".join(chain), *lines])
