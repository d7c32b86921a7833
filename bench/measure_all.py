"""All parts in their order. Import it inside ``place.own_server``: from here on there are models."""

from collections.abc import Iterator, Sequence

import psycopg

from bench import fields, lists, pages, place
from bench.measure import Part
from bench.people import make_reader
from config.embedded.postgres import Server

ENTRIES = 20


def parts(server: Server, sizes: Sequence[int], runs: int, mine: int) -> Iterator[Part]:
    """Each part as soon as it is measured. The pages are measured in the first database, by somebody with ``mine`` cases."""
    yield lists.run(server, sizes, runs)
    place.use_database(f"bench_{sizes[0]}")
    sealed = make_reader("sealed", mine, ENTRIES, plain=False)
    plain = make_reader("plain", mine, ENTRIES, plain=True)
    shown = [
        f"in the database of {sizes[0]:,} cases: {mine} cases, 25 on a page of the list; {ENTRIES} progress entries on one",
        "whole request: Django's test client, all middleware, both walls, the look written with fsync, connections kept open",
    ]
    part = Part("(b) encrypted fields", [fields.about(), *shown], fields.rows(sealed, runs))
    part.about += [
        "baseline of the pages: a second caseworker with the same cases, its encrypted columns written over in clear and",
        "  read through Django's own text attribute, no key loaded; both sides note what was shown and record the same look",
    ]
    part.rows += pages.against_plain(sealed, plain, runs)
    yield part
    about = [
        *shown,
        "baseline: the same request by the same person, without relations, event and cases shown",
    ]
    part = Part(
        "(c) the recorded look, and the record of changes", about, pages.against_no_look(sealed, runs)
    )
    with psycopg.connect(server.conninfo(f"bench_{sizes[0]}"), autocommit=True) as superuser:
        part.rows += pages.against_no_record(sealed, superuser, runs)
    part.about.append(
        "record of changes: the trigger a_record of all tables, without it no event says what was saved"
    )
    yield part
    place.drop_database(server, f"bench_{sizes[0]}")
