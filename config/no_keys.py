"""The key provider of processes that must not read case content: worker and beat."""

from security.encryption.providers import KeyFileError


class NoKeys:
    """Refuses to be made. Named by ``TOMOSHIBI_KEY_PROVIDER`` in the environment of such a process."""

    def __init__(self) -> None:
        raise KeyFileError("This process holds no root key and reads no case content.")
