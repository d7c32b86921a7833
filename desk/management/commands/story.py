"""``manage.py story [--input FILE] [--url URL]``: one child's story, told over HTTP against a running demo server."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from desk.story.case_file import BadCaseFile, CaseFile, read_case_file
from desk.story.command_line import server
from desk.story.steps import tell
from desk.story.telling import Broken


class Command(BaseCommand):
    """One line a step; exit code 0 only if each came out as promised. Wrong input writes nothing anywhere."""

    help = "Walk one fictional child's story from the first call to the read audit, over HTTP."
    requires_system_checks: list[
        str
    ] = []  # it reads a file and talks HTTP; nothing of this process touches the database

    def add_arguments(self, parser: ArgumentParser) -> None:
        example = Path(settings.PROJECT_DIR) / "demo" / "story.toml"
        parser.add_argument(
            "--input", type=Path, default=example, help="the TOML file of the case (docs/story.md)"
        )
        parser.add_argument(
            "--url", default="", help="a running demo server; without it one is started on a free port"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        story = self._read(options["input"])
        with server(options["url"]) as base:
            try:
                for number, line in enumerate(tell(story, base), start=1):
                    self.stdout.write(f"{number:2}  {line}")
            except OSError:
                raise CommandError(_("The server does not answer at %(url)s.") % {"url": base}) from None
            except Broken as broken:
                raise CommandError(_("The story broke: %(what)s") % {"what": broken}) from None
        self.stdout.write(_("Every step came out as promised."))

    def _read(self, path: Path) -> CaseFile:
        try:
            return read_case_file(path)
        except OSError:
            raise CommandError(_("The file %(path)s cannot be read.") % {"path": path}) from None
        except BadCaseFile as bad:
            lines = [f"{path}:{fault.line or '-'}: {fault.field}: {fault.reason}" for fault in bad.faults]
            raise CommandError("\n".join(lines)) from None
