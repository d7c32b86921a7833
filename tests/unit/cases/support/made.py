"""A support case of the police, as the juvenile officer of the cast opens it. Fictional."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Model
from django.utils.timezone import localtime

from agencies.staff.acting import acting_as
from cases.receipts.codes import Harm
from cases.records.actions import ChildFacts
from cases.records.codes import Answer, Sex
from cases.records.models import Case
from cases.support import actions
from cases.support.codes import Aid, Danger, Means, Recognised
from cases.support.models import SupportReception
from face.forms import BaseForm
from security.walls import clock
from tests.cast import Cast

JUVENILE = ChildFacts(
    family_name="架空",
    given_name="ひなた",
    family_kana="カクウ",
    given_kana="ヒナタ",
    sex=Sex.FEMALE,
    birth_date=date(2012, 5, 1),
    school="若葉中学校 2年",
    address="架空市若葉 1-2-3",
    telephone="03-0000-0001",
)
NOTHING: dict[str, Any] = dict.fromkeys(SupportReception.FACTS)


def consulted(**more: Any) -> dict[str, Any]:
    """What a consultation says."""
    return {
        **NOTHING,
        "recognised": Recognised.CONSULTATION,
        "happened_at": clock.now() - timedelta(minutes=30),
        "means": Means.TELEPHONE,
        "consultant": "母",
        "worry": "画像を送ってしまったと言っている",
        "situation": "交際サイトの相手に求められて画像を送った",
        "words": "もう学校に行きたくない",
        "question": "尋ねていない",
        "advice": "相手への返信をやめる",
        "harm": Harm.SELF_PRODUCED,
        "suspect": "サイトで知り合った者",
        "danger": Danger.NONE,
        "guardian": "動揺している",
        "aid": Aid.NEITHER,
        **more,
    }


def met(**more: Any) -> dict[str, Any]:
    """What guidance on the street says."""
    return {
        **NOTHING,
        "recognised": Recognised.STREET,
        "happened_at": clock.now() - timedelta(minutes=30),
        "place": "架空駅前",
        "behaviour": "深夜に一人でいた",
        "parents_told": Answer.YES,
        "agrees": Answer.YES,
        "situation": "家に帰りたくないと言う",
        "harm": Harm.OTHER,
        "danger": Danger.WATCH,
        "aid": Aid.ABUSE,
        **more,
    }


def support_case(cast: Cast, **more: Any) -> Case:
    """A support case of the police office of the cast."""
    with acting_as(cast.police):
        return actions.receive(JUVENILE, consulted(**more), by=cast.police)


def as_shown(form: BaseForm) -> dict[str, Any]:
    """What a browser sends of a form in which nothing is typed: its first values."""
    sent: dict[str, Any] = {}
    for field in form:
        value = field.value()
        if isinstance(value, Model):
            value = str(value.pk)
        elif isinstance(value, datetime):
            value = localtime(value).strftime("%Y-%m-%dT%H:%M")
        if value not in (None, False, "", []):
            sent[field.html_name] = (
                "on" if value is True else value if isinstance(value, list) else str(value)
            )
    return sent
