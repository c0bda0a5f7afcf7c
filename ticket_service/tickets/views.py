"""The help desk's REST API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, Any

from django.db.models import QuerySet
from django.http import FileResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ticketing_common.authentication import ApiKeyAuthentication, JWTAuthentication, ServiceIdentity
from ticketing_common.errors import FileGone
from ticketing_common.idempotency import idempotent
from ticketing_common.jwt import Identity
from ticketing_common.logs import logger
from ticketing_common.parsers import JSONParser
from ticketing_common.permissions import IsPerson, IsService, caller
from ticketing_common.uploads import SHOWN_INLINE
from tickets import services
from tickets.filters import TicketFilter
from tickets.models import StatusChange, Ticket
from tickets.serializers import ReopenIn, StatusChangeOut, TicketChangeIn, TicketIn, TicketOut, WithdrawIn
from tickets.uploads import CheckedFile, check_files

log = logger(__name__)

ERROR = {"$ref": "#/components/schemas/Error"}


def person_of(request: Request) -> Identity | None:
    """Return the person who calls; None stands for a service with a key, which sees every ticket."""
    user: object = request.user
    return user if isinstance(user, Identity) else None


class TicketViewSet(viewsets.GenericViewSet[Ticket]):
    """Tickets of the help desk, by their number."""

    authentication_classes = [JWTAuthentication, ApiKeyAuthentication]
    permission_classes = [IsPerson]
    # What a service with a key may do: file tickets for people, and see what became of them.
    OF_SERVICES = frozenset({"create", "list", "retrieve", "status_history"})
    parser_classes = [JSONParser, MultiPartParser, FormParser]
    queryset = Ticket.objects.all()
    serializer_class = TicketOut
    filterset_class = TicketFilter
    search_fields = ["ticket_number", "subject", "description", "employee_name"]
    ordering_fields = ["submitted_at", "updated_at", "ticket_number", "status", "subject"]
    ordering = ["-submitted_at", "-id"]
    lookup_field = "ticket_number"
    lookup_value_regex = "[A-Za-z0-9_-]{1,64}"

    def get_permissions(self) -> Sequence[Any]:
        return [(IsPerson | IsService)()] if self.action in self.OF_SERVICES else super().get_permissions()

    def get_queryset(self) -> QuerySet[Ticket]:
        if getattr(self, "swagger_fake_view", False):
            return Ticket.objects.none()
        person = person_of(self.request)
        tickets = Ticket.objects.visible_to(person) if person else Ticket.objects.all()
        return tickets.prefetch_related("attachments")

    @extend_schema(responses=TicketOut(many=True))
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(TicketOut(page or [], many=True).data)

    @extend_schema(responses=TicketOut)
    def retrieve(self, request: Request, ticket_number: str) -> Response:
        return Response(TicketOut(self._ticket(ticket_number)).data)

    @extend_schema(request={"application/json": TicketIn, "multipart/form-data": TicketIn}, responses={201: TicketOut})
    @idempotent
    def create(self, request: Request) -> Response:
        """File a ticket. A service with a key names the employee for whom it does, by address or id."""
        values, files = _payload(TicketIn(data=request.data))
        user: object = request.user
        if isinstance(user, ServiceIdentity):
            ticket = services.file_for_service(values=values, files=files, service=user.name, now=timezone.now())
        else:
            ticket = services.create_ticket(values=values, files=files, person=caller(request), now=timezone.now())
        return Response(TicketOut(ticket).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        request={"application/json": TicketChangeIn, "multipart/form-data": TicketChangeIn}, responses=TicketOut
    )
    @idempotent
    def update(self, request: Request, ticket_number: str) -> Response:
        return self._change(request, ticket_number, partial=False)

    @extend_schema(
        request={"application/json": TicketChangeIn, "multipart/form-data": TicketChangeIn}, responses=TicketOut
    )
    @idempotent
    def partial_update(self, request: Request, ticket_number: str) -> Response:
        return self._change(request, ticket_number, partial=True)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, ticket_number: str) -> Response:
        services.delete_ticket(ticket_number=ticket_number, person=caller(request), now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=WithdrawIn, responses=TicketOut)
    @action(detail=True, methods=["post"])
    @idempotent
    def withdraw(self, request: Request, ticket_number: str) -> Response:
        """End the ticket on the wish of the person who asked; the workflow is told."""
        data = WithdrawIn(data=request.data)
        data.is_valid(raise_exception=True)
        ticket = services.withdraw_ticket(
            ticket_number=ticket_number,
            reason=data.validated_data["reason"],
            person=caller(request),
            now=timezone.now(),
        )
        return Response(TicketOut(ticket).data)

    @extend_schema(request=ReopenIn, responses=TicketOut)
    @action(detail=True, methods=["post"])
    @idempotent
    def reopen(self, request: Request, ticket_number: str) -> Response:
        """Open an ended ticket again on the wish of the person who asked; the workflow is told."""
        data = ReopenIn(data=request.data)
        data.is_valid(raise_exception=True)
        ticket = services.reopen_ticket(
            ticket_number=ticket_number,
            reason=data.validated_data["reason"],
            person=caller(request),
            now=timezone.now(),
        )
        return Response(TicketOut(ticket).data)

    @extend_schema(responses=StatusChangeOut(many=True), filters=False)
    @action(
        detail=True,
        url_path="status-history",
        filterset_class=None,
        search_fields=[],
        ordering_fields=["occurred_at"],
        ordering=["occurred_at", "id"],
    )
    def status_history(self, request: Request, ticket_number: str) -> Response:
        """Every state the ticket was in, oldest first, with those that came too late marked as not applied."""
        changes = StatusChange.objects.filter(ticket=self._ticket(ticket_number))
        page = self.paginate_queryset(self.filter_queryset(changes))  # type: ignore[arg-type]
        return self.get_paginated_response(StatusChangeOut(page or [], many=True).data)

    def _ticket(self, ticket_number: str) -> Ticket:
        return services.readable_ticket(ticket_number=ticket_number, person=person_of(self.request))

    def _change(self, request: Request, ticket_number: str, *, partial: bool) -> Response:
        ticket = services.changeable_ticket(ticket_number=ticket_number, person=caller(request))
        values, files = _payload(TicketChangeIn(ticket, data=request.data, partial=partial))
        ticket = services.change_ticket(
            ticket_number=ticket_number, values=values, files=files, person=caller(request), now=timezone.now()
        )
        return Response(TicketOut(ticket).data)


def _payload(data: TicketIn) -> tuple[dict[str, Any], list[CheckedFile]]:
    data.is_valid(raise_exception=True)
    values = dict(data.validated_data)
    return values, check_files(values.pop("attachments", []))


class AttachmentView(APIView):
    """One file, for those who may see its ticket and for services."""

    authentication_classes = [JWTAuthentication, ApiKeyAuthentication]
    permission_classes = [IsPerson | IsService]

    @extend_schema(
        responses={
            (200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, "The file's content."),
            410: OpenApiResponse(
                ERROR, description="The file is no longer stored; `file_removed`: by the retention rule."
            ),
            503: OpenApiResponse(ERROR, description="The store can't be reached."),
        }
    )
    def get(self, request: Request, attachment_id: int) -> FileResponse:
        attachment = services.readable_attachment(attachment_id=attachment_id, person=person_of(request))
        try:
            content = attachment.file.open("rb")
        except FileNotFoundError as error:
            log.error("file_gone", attachment_id=attachment_id)
            raise FileGone() from error
        return file_response(content, name=attachment.file_name, content_type=attachment.content_type)


def file_response(content: IO[bytes], *, name: str, content_type: str) -> FileResponse:
    """Return the file so that a browser runs nothing of it: shown if it is a plain picture, else a download."""
    is_download = content_type not in SHOWN_INLINE
    response = FileResponse(content, as_attachment=is_download, filename=name, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
