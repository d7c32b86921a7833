"""The models of the wing's rooms: Django looks for them here."""

from importlib import import_module
from pathlib import Path

for found in sorted(Path(__file__).parent.glob("*/models.py")):
    import_module(f"{__package__}.{found.parent.name}.models")
