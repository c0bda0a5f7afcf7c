"""A ticket's events over REST, and how far the caller has read."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import orjson
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from comments import services
from comments.events import events_after
from ticketing_common.pagination import as_called
from ticketing_common.permissions import caller
from tickets.events import text_for
from tickets.serializers import EventPage, EventsIn, ReadStateIn, ReadStateOut
from tickets.services import readable_ticket


class EventListView(APIView):
    @extend_schema(
        parameters=[
            EventsIn,
            OpenApiParameter("ticket_id", str, OpenApiParameter.PATH, description="The ticket number."),
        ],
        responses=EventPage,
    )
    def get(self, request: Request, ticket_id: str) -> Response:
        """What happened after a number, as the frames that open sockets got, oldest first."""
        unknown = set(request.query_params) - {"after", "page_size", "format"}
        if unknown:
            raise exceptions.ValidationError({name: ["Unknown filter."] for name in unknown}, code="unknown_filter")
        asked = EventsIn(data=request.query_params)
        asked.is_valid(raise_exception=True)
        after, page_size = asked.validated_data["after"], asked.validated_data["page_size"]
        by = caller(request)
        ticket = readable_ticket(ticket_number=ticket_id, by=by)
        events = events_after(ticket, after, limit=page_size)
        has_more = bool(events) and events[-1]["seq"] < ticket.seq
        next_page = None
        if has_more:
            following = urlencode({"after": events[-1]["seq"], "page_size": page_size})
            next_page = as_called(request, request.build_absolute_uri(f"{request.path}?{following}"))
        body: dict[str, Any] = {
            "count": max(ticket.seq - after, 0),  # numbers have no gaps
            "next": next_page,
            "previous": None,
            "results": [
                orjson.loads(text_for(event, user_id=by.user_id, sees_internal=by.is_agent)) for event in events
            ],
            "seq": ticket.seq,
        }
        return Response(body)


class ReadStateView(APIView):
    @extend_schema(responses=ReadStateOut)
    def get(self, request: Request, ticket_id: str) -> Response:
        """How far the caller has read."""
        by = caller(request)
        ticket = readable_ticket(ticket_number=ticket_id, by=by)
        return Response(services.read_state(ticket=ticket, by=by))

    @extend_schema(request=ReadStateIn, responses=ReadStateOut)
    def put(self, request: Request, ticket_id: str) -> Response:
        """Remember how far the caller has read; it never goes back."""
        by = caller(request)
        body = ReadStateIn(data=request.data)
        body.is_valid(raise_exception=True)
        ticket = readable_ticket(ticket_number=ticket_id, by=by)
        services.mark_read(ticket=ticket, by=by, seq=body.validated_data["seq"], now=timezone.now())
        return Response(services.read_state(ticket=ticket, by=by))
