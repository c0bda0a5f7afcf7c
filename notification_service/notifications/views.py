"""Mail: send, history, templates, preferences (API v1)."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from notifications import preferences, services, templates
from notifications.digests import person_of_token
from notifications.filters import HistoryFilter, TemplateFilter
from notifications.models import Notification, NotificationTemplate, NotificationTypes
from notifications.serializers import (
    NotificationOut,
    NotificationRow,
    PreferencesIn,
    PreferencesOut,
    PreviewIn,
    PreviewOut,
    RestoreIn,
    SendIn,
    SendOut,
    TemplateChangeIn,
    TemplateCreateIn,
    TemplateOut,
    TemplateRow,
    TemplateVersionOut,
)
from notifications.texts import default_language
from ticketing_common.authentication import ApiKeyAuthentication
from ticketing_common.errors import NotFound
from ticketing_common.idempotency import idempotent
from ticketing_common.permissions import IsAdmin, IsPerson, IsService, caller

ID = r"[0-9]{1,18}"


class SendView(APIView):
    """Queue one mail. For services."""

    authentication_classes = [ApiKeyAuthentication]
    permission_classes = [IsService]

    @extend_schema(request=SendIn, responses={202: SendOut})
    @idempotent
    def post(self, request: Request) -> Response:
        data = SendIn(data=request.data)
        data.is_valid(raise_exception=True)
        values = data.validated_data
        event_id = values.pop("event_id", None) or f"send-{uuid.uuid4().hex}"
        mail, is_new = services.queue_mail(**values, event_id=event_id, now=timezone.now())
        answer = {"id": mail.pk, "event_id": mail.event_id, "status": mail.status, "is_duplicate": not is_new}
        return Response(answer, status=status.HTTP_202_ACCEPTED)


class HistoryViewSet(viewsets.ReadOnlyModelViewSet[Notification]):
    """Every mail and what became of it: administrators see all, everyone else their own."""

    permission_classes = [IsPerson]
    queryset = Notification.objects.all()
    filterset_class = HistoryFilter
    search_fields = ["subject", "email", "event_id"]
    ordering_fields = ["created_at", "sent_at", "due_at", "attempts"]
    ordering = ["-created_at", "-id"]
    lookup_value_regex = ID

    def get_queryset(self) -> QuerySet[Notification]:
        if getattr(self, "swagger_fake_view", False):
            return Notification.objects.none()
        person = caller(self.request)
        mails = Notification.objects.all() if person.is_admin else Notification.objects.filter(user_id=person.user_id)
        return mails.defer("body_text", "body_html", "context") if self.action == "list" else mails

    def get_serializer_class(self) -> Any:
        return NotificationRow if self.action == "list" else NotificationOut

    @extend_schema(request=None, responses=NotificationOut)
    @action(detail=True, methods=["post"], permission_classes=[IsAdmin])
    def retry(self, request: Request, pk: str) -> Response:
        """Put a failed or parked mail back into the queue."""
        self.get_object()
        return Response(NotificationOut(services.retry_mail(notification_id=int(pk), now=timezone.now())).data)

    @extend_schema(request=None, responses=NotificationOut)
    @action(detail=True, methods=["post"], permission_classes=[IsAdmin])
    def discard(self, request: Request, pk: str) -> Response:
        """End a mail that waits, failed or is parked, without sending it."""
        self.get_object()
        return Response(NotificationOut(services.discard_mail(notification_id=int(pk), now=timezone.now())).data)


class TemplateViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.DestroyModelMixin,
    viewsets.GenericViewSet[NotificationTemplate],
):
    """What each type says, in each language. Deleting a template brings back the one that ships with the product.

    The list is of the default language unless another is asked for by `language`.
    """

    permission_classes = [IsAdmin]
    queryset = NotificationTemplate.objects.filter(notification_type__in=NotificationTypes.values)
    filterset_class = TemplateFilter
    search_fields = ["notification_type", "subject", "body_text"]
    ordering_fields = ["notification_type", "updated_at", "version"]
    ordering = ["notification_type"]
    lookup_value_regex = ID

    def get_queryset(self) -> QuerySet[NotificationTemplate]:
        templates = super().get_queryset()
        if self.action == "list" and "language" not in self.request.query_params:
            return templates.filter(language=default_language())
        return templates

    def get_serializer_class(self) -> Any:
        return TemplateRow if self.action == "list" else TemplateOut

    @extend_schema(request=TemplateCreateIn, responses={201: TemplateOut})
    @idempotent
    def create(self, request: Request) -> Response:
        data = TemplateCreateIn(data=request.data)
        data.is_valid(raise_exception=True)
        values = dict(data.validated_data)
        template = templates.create_template(
            notification_type=values.pop("notification_type"),
            language=values.pop("language"),
            values=values,
            person=caller(request),
            now=timezone.now(),
        )
        return Response(TemplateOut(template).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=TemplateChangeIn, responses=TemplateOut)
    def update(self, request: Request, pk: str) -> Response:
        return self._change(request, partial=False)

    @extend_schema(request=TemplateChangeIn, responses=TemplateOut)
    def partial_update(self, request: Request, pk: str) -> Response:
        return self._change(request, partial=True)

    def _change(self, request: Request, *, partial: bool) -> Response:
        template = self.get_object()
        data = TemplateChangeIn(data=request.data, partial=partial)
        data.is_valid(raise_exception=True)
        values = dict(data.validated_data)
        changed = templates.change_template(
            template_id=template.pk,
            expected_version=values.pop("version", None),
            values=values,
            person=caller(request),
            now=timezone.now(),
        )
        return Response(TemplateOut(changed).data)

    @extend_schema(request=PreviewIn, responses=PreviewOut)
    @action(detail=True, methods=["post"])
    def preview(self, request: Request, pk: str) -> Response:
        """Show the mail and the in-app notification with sample values; nothing is stored."""
        template = self.get_object()
        data = PreviewIn(data=request.data)
        data.is_valid(raise_exception=True)
        values = dict(data.validated_data)
        context = values.pop("context")
        parts = {part: getattr(template, part) for part in templates.PARTS} | values
        return Response(templates.preview(kind=template.type, values=parts, context=context))

    @extend_schema(responses=TemplateVersionOut(many=True), filters=False)
    @action(
        detail=True,
        filterset_class=None,
        search_fields=[],
        ordering_fields=["version"],
        ordering=["-version"],
    )
    def versions(self, request: Request, pk: str) -> Response:
        """Every version the type has had in the template's language, newest first."""
        rows = self.get_object_by_id().versions
        page = self.paginate_queryset(self.filter_queryset(rows))  # type: ignore[arg-type]
        return self.get_paginated_response(TemplateVersionOut(page or [], many=True).data)

    @extend_schema(request=RestoreIn, responses=TemplateOut)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Make an earlier version the next one."""
        template = self.get_object()
        data = RestoreIn(data=request.data)
        data.is_valid(raise_exception=True)
        restored = templates.restore_version(
            template_id=template.pk,
            version=data.validated_data["version"],
            person=caller(request),
            now=timezone.now(),
        )
        return Response(TemplateOut(restored).data)

    def get_object_by_id(self) -> NotificationTemplate:
        template = NotificationTemplate.objects.filter(pk=self.kwargs["pk"]).first()
        if template is None:
            raise NotFound()
        return template


class PreferencesView(APIView):
    """What the caller wants to get, on which channel and when."""

    permission_classes = [IsPerson]

    @extend_schema(responses=PreferencesOut)
    def get(self, request: Request) -> Response:
        return Response(PreferencesOut(preferences.preferences_of(caller(request).user_id)).data)

    @extend_schema(request=PreferencesIn, responses=PreferencesOut)
    def put(self, request: Request) -> Response:
        return self._change(request)

    @extend_schema(request=PreferencesIn, responses=PreferencesOut)
    def patch(self, request: Request) -> Response:
        """Change what is mentioned; the rest stays."""
        return self._change(request)

    def _change(self, request: Request) -> Response:
        data = PreferencesIn(data=request.data)
        data.is_valid(raise_exception=True)
        changed = preferences.change_preferences(
            user_id=caller(request).user_id,
            choices=data.validated_data["types"],
            schedule=data.validated_data.get("schedule", {}),
            now=timezone.now(),
        )
        return Response(PreferencesOut(changed).data)


class UnsubscribeView(APIView):
    """The one-click link of a digest. The signed token is the permission."""

    authentication_classes = []
    permission_classes = [AllowAny]
    parser_classes = [FormParser, MultiPartParser, JSONParser]

    @extend_schema(
        request=None,
        responses={204: None},
        parameters=[OpenApiParameter("token", str, OpenApiParameter.PATH)],
    )
    def post(self, request: Request, token: str) -> Response:
        user_id = person_of_token(token)
        if user_id is None:
            raise NotFound("The link is not valid.")
        preferences.unsubscribe(user_id=user_id)
        return Response(status=status.HTTP_204_NO_CONTENT)
