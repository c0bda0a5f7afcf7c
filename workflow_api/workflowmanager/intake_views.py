"""What starts work from a ticket or a message that is known already."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ticketing_common.idempotency import idempotent
from ticketing_common.permissions import IsAdmin, caller
from ticketing_common.serializers import StrictFields
from tickets.models import IntakeRecord, Ticket
from tickets.serializers import IntakeOut, TicketOut
from workflow.fields import ObjectField, checked
from workflowmanager import intake


class ReplayIn(StrictFields):
    body = ObjectField(
        required=False, allow_null=True, default=None, help_text="The corrected ticket; none: as it was."
    )
    charset = serializers.CharField(
        required=False,
        max_length=40,
        default="",
        allow_blank=True,
        help_text="How the raw body is to be read, such as windows-1252; none: any Unicode encoding.",
    )


class TicketRoutingViewSet(viewsets.GenericViewSet[Ticket]):
    """Tickets of the help desks."""

    permission_classes = [IsAdmin]
    serializer_class = TicketOut
    lookup_field = "ticket_number"
    lookup_value_regex = "[A-Za-z0-9_.-]{1,140}"
    filter_backends = ()
    pagination_class = None

    @extend_schema(summary="Look again for the workflow that serves a ticket", request=None, responses=TicketOut)
    @action(detail=True, methods=["post"])
    @idempotent
    def reroute(self, request: Request, ticket_number: str) -> Response:
        intake.reroute(ticket_number, actor=caller(request), now=timezone.now())
        return Response(TicketOut(Ticket.objects.with_tasks().get(ticket_number=ticket_number)).data)


class IntakeReplayViewSet(viewsets.GenericViewSet[IntakeRecord]):
    """The ledger: every message of the help desks, and what became of it."""

    permission_classes = [IsAdmin]
    serializer_class = IntakeOut
    lookup_value_regex = "[0-9]{1,18}"
    filter_backends = ()
    pagination_class = None

    @extend_schema(
        summary="Take a message in again, corrected or as it was",
        description="Without a body it is read anew as it came: also what could not be read then, in the charset if one"
        " is given. 400 names the field that is still wrong; `still_unreadable` says why nothing can be read. 410"
        " `body_removed`: the retention rule has removed the body.",
        request=ReplayIn,
        responses=IntakeOut,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def replay(self, request: Request, pk: str) -> Response:
        given = checked(ReplayIn(data=request.data))
        record = intake.replay(
            int(pk), body=given["body"], charset=given["charset"], actor=caller(request), now=timezone.now()
        )
        return Response(IntakeOut(record).data)
