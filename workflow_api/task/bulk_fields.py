"""Documents of one act on many tasks."""

from __future__ import annotations

from rest_framework import serializers

from task.wait_fields import WaitIn
from ticketing_common.serializers import BoundedList
from workflow.fields import IdField, StorableText
from workflow.models import Priority


class BulkIn(WaitIn):
    action = serializers.ChoiceField(("claim", "release", "transfer", "escalate", "hold", "resume", "priority"))
    task_ids = BoundedList(child=IdField(), min_length=1, max_length=100)
    reason = StorableText(required=False, allow_blank=True, max_length=2000)
    to_user_id = IdField(required=False)
    priority = serializers.ChoiceField(Priority.choices, required=False)


class BulkErrorOut(serializers.Serializer):  # type: ignore[type-arg]
    code = serializers.CharField()
    detail = serializers.CharField()
    attr = serializers.CharField(allow_null=True)


class BulkResultOut(serializers.Serializer):  # type: ignore[type-arg]
    task_id = serializers.IntegerField()
    ok = serializers.BooleanField()
    status = serializers.IntegerField()
    version = serializers.IntegerField(required=False)
    error = BulkErrorOut(required=False)


class BulkOut(serializers.Serializer):  # type: ignore[type-arg]
    results = BulkResultOut(many=True)
