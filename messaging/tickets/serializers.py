"""What the ticket routes take and show."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class EventOut(serializers.Serializer[Any]):
    """A socket frame: `comment_update`, `ticket_update`, or `skip` for an event that is not for the caller."""

    type = serializers.ChoiceField(choices=["comment_update", "ticket_update", "skip"])
    seq = serializers.IntegerField()
    action = serializers.CharField(required=False)
    comment = serializers.DictField(required=False)
    event = serializers.CharField(required=False)
    task = serializers.DictField(required=False)
    occurred_at = serializers.DateTimeField(required=False)


class EventPage(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text="Events after `after`.")
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = EventOut(many=True)
    seq = serializers.IntegerField(help_text="The ticket's latest number.")


class EventsIn(serializers.Serializer[Any]):
    after = serializers.IntegerField(min_value=0, max_value=2**63 - 1, default=0)
    page_size = serializers.IntegerField(min_value=1, max_value=100, default=100)


class ParticipantOut(serializers.Serializer[Any]):
    user_id = serializers.IntegerField()
    full_name = serializers.CharField()
    relation = serializers.ChoiceField(choices=["owner", "assignee", "performer", "team", "admin"])


class ReadStateIn(serializers.Serializer[Any]):
    seq = serializers.IntegerField(min_value=0, max_value=2**63 - 1)


class ReadStateOut(serializers.Serializer[Any]):
    last_read_seq = serializers.IntegerField()
    unread_comments = serializers.IntegerField(help_text="Comments of others after that number.")
