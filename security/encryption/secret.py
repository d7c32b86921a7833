"""The value of an encrypted column, and where it lives. Showing it is an explicit act."""

from typing import TYPE_CHECKING, Any, Generic, NamedTuple, NoReturn, Protocol, TypeVar
from uuid import UUID

from security.encryption import envelope, keyring
from security.encryption.envelope import DecryptionError
from security.encryption.keyring import Scope

V = TypeVar("V")
V_co = TypeVar("V_co", covariant=True)
MASK = "•••"
UNREVEALED = (
    "This value is encrypted. Reveal it first: reveal(row, 'column'), value_of(row.column) or words_of(row.column); in a"
    " template {{ row.column|reveal }} or {{ row.column|words }}. Whether it was written: row.column is None."
)
ROW = "_sealed_row"
"""Where an instance remembers its :class:`Row`."""


class Column(Protocol[V_co]):
    """The column of a value: its part of the associated data, that as "table.column", and what a text in it means."""

    place: bytes
    place_name: str

    def meaning(self, text: str) -> V_co | None:
        """What the text means; None for nothing, and for what an older version wrote and this one does not know."""

    def words(self, text: str) -> str:
        """The text as a reader understands it."""


class Row(NamedTuple):
    """One row and whose key seals it; ``place`` is the row's part of the associated data."""

    id: UUID
    scope: Scope
    place: bytes


class Secret(Generic[V_co]):
    """An encrypted value of a column whose plaintext means a ``V_co`` (text, a code, a date ...).

    It is revealed, compared with None or with another Secret, and handed back to its own column. Everything that would
    answer from the ciphertext, or print it, raises TypeError: a rule that compares it with a code would never hold. A
    column that holds no envelope gives an empty, unreadable Secret.
    """

    __slots__ = ("field", "row", "sealed")
    field: "Column[V_co]"
    row: Row | None
    sealed: str

    def __init__(self, text: str, field: "Column[V_co]", row: Row | None = None) -> None:
        # Only what comes from a column has no row yet, and only there another writer may have stored something else.
        self.sealed = text if row is not None or envelope.looks_sealed(text) else ""
        self.field, self.row = field, row

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
        row = self.row
        if row is None:
            raise TypeError("this Secret belongs to no row: load the object, not its values()")
        try:
            return self._opened(row)
        except DecryptionError as error:
            place = self.field.place_name
            keyring.report_failure(keyring.Failure(place, row.id, row.scope, type(error).__name__))
            raise

    def opens(self) -> bool:
        """Whether it was sealed at its field's place; no reader is told where it was not."""
        try:
            return self.row is not None and self._opened(self.row) is not None
        except DecryptionError:
            return False

    def _opened(self, row: Row) -> bytes:
        key = keyring.current().key(row.scope)
        bound_to = envelope.associated_data(self.field.place, row.place, key.id_bytes)
        return envelope.unpad(key.open("fields", bound_to, envelope.from_text(self.sealed)))

    def is_of(self, field: "Column[Any]", row: Row) -> bool:
        """Whether this value was sealed for, or loaded from, that column of that row."""
        return self.row == row and self.field.place == field.place

    def __repr__(self) -> str:
        return MASK

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a Secret is never written out")

    def __copy__(self) -> "Secret[V_co]":
        return self

    def __deepcopy__(self, memo: object) -> "Secret[V_co]":
        return self

    # Unseen by the type checker, which then refuses a comparison and a truth value by itself.
    if not TYPE_CHECKING:

        def __eq__(self, other: object) -> bool:
            if other is None:
                return False
            if not isinstance(other, Secret):
                raise TypeError(UNREVEALED)
            return self.sealed == other.sealed and self.field.place == other.field.place

        def _unrevealed(self, *_more: object) -> NoReturn:
            raise TypeError(UNREVEALED)

        __bool__ = __len__ = __iter__ = __contains__ = __getitem__ = _unrevealed
        __hash__ = _unrevealed
        __lt__ = __le__ = __gt__ = __ge__ = __str__ = __format__ = __html__ = _unrevealed


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
