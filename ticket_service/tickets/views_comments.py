"""The conversation on a ticket over REST."""

from __future__ import annotations

from io import BytesIO

from django.db.models import QuerySet
from django.http import FileResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ticketing_common.idempotency import idempotent
from ticketing_common.permissions import IsPerson, caller
from tickets import conversation, messaging
from tickets.models import TicketComment
from tickets.serializers import CommentOut, ReplyChangeIn, ReplyIn
from tickets.services import readable_ticket
from tickets.views import ERROR, file_response


class CommentListView(GenericAPIView[TicketComment]):
    """Everything said on a ticket that those who asked may read."""

    permission_classes = [IsPerson]
    serializer_class = CommentOut
    search_fields = ("text", "author_name")
    ordering_fields = ("created_at",)
    ordering = ("created_at", "id")

    def get_queryset(self) -> QuerySet[TicketComment]:
        if getattr(self, "swagger_fake_view", False):
            return TicketComment.objects.none()
        ticket = readable_ticket(ticket_number=self.kwargs["ticket_number"], person=caller(self.request))
        return TicketComment.objects.filter(ticket=ticket).select_related("ticket")

    @extend_schema(responses=CommentOut(many=True))
    def get(self, request: Request, ticket_number: str) -> Response:
        """The public conversation, oldest first: `workflow` are those who work on the ticket, `help_desk` is here."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(CommentOut(page or [], many=True).data)

    @extend_schema(request=ReplyIn, responses={201: CommentOut})
    @idempotent
    def post(self, request: Request, ticket_number: str) -> Response:
        """Say something to those who work on the ticket. For the person who asked and the help desk's staff."""
        data = ReplyIn(data=request.data)
        data.is_valid(raise_exception=True)
        comment = conversation.post_reply(
            ticket_number=ticket_number, person=caller(request), now=timezone.now(), **data.validated_data
        )
        return Response(CommentOut(comment).data, status=status.HTTP_201_CREATED)


class CommentView(APIView):
    """One entry that was made here. For who wrote it and the help desk's staff."""

    permission_classes = [IsPerson]

    @extend_schema(request=ReplyChangeIn, responses=CommentOut)
    @idempotent
    def patch(self, request: Request, ticket_number: str, comment_id: int) -> Response:
        """Change the text, here and for those who work on the ticket."""
        data = ReplyChangeIn(data=request.data)
        data.is_valid(raise_exception=True)
        comment = conversation.change_reply(
            ticket_number=ticket_number,
            comment_id=comment_id,
            person=caller(request),
            now=timezone.now(),
            **data.validated_data,
        )
        return Response(CommentOut(comment).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, ticket_number: str, comment_id: int) -> Response:
        """Leave a tombstone, here and there."""
        conversation.delete_reply(
            ticket_number=ticket_number, comment_id=comment_id, person=caller(request), now=timezone.now()
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class CommentAttachmentView(APIView):
    """A file of an entry; the messaging service keeps it."""

    permission_classes = [IsPerson]

    @extend_schema(
        responses={
            (200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, "The file's content."),
            410: OpenApiResponse(ERROR, description="The file is no longer stored."),
            503: OpenApiResponse(ERROR, description="The file can't be fetched right now."),
        }
    )
    def get(self, request: Request, ticket_number: str, comment_id: int, attachment_id: int) -> FileResponse:
        """For those who may read the ticket now."""
        ticket = readable_ticket(ticket_number=ticket_number, person=caller(request))
        file = conversation.file_of(ticket=ticket, comment_id=comment_id, attachment_id=attachment_id)
        content = BytesIO(messaging.content_of(attachment_id))
        return file_response(content, name=file["file_name"], content_type=file["content_type"])
