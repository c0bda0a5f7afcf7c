"""What is wrong with a running service, each finding with its fix. Changes nothing.

`manage.py doctor` runs the checks below and those that the service names in `DOCTOR_CHECKS`. A check yields findings;
one that fails is a finding itself. `scripts/doctor` asks all services and looks at the processes too.
"""

from __future__ import annotations

import shutil
import ssl
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pika
import redis
from cryptography import x509
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Min
from django.utils import timezone
from django.utils.module_loading import import_string

from ticketing_common import health
from ticketing_common.broker import blocking_connection
from ticketing_common.contracts.registry import queues_consumed_by
from ticketing_common.database import database_now
from ticketing_common.env import WELL_KNOWN_SECRETS, split_urls
from ticketing_common.inbox.models import DeadLetter
from ticketing_common.logs import logger
from ticketing_common.outbox.models import OutboxMessage

log = logger(__name__)

Severity = Literal["problem", "warning"]

OLDEST_OUTBOX = timedelta(seconds=60)
MANY_MESSAGES = 1000
MAX_SKEW = timedelta(seconds=2)
CERTIFICATE_NOTICE = timedelta(days=21)
MIN_FREE_BYTES, MIN_FREE_SHARE = 2**30, 0.1
CONNECT_SECONDS = 3


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: `code` is stable, `detail` says what was seen, `fix` what to do."""

    code: str
    detail: str
    fix: str
    severity: Severity = "problem"

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


Check = Callable[[], Iterable[Finding]]


def examine() -> list[Finding]:
    """Run every check of this service."""
    checks: list[Check] = [*SHARED, *(import_string(path) for path in getattr(settings, "DOCTOR_CHECKS", []))]
    found: list[Finding] = []
    for check in checks:
        try:
            found += check()
        except (Error, OSError, pika.exceptions.AMQPError, redis.RedisError) as error:
            log.exception("doctor_check_failed", check=check.__name__)
            found.append(
                Finding(
                    "check_failed",
                    f"{check.__name__} could not look: {type(error).__name__}: {error}",
                    "Mend what the other findings name first, then look again.",
                )
            )
    return found


# --- what the service needs -----------------------------------------------------------------------------------------

FIXES = {
    "database": "Start PostgreSQL, or correct DATABASE_URL; docs/operations/README.md.",
    "rabbitmq": "Start RabbitMQ, or correct RABBITMQ_URL; docs/operations/broker-down.md.",
    "redis": "Start Redis, or correct REDIS_URL. Work goes on meanwhile, with fewer live updates.",
}


def servers() -> Iterator[Finding]:
    for name, check in health.checks().items():
        try:
            check()
        except health.Degraded as error:
            yield Finding(
                str(error),
                f"{name} takes connections and nothing on them: it has raised an alarm.",
                "Free memory or disk on the broker's machine; docs/operations/disk-full.md.",
            )
        except (Error, OSError, redis.RedisError) as error:
            fix = FIXES.get(name, "See what the service's log says of it.")
            yield Finding(f"{name}_away", f"{name}: {type(error).__name__}.", fix)


def migrations() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    graph, applied = executor.loader.graph, set(executor.loader.applied_migrations)
    if missing := [f"{app}.{name}" for app, name in graph.nodes if (app, name) not in applied]:
        yield Finding(
            "migrations_missing",
            f"{len(missing)} migrations are not applied: {', '.join(sorted(missing)[:5])}.",
            "Run scripts/manage SERVICE migrate; in compose start the SERVICE-setup container again.",
        )
    known = {app for app, _ in graph.nodes}
    squashed = {key for migration in executor.loader.disk_migrations.values() for key in migration.replaces}
    unknown = [key for key in applied if key[0] in known and key not in graph.nodes and key not in squashed]
    if unknown:
        names = ", ".join(sorted(".".join(key) for key in unknown)[:5])
        yield Finding(
            "versions_mixed",
            f"The database has migrations that this code does not know: {names}. A newer version has migrated it.",
            "Bring this process to the newer version; docs/operations/upgrade.md.",
        )


# --- messages -------------------------------------------------------------------------------------------------------


def outbox() -> Iterator[Finding]:
    waiting = OutboxMessage.objects.unpublished()
    refused = waiting.filter(attempts__gte=2)
    for row in refused.values("queue", "exchange", "last_error").annotate(count=Count("id")).order_by("-count")[:5]:
        yield Finding(
            "outbox_refused",
            f"{row['count']} messages for {row['queue'] or row['exchange']} are refused: {row['last_error']}.",
            "Run scripts/manage workflow broker_setup for queues, bindings and rights; then they go by themselves.",
        )
    oldest = waiting.filter(attempts__lt=2).aggregate(at=Min("created_at"))["at"]
    if oldest is not None and (age := database_now() - oldest) > OLDEST_OUTBOX:
        yield Finding(
            "outbox_stuck",
            f"{waiting.count()} messages wait to be published, the oldest for {age.total_seconds():.0f} s.",
            "See whether this service's relay runs and what its log says; start one (manage.py relay_outbox).",
        )


def queues() -> Iterator[Finding]:
    with blocking_connection(settings.RABBITMQ_URL, name="doctor", seconds=CONNECT_SECONDS) as broker:
        for queue in queues_consumed_by(settings.SERVICE_NAME):
            channel = broker.channel()
            try:
                found = channel.queue_declare(queue.name, passive=True).method
                channel.queue_declare(queue.dead_name, passive=True)
            except pika.exceptions.ChannelClosedByBroker as error:
                yield Finding(
                    "queue_missing",
                    f"{queue.name}: {error.reply_text}.",
                    "Run scripts/manage workflow broker_setup.",
                )
                continue
            channel.close()
            if not found.consumer_count:
                yield Finding(
                    "queue_not_consumed",
                    f"Nobody takes messages from {queue.name}; {found.message_count} wait.",
                    "Start this service's worker, or see why its log says it is not connected.",
                )
            elif found.message_count > MANY_MESSAGES:
                yield Finding(
                    "queue_long",
                    f"{found.message_count} messages wait in {queue.name}, with {found.consumer_count} consumers.",
                    "Start more workers; docs/operations/scale.md and docs/operations/drain-a-queue.md.",
                    "warning",
                )


def dead_letters() -> Iterator[Finding]:
    rows = DeadLetter.objects.filter(resolved_at__isnull=True).values("queue", "code").annotate(count=Count("id"))
    for row in rows.order_by("-count")[:5]:
        yield Finding(
            "dead_letters",
            f"{row['count']} messages of {row['queue']} were rejected: {row['code']}.",
            "Read why, and replay or dismiss them, at /admin/system; docs/operations/drain-a-queue.md.",
            "warning",
        )


# --- the machine ----------------------------------------------------------------------------------------------------


def clock() -> Iterator[Finding]:
    skew = timezone.now() - database_now()
    if abs(skew) > MAX_SKEW:
        yield Finding(
            "clock_skew",
            f"This machine's clock and the database's differ by {skew.total_seconds():+.0f} s.",
            "Synchronise both with a time server (chrony, systemd-timesyncd).",
        )


def disk_usage() -> tuple[Path, Any]:
    """Return the folder of attachments, or the process's own, with the use of the disk it lies on."""
    folder = Path(settings.MEDIA_ROOT) if getattr(settings, "MEDIA_ROOT", "") else Path.cwd()
    while not folder.exists():
        folder = folder.parent
    return folder, shutil.disk_usage(folder)


def disk() -> Iterator[Finding]:
    folder, usage = disk_usage()
    if usage.free < MIN_FREE_BYTES or usage.free < MIN_FREE_SHARE * usage.total:
        yield Finding(
            "disk_low",
            f"{usage.free / 2**30:.1f} GiB of {usage.total / 2**30:.0f} are free where {folder} lies.",
            "Make room before it is full; docs/operations/disk-full.md.",
            "problem" if usage.free < MIN_FREE_BYTES else "warning",
        )


def secrets() -> Iterator[Finding]:
    """Well-known secrets stop the start in production; elsewhere they are worth a word."""
    found = {"DATABASE_URL": settings.DATABASES["default"].get("PASSWORD", "")}
    for name in ("RABBITMQ_URL", "REDIS_URL"):
        for url in split_urls(getattr(settings, name, "")):
            found[name] = urlsplit(url).password or ""
    bad = [name for name, value in found.items() if value in WELL_KNOWN_SECRETS - {""}]
    if str(settings.SECRET_KEY).startswith("development-only"):
        bad.append("DJANGO_SECRET_KEY")
    if bad:
        yield Finding(
            "default_secrets",
            f"Well-known values are in use: {', '.join(bad)}.",
            "Set secrets of your own before others can reach this; docs/operations/secrets.md.",
            "warning",
        )


def certificates() -> Iterator[Finding]:
    """Of what people reach over HTTPS."""
    parts = urlsplit(getattr(settings, "FRONTEND_URL", ""))
    if parts.scheme != "https" or not parts.hostname:
        return
    pem = ssl.get_server_certificate((parts.hostname, parts.port or 443), timeout=CONNECT_SECONDS)
    left = x509.load_pem_x509_certificate(pem.encode()).not_valid_after_utc - datetime.now(UTC)
    if left < CERTIFICATE_NOTICE:
        yield Finding(
            "certificate_expiring",
            f"The certificate of {parts.hostname} has {max(left.days, 0)} days left.",
            "Renew it and reload the gateway.",
            "problem" if left < timedelta(days=3) else "warning",
        )


SHARED: list[Check] = [
    *(servers, migrations, outbox, queues, dead_letters),
    *(clock, disk, secrets, certificates),
]
