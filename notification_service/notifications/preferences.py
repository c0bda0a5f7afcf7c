"""What people want to get, on which channel and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from django.db import transaction

from notifications.models import Channel, MailSchedule, Notification, Person, Preference
from notifications.notification_types import TYPES
from notifications.texts import language_among
from notifications.times import zone_named
from ticketing_common.errors import Invalid

# Why a mail waits for a time that its person chose.
DIGEST, QUIET_HOURS = "digest", "quiet_hours"
TIMED = (DIGEST, QUIET_HOURS)


class LockedType(Invalid):
    code = "locked_type"
    default_detail = "Notifications about the safety of your account can't be switched off."


def is_wanted(*, user_id: int, notification_type: str, channel: Channel) -> bool:
    """Return whether the person takes this type on this channel. Nobody can refuse security notifications."""
    if TYPES[notification_type].is_security:
        return True
    refused = Preference.objects.filter(
        user_id=user_id, notification_type=notification_type, channel=channel, is_enabled=False
    )
    return not refused.exists()


def refused_inapp(user_ids: Iterable[int]) -> set[tuple[int, str]]:
    """Return the (user, type) pairs that these people refuse in the application."""
    rows = Preference.objects.filter(user_id__in=user_ids, channel=Channel.INAPP, is_enabled=False)
    return {
        (user_id, notification_type)
        for user_id, notification_type in rows.values_list("user_id", "notification_type")
        if not TYPES[notification_type].is_security
    }


def schedule_of(user_id: int) -> MailSchedule:
    return MailSchedule.objects.filter(pk=user_id).first() or MailSchedule(user_id=user_id)


def zone_of(user_id: int) -> tzinfo:
    """Return the zone in which the person reads times: of their mail settings, else of their profile, else UTC."""
    return zones_of([user_id])[user_id]


def zones_of(user_ids: Iterable[int]) -> dict[int, tzinfo]:
    """Return the zone of each of these people, as `zone_of`."""
    ids = set(user_ids)
    people, schedules = Person.objects.in_bulk(ids), MailSchedule.objects.in_bulk(ids)
    return {
        user_id: zone_between(schedules.get(user_id) or MailSchedule(user_id=user_id), people.get(user_id))
        for user_id in ids
    }


def language_of(user_id: int) -> str:
    """Return the language of what is sent to the person: that of their profile, else the default."""
    return languages_of([user_id])[user_id]


def languages_of(user_ids: Iterable[int]) -> dict[int, str]:
    """Return the language of each of these people."""
    ids = set(user_ids)
    chosen = dict(Person.objects.filter(pk__in=ids).values_list("user_id", "language"))
    return {user_id: language_among(chosen.get(user_id)) for user_id in ids}


def zone_between(schedule: MailSchedule, person: Person | None) -> tzinfo:
    chosen = schedule.time_zone if schedule.time_zone != "UTC" else ""
    return zone_named(chosen) or zone_named(person.time_zone if person else "") or UTC


def preferences_of(user_id: int) -> dict[str, Any]:
    """Return every type with the person's choice per channel, and their schedule."""
    chosen = {
        (row.notification_type, row.channel): row.is_enabled for row in Preference.objects.filter(user_id=user_id)
    }
    return {
        "types": [
            {
                "notification_type": kind.name,
                "label": kind.label,
                "is_locked": kind.is_security,
                "is_urgent": kind.is_prompt,
                **{
                    channel.value: kind.is_security or chosen.get((kind.name, channel.value), True)
                    for channel in Channel
                },
            }
            for kind in TYPES.values()
            if not kind.is_to_requester
        ],
        "schedule": schedule_of(user_id),
    }


@transaction.atomic
def change_preferences(
    *, user_id: int, choices: Iterable[Mapping[str, Any]], schedule: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Keep the choices given; what is not mentioned stays as it is.

    Mail that waits for its time is looked at again, for its time may be now.
    """
    for choice in choices:
        for channel in Channel:
            is_enabled = choice.get(channel.value)
            if is_enabled is None:
                continue
            if not is_enabled and TYPES[choice["notification_type"]].is_security:
                raise LockedType(attr="types")
            Preference.objects.update_or_create(
                user_id=user_id,
                notification_type=choice["notification_type"],
                channel=channel,
                defaults={"is_enabled": is_enabled},
            )
    if schedule:
        MailSchedule.objects.update_or_create(user_id=user_id, defaults=dict(schedule))
        waiting = Notification.objects.open().filter(user_id=user_id, reason__in=TIMED)
        waiting.update(due_at=now, is_for_digest=False)
    return preferences_of(user_id)


def unsubscribe(*, user_id: int) -> None:
    """Stop all mail to the person but the urgent, as the one-click link of a digest promises."""
    MailSchedule.objects.update_or_create(user_id=user_id, defaults={"is_unsubscribed": True})
