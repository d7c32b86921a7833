#!/usr/bin/env python
"""Django's command line; without DJANGO_SETTINGS_MODULE it works on the demo, never on a real installation."""

import os
import sys


def main() -> None:
    """Run one command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"tomoshibi: {error}")


if __name__ == "__main__":
    main()
