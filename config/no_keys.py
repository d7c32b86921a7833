"""The key provider of processes that must not read case content: worker, beat and the owner's commands."""

from security.encryption.providers import KeyFileError


class NoKeys:
    """Refuses to be made. The settings name it for such a process (``TOMOSHIBI_PROCESS``)."""

    def __init__(self) -> None:
        raise KeyFileError("This process holds no root key and reads no case content.")
