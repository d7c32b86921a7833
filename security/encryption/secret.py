"""The value of an encrypted column, and where it lives. It prints as •••; showing it is an explicit act."""

from typing import Any, NamedTuple, NoReturn, Protocol
from uuid import UUID

from security.encryption import envelope, keyring
from security.encryption.envelope import DecryptionError
from security.encryption.keyring import Scope

MASK = "•••"
ROW = "_sealed_row"
"""Where an instance remembers its :class:`Row`."""


class Column(Protocol):
    """The column of a value: its part of the associated data, and its name ("table.column")."""

    place: bytes
    place_name: str


class Row(NamedTuple):
    """One row and whose key seals it; ``place`` is the row's part of the associated data."""

    id: UUID
    scope: Scope
    place: bytes


class Secret(str):
    """An encrypted value. Its characters are the envelope (base64), so that joins, diffs and JSON carry
    ciphertext; everything that prints gives •••. A column that holds no envelope gives an empty, unreadable
    Secret.
    """

    __slots__ = ("field", "row")
    field: "Column"
    row: Row | None

    def __new__(cls, text: str, field: "Column", row: Row | None = None) -> "Secret":
        # Only what comes from a column has no row yet, and only there somebody may have written something else.
        self = super().__new__(cls, text if row is not None or envelope.looks_sealed(text) else "")
        self.field, self.row = field, row
        return self

    def reveal(self) -> str:
        """The plaintext, noted in the open keyring as shown. DecryptionError if it cannot be read here;
        TypeError for a value that belongs to no row (``values()``, ``values_list()``).
        """
        data, row = self.open(), self.row
        if row is not None:
            keyring.current().note(row.scope, self.field.place_name)
        return data.decode()

    def open(self) -> bytes:
        """The plaintext's UTF-8 bytes, without noting it as shown. A failure is reported to the keyring's
        listeners.
        """
        field, row = self.field, self.row
        if row is None:
            raise TypeError("this Secret belongs to no row: load the object, not its values()")
        try:
            key = keyring.current().key(row.scope)
            bound_to = envelope.associated_data(field.place, row.place, key.id_bytes)
            return envelope.unpad(key.open("fields", bound_to, envelope.from_text(self)))
        except DecryptionError as error:
            keyring.report_failure(keyring.Failure(field.place_name, row.id, row.scope, type(error).__name__))
            raise

    def is_of(self, field: "Column", row: Row) -> bool:
        """Whether this value was sealed for, or loaded from, that column of that row."""
        return self.row == row and self.field.place == field.place

    def __str__(self) -> str:
        return MASK

    __repr__ = __html__ = __str__

    def __format__(self, spec: str) -> str:
        return MASK

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a Secret is never written out")

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, memo: object) -> "Secret":
        return self


class Typed:
    """Plaintext of an object that has no row yet; it is sealed when it is read or saved."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = data

    def __repr__(self) -> str:
        return MASK

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("plaintext is never written out")


def row_under(row_id: UUID, scope: Scope) -> Row:
    """The row ``row_id`` sealed under the key of ``scope``."""
    return Row(row_id, scope, envelope.row_place(row_id, scope.owner))


def row_of(instance: Any) -> Row:
    """The instance's row, remembered on it while id and key owner stay; TypeError while either is unknown."""
    scope, row = instance.key_scope(), instance.__dict__.get(ROW)
    if row is not None and row.id == instance.id and row.scope == scope:
        return row  # type: ignore[no-any-return]  # nothing else is put there
    if instance.id is None or scope.owner is None:
        raise TypeError(f"{instance._meta.label} has no id or no owner of its key yet, so nothing is sealed")
    row = instance.__dict__[ROW] = row_under(instance.id, scope)
    return row
