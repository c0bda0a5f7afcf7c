"""Files of tickets that came by mail, for who may read the ticket: messaging says who that is."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from inbound_mail.models import TicketFile
from notifications.sources import Reference, SourceAway, Sources
from ticketing_common.errors import NotFound, Refusal
from ticketing_common.jwt import Identity
from ticketing_common.permissions import IsPerson, caller
from ticketing_common.uploads import CONTENT_TYPES


class FileNotFound(NotFound):
    code = "attachment_not_found"
    default_detail = "There is no such file for you."


class RightsUnknown(Refusal):
    code = "source_away"
    status_code = 503
    default_detail = "Who may read the ticket can't be asked just now. Try again in a moment."


def readable_file(*, file_id: int, by: Identity) -> TicketFile:
    """Return the file if the person may read its ticket now, else refuse as if there was none.

    A ticket that no workflow has taken is for administrators.
    """
    file = TicketFile.objects.select_related("ticket").filter(pk=file_id).first()
    if file is None:
        raise FileNotFound()
    if not by.is_admin:
        try:
            (answer,) = Sources().ask([Reference(by.user_id, ticket_number=file.ticket.number)])
        except SourceAway as error:
            raise RightsUnknown() from error
        if answer.is_readable is not True:
            raise FileNotFound()
    return file


class TicketFileView(APIView):
    """A file of a ticket that came by mail, for those who may read the ticket."""

    permission_classes = [IsPerson]

    @extend_schema(
        tags=["inbound mail"],
        responses={
            **{(200, kind): OpenApiTypes.BINARY for kind in sorted(set(CONTENT_TYPES.values()))},
            503: OpenApiResponse({"$ref": "#/components/schemas/Error"}, description="Messaging can't be asked."),
        },
    )
    def get(self, request: Request, file_id: int) -> HttpResponse:
        """The file itself. Pictures may be shown; everything else is a download."""
        file = readable_file(file_id=file_id, by=caller(request))
        answer = HttpResponse(bytes(file.content), content_type=file.content_type)
        answer["Content-Disposition"] = (
            content_disposition_header(not file.is_safe_inline, file.file_name) or "attachment"
        )
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
        return answer
