"""Make ``.venv`` from a hash-locked list: ``python3 config/embedded/environment.py base|dev``.

Run by whatever Python the machine has, before anything is installed: standard library only, and nothing newer than 3.6 may be
written here, so that an old Python can still say what it lacks.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys

BASE_DIR = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VENV = os.path.join(BASE_DIR, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
OLDEST = (3, 11)


def main(wanted):  # type: (str) -> None
    """Bring ``.venv`` to the list ``wanted``; quick when it is there already."""
    if sys.version_info < OLDEST:
        found = ".".join(str(part) for part in sys.version_info[:3])
        sys.exit(
            "Python 3.11 or newer is needed, and this is " + found + "; name another with PYTHON=python3.11."
        )
    os.makedirs(VENV, exist_ok=True)
    lock = os.open(os.path.join(VENV, ".lock"), os.O_RDWR | os.O_CREAT, 0o644)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        if _is_there(wanted):
            return
        if not _runs():
            _make_venv()
        _install(wanted)
    finally:
        os.close(lock)


def _stamp(name):  # type: (str) -> str
    with open(os.path.join(BASE_DIR, "requirements", name + ".txt"), "rb") as file:
        return os.path.join(VENV, f".{name}-{hashlib.sha256(file.read()).hexdigest()[:16]}")


def _is_there(wanted):  # type: (str) -> bool
    # dev has all of base, at the same versions
    stamps = [_stamp("dev")] + ([_stamp("base")] if wanted == "base" else [])
    return any(os.path.exists(stamp) for stamp in stamps) and _runs()


def _runs():  # type: () -> bool
    """Whether the environment's Python works: it does not after the folder moved or the machine's Python went away."""
    try:
        command = [PYTHON, "-c", "import sys; print(sys.prefix)"]
        return subprocess.check_output(command, universal_newlines=True).strip() == VENV
    except (OSError, subprocess.CalledProcessError):
        return False


def _make_venv():  # type: () -> None
    print("making .venv", flush=True)
    for entry in os.listdir(VENV):
        path = os.path.join(VENV, entry)
        if entry != ".lock":
            shutil.rmtree(path) if os.path.isdir(path) and not os.path.islink(path) else os.unlink(path)
    if subprocess.call([sys.executable, "-m", "venv", VENV]) != 0:
        sys.exit("Python cannot make a virtual environment; on Debian and Ubuntu install python3-venv.")


def _install(wanted):  # type: (str) -> None
    print("installing packages (about a minute the first time)", flush=True)
    for entry in os.listdir(VENV):
        if entry.startswith((".base-", ".dev-")):
            os.unlink(os.path.join(VENV, entry))
    command = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
    ]
    command += ["-r", os.path.join(BASE_DIR, "requirements", wanted + ".txt")]
    if subprocess.call(command) != 0:
        sys.exit("The packages could not be installed; the lines above say why.")
    with open(_stamp(wanted), "w"):
        pass


if __name__ == "__main__":
    main(sys.argv[1])
