"""What is registered by name is registered once, and asked for by a name that is known."""

import pytest

from face.registry import Registry
from security.outbox.jobs import job
from security.outbox.tasks import send_what_is_due


def test_a_second_of_one_name_and_an_unknown_one_raise() -> None:
    things = Registry[int]("thing")
    things.add("one", 1)
    assert things["one"] == 1
    with pytest.raises(ValueError, match="two things are called one"):
        things.add("one", 2)
    with pytest.raises(KeyError, match="no thing is called two"):
        things["two"]
    assert things.all() == {"one": 1}


def test_two_jobs_of_one_name_raise() -> None:
    with pytest.raises(ValueError, match="two jobs are called"):
        job("outbox.relay")(send_what_is_due)
