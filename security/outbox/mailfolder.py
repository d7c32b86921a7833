"""Mail into a folder, for the demo: one file for each message, by its Message-ID, so that a mail sent twice is one file."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class MailFolder(BaseEmailBackend):
    """Write each message to ``EMAIL_FILE_PATH``. Raises OSError where that cannot be done, like a mail server that is down."""

    def __init__(self, file_path: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.folder = Path(file_path or getattr(settings, "EMAIL_FILE_PATH"))  # noqa: B009 - a setting that only some modules have

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write all of them; how many."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for mail in email_messages:
            message = mail.message()
            name = quote(str(message["Message-ID"]).strip("<>"), safe="@.-")[:200]
            partial = self.folder / f".{name}.{os.getpid()}"
            partial.write_bytes(message.as_bytes())
            partial.rename(self.folder / f"{name}.eml")
        return len(email_messages)
