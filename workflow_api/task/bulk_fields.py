"""Documents of one act on many tasks."""

from __future__ import annotations

from rest_framework import serializers

from task.remark_fields import WithCommentIn
from task.wait_fields import WaitIn
from ticketing_common.serializers import BoundedList, StrictFields
from workflow.fields import IdField, StorableText
from workflow.models import Priority


class BulkRemarkIn(WithCommentIn):
    """A comment for each of the tickets: without what belongs to one of them."""

    mentions = None  # type: ignore[assignment]
    uploads = None  # type: ignore[assignment]


class BulkIn(WaitIn):
    action = serializers.ChoiceField(
        ("claim", "release", "transfer", "escalate", "hold", "resume", "priority", "transition", "comment")
    )
    task_ids = BoundedList(child=IdField(), min_length=1, max_length=100)
    reason = StorableText(required=False, allow_blank=True, max_length=2000)
    to_user_id = IdField(required=False)
    priority = serializers.ChoiceField(Priority.choices, required=False)
    transition = StorableText(required=False, max_length=128, help_text="Its name: `transitions` of `offers/`.")
    with_comment = BulkRemarkIn(required=False, help_text="With a transition, or as the comment that is the act.")


class BulkTransitionIn(StrictFields):
    transition = StorableText(max_length=128)
    with_comment = BulkRemarkIn(required=False)


class BulkCommentIn(StrictFields):
    with_comment = BulkRemarkIn()


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
