"""Canned replies over REST."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from canned import services
from canned.filters import CannedReplyFilter
from canned.models import CannedReply
from canned.serializers import CannedReplyChangeIn, CannedReplyIn, CannedReplyOut, document_of
from comments.views import RETRY_KEY, valid
from ticketing_common.idempotency import idempotent
from ticketing_common.permissions import IsAgent, caller


class CannedReplyListView(GenericAPIView[CannedReply]):
    permission_classes = [IsAgent]
    serializer_class = CannedReplyOut
    filterset_class = CannedReplyFilter
    search_fields = ("title", "text")
    ordering_fields = ("title", "updated_at", "id")
    ordering = ("title", "id")

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return CannedReply.objects.none()
        return CannedReply.objects.visible_to(caller(self.request))

    @extend_schema(responses=CannedReplyOut(many=True))
    def get(self, request: Request) -> Response:
        """Your own, those of the roles that you hold now, and those for all; administrators see every role's."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response([document_of(reply) for reply in page or []])

    @extend_schema(parameters=[RETRY_KEY], request=CannedReplyIn, responses={201: CannedReplyOut})
    @idempotent
    def post(self, request: Request) -> Response:
        """Add one: your own; for a role you lead; as an administrator for any role and for all."""
        values = valid(CannedReplyIn(data=request.data))
        reply = services.create_reply(by=caller(request), now=timezone.now(), **values)
        return Response(document_of(reply), status=status.HTTP_201_CREATED)


class CannedReplyView(APIView):
    permission_classes = [IsAgent]

    @extend_schema(responses=CannedReplyOut)
    def get(self, request: Request, reply_id: int) -> Response:
        return Response(document_of(services.visible_reply(reply_id=reply_id, by=caller(request))))

    @extend_schema(parameters=[RETRY_KEY], request=CannedReplyChangeIn, responses=CannedReplyOut)
    @idempotent
    def patch(self, request: Request, reply_id: int) -> Response:
        """Change the given parts."""
        values = valid(CannedReplyChangeIn(data=request.data))
        reply = services.change_reply(reply_id=reply_id, by=caller(request), now=timezone.now(), **values)
        return Response(document_of(reply))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, reply_id: int) -> Response:
        services.delete_reply(reply_id=reply_id, by=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
