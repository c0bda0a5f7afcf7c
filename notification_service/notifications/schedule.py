"""When a person's mail may leave: pure functions of the schedule and the time."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from notifications.models import MailSchedule
from notifications.times import zone_named

DEFAULT_DIGEST_AT = time(8, 0)


def quiet_until(schedule: MailSchedule, now: datetime) -> datetime | None:
    """Return when the quiet hours end that hold now, None outside them."""
    start, end = schedule.quiet_from, schedule.quiet_to
    if start is None or end is None or start == end:
        return None
    zone = zone_named(schedule.time_zone) or ZoneInfo("UTC")
    local = now.astimezone(zone)
    clock = local.time()
    if start < end:
        is_quiet, ends_on = start <= clock < end, local.date()
    else:  # over midnight
        is_quiet = clock >= start or clock < end
        ends_on = local.date() + timedelta(days=1) if clock >= start else local.date()
    return datetime.combine(ends_on, end, zone).astimezone(now.tzinfo) if is_quiet else None


def next_digest(schedule: MailSchedule, now: datetime) -> datetime:
    """Return when the person's next digest leaves."""
    if schedule.digest == MailSchedule.Digest.HOURLY:
        return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    zone = zone_named(schedule.time_zone) or ZoneInfo("UTC")
    at = schedule.digest_at or DEFAULT_DIGEST_AT
    day = now.astimezone(zone).date()
    moment = datetime.combine(day, at, zone)
    if moment <= now:
        moment = datetime.combine(day + timedelta(days=1), at, zone)
    return moment.astimezone(now.tzinfo)
