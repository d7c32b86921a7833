"""Rows that are sealed apart from their case, under a key of their own kind: who reads them holds the key, nobody else."""

from dataclasses import dataclass

from security.walls.declare import HOLDS_CASES, Policy, Recorded, Table, mine


@dataclass(frozen=True, kw_only=True)
class Apart:
    """The rows of ``table`` belong to a case and to an owner: a row of ``owners`` in the same case, named by ``column``.

    The key of the kind ``kind`` belongs to that owner. ``reads`` is SQL of who reads them, and calls the owner ``o``.
    """

    table: str
    column: str
    owners: str
    kind: str
    reads: str

    def of(self, owner: str, more: str = "true") -> str:
        """SQL: ``owner`` names an owner whose rows the caller reads (the inner table has its own wall).

        One look at the grants for each row, and none for keys of other kinds: a supervisor of many cases waits no longer for it.
        """
        return f"(SELECT true FROM public.{self.owners} o WHERE o.id = {owner} AND {more} AND {self.reads} LIMIT 1)"

    def walled(self, update: str = "") -> Table:
        """The wall of the table: written by readers who may edit the case. ``update``: the columns that may change later."""
        seen = self.of(f"{self.table}.{self.column}", f"o.case_id = {self.table}.case_id")
        written = f"{seen} AND {mine('case_id', 'edit')}"
        policies = [Policy("SELECT", using=seen), Policy("INSERT", check=written)]
        rights = "SELECT, INSERT"
        if update:
            policies.append(Policy("UPDATE", using=written, check=written))
            rights += f", UPDATE ({update})"
        filed = Recorded("case_id", key_kind=self.kind, key_owner=self.column)
        return Table(self.table, {"runtime": rights}, tuple(policies), recorded=filed, gate=HOLDS_CASES)

    def key_policies(self) -> tuple[Policy, ...]:
        """Who sees the keys, and who makes one: the first who writes."""
        mine_too = f"office_id = (SELECT wall.my_office()) AND {self.of('owner_id')}"
        return (
            Policy("SELECT", using=f"kind = '{self.kind}' AND {self.of('data_key.owner_id')}"),
            Policy("INSERT", check=f"kind = '{self.kind}' AND {mine_too}"),
        )
