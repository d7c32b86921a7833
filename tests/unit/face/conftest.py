"""The face on its own: pages and forms rendered without a database, in Japanese unless a test says otherwise."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def japanese() -> Iterator[None]:
    """Activate Japanese for the length of a test."""
    with translation.override("ja"):
        yield
