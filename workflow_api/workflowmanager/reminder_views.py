"""Personal reminders of tickets over HTTP."""

from __future__ import annotations

import django_filters
from django.db.models import OuterRef, QuerySet, Subquery
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from task.models import Task
from task.wait_fields import MomentField
from ticketing_common.idempotency import idempotent
from ticketing_common.permissions import IsAgent, caller
from ticketing_common.serializers import StrictFields
from workflow.fields import StorableText, checked
from workflowmanager import reminders
from workflowmanager.models import Reminder


class ReminderChange(StrictFields):
    remind_at = MomentField(required=False, help_text="With its offset from UTC; a year ahead at most.")
    note = StorableText(max_length=500, required=False, allow_blank=True, help_text="For yourself.")


class ReminderIn(ReminderChange):
    ticket_number = serializers.RegexField(r"\A[A-Za-z0-9_.-]{1,140}\Z", max_length=140)
    remind_at = MomentField(help_text="With its offset from UTC; a year ahead at most.")


class ReminderOut(serializers.ModelSerializer[Reminder]):
    ticket_number = serializers.CharField(source="ticket.ticket_number")
    subject = serializers.CharField(source="ticket.subject")
    status = serializers.ChoiceField(
        Task.Status.choices, allow_null=True, help_text="Of the ticket's newest task; null: it has none."
    )

    class Meta:
        model = Reminder
        fields = ("id", "ticket_number", "subject", "status", "remind_at", "note", "created_at", "updated_at")


class ReminderFilter(django_filters.FilterSet):  # type: ignore[misc]
    ticket_number = django_filters.CharFilter(field_name="ticket__ticket_number", max_length=140)

    class Meta:
        model = Reminder
        fields: tuple[str, ...] = ()


@extend_schema_view(
    list=extend_schema(summary="List your reminders"),
    retrieve=extend_schema(summary="Read a reminder"),
    destroy=extend_schema(summary="Delete a reminder"),
)
class ReminderViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, mixins.DestroyModelMixin, viewsets.GenericViewSet[Reminder]
):
    """Your own reminders of tickets that you may see. Nobody else's, an administrator's neither."""

    permission_classes = [IsAgent]
    serializer_class = ReminderOut
    filterset_class = ReminderFilter
    lookup_value_regex = "[0-9]{1,18}"
    search_fields = ("ticket__ticket_number", "ticket__subject", "note")
    ordering_fields = ("remind_at", "created_at", "id")
    ordering = ("remind_at", "id")

    def get_queryset(self) -> QuerySet[Reminder]:
        if getattr(self, "swagger_fake_view", False):
            return Reminder.objects.none()
        newest = Task.objects.filter(ticket_id=OuterRef("ticket_id")).order_by("-id")
        return reminders.reminders_of(caller(self.request)).annotate(status=Subquery(newest.values("status")[:1]))

    def _answer(self, pk: int, code: int = status.HTTP_200_OK) -> Response:
        return Response(ReminderOut(get_object_or_404(self.get_queryset(), pk=pk)).data, status=code)

    @extend_schema(
        summary="Set a reminder of a ticket",
        description=(
            "You have one of each ticket: another one replaces it, which is a 200."
            " 400 `remind_at_past`, `remind_at_too_far`; 404 for a ticket that you may not see;"
            " 409 `too_many_reminders`."
        ),
        request=ReminderIn,
        responses={200: ReminderOut, 201: ReminderOut},
    )
    @idempotent
    def create(self, request: Request) -> Response:
        given = checked(ReminderIn(data=request.data))
        reminder, is_new = reminders.set_reminder(actor=caller(request), now=timezone.now(), **given)
        return self._answer(reminder.pk, status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    @extend_schema(
        summary="Change a reminder",
        description="400 `remind_at_past`, `remind_at_too_far`.",
        request=ReminderChange,
        responses=ReminderOut,
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        self.get_object()
        given = checked(ReminderChange(data=request.data))
        reminders.change_reminder(reminder_id=int(pk), actor=caller(request), now=timezone.now(), **given)
        return self._answer(int(pk))
