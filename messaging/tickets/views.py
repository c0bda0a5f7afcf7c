"""Who may read a ticket."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ticketing_common.permissions import caller
from tickets import services
from tickets.serializers import ParticipantOut


class ParticipantListView(APIView):
    @extend_schema(responses=ParticipantOut(many=True))
    def get(self, request: Request, ticket_id: str) -> Response:
        """Everyone who may read the ticket now, and so may be mentioned."""
        ticket = services.readable_ticket(ticket_number=ticket_id, by=caller(request))
        return Response(services.list_readers(ticket=ticket))
