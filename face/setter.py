"""The process that sets one sheet: JSON from standard input, PDF (or PNG pages) to standard output. ``typeset`` runs it.

It is apart because typst is a large library in another language: whatever becomes of it there, a panic or too much memory, the
web process that asked lives on and has not grown. It has neither keys nor database, and of the environment nothing at all.
"""

import json
import resource
import struct
import sys
from pathlib import Path
from typing import Literal

import pylopdf_fonts_jp
import typst

SECONDS = 20
BYTES = 2 * 1024**3
PLACE = Path(__file__).parents[1] / "templates/paper"


def main(form: Literal["pdf", "png"], at: str) -> None:
    """Set what is read, as at the moment ``at`` (seconds), and write the number of files and each with its length."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # what it read never lies on a disk
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(Path(pylopdf_fonts_jp.__file__).parent)],
    )
    # Packages are looked for in a folder that has none: nothing is fetched.
    compiler = typst.Compiler(
        str(PLACE / "sheet.typ"),
        root=str(PLACE),
        font_paths=fonts,
        sys_inputs={"data": json.dumps(json.load(sys.stdin.buffer))},
        package_path=str(PLACE),
        package_cache_path=str(PLACE),
    )
    made = compiler.compile(format=form, ppi=110.0, timestamp=int(at))
    for one in made if isinstance(made, list) else [made or b""]:
        sys.stdout.buffer.write(struct.pack(">I", len(one)) + one)


if __name__ == "__main__":
    main("png" if sys.argv[1] == "png" else "pdf", sys.argv[2])
