"""What a service holds about a requester, over HTTP: for the preview of an erasure and for the export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ticketing_common.erasure import PersonRef
from ticketing_common.permissions import IsAdmin
from ticketing_common.serializers import BoundedList, StrictFields

Sections = dict[str, Sequence[Mapping[str, object]]]


class RequesterIdIn(StrictFields):
    source_service = serializers.CharField(max_length=64)
    id = serializers.CharField(max_length=64)


class TicketRefIn(StrictFields):
    ticket_number = serializers.CharField(max_length=140)
    source_service = serializers.CharField(max_length=64)
    source_number = serializers.CharField(max_length=64)


class PersonRefIn(StrictFields):
    """A person as `POST /privacy/person/` of the workflow API describes them."""

    emails = BoundedList(child=serializers.CharField(max_length=254), max_length=50)
    names = BoundedList(child=serializers.CharField(max_length=255), max_length=50)
    requesters = BoundedList(child=RequesterIdIn(), max_length=50)
    tickets = BoundedList(child=TicketRefIn(), max_length=10_000)


class PersonDataOut(serializers.Serializer):  # type: ignore[type-arg]
    """`data` holds the rows by kind, `counts` how many there are of each."""

    counts = serializers.DictField(child=serializers.IntegerField())
    data = serializers.DictField(child=serializers.ListField(child=serializers.DictField()))  # type: ignore[assignment]


class PersonDataView(APIView):
    """What this service holds about a requester. For administrators; it changes nothing."""

    permission_classes = [IsAdmin]

    def collect(self, person: PersonRef) -> Sections:
        """Return the rows by kind."""
        raise NotImplementedError

    @extend_schema(
        summary="Read what is held about a requester",
        operation_id="person_data",
        request=PersonRefIn,
        responses=PersonDataOut,
    )
    def post(self, request: Request) -> Response:
        given = PersonRefIn(data=request.data)
        given.is_valid(raise_exception=True)
        data = self.collect(PersonRef(**given.validated_data))
        return Response({"counts": {kind: len(rows) for kind, rows in data.items()}, "data": data})
