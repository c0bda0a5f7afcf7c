"""Tickets as the help desks sent them, and the ledger of every message."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from task.models import Task
from ticketing_common.idempotency import idempotent
from ticketing_common.permissions import IsAdmin, IsAgent
from tickets.filters import IntakeFilter, TicketFilter
from tickets.models import IntakeRecord, Ticket
from tickets.serializers import IntakeOut, IntakeRowOut, ReplayIn, TicketOut, TicketRowOut
from workflowmanager import intake
from workflowmanager.access import tasks_of
from workflowmanager.parts import acting, checked


@extend_schema_view(
    list=extend_schema(summary="List tickets", description="Agents see those of the tasks that they may see."),
    retrieve=extend_schema(summary="Read a ticket"),
)
class TicketViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Ticket]):
    """Tickets of the help desks."""

    lookup_field = "ticket_number"
    lookup_value_regex = "[A-Za-z0-9_.-]{1,140}"
    filterset_class = TicketFilter
    search_fields = ("ticket_number", "subject", "requester_name", "requester_email")
    ordering_fields = ("received_at", "submitted_at", "updated_at", "ticket_number", "id")
    ordering = ("-received_at", "-id")

    def get_permissions(self) -> list[BasePermission]:
        return [IsAdmin() if self.action == "reroute" else IsAgent()]

    def get_serializer_class(self) -> Any:
        return TicketRowOut if self.action == "list" else TicketOut

    def get_queryset(self) -> QuerySet[Ticket]:
        tasks = Task.objects.select_related("workflow").only(
            "id", "status", "ticket_id", "workflow_id", "workflow__name"
        )
        tickets = Ticket.objects.prefetch_related(Prefetch("tasks", queryset=tasks))
        if getattr(self, "swagger_fake_view", False):
            return tickets
        actor = acting(self.request)
        if actor.is_admin:
            return tickets
        return tickets.filter(Exists(tasks_of(actor).filter(ticket_id=OuterRef("pk"))))

    @extend_schema(summary="Look again for the workflow that serves a ticket", request=None, responses=TicketOut)
    @action(detail=True, methods=["post"])
    @idempotent
    def reroute(self, request: Request, ticket_number: str) -> Response:
        intake.reroute(ticket_number, actor=acting(request), now=timezone.now())
        return Response(TicketOut(self.get_queryset().get(ticket_number=ticket_number)).data)


@extend_schema_view(
    list=extend_schema(summary="List the messages that came in"),
    retrieve=extend_schema(summary="Read a message that came in"),
)
class IntakeViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[IntakeRecord]):
    """The ledger: every message of the help desks, and what became of it."""

    permission_classes = [IsAdmin]
    lookup_value_regex = "[0-9]{1,18}"
    queryset = IntakeRecord.objects.all()
    filterset_class = IntakeFilter
    search_fields = ("ticket_number", "message_id", "reason")
    ordering_fields = ("received_at", "id")
    ordering = ("-received_at", "-id")

    def get_serializer_class(self) -> Any:
        return IntakeRowOut if self.action == "list" else IntakeOut

    @extend_schema(
        summary="Take a message in again, corrected or as it was",
        description="400 names the field that is still wrong.",
        request=ReplayIn,
        responses=IntakeOut,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def replay(self, request: Request, pk: str) -> Response:
        given = checked(ReplayIn(data=request.data))
        record = intake.replay(int(pk), body=given["body"], actor=acting(request), now=timezone.now())
        return Response(IntakeOut(record).data)
