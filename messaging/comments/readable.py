"""What notifications ask before they are sent or shown: may this person read it now, and what does it say now?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from comments.models import Comment
from comments.quotes import quoted_text
from ticketing_common.authentication import ApiKeyAuthentication
from ticketing_common.permissions import IsService
from ticketing_common.serializers import BoundedList
from tickets.models import Ticket
from tickets.readers import readers_of
from users.models import Person

MAX_ITEMS = 200
MAX_ID = 2**63 - 1


def answers(items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Answer each item in order. `is_readable` is None for a ticket that is not known here (yet)."""
    wanted = list(items)
    comment_ids = {item["comment_id"] for item in wanted if "comment_id" in item}
    comments = {row.pk: row for row in Comment.objects.select_related("ticket").filter(pk__in=comment_ids)}
    numbers = {item["ticket_number"] for item in wanted if "ticket_number" in item}
    tickets = {row.ticket_number: row for row in Ticket.objects.filter(ticket_number__in=numbers)}
    people = {row.user_id: row for row in Person.objects.filter(pk__in={item["user_id"] for item in wanted})}
    asked: list[tuple[int, Ticket | None, Comment | None]] = []
    for item in wanted:
        comment = comments.get(item.get("comment_id", 0))
        ticket = comment.ticket if comment else tickets.get(item.get("ticket_number", ""))
        asked.append((item["user_id"], ticket, comment))
    readers = _readers(asked)
    found: list[dict[str, Any]] = []
    for item, (user_id, ticket, comment) in zip(wanted, asked, strict=True):
        if ticket is None:
            is_readable = False if "comment_id" in item else None
            found.append({"is_readable": is_readable, "excerpt": "", "ticket_subject": ""})
            continue
        person = people.get(user_id)
        is_readable = user_id in readers[ticket.pk] or (person is not None and person.is_active and person.is_admin)
        if comment is not None:
            is_agent = person is not None and person.is_active and person.is_agent
            is_readable = is_readable and not comment.is_deleted and (is_agent or not comment.is_internal)
        found.append(
            {
                "is_readable": is_readable,
                "excerpt": quoted_text(comment) if comment and is_readable else "",
                "ticket_subject": str(ticket.task.get("subject") or "") if is_readable else "",
            }
        )
    return found


def _readers(asked: Iterable[tuple[int, Ticket | None, Comment | None]]) -> dict[int, set[int]]:
    """Return who of those asked about may read each ticket, by the ticket's id."""
    people: dict[int, set[int]] = defaultdict(set)
    tickets: dict[int, Ticket] = {}
    for user_id, ticket, _ in asked:
        if ticket is not None:
            tickets[ticket.pk] = ticket
            people[ticket.pk].add(user_id)
    return {pk: set(readers_of(ticket, among=people[pk])) for pk, ticket in tickets.items()}


class ReadableItemIn(serializers.Serializer[Any]):
    user_id = serializers.IntegerField(min_value=1, max_value=MAX_ID)
    comment_id = serializers.IntegerField(min_value=1, max_value=MAX_ID, required=False)
    ticket_number = serializers.CharField(max_length=140, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("comment_id" in attrs) == ("ticket_number" in attrs):
            raise serializers.ValidationError("Name a comment or a ticket.")
        return attrs


class ReadableIn(serializers.Serializer[Any]):
    items = BoundedList(child=ReadableItemIn(), max_length=MAX_ITEMS)


class ReadableItemOut(serializers.Serializer[Any]):
    is_readable = serializers.BooleanField(allow_null=True, help_text="null: the ticket is not known here.")
    excerpt = serializers.CharField(help_text="What may be quoted of the comment now.")
    ticket_subject = serializers.CharField()


class ReadableOut(serializers.Serializer[Any]):
    items = ReadableItemOut(many=True)


class ReadableView(APIView):
    """For services with the installation's own key."""

    authentication_classes = [ApiKeyAuthentication]
    permission_classes = [IsService]

    @extend_schema(request=ReadableIn, responses=ReadableOut)
    def post(self, request: Request) -> Response:
        """Say of each person and comment or ticket whether the person may read it now, and what it says now."""
        data = ReadableIn(data=request.data)
        data.is_valid(raise_exception=True)
        return Response({"items": answers(data.validated_data["items"])})
