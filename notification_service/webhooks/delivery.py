"""Send what is due: an endpoint is taken by a lease, called without any lock, and the outcome is recorded.

One delivery at a time goes to an endpoint, so its events arrive in order and a slow target holds one thread at most.
A worker that dies leaves a lease that ends; the delivery is made again, with the same id.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from notifications.inapp import NewNotification, create_inapp
from notifications.models import Person
from notifications.services import queue_mail
from ticketing_common.database import database_now
from ticketing_common.logs import logger
from webhooks.models import WebhookDelivery, WebhookEndpoint
from webhooks.services import live_secrets
from webhooks.signing import decrypt, signed_headers
from webhooks.targets import Answer, post

log = logger(__name__)

# Well over what a call may take, name resolution included.
LEASE = timedelta(seconds=90)
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=8)
GIVE_UP_AFTER = timedelta(days=3)
JITTER = 0.2
GONE = 410
HEADERS = {"Content-Type": "application/json", "User-Agent": "ticket-tracking-webhooks"}
PAGE = "/admin/system?tab=webhooks"


@dataclass(frozen=True)
class Job:
    """One try under a lease."""

    delivery: WebhookDelivery
    url: str
    secrets: tuple[str, ...] = field(repr=False)
    leased_until: datetime
    now: datetime


def deliver_next(
    *, clock: Callable[[], datetime] = database_now, on_taken: Callable[[], None] = lambda: None
) -> WebhookDelivery | None:
    """Try the delivery that is due first at an endpoint that nobody sends to; None when nothing is due.

    `on_taken` is called when there is one, before it is sent.
    """
    job = _take(clock())
    if job is None:
        return None
    on_taken()
    began = time.monotonic()
    answer = _send(job)
    return _conclude(job, answer, duration_ms=round((time.monotonic() - began) * 1_000), now=clock())


@transaction.atomic
def _take(now: datetime) -> Job | None:
    heads = WebhookDelivery.objects.heads(now)
    endpoint = (
        WebhookEndpoint.objects.filter(Q(leased_until__isnull=True) | Q(leased_until__lte=now), is_active=True)
        .filter(Exists(heads.filter(endpoint_id=OuterRef("pk"))))
        # Whoever was sent to last comes last: an endpoint with much to get delays no other.
        .order_by(F("leased_until").asc(nulls_first=True), "id")
        .select_for_update(skip_locked=True)
        .first()
    )
    if endpoint is None:
        return None
    delivery = heads.filter(endpoint=endpoint).order_by("due_at", "sequence", "id").first()
    if delivery is None:
        return None
    endpoint.leased_until = now + LEASE
    endpoint.save(update_fields=["leased_until"])
    try:
        secrets = tuple(decrypt(row.encrypted) for row in live_secrets(endpoint, now))
    except InvalidToken:
        secrets = ()
    return Job(delivery, endpoint.url, secrets, endpoint.leased_until, now)


def _send(job: Job) -> Answer:
    if not job.secrets:
        return Answer(None, error="secret_unreadable: DJANGO_SECRET_KEY has changed; rotate the secret.")
    body = job.delivery.body.encode()
    seconds = int(job.now.timestamp())
    try:
        headers = signed_headers(event_id=job.delivery.event_id, seconds=seconds, body=body, secret_texts=job.secrets)
        return post(job.url, body, {**headers, **HEADERS})
    except Exception as error:  # noqa: BLE001 -- the failure is this delivery's, and must not end the worker
        log.error("webhook_faulty", error=type(error).__name__, delivery_id=job.delivery.pk)
        return Answer(None, error=f"fault: {type(error).__name__}")


@transaction.atomic
def _conclude(job: Job, answer: Answer, *, duration_ms: int, now: datetime) -> WebhookDelivery:
    """Record the outcome, unless the lease was lost: then another worker's outcome counts."""
    delivery = job.delivery
    endpoint = WebhookEndpoint.objects.select_for_update().filter(pk=delivery.endpoint_id).first()
    if endpoint is None or endpoint.leased_until != job.leased_until:
        log.warning("webhook_lease_lost", endpoint_id=delivery.endpoint_id, event_id=delivery.event_id)
        return delivery
    endpoint.leased_until = now
    delivery.attempts += 1
    delivery.retry_since = delivery.retry_since or now
    delivery.last_attempt_at, delivery.sent_to, delivery.duration_ms = now, job.url, duration_ms
    delivery.response_status, delivery.response_body, delivery.error = answer.status, answer.body, answer.error
    if answer.is_success:
        delivery.status, delivery.closed_at = WebhookDelivery.Status.DELIVERED, now
        endpoint.failing_since = None
    else:
        _put_off(delivery, answer, now)
        _note_failure(endpoint, answer, now)
    delivery.save()
    endpoint.save(update_fields=["leased_until", "failing_since", "is_active", "off_reason", "off_at"])
    log.info(
        "webhook_tried",
        endpoint_id=endpoint.pk,
        event_id=delivery.event_id,
        status=delivery.status,
        answer=answer.status,
        error=answer.error.partition(":")[0],
    )
    return delivery


def _put_off(delivery: WebhookDelivery, answer: Answer, now: datetime) -> None:
    """Try again later, each time after a longer pause; after three days the delivery has failed."""
    if now - (delivery.retry_since or now) >= GIVE_UP_AFTER:
        delivery.status, delivery.closed_at = WebhookDelivery.Status.FAILED, now
        return
    wait = min(FIRST_WAIT * 3 ** min(delivery.attempts - 1, 12), LONGEST_WAIT)
    wait *= random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 -- spreads load, protects nothing
    asked = min(timedelta(seconds=answer.retry_after), LONGEST_WAIT)
    delivery.due_at = now + max(wait, asked)


def _note_failure(endpoint: WebhookEndpoint, answer: Answer, now: datetime) -> None:
    """Switch the endpoint off where it said that it is gone, or has taken nothing for three days."""
    endpoint.failing_since = endpoint.failing_since or now
    if not endpoint.is_active:
        return
    if answer.status == GONE:
        endpoint.off_reason = WebhookEndpoint.OffReason.GONE
    elif now - endpoint.failing_since >= GIVE_UP_AFTER:
        endpoint.off_reason = WebhookEndpoint.OffReason.FAILING
    else:
        return
    endpoint.is_active, endpoint.off_at = False, now
    _notify_administrators(endpoint, now)


def _notify_administrators(endpoint: WebhookEndpoint, now: datetime) -> None:
    name = endpoint.description or endpoint.url
    why = {
        WebhookEndpoint.OffReason.GONE: "The receiver answered that it is gone for good (410).",
        WebhookEndpoint.OffReason.FAILING: "The receiver has taken nothing for three days.",
    }[WebhookEndpoint.OffReason(endpoint.off_reason)]
    subject = f"Webhook switched off: {name}"[:255]
    message = f"{why} Events that have waited are kept, and sent when the webhook is switched on again."
    key = f"webhook-{endpoint.pk}-off-{int(now.timestamp())}"
    admins = [
        person.user_id
        for person in Person.objects.filter(is_active=True, roles__tts__contains=["Admin"]).order_by("user_id")
    ]
    create_inapp(
        notifications=[
            NewNotification(
                user_id=user_id,
                notification_type="system",
                subject=subject,
                message=message,
                event_id=key,
                link=PAGE,
            )
            for user_id in admins
        ],
        now=now,
    )
    for user_id in admins:
        context = {"title": subject, "message": message, "link": PAGE}
        queue_mail(
            notification_type="system", context=context, event_id=f"{key}-mail-{user_id}", user_id=user_id, now=now
        )
