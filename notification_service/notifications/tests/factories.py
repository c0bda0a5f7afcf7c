"""People and mails that tests tell of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from rest_framework.test import APIClient

from notifications import services
from notifications.models import Notification, Person
from ticketing_testing.clients import client_for

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
AMARA, KENJI = 7, 8


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def amara() -> APIClient:
    return client_for(AMARA, full_name="Amara Okafor", roles={"tts": ["Agent", "IT Lead"]})


def kenji() -> APIClient:
    return client_for(KENJI, full_name="Kenji Mori", roles={"tts": ["Agent"]})


def admin() -> APIClient:
    return client_for(1, full_name="Ada Admin", roles={"tts": ["Admin"]})


def service() -> APIClient:
    client = APIClient()
    client.credentials(HTTP_X_API_KEY="development-notification-key")
    return client


def person(user_id: int = AMARA, **changes: Any) -> Person:
    values: dict[str, Any] = {
        "email": f"person{user_id}@example.com",
        "full_name": {AMARA: "Amara Okafor", KENJI: "Kenji Mori"}.get(user_id, f"Person {user_id}"),
        "is_active": True,
        "avatar_url": "",
        "roles": {"tts": ["Agent"]},
        "version": 1,
    } | changes
    services.sync_person(user_id=user_id, now=NOON, **values)
    return Person.objects.get(pk=user_id)


def mail(event_id: str = "e1", **changes: Any) -> Notification:
    values: dict[str, Any] = {
        "notification_type": "task_assignment",
        "context": {"ticket_number": "TX20260302000018", "task_title": "Access to the share", "role_name": "IT Lead"},
        "user_id": AMARA,
        "now": NOON,
    } | changes
    queued, _ = services.queue_mail(event_id=event_id, **values)
    return queued
