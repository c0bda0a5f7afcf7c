"""Erase a person: what every service does alike (ADR 0039)."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from ticketing_common.contracts.person_erasure import ErasePerson
from ticketing_common.inbox.models import DeadLetter
from ticketing_common.outbox.models import OutboxMessage

NAME, TEXT = "Erased person", "[erased]"
# Keys of JSON values, wherever they stand, under which is what the requester wrote; of a path, its beginning.
WRITTEN = frozenset(
    {
        "subject",
        "description",
        "task_title",
        "dynamic_data",
        "attachments",
        "asset_name",
        "serial_number",
        "location",
        "cost_items",
        "file_name",
        "message",  # of a notification, which quotes the ticket, as the next does a comment
        "excerpt",
    }
)
# What of a ticket is not personal: it stays, with its changes.
KEPT = frozenset(
    {
        "ticket_number",
        "source_service",
        "source_version",
        "category",
        "sub_category",
        "department",
        "priority",
        "status",
        "source_status",
        "requested_budget",
        "expected_return_date",
        "performance_start_date",
        "performance_end_date",
        "submitted_at",
    }
)
# Keys that begin so say who the requester is.
PERSONAL = ("requester", "employee")
# Shorter names are replaced only where a field holds nothing else: they are words, too.
SHORTEST_NAME = 4


@dataclass(frozen=True, kw_only=True)
class PersonRef:
    """A requester as the services know them; they need no account.

    `requesters` are `{source_service, id}`, `tickets` are `{ticket_number, source_service, source_number}`: the
    tickets that the person asked for. What names an address alone counts until `until`, if that is given: an erasure
    that is done again leaves what the person asked for since.
    """

    emails: Collection[str]
    names: Collection[str]
    requesters: Collection[dict[str, str]]
    tickets: Collection[dict[str, str]]
    until: datetime | None = None

    @classmethod
    def of(cls, message: ErasePerson) -> PersonRef:
        is_again = (message.pass_number or 1) > 1
        names = ("emails", "names", "requesters", "tickets")
        until = datetime.fromisoformat(message.requested_at) if is_again else None
        return cls(**{name: getattr(message, name) for name in names}, until=until)

    @property
    def numbers(self) -> list[str]:
        return [ticket["ticket_number"] for ticket in self.tickets]

    @property
    def addresses(self) -> list[str]:
        """In lower case."""
        return [email.lower() for email in self.emails]

    def before(self, name: str) -> Q:
        """Return the condition on a column by which what came after `until` is left out."""
        return Q(**{f"{name}__lte": self.until}) if self.until else Q()

    def is_name(self, text: str) -> bool:
        return text.strip().casefold() in {name.strip().casefold() for name in self.names}

    def clean(self, text: str) -> str:
        """Return what somebody else wrote, without the person's names and addresses."""
        if self.is_name(text):
            return NAME
        for email in self.emails:
            text = re.sub(rf"(?<![\w.+-]){re.escape(email)}(?![\w-])", TEXT, text, flags=re.IGNORECASE)
        for name in sorted(self.names, key=len, reverse=True):
            if len(name) >= SHORTEST_NAME:
                spaced = r"\s+".join(re.escape(part) for part in name.split())
                text = re.sub(rf"(?<!\w){spaced}(?!\w)", NAME, text, flags=re.IGNORECASE)
        return text

    def clean_json(self, value: Any) -> Any:
        """Return the value without what the person wrote and who they are; other texts as `clean` leaves them."""
        if isinstance(value, dict):
            return {key: self._under(str(key), item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.clean_json(item) for item in value]
        return self.clean(value) if isinstance(value, str) else value

    def clean_texts(self, value: Any) -> Any:
        """Return the value with every text in it as `clean` leaves it, whatever its key: for what is of others."""
        if isinstance(value, dict):
            return {key: self.clean_texts(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.clean_texts(item) for item in value]
        return self.clean(value) if isinstance(value, str) else value

    def _under(self, key: str, value: Any) -> Any:
        if key.startswith(PERSONAL):
            return _anonymous(value, key)
        if key == "changes" and isinstance(value, dict):  # of a ticket's fields, whatever a help desk calls them
            return {path: item if path in KEPT else self._changed(path, item) for path, item in value.items()}
        if key == "changes":  # as a sentence of a notification has them
            return blank(value)
        return blank(value) if key.split(".")[0] in WRITTEN else self.clean_json(value)

    def _changed(self, path: str, value: Any) -> Any:
        return _anonymous(value, path) if path.startswith(PERSONAL) else blank(value)


def blank(value: Any) -> Any:
    """Return the value with its texts erased; the empty ones stay, so do numbers and the shape."""
    if isinstance(value, dict):
        return {key: blank(item) for key, item in value.items()}
    if isinstance(value, list):
        return [blank(item) for item in value]
    return TEXT if isinstance(value, str) and value else value


def _anonymous(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return {name: _anonymous(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_anonymous(item, key) for item in value]
    if isinstance(value, str):
        return NAME if value and key.endswith("name") else ""
    return value if isinstance(value, bool) else None


def erase_messages(person: PersonRef, *, now: datetime, comment_ids: Collection[int] = ()) -> int:
    """Take the person out of messages that wait here or were rejected, and forget published ones. Returns how many.

    `comment_ids` are comments of theirs, which some messages name instead of a ticket.
    """
    numbers = person.numbers
    published = OutboxMessage.objects.filter(published_at__isnull=False)
    changed, _ = published.filter(
        Q(kwargs__ticket_number__in=numbers) | Q(kwargs__ticket_data__ticket_number__in=numbers)
    ).delete()
    for message in OutboxMessage.objects.unpublished().select_for_update():
        said = json.dumps(message.kwargs, ensure_ascii=False).lower()
        cleaned = person.clean_json(message.kwargs)
        emails = () if person.until and message.created_at > person.until else person.emails
        is_named = any(word.lower() in said for word in (*numbers, *emails))
        if cleaned != message.kwargs and (is_named or message.kwargs.get("comment_id") in comment_ids):
            message.kwargs = cleaned
            message.save(update_fields=["kwargs"])
            changed += 1
    rejected = Q(ticket_number__in=numbers)
    for email in person.emails:
        rejected |= Q(body__icontains=email) & person.before("created_at")
    for letter in DeadLetter.objects.filter(rejected).select_for_update():
        letter.body, letter.raw_body, letter.headers = "", None, {}
        letter.reason, letter.resolved_at = person.clean(letter.reason), letter.resolved_at or now
        letter.save()
        changed += 1
    return changed
