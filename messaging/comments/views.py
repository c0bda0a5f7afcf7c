"""Comments, their ratings, files and earlier texts over REST."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import exceptions, status
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from comments import files, mail_answers, services, uploads
from comments.changes import Written, readable_comment
from comments.documents import attachment_document, comment_documents
from comments.filters import CommentFilter
from comments.models import Comment, CommentAttachment, Upload
from comments.serializers import (
    AttachmentOut,
    CommentIn,
    CommentOut,
    EditIn,
    MailUploadIn,
    NewUploadIn,
    RatingIn,
    ReplyIn,
    RevisionOut,
    UploadIn,
    UploadOut,
)
from ticketing_common.authentication import ApiKeyAuthentication, JWTAuthentication
from ticketing_common.idempotency import idempotent
from ticketing_common.jwt import Identity
from ticketing_common.permissions import IsPerson, IsService, caller
from ticketing_common.uploads import CONTENT_TYPES
from tickets.services import TicketNotFound, readable_ticket

TICKET_NUMBER = re.compile(r"[A-Za-z0-9_.-]{1,140}")
TICKET_ID = OpenApiParameter("ticket_id", str, description="The ticket number.", required=True)
TICKET_ID_OR_BODY = OpenApiParameter("ticket_id", str, description="The ticket number, if not in the body.")
RETRY_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="The same key gets the first answer again."
)
ERROR = {"$ref": "#/components/schemas/Error"}
REFUSED_FILES: dict[int, Any] = {
    413: OpenApiResponse(ERROR, description="The file is too large."),
    503: OpenApiResponse(ERROR, description="The store can't be reached."),
}
REPEATED = OpenApiResponse(CommentOut, description="Posted before under this client_id.")
FILE_ANSWERS: dict[Any, Any] = {
    **{(200, kind): OpenApiTypes.BINARY for kind in sorted(set(CONTENT_TYPES.values()))},
    410: OpenApiResponse(ERROR, description="The file is no longer stored; `file_removed`: by the retention rule."),
    503: OpenApiResponse(ERROR, description="The store can't be reached."),
}


def ticket_number_of(request: Request, body: dict[str, Any] | None = None) -> str:
    """Return the ticket number of the query or the body; both may name it, but only the same one."""
    named = {value for value in (request.query_params.get("ticket_id"), (body or {}).get("ticket_id")) if value}
    if not named:
        raise exceptions.ValidationError({"ticket_id": ["This field is required."]}, code="required")
    if len(named) > 1:
        raise exceptions.ValidationError({"ticket_id": ["The query and the body name different tickets."]})
    number = str(named.pop())
    if not TICKET_NUMBER.fullmatch(number):
        raise TicketNotFound()
    return number


def valid(serializer: Any) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


class CommentListView(GenericAPIView[Comment]):
    serializer_class = CommentOut
    filterset_class = CommentFilter
    extra_query_params = ("ticket_id",)
    search_fields = ("text", "author_name")
    ordering_fields = ("id", "created_at")
    ordering = ("id",)

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Comment.objects.none()
        by = caller(self.request)
        ticket = readable_ticket(ticket_number=ticket_number_of(self.request), by=by)
        return Comment.objects.filter(ticket=ticket).visible(sees_internal=by.is_agent).with_parts()

    @extend_schema(parameters=[TICKET_ID], responses=CommentOut(many=True))
    def get(self, request: Request) -> Response:
        """The conversation of a ticket, replies included, oldest first."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(comment_documents(page or [], reader_id=caller(request).user_id))

    @extend_schema(
        parameters=[TICKET_ID_OR_BODY, RETRY_KEY], request=CommentIn, responses={201: CommentOut, 200: REPEATED}
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Post a comment. Posting again with the same client_id answers 200 with the comment that is there."""
        values = valid(CommentIn(data=request.data))
        number = ticket_number_of(request, values)
        values.pop("ticket_id", None)
        written = services.post_comment(ticket_number=number, by=caller(request), now=timezone.now(), **values)
        return Response(written.document, status=created_or_known(written))


def created_or_known(written: Written) -> int:
    return status.HTTP_200_OK if written.seq is None else status.HTTP_201_CREATED


class CommentView(APIView):
    @extend_schema(responses=CommentOut)
    def get(self, request: Request, comment_id: int) -> Response:
        by = caller(request)
        comment = readable_comment(comment_id=comment_id, by=by)
        return Response(comment_documents([comment], reader_id=by.user_id)[0])

    @extend_schema(parameters=[RETRY_KEY], request=EditIn, responses=CommentOut)
    @idempotent
    def patch(self, request: Request, comment_id: int) -> Response:
        """Change the text; the earlier one is kept. For the author and administrators."""
        values = valid(EditIn(data=request.data))
        by = caller(request)
        written = services.edit_comment(comment_id=comment_id, by=by, now=timezone.now(), **values)
        return Response(written.document)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, comment_id: int) -> Response:
        """Leave a tombstone. For the author and administrators."""
        services.delete_comment(comment_id=comment_id, by=caller(request), now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class ReplyListView(APIView):
    @extend_schema(parameters=[RETRY_KEY], request=ReplyIn, responses={201: CommentOut, 200: REPEATED})
    @idempotent
    def post(self, request: Request, comment_id: int) -> Response:
        """Reply to a comment, in its visibility."""
        values = valid(ReplyIn(data=request.data))
        written = services.post_reply(comment_id=comment_id, by=caller(request), now=timezone.now(), **values)
        return Response(written.document, status=created_or_known(written))


class RatingView(APIView):
    @extend_schema(request=RatingIn, responses=CommentOut)
    def put(self, request: Request, comment_id: int) -> Response:
        """Rate somebody else's comment, or change one's rating."""
        values = valid(RatingIn(data=request.data))
        written = services.rate_comment(comment_id=comment_id, by=caller(request), now=timezone.now(), **values)
        return Response(written.document)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, comment_id: int) -> Response:
        """Take one's rating back."""
        services.rate_comment(comment_id=comment_id, by=caller(request), value=None, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class AttachmentListView(APIView):
    parser_classes = [MultiPartParser]

    @extend_schema(
        parameters=[RETRY_KEY],
        request={"multipart/form-data": UploadIn},
        responses={201: AttachmentOut, **REFUSED_FILES},
    )
    @idempotent
    def post(self, request: Request, comment_id: int) -> Response:
        """Put a file on a comment. For its author and administrators; the content must match the file's name."""
        upload = valid(UploadIn(data=request.data))["file"]
        attachment, _ = files.attach_upload(
            comment_id=comment_id, by=caller(request), upload=upload, now=timezone.now()
        )
        return Response(attachment_document(attachment), status=status.HTTP_201_CREATED)


class AttachmentView(APIView):
    """A file, for those who may read its comment and, of a public comment, for services with a key."""

    authentication_classes = [JWTAuthentication, ApiKeyAuthentication]
    permission_classes = [IsPerson | IsService]

    @extend_schema(responses=FILE_ANSWERS)
    def get(self, request: Request, attachment_id: int) -> HttpResponse:
        """The file itself. Pictures may be shown; everything else is a download."""
        user: object = request.user
        by = user if isinstance(user, Identity) else None
        attachment = files.readable_attachment(attachment_id=attachment_id, by=by)
        return file_answer(attachment)


def file_answer(file: CommentAttachment | Upload) -> HttpResponse:
    """Pictures may be shown; everything else is a download and runs nothing."""
    answer = HttpResponse(files.content_of(file), content_type=file.content_type)
    is_download = not file.is_safe_inline
    answer["Content-Disposition"] = content_disposition_header(is_download, file.file_name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


class UploadListView(APIView):
    parser_classes = [MultiPartParser]

    @extend_schema(
        parameters=[RETRY_KEY],
        request={"multipart/form-data": NewUploadIn},
        responses={201: UploadOut, **REFUSED_FILES},
    )
    @idempotent
    def post(self, request: Request, ticket_id: str) -> Response:
        """Upload a file for a comment that is still being written. Until the comment names it, only you can read it."""
        upload = valid(NewUploadIn(data=request.data))["file"]
        stored = uploads.store_upload(ticket_number=ticket_id, by=caller(request), upload=upload, now=timezone.now())
        return Response(uploads.upload_document(stored), status=status.HTTP_201_CREATED)


class MailUploadListView(APIView):
    """For the notification service, which takes mail in."""

    authentication_classes = [ApiKeyAuthentication]
    permission_classes = [IsService]
    parser_classes = [MultiPartParser]

    @extend_schema(
        parameters=[RETRY_KEY],
        request={"multipart/form-data": MailUploadIn},
        responses={201: UploadOut, **REFUSED_FILES},
    )
    @idempotent
    def post(self, request: Request, ticket_id: str) -> Response:
        """Upload a file of a mail for the comment that the mail becomes, with the rights of who sent the mail."""
        values = valid(MailUploadIn(data=request.data))
        stored = mail_answers.store_mail_upload(
            ticket_number=ticket_id, user_id=values.get("user_id"), upload=values["file"], now=timezone.now()
        )
        return Response(uploads.upload_document(stored), status=status.HTTP_201_CREATED)


class UploadView(APIView):
    @extend_schema(responses=FILE_ANSWERS)
    def get(self, request: Request, upload_id: int) -> HttpResponse:
        """The file itself, for its uploader."""
        return file_answer(uploads.own_upload(upload_id=upload_id, by=caller(request)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, upload_id: int) -> Response:
        """Remove an upload that no comment has named."""
        uploads.delete_upload(upload_id=upload_id, by=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class HistoryView(GenericAPIView[Any]):
    serializer_class = RevisionOut
    filter_backends = []

    @extend_schema(responses=RevisionOut(many=True))
    def get(self, request: Request, comment_id: int) -> Response:
        """Earlier texts, oldest first. For the author and administrators."""
        by = caller(request)
        comment = readable_comment(comment_id=comment_id, by=by)
        services.check_may_see_history(comment=comment, by=by)
        page = self.paginate_queryset(comment.revisions.all()) or []
        return self.get_paginated_response(
            [
                {
                    "text": revision.text,
                    "replaced_by": revision.replaced_by,
                    "replaced_at": revision.replaced_at,
                }
                for revision in page
            ]
        )
