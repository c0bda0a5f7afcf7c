"""Calendar feeds: links by which calendar programs read a person's deadlines, absence and reminders."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from audit.actor import Actor, PlainActor
from audit.services import record
from role.models import RoleMember
from task.journal import Journal
from ticketing_common.errors import Conflict, NotFound
from workflow.locks import one_at_a_time
from workflowmanager.feed_events import events_of
from workflowmanager.feed_texts import FeedTexts
from workflowmanager.models import CalendarFeed

MAX_FEEDS = 10  # of one person
LOCK = "calendar_feeds"
TOKEN_BYTES = 24
TOKEN = re.compile(rf"[0-9a-f]{{{2 * TOKEN_BYTES}}}")
# A calendar program comes every few minutes; to the minute nobody needs to know when it came last.
NOTED_EVERY = timedelta(minutes=5)


class FeedNotFound(NotFound):
    """Also of a link whose person may not read it any more: which of them it is, is nobody's business."""

    default_detail = "There is no such calendar feed."


class FeedNameTaken(Conflict):
    code = "feed_name_taken"
    default_detail = "You have a calendar feed of this name already."


class TooManyFeeds(Conflict):
    code = "too_many_feeds"
    default_detail = f"A person has at most {MAX_FEEDS} calendar feeds."


@dataclass(frozen=True)
class Answer:
    """A feed as it is now: the document, its entity tag and since when it is what it is."""

    content: bytes
    etag: str
    changed_at: datetime


def digest(token: str) -> str:
    """Return what is kept of a token: the token is long and random, so a fast hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def feeds_of(person: Actor) -> QuerySet[CalendarFeed]:
    return CalendarFeed.objects.filter(owner_id=person.user_id)


@transaction.atomic
def create_feed(
    *, name: str, time_zone: str, alarm_minutes: int | None, actor: Actor, now: datetime
) -> tuple[CalendarFeed, str]:
    """Make a feed; return it and its token, which nothing can show again. Raises `FeedNameTaken`, `TooManyFeeds`."""
    one_at_a_time(f"{LOCK}.{actor.user_id}")  # two requests that count at once would both find room
    if feeds_of(actor).count() >= MAX_FEEDS:
        raise TooManyFeeds()
    token = secrets.token_hex(TOKEN_BYTES)
    try:
        with transaction.atomic():
            feed = CalendarFeed.objects.create(
                owner_id=actor.user_id,
                name=name,
                token_digest=digest(token),
                time_zone=time_zone,
                alarm_minutes=alarm_minutes,
                changed_at=now.replace(microsecond=0),
                created_at=now,
            )
    except IntegrityError as error:
        raise FeedNameTaken(attr="name") from error
    record(
        actor=actor,
        action="calendar_feed.created",
        object_type="calendar_feed",
        object_id=feed.pk,
        at=now,
        new={"name": name, "time_zone": time_zone, "alarm_minutes": alarm_minutes},
    )
    return feed, token


@transaction.atomic
def revoke_feed(*, feed_id: int, actor: Actor, now: datetime) -> None:
    """End one of the person's own links at once. Raises `FeedNotFound`."""
    feed = feeds_of(actor).select_for_update().filter(pk=feed_id).first()
    if feed is None:
        raise FeedNotFound()
    feed.delete()
    record(
        actor=actor,
        action="calendar_feed.revoked",
        object_type="calendar_feed",
        object_id=feed_id,
        at=now,
        old={"name": feed.name},
    )


def end_feeds(journal: Journal, *, user_ids: Iterable[int]) -> None:
    """End the links of those of these people who have no role any more, so that a later role revives none of them.

    The journal's entries are for the caller to write.
    """
    owners = sorted(set(user_ids))
    feeds = list(CalendarFeed.objects.select_for_update().filter(owner_id__in=owners).order_by("id")) if owners else []
    if not feeds:
        return
    can_work = set(_roles_for_tickets().filter(person_id__in=owners).values_list("person_id", flat=True))
    for feed in feeds:
        if feed.owner_id in can_work:
            continue
        feed_id = feed.pk
        feed.delete()
        journal.audit(
            "calendar_feed.revoked",
            "calendar_feed",
            feed_id,
            actor=None,
            old={"name": feed.name},
            reason="the person has no role for tickets any more",
            on_behalf_of_id=feed.owner_id,
        )


def read_feed(*, token: str, now: datetime) -> Answer:
    """Return what the link shows now, by the rights that its person has now. Raises `FeedNotFound`."""
    # Not at the top: the library takes a tenth of a second to load, and few processes need it.
    from workflowmanager.feed_document import document

    if not TOKEN.fullmatch(token):
        raise FeedNotFound()
    feed = CalendarFeed.objects.filter(token_digest=digest(token)).first()
    if feed is None:
        raise FeedNotFound()
    held = _roles_for_tickets().filter(person_id=feed.owner_id).values_list("role__name", "person__language")
    rows = list(held)
    roles = {role for role, _ in rows}
    if not roles:
        raise FeedNotFound()
    person = PlainActor(feed.owner_id, "", "Admin" in roles)
    texts = FeedTexts.of(rows[0][1])
    content = document(feed, events_of(person, feed, texts=texts, now=now), texts)
    content_digest = hashlib.sha256(content).hexdigest()
    _note_use(feed, content_digest, now)
    return Answer(content, f'"{content_digest}"', feed.changed_at)


def _roles_for_tickets() -> QuerySet[RoleMember]:
    """Return the holds that let people work on tickets, as `IsAgent` reads them from a token."""
    held = RoleMember.objects.active().filter(role__system="tts", role__is_active=True)
    return held.exclude(role__name="User")


def _note_use(feed: CalendarFeed, content_digest: str, now: datetime) -> None:
    """Note when the feed was read, and when it changed: in whole seconds, as HTTP has them, each after the last."""
    changes: dict[str, object] = {}
    if feed.content_digest != content_digest:
        if feed.content_digest:
            feed.changed_at = max(now.replace(microsecond=0), feed.changed_at + timedelta(seconds=1))
        changes = {"content_digest": content_digest, "changed_at": feed.changed_at}
    if changes or feed.last_used_at is None or now >= feed.last_used_at + NOTED_EVERY:
        # Revoked meanwhile: then there is no row to note it in.
        CalendarFeed.objects.filter(pk=feed.pk).update(**changes, last_used_at=now)
