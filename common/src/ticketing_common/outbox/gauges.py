"""How far behind publishing and the schedule are: the first alarms that matter. And the disk."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Min

from ticketing_common.database import database_now
from ticketing_common.doctor import disk_usage
from ticketing_common.metrics import gauge
from ticketing_common.outbox.models import BACKUP, OutboxMessage, Tick


@gauge("outbox_unpublished", "Messages committed and not yet published.")
def unpublished() -> float:
    return float(OutboxMessage.objects.unpublished().count())


@gauge("outbox_oldest_seconds", "Age of the oldest unpublished message.")
def oldest_seconds() -> float:
    oldest = OutboxMessage.objects.unpublished().aggregate(at=Min("created_at"))["at"]
    return (database_now() - oldest).total_seconds() if oldest else 0.0


@gauge("schedule_tick_age_seconds", "Since when an entry of the schedule has not been sent, by entry.", "entry")
def tick_ages() -> dict[tuple[str, ...], float]:
    now = database_now()
    known = getattr(settings, "BEAT_SCHEDULE", {})
    return {(tick.name,): (now - tick.taken_at).total_seconds() for tick in Tick.objects.filter(name__in=known)}


@gauge("backup_age_seconds", "Since when no backup was noted; nothing where none ever was.")
def backup_age() -> dict[tuple[str, ...], float]:
    noted = Tick.objects.filter(name=BACKUP).first()
    return {(): (database_now() - noted.taken_at).total_seconds()} if noted else {}


@gauge("disk_free_ratio", "Free part of the disk on which attachments lie, or else the process.")
def disk_free() -> float:
    _folder, usage = disk_usage()
    return float(usage.free / usage.total)
