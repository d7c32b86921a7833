#!/usr/bin/env python
"""Django's command line; without DJANGO_SETTINGS_MODULE it works on the demo, never on a real installation."""

import os
import sys


def main() -> None:
    """Run one command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
