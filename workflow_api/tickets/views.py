"""Tickets as the help desks sent them, and the ledger of every message."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, viewsets

from ticketing_common.filters import BoundedSearch, StrictParams
from ticketing_common.permissions import IsAdmin, IsAgent, caller
from tickets.filters import IntakeFilter, TicketFilter
from tickets.models import IntakeRecord, Ticket
from tickets.serializers import IntakeOut, IntakeRowOut, TicketOut, TicketRowOut
from workflow.filters import PriorityOrdering


@extend_schema_view(
    list=extend_schema(summary="List tickets", description="Agents see those of the tasks that they may see."),
    retrieve=extend_schema(summary="Read a ticket"),
)
class TicketViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Ticket]):
    """Tickets of the help desks."""

    permission_classes = [IsAgent]
    lookup_field = "ticket_number"
    lookup_value_regex = "[A-Za-z0-9_.-]{1,140}"
    filterset_class = TicketFilter
    search_fields = ("ticket_number", "subject", "requester_name", "requester_email")
    filter_backends = (StrictParams, DjangoFilterBackend, BoundedSearch, PriorityOrdering)
    ordering_fields = ("received_at", "submitted_at", "updated_at", "priority", "ticket_number", "id")
    ordering = ("-received_at", "-id")

    def get_serializer_class(self) -> Any:
        return TicketRowOut if self.action == "list" else TicketOut

    def get_queryset(self) -> QuerySet[Ticket]:
        tickets = Ticket.objects.with_tasks()
        if getattr(self, "swagger_fake_view", False):
            return tickets
        return tickets.visible_to(caller(self.request))


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
