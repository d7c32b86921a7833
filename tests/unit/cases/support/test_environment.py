"""What is changed around a juvenile victim with others (環境調整): on the support case, read by the police alone."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.closing.rules import check_nothing_open
from cases.duties.models import Duty
from cases.environment import actions
from cases.environment.codes import Party, TaskState
from cases.environment.models import EnvironmentTask
from security.walls import clock
from tests.cast import Cast
from tests.client import signed_in, text_of
from tests.unit.cases.support.made import support_case


def test_an_officer_records_it_and_owes_how_it_ended(cast: Cast) -> None:
    case, client = support_case(cast), signed_in(cast.police)
    new = reverse("environment_new", args=[case.pk])
    assert new in text_of(client.get(reverse("progress_list", args=[case.pk])))
    typed = {
        "party": Party.SCHOOL.value,
        "aim": "席を離す（架空）",
        "agreed_with": "担任（架空）",
        "tasks": "担任は席を替える（架空）",
        "until": f"{clock.today() + timedelta(days=7):%Y-%m-%d}",
    }
    assert client.post(new, typed).status_code == 302
    with acting_as(cast.police):
        (row,) = EnvironmentTask.objects.filter(case=case)
        duty = Duty.objects.get(case=case, kind="environment")
        assert (duty.cause, duty.owner_id) == (row.pk, cast.police.pk)
        with pytest.raises(Refused, match="open"):
            check_nothing_open(case, clock.now(), besides=())
    page = reverse("environment_task", args=[case.pk, row.pk])
    done = {"act": "done", "done_on": f"{clock.today():%Y-%m-%d}", "result": "席が離れた（架空）"}
    assert client.post(page, done).status_code == 302
    with acting_as(cast.police):
        row.refresh_from_db()
        assert row.state is TaskState.DONE
        assert not Duty.objects.filter(case=case, kind="environment", done_at=None).exists()
    assert "席が離れた" in text_of(signed_in(cast.positions["policechief"]).get(page))


def test_no_center_reads_it_and_the_police_read_none_of_a_center(cast: Cast) -> None:
    from tests.cast import a_case

    case, of_center = support_case(cast), a_case(cast)
    texts = {"aim": "席（架空）", "agreed_with": "担任（架空）", "tasks": "替える（架空）"}
    for where, by, others in (
        (case, cast.police, (cast.caseworker, cast.director, cast.school)),
        (of_center, cast.caseworker, (cast.police, cast.positions["policechief"])),
    ):
        with acting_as(by):
            row = actions.record_task(where, party=Party.SCHOOL, until=clock.today(), texts=texts, by=by)
        urls = (
            reverse("environment_new", args=[where.pk]),
            reverse("environment_task", args=[where.pk, row.pk]),
        )
        for who in others:
            for url in urls:
                assert signed_in(who).get(url).status_code == 404, (who.role, url)
            with acting_as(who):
                assert not EnvironmentTask.objects.filter(pk=row.pk).exists()
