"""What came into the mailbox: administrators see what became of each mail, and have one judged again."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inbound_mail import services
from inbound_mail.filters import InboundMailFilter
from inbound_mail.models import InboundMail
from inbound_mail.serializers import InboundMailOut, InboundMailRow, MailboxOut
from ticketing_common.idempotency import idempotent
from ticketing_common.permissions import IsAdmin

ID = r"[0-9]{1,18}"


@extend_schema(tags=["inbound mail"])
class InboundMailViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[InboundMail]):
    """Mails of the mailbox, the newest first; one alone comes with its text."""

    permission_classes = [IsAdmin]
    filterset_class = InboundMailFilter
    search_fields = ["subject", "sender", "sender_name"]
    ordering_fields = ["received_at"]
    ordering = ["-received_at", "-id"]
    lookup_value_regex = ID

    def get_queryset(self) -> QuerySet[InboundMail]:
        return InboundMail.objects.defer("text") if self.action == "list" else InboundMail.objects.all()

    def get_serializer_class(self) -> type[InboundMailRow]:
        return InboundMailRow if self.action == "list" else InboundMailOut

    @extend_schema(responses=MailboxOut, filters=False)
    @action(detail=False, filter_backends=[], pagination_class=None)
    def mailbox(self, request: Request) -> Response:
        """Whether a mailbox is configured, when it was last read, and what hinders it."""
        return Response(MailboxOut(services.mailbox_state()).data)

    @extend_schema(request=None, responses=InboundMailOut)
    @action(detail=True, methods=["post"])
    @idempotent
    def retry(self, request: Request, pk: str) -> Response:
        """Judge a refused or failed mail again, by the settings and people of now."""
        row = services.retry(mail_id=int(pk), now=timezone.now())
        return Response(InboundMailOut(row).data)
