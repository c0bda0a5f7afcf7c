"""What the requester's card says."""

from __future__ import annotations

from rest_framework import serializers

from role.fields import PersonOut
from task.models import Task
from task.serializers import RequesterOut


class OtherTaskOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.IntegerField()
    ticket_number = serializers.CharField()
    subject = serializers.CharField()
    status = serializers.ChoiceField(Task.Status.choices)
    assignee = PersonOut(allow_null=True)
    created_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    age_seconds = serializers.IntegerField()


class OtherTasksOut(serializers.Serializer):  # type: ignore[type-arg]
    count = serializers.IntegerField()
    tasks = OtherTaskOut(many=True)


class RequesterCardOut(serializers.Serializer):  # type: ignore[type-arg]
    requester = RequesterOut()
    department = serializers.CharField()
    open = OtherTasksOut()
    closed = OtherTasksOut()
