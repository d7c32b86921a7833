"""``manage.py plan_search [--rebuild]``: by which plan each office's search tokens are cut, and making them again."""

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand
from django.db import connections
from django.db.models import Max

from agencies.directory.models import Office
from cases.records.models import Child
from cases.records.queries import search_values
from security.encryption.fields import reveal, value_of
from security.encryption.keyring import KeyNotVisible, Keyring
from security.search.index import entries_of, releases
from security.search.models import SearchCount, SearchPlan, SearchToken
from security.search.tokens import KINDS, Plan, Value, bits_for, parts_for, search_key
from security.walls import clock
from security.walls.migrating import seeding_with_keys

BATCH = 200


class Command(BaseCommand):
    """Run as the owner with the root keys at hand, while the application works. Each batch of children is a transaction; cut off
    anywhere, the next run goes on after the last one. Searches use the former tokens until all of an office's are made.
    """

    help = "Say how each office's search tokens are planned; with --rebuild plan by its present size and make them again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rebuild", action="store_true", help="plan anew and make all tokens again")

    def handle(self, *args: Any, **options: Any) -> None:
        with seeding_with_keys("owner"):
            offices = list(Office.objects.using("owner").order_by("code"))
        for office in offices:
            plans = self._plans(office.pk)
            if options["rebuild"]:
                plan = next((one for one in plans if one.ready_at is None), None) or self._new_plan(office.pk)
                if plan is not None:
                    self._make(plan)
                plans = self._plans(office.pk)
            for plan in plans:
                state = "used" if plan.ready_at else "being made: run it again with --rebuild"
                self.stdout.write(
                    f"{office.code}: plan {plan.version} for {plan.rows} children, {plan.bits} bits,"
                    f" {plan.parts} parts ({state})"
                )
        if options["rebuild"]:
            _shuffle()

    def _plans(self, office_id: UUID) -> list[SearchPlan]:
        with seeding_with_keys("owner"):
            return list(SearchPlan.objects.using("owner").filter(office_id=office_id).order_by("version"))

    def _new_plan(self, office_id: UUID) -> SearchPlan | None:
        """The plan of an office by its own size and its most frequent name; None for one without children."""
        rows, names = 0, Counter[str]()
        last: UUID | None = None
        while True:
            with seeding_with_keys("owner") as ring:
                batch = _batch(office_id, last, ring)
                if not batch:
                    break
                readings = [values["kana"] for _, values in _readings(batch) if "kana" in values]
            names.update(search_key("kana", reading) for reading in readings)
            rows, last = rows + len(batch), batch[-1].pk
        if not rows:
            return None
        hottest = max(names.values(), default=0)
        with seeding_with_keys("owner"):
            _wait_for_writers()
            plans = SearchPlan.objects.using("owner").filter(office_id=office_id)
            newest = plans.aggregate(newest=Max("version"))["newest"] or 0
            return SearchPlan.objects.using("owner").create(
                office_id=office_id,
                version=newest + 1,
                rows=rows,
                bits=bits_for(rows),
                parts=parts_for(rows, hottest),
                made_at=clock.now(),
            )

    def _make(self, row: SearchPlan) -> None:
        plan = Plan(row.version, row.bits, row.parts)
        while True:
            with seeding_with_keys("owner") as ring:
                batch = _batch(row.office_id, row.done_to, ring, lock=True)
                for child, values in _readings(batch):
                    put(child, values, plan)
                if batch:
                    row.done_to = batch[-1].pk
                    row.save(using="owner", update_fields=["done_to"])
                    continue
                _wait_for_writers()
                for model in (SearchToken, SearchPlan):
                    of_office = model.objects.using("owner").filter(office_id=row.office_id)
                    of_office.filter(version__lt=row.version).delete()
                # Who was made again is counted anew, and has what was made.
                counts = SearchCount.objects.using("owner").filter(office_id=row.office_id)
                counts.update(rows=len(KINDS))
                row.ready_at = clock.now()
                row.save(using="owner", update_fields=["ready_at"])
                return


def _wait_for_writers() -> None:
    """Until the transaction ends, nobody reads plans to write by them; who has read them is done."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("LOCK TABLE public.security_searchplan IN EXCLUSIVE MODE")


def _shuffle() -> None:
    """Put the rows in the order of their random ids: they were made in that of the children's, and a dump shows how they lie."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("CLUSTER public.security_searchtoken USING security_searchtoken_pkey")


def _batch(office_id: UUID, last: UUID | None, ring: Keyring, *, lock: bool = False) -> list[Child]:
    """The office's next children by id, with their keys loaded. Locked, they wait for who is changing them."""
    rows = Child.objects.using("owner").filter(office_id=office_id).order_by("pk")
    rows = rows.filter(pk__gt=last) if last else rows
    children = list((rows.select_for_update() if lock else rows)[:BATCH])
    ring.prefetch(child.key_scope() for child in children)
    return children


def _readings(children: Iterable[Child]) -> Iterator[tuple[Child, dict[str, Value]]]:
    """Each child with what it is searched by; one whose key is destroyed has nothing."""
    for child in children:
        try:
            kana = str(reveal(child, "family_kana")), str(reveal(child, "given_kana"))
            yield child, search_values(*kana, value_of(child.birth_date), str(reveal(child, "school") or ""))
        except KeyNotVisible:
            continue


def put(child: Child, values: dict[str, Value], plan: Plan) -> None:
    """The tokens of one child by ``plan``, in place of what somebody who changed it meanwhile has put by it."""
    tokens = SearchToken.objects.using("owner")
    secrets = releases(child.office_id, child.pk, KINDS, [plan])
    tokens.filter(release__in=[sha256(secret).digest() for secret in secrets]).delete()
    entries = entries_of(child.office_id, child.pk, values, plan)
    tokens.bulk_create(SearchToken(office_id=child.office_id, **entry._asdict()) for entry in entries)
    count = SearchCount(id=child.pk, office_id=child.office_id, rows=len(KINDS))
    SearchCount.objects.using("owner").bulk_create([count], ignore_conflicts=True)
