"""What is stuck, over HTTP, with a way to move it. For administrators."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from role.fields import NamedOut
from task.bulk_fields import BulkErrorOut
from task.models import StepVisit
from ticketing_common.idempotency import idempotent, in_parts, takes_key
from ticketing_common.inbox.models import DeadLetter
from ticketing_common.outbox.models import OutboxMessage
from ticketing_common.permissions import IsAdmin, caller
from ticketing_common.serializers import BoundedList, StrictFields
from workflow.fields import IdField, StorableText, checked
from workflowmanager import stuck_work


class StuckCountOut(serializers.Serializer):  # type: ignore[type-arg]
    count = serializers.IntegerField()
    oldest_at = serializers.DateTimeField(allow_null=True)


class StuckOutboxOut(StuckCountOut):
    overdue = serializers.IntegerField()
    failing = serializers.IntegerField()


class StuckOut(serializers.Serializer):  # type: ignore[type-arg]
    dead_letters = StuckCountOut()
    pool = StuckCountOut()
    needs_lead = serializers.IntegerField()
    unmatched_tickets = StuckCountOut()
    failed_handoffs = serializers.IntegerField()
    overdue_handoffs = serializers.IntegerField(help_text="Not confirmed within 24 hours.")
    outbox = StuckOutboxOut()


class StuckView(APIView):
    """What is stuck_work."""

    permission_classes = [IsAdmin]

    @extend_schema(summary="Count what is stuck", responses=StuckOut)
    def get(self, request: Request) -> Response:
        return Response(stuck_work.overview(timezone.now()))


class DeadLetterOut(serializers.ModelSerializer[DeadLetter]):
    """`intake_id` is the ledger's row of the message, where it is a ticket's."""

    intake_id = serializers.SerializerMethodField()

    def get_intake_id(self, letter: DeadLetter) -> int | None:
        found: int | None = letter.intake_id  # type: ignore[attr-defined]
        return found

    class Meta:
        model = DeadLetter
        fields = (
            "id",
            "queue",
            "message_id",
            "task",
            "code",
            "reason",
            "headers",
            "body",
            "ticket_number",
            "intake_id",
            "request_id",
            "created_at",
            "resolved_at",
        )


class DeadLetterCountOut(serializers.Serializer):  # type: ignore[type-arg]
    queue = serializers.CharField()
    code = serializers.CharField()
    count = serializers.IntegerField()
    oldest_at = serializers.DateTimeField()


class SettleIn(StrictFields):
    resolution = serializers.ChoiceField(("replay", "dismiss"))
    ids = BoundedList(child=IdField(), min_length=1, max_length=100)
    reason = StorableText(required=False, allow_blank=True, max_length=2000, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["resolution"] == "dismiss" and not attrs["reason"].strip():
            raise serializers.ValidationError({"reason": "Say why they are dismissed."}, code="required")
        return attrs


class SettledOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.IntegerField()
    ok = serializers.BooleanField()
    error = BulkErrorOut(required=False)


class SettledListOut(serializers.Serializer):  # type: ignore[type-arg]
    results = SettledOut(many=True)


class DismissIn(StrictFields):
    reason = StorableText(max_length=2000)


class DeadLetterFilter(django_filters.FilterSet):  # type: ignore[misc]
    is_resolved = django_filters.BooleanFilter(field_name="resolved_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = DeadLetter
        fields = ("queue", "task", "code", "request_id")


@extend_schema_view(
    list=extend_schema(summary="List dead letters"), retrieve=extend_schema(summary="Read a dead letter")
)
class DeadLetterViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[DeadLetter]):
    """Messages that were rejected, with the reason."""

    permission_classes = [IsAdmin]
    serializer_class = DeadLetterOut
    queryset = DeadLetter.objects.all()
    filterset_class = DeadLetterFilter
    lookup_value_regex = "[0-9]{1,18}"
    search_fields = ("reason", "message_id", "body")
    ordering_fields = ("created_at", "id")
    ordering = ("-created_at", "-id")

    def get_queryset(self) -> QuerySet[DeadLetter]:
        return stuck_work.dead_letters()

    @extend_schema(
        summary="Count the open dead letters by queue and reason",
        responses=DeadLetterCountOut(many=True),
        filters=False,
    )
    @action(detail=False, methods=["get"], filterset_class=None, search_fields=(), pagination_class=None)
    def counts(self, request: Request) -> Response:
        return Response(DeadLetterCountOut(stuck_work.dead_letter_counts(), many=True).data)

    @extend_schema(
        summary="Send or dismiss several dead letters",
        description=(
            "Each succeeds or fails by itself; the answer says what came of each. `dismiss` wants a `reason`. With an"
            " `Idempotency-Key`, those that were settled are not settled again."
        ),
        request=SettleIn,
        responses=SettledListOut,
        filters=False,
    )
    @action(detail=False, methods=["post"], filterset_class=None, search_fields=(), pagination_class=None)
    @takes_key
    def settle(self, request: Request) -> Response:
        given = checked(SettleIn(data=request.data))
        results = stuck_work.settle_dead_letters(
            actor=caller(request), now=timezone.now(), do=in_parts(request), **given
        )
        return Response({"results": results})

    @extend_schema(
        summary="Send a dead letter again as it was",
        description="Tickets go through the ledger: what is wrong with one is a 400. 409 `not_replayable`.",
        request=None,
        responses=DeadLetterOut,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def replay(self, request: Request, pk: str) -> Response:
        stuck_work.replay_dead_letter(int(pk), actor=caller(request), now=timezone.now())
        return self._answer(pk)

    @extend_schema(summary="Settle a dead letter without sending it", request=DismissIn, responses=DeadLetterOut)
    @action(detail=True, methods=["post"])
    @idempotent
    def dismiss(self, request: Request, pk: str) -> Response:
        given = checked(DismissIn(data=request.data))
        stuck_work.dismiss_dead_letter(int(pk), actor=caller(request), now=timezone.now(), **given)
        return self._answer(pk)

    def _answer(self, pk: str) -> Response:
        return Response(DeadLetterOut(self.get_queryset().get(pk=int(pk))).data)


class OutboxMessageOut(serializers.ModelSerializer[OutboxMessage]):
    class Meta:
        model = OutboxMessage
        fields = (
            "id",
            "message_id",
            "exchange",
            "queue",
            "task",
            "kwargs",
            "key",
            "request_id",
            "attempts",
            "last_error",
            "created_at",
            "next_attempt_at",
            "published_at",
        )


class OutboxFilter(django_filters.FilterSet):  # type: ignore[misc]
    is_published = django_filters.BooleanFilter(field_name="published_at", lookup_expr="isnull", exclude=True)
    is_failing = django_filters.BooleanFilter(method="failing")

    class Meta:
        model = OutboxMessage
        fields = ("queue", "task", "key", "request_id")

    def failing(self, messages: QuerySet[OutboxMessage], _name: str, value: bool) -> QuerySet[OutboxMessage]:
        return messages.filter(attempts__gt=0) if value else messages.filter(attempts=0)


@extend_schema_view(
    list=extend_schema(summary="List messages of the outbox"), retrieve=extend_schema(summary="Read a message")
)
class OutboxViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[OutboxMessage]):
    """Messages that were committed with a change and go out by the relay."""

    permission_classes = [IsAdmin]
    serializer_class = OutboxMessageOut
    queryset = OutboxMessage.objects.all()
    filterset_class = OutboxFilter
    lookup_value_regex = "[0-9]{1,18}"
    search_fields = ("key", "last_error")
    ordering_fields = ("id",)
    ordering = ("-id",)

    @extend_schema(summary="Let the relay try a message at once", request=None, responses=OutboxMessageOut)
    @action(detail=True, methods=["post"])
    @idempotent
    def retry(self, request: Request, pk: str) -> Response:
        message = stuck_work.retry_message(int(pk), actor=caller(request), now=timezone.now())
        return Response(OutboxMessageOut(message).data)


class PooledOut(serializers.Serializer):  # type: ignore[type-arg]
    task_id = serializers.IntegerField()
    ticket_number = serializers.CharField(source="task.ticket_number")
    subject = serializers.CharField(source="task.subject")
    priority = serializers.CharField(source="task.priority")
    status = serializers.CharField(source="task.status")
    step = NamedOut()
    role = NamedOut(allow_null=True)
    pooled_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(source="task.due_at", allow_null=True)
    needs_lead = serializers.BooleanField()


class PoolRetriedOut(serializers.Serializer):  # type: ignore[type-arg]
    given = serializers.IntegerField(help_text="How many stays somebody has now.")


class PoolFilter(django_filters.FilterSet):  # type: ignore[misc]
    role = django_filters.NumberFilter(field_name="role_id")
    workflow = django_filters.NumberFilter(field_name="task__workflow_id")
    needs_lead = django_filters.BooleanFilter()


@extend_schema_view(list=extend_schema(summary="List what waits in the pools, oldest first"))
class PoolViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[StepVisit]):
    """Stays that nobody has."""

    permission_classes = [IsAdmin]
    serializer_class = PooledOut
    filterset_class = PoolFilter
    search_fields = ("task__ticket_number", "task__subject")
    ordering_fields = ("pooled_at",)

    def get_queryset(self) -> QuerySet[StepVisit, Any]:
        return stuck_work.pooled()

    @extend_schema(
        summary="Give out what waits in the pools, as far as somebody may have it now",
        description="The sweep does the same every few seconds. What was given back waits for a hand.",
        request=None,
        responses=PoolRetriedOut,
        filters=False,
    )
    @action(detail=False, methods=["post"], filterset_class=None, search_fields=(), pagination_class=None)
    def retry(self, request: Request) -> Response:
        return Response({"given": stuck_work.retry_pools(actor=caller(request), now=timezone.now())})
