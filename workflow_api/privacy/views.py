"""Find, read, export and erase requesters, over HTTP. For administrators."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from privacy import people, services
from privacy.collecting import collect
from privacy.models import Erasure
from privacy.serializers import ErasureIn, ErasureOut, FoundRequesterOut, RequesterDataOut, SearchParams, SubjectIn
from ticketing_common.idempotency import idempotent
from ticketing_common.permissions import IsAdmin, caller


class RequesterListView(APIView):
    """Requesters of tickets, found by name, address or id."""

    permission_classes = [IsAdmin]

    @extend_schema(
        summary="Find requesters",
        operation_id="privacy_requesters",
        parameters=[SearchParams],
        responses=FoundRequesterOut(many=True),
    )
    def get(self, request: Request) -> Response:
        given = SearchParams(data=request.query_params)
        given.is_valid(raise_exception=True)
        return Response(FoundRequesterOut(people.find(given.validated_data["search"]), many=True).data)


class PersonView(APIView):
    """What this service holds about a requester. It changes nothing."""

    permission_classes = [IsAdmin]

    @extend_schema(
        summary="Read what is held about a requester",
        description="404 `person_not_found` where no ticket names them, 409 `too_many_tickets`.",
        operation_id="privacy_person",
        request=SubjectIn,
        responses=RequesterDataOut,
    )
    def post(self, request: Request) -> Response:
        given = SubjectIn(data=request.data)
        given.is_valid(raise_exception=True)
        tickets = list(given.subject.own().order_by("pk"))
        person = people.describe(given.subject, tickets)
        data = collect(person)
        answer: dict[str, Any] = {
            "person": people.document(person),
            "open_tickets": people.open_numbers(tickets),
            "counts": {kind: len(rows) for kind, rows in data.items()},
            "data": data,
        }
        return Response(answer)


@extend_schema_view(
    list=extend_schema(summary="List erasures"), retrieve=extend_schema(summary="Read an erasure and how far it is")
)
class ErasureViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Erasure]):
    """Erasures of requesters, newest first, with what each service has confirmed."""

    permission_classes = [IsAdmin]
    serializer_class = ErasureOut
    queryset = Erasure.objects.all()
    lookup_value_regex = "[0-9]{1,18}"
    search_fields = ()
    ordering_fields = ("requested_at", "id")
    ordering = ("-requested_at", "-id")

    @extend_schema(
        summary="Erase a requester",
        description=(
            "Here at once, in the other services as soon as they can. 400 `confirmation_mismatch`;"
            " 404 `person_not_found`; 409 `person_has_open_tickets` with `ticket_numbers`, `audit_chain_broken`,"
            " `too_many_tickets`. It can't be undone."
        ),
        request=ErasureIn,
        responses={201: ErasureOut},
    )
    @idempotent
    def create(self, request: Request) -> Response:
        given = ErasureIn(data=request.data)
        given.is_valid(raise_exception=True)
        erasure = services.erase(
            subject=given.subject,
            reason=given.validated_data["reason"],
            confirmation=given.validated_data["confirmation"],
            actor=caller(request),
            now=timezone.now(),
        )
        return Response(ErasureOut(erasure).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Ask the services again that have not confirmed",
        description=(
            "Of the pass under way, and auth for accounts that were active. 404 `erasure_not_found`;"
            " 409 `erasure_complete`: all have confirmed."
        ),
        request=None,
        responses=ErasureOut,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def resend(self, request: Request, pk: str) -> Response:
        erasure = services.send_again(erasure_id=int(pk), actor=caller(request), now=timezone.now())
        return Response(ErasureOut(erasure).data)
