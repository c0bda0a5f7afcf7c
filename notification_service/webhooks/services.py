"""Endpoints and their secrets, and the events that are recorded for them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from ticketing_common.contracts.messages import DeliverTicketEvent
from ticketing_common.errors import Conflict, NotFound
from ticketing_common.jsontext import dumps
from ticketing_common.jwt import Identity
from ticketing_common.logs import logger
from webhooks.models import TEST_EVENT, WebhookDelivery, WebhookEndpoint, WebhookSecret
from webhooks.signing import encrypt, new_secret

log = logger(__name__)

CHANNEL = "webhooks"
OVERLAP = timedelta(hours=24)
MAX_ENDPOINTS = 100
MAX_SECRETS = 5
BATCH = 2_000
ENDPOINTS_LOCK = 0x77656268


class TooManyEndpoints(Conflict):
    code = "too_many_endpoints"
    default_detail = f"At most {MAX_ENDPOINTS} endpoints. Delete one that is not used any more."


class TooManySecrets(Conflict):
    code = "too_many_secrets"
    default_detail = f"{MAX_SECRETS} secrets sign at this time. Wait until one of them has expired."


class EndpointInactive(Conflict):
    code = "endpoint_inactive"
    default_detail = "The endpoint is switched off. Switch it on first."


class DeliveryWaiting(Conflict):
    code = "delivery_waiting"
    default_detail = "The event waits to be sent already."


class EndpointNotFound(NotFound):
    code = "webhook_not_found"
    default_detail = "There is no such webhook."


class DeliveryNotFound(NotFound):
    code = "delivery_not_found"
    default_detail = "There is no such delivery."


@transaction.atomic
def create_endpoint(*, values: Mapping[str, Any], person: Identity, now: datetime) -> tuple[WebhookEndpoint, str]:
    """Return the new endpoint and its secret, which is not shown again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ENDPOINTS_LOCK])
    if WebhookEndpoint.objects.count() >= MAX_ENDPOINTS:
        raise TooManyEndpoints()
    endpoint = WebhookEndpoint.objects.create(
        **values,
        created_by_id=person.user_id,
        created_by_name=person.full_name,
        created_at=now,
        updated_at=now,
    )
    return endpoint, _add_secret(endpoint, now)


@transaction.atomic
def change_endpoint(*, endpoint_id: int, values: Mapping[str, Any], now: datetime) -> WebhookEndpoint:
    """Change what is named. Who is switched on again is sent what has waited, with a new series of tries."""
    endpoint = lock_endpoint(endpoint_id)
    is_switched_on = bool(values.get("is_active")) and not endpoint.is_active
    for name, value in values.items():
        setattr(endpoint, name, value)
    if is_switched_on:
        endpoint.off_reason, endpoint.off_at, endpoint.failing_since = "", None, None
        waiting = endpoint.deliveries.filter(status=WebhookDelivery.Status.WAITING)
        waiting.update(due_at=now, retry_since=None, attempts=0)
    endpoint.updated_at = now
    endpoint.save()
    wake_worker()
    return endpoint


@transaction.atomic
def delete_endpoint(*, endpoint_id: int) -> None:
    lock_endpoint(endpoint_id).delete()


@transaction.atomic
def rotate_secret(*, endpoint_id: int, now: datetime) -> tuple[WebhookEndpoint, str]:
    """Return the endpoint and its new secret. The one before signs beside it for 24 hours."""
    endpoint = lock_endpoint(endpoint_id)
    if live_secrets(endpoint, now).count() >= MAX_SECRETS:
        raise TooManySecrets()
    endpoint.secrets.filter(expires_at__isnull=True).update(expires_at=now + OVERLAP)
    endpoint.secrets.filter(expires_at__lte=now).delete()
    return endpoint, _add_secret(endpoint, now)


def live_secrets(endpoint: WebhookEndpoint, now: datetime) -> Any:
    """Return the secrets that sign now, the newest first."""
    return endpoint.secrets.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now)).order_by("-id")


@transaction.atomic
def send_test(*, endpoint_id: int, person: Identity, now: datetime) -> WebhookDelivery:
    """Queue an event that says no more than that it is a test."""
    endpoint = lock_endpoint(endpoint_id)
    if not endpoint.is_active:
        raise EndpointInactive()
    data = {"message": "This is a test.", "requested_by": {"user_id": person.user_id, "full_name": person.full_name}}
    event_id = f"test-{uuid.uuid4().hex}"
    delivery = WebhookDelivery.objects.create(
        endpoint=endpoint,
        event_id=event_id,
        event_type=TEST_EVENT,
        body=_body(event_id, TEST_EVENT, now.isoformat().replace("+00:00", "Z"), 0, data),
        due_at=now,
        created_at=now,
    )
    wake_worker()
    return delivery


@transaction.atomic
def replay(*, endpoint_id: int, delivery_id: int, now: datetime) -> WebhookDelivery:
    """Send a closed delivery once more, with the same id and body."""
    endpoint = lock_endpoint(endpoint_id)
    delivery = endpoint.deliveries.select_for_update().filter(pk=delivery_id).first()
    if delivery is None:
        raise DeliveryNotFound()
    if delivery.status == WebhookDelivery.Status.WAITING:
        raise DeliveryWaiting()
    if not endpoint.is_active:
        raise EndpointInactive()
    delivery.status, delivery.due_at, delivery.closed_at = WebhookDelivery.Status.WAITING, now, None
    delivery.attempts, delivery.retry_since = 0, None
    delivery.save()
    wake_worker()
    return delivery


def record_event(*, message: DeliverTicketEvent, now: datetime) -> int:
    """Queue the event for each endpoint that wants it, once; return how many those are."""
    data = message.data
    # Locked, so that none is deleted or switched off before the commit.
    active = WebhookEndpoint.objects.filter(is_active=True).select_for_update(no_key=True).order_by("pk")
    wanting = [
        endpoint
        for endpoint in active
        if endpoint.wants(message.event_type, workflow_id=data["workflow"]["id"], priority=data["priority"])
    ]
    if not wanting:
        return 0
    body = _body(message.event_id, message.event_type, message.occurred_at, message.sequence, data)
    WebhookDelivery.objects.bulk_create(
        [
            WebhookDelivery(
                endpoint=endpoint,
                event_id=message.event_id,
                event_type=message.event_type,
                ticket_number=message.ticket_number,
                sequence=message.sequence,
                body=body,
                due_at=now,
                created_at=now,
            )
            for endpoint in wanting
        ],
        ignore_conflicts=True,
    )
    wake_worker()
    return len(wanting)


def delete_old(*, now: datetime) -> int:
    """Delete closed deliveries that nobody needs any more, in batches."""
    old = WebhookDelivery.objects.filter(closed_at__lt=now - timedelta(days=settings.KEEP_WEBHOOK_DELIVERIES_DAYS))
    deleted = 0
    while ids := list(old.order_by("closed_at").values_list("pk", flat=True)[:BATCH]):
        deleted += WebhookDelivery.objects.filter(pk__in=ids).delete()[0]
    return deleted


def lock_endpoint(endpoint_id: int) -> WebhookEndpoint:
    endpoint = WebhookEndpoint.objects.select_for_update().filter(pk=endpoint_id).first()
    if endpoint is None:
        raise EndpointNotFound()
    return endpoint


def wake_worker() -> None:
    """Announce work to the workers; PostgreSQL delivers it with the commit."""
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")


def _add_secret(endpoint: WebhookEndpoint, now: datetime) -> str:
    secret = new_secret()
    WebhookSecret.objects.create(endpoint=endpoint, encrypted=encrypt(secret), created_at=now)
    return secret


def _body(event_id: str, event_type: str, timestamp: str, sequence: int, data: Mapping[str, Any]) -> str:
    return dumps({"id": event_id, "type": event_type, "timestamp": timestamp, "sequence": sequence, "data": dict(data)})
