"""Keys for services: administrators manage them, services ask whether one is good."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from keys import api_keys
from keys.models import ApiKey
from signin.clients import actor_of, origin_of
from ticketing_common.permissions import IsAdmin
from ticketing_common.serializers import BoundedList, StrictFields
from users.serializers import single_line

MAX_OVERLAP_HOURS = 24 * 30


class ApiKeyOut(serializers.ModelSerializer[ApiKey]):
    scopes = serializers.ListField(child=serializers.CharField())
    is_live = serializers.SerializerMethodField()

    class Meta:
        model = ApiKey
        fields = [
            "id",
            "name",
            "scopes",
            "prefix",
            "is_live",
            "created_at",
            "created_by_id",
            "expires_at",
            "revoked_at",
            "last_used_at",
        ]
        read_only_fields = fields

    def get_is_live(self, key: ApiKey) -> bool:
        return key.revoked_at is None and (key.expires_at is None or key.expires_at > timezone.now())


class NewApiKeyOut(ApiKeyOut):
    key = serializers.CharField(help_text="Shown this one time")

    class Meta(ApiKeyOut.Meta):
        fields = [*ApiKeyOut.Meta.fields, "key"]
        read_only_fields = fields


class ApiKeyIn(StrictFields):
    name = serializers.CharField(max_length=64, validators=[single_line], help_text="The service that will use it")
    scopes = BoundedList(child=serializers.ChoiceField(choices=ApiKey.Scope.choices), allow_empty=False, max_length=20)
    expires_at = serializers.DateTimeField(required=False)

    def validate_expires_at(self, value: Any) -> Any:
        if value <= timezone.now():
            raise serializers.ValidationError("Must lie in the future.", code="invalid")
        return value


class RotateIn(StrictFields):
    overlap_hours = serializers.IntegerField(
        min_value=0, max_value=MAX_OVERLAP_HOURS, default=24, help_text="How long the old key stays good"
    )


class CheckIn(StrictFields):
    key = serializers.CharField(max_length=256)


class CheckOut(serializers.Serializer[ApiKey]):
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    expires_at = serializers.DateTimeField(allow_null=True)


@extend_schema(tags=["api-keys"])
class ApiKeyViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet[ApiKey]):
    permission_classes = [IsAdmin]
    serializer_class = ApiKeyOut
    filterset_fields = ["name"]
    search_fields = ["name", "prefix"]
    ordering_fields = ["name", "created_at", "last_used_at", "id"]
    ordering = ["name", "-created_at"]
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self) -> QuerySet[ApiKey]:
        return ApiKey.objects.all()

    def _shown_once(self, key: ApiKey, plain: str) -> Response:
        return Response(dict(ApiKeyOut(key).data) | {"key": plain}, status=201)

    @extend_schema(request=ApiKeyIn, responses={201: NewApiKeyOut}, summary="Make a key; it is shown this one time")
    def create(self, request: Request) -> Response:
        given = ApiKeyIn(data=request.data)
        given.is_valid(raise_exception=True)
        key, plain = api_keys.create_key(**given.validated_data, by=actor_of(request), now=timezone.now())
        return self._shown_once(key, plain)

    @extend_schema(
        request=RotateIn, responses={201: NewApiKeyOut}, summary="Make a successor; the old key stays good for a while"
    )
    @action(detail=True, methods=["post"])
    def rotate(self, request: Request, pk: str) -> Response:
        given = RotateIn(data=request.data)
        given.is_valid(raise_exception=True)
        key, plain = api_keys.rotate_key(
            key_id=int(pk),
            overlap=timedelta(hours=given.validated_data["overlap_hours"]),
            by=actor_of(request),
            now=timezone.now(),
        )
        return self._shown_once(key, plain)

    @extend_schema(request=None, responses=ApiKeyOut, summary="Revoke a key at once")
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: str) -> Response:
        key = api_keys.revoke_key(key_id=int(pk), by=actor_of(request), now=timezone.now())
        return Response(ApiKeyOut(key).data)

    @extend_schema(
        request=CheckIn,
        responses=CheckOut,
        summary="Whether a key is good; who holds the key may ask",
        auth=[],
    )
    @action(detail=False, methods=["post"], permission_classes=[AllowAny], authentication_classes=[])
    def verify(self, request: Request) -> Response:
        given = CheckIn(data=request.data)
        given.is_valid(raise_exception=True)
        key = api_keys.check_key(
            plain=given.validated_data["key"], address=origin_of(request).address, now=timezone.now()
        )
        return Response(CheckOut(key).data)
