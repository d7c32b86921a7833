"""What a page shows, for tests: its text, and its main part as bytes."""

import re
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone


def in_english(client: Client) -> Client:
    """The same client, reading English pages."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


ARTICLE = re.compile(rb'<article class="package" id="package">.*</article>', re.DOTALL)


def article(content: bytes) -> bytes:
    """The package's part of a page, byte for byte."""
    found = ARTICLE.search(content)
    assert found is not None
    return found.group()


def answer(recipient: Any, **more: Any) -> dict[str, Any]:
    """A filled form of the child's answer."""
    now = timezone.localtime()
    filled = {
        "asked_at": (now - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M"),
        "asked_by": "担当",
        "place": "相談室",
        "explanation": "読み上げた",
        "recipient": str(recipient.pk),
        "words": "はなしても いいよ",
        "understanding": "12歳",
        "advocate": "なし",
        "result": "wishes",
        "by_suspect_side": "no",
        "in_suspect_home": "no",
        **{f"understood_{part}": "yes" for part in ("who", "what", "stop", "told")},
        "item_identity_min": "yes",
        "item_safety_state": "no",
        "item_considerations": "unasked",
        "valid_until": (now + timedelta(days=60)).date().isoformat(),
    }
    return filled | more


def report(**more: Any) -> dict[str, Any]:
    """A filled form of a report."""
    due = timezone.localtime() + timedelta(days=2)
    filled = {
        "paper_kind": "joho",
        "text_identity_min": "氏名: 髙橋 𠮷乃",
        "text_incident_outline": "事案の概要CANARY",
        "urgency": "A",
        "due_at": due.strftime("%Y-%m-%dT%H:%M"),
    }
    return filled | more
