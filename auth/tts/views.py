"""What TTS asks auth for: its agents, and a full snapshot of roles and members."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from signin.clients import actor_of
from system_roles.models import UserSystemRole
from systems.models import System
from ticketing_common.permissions import IsAdmin, IsAgent, caller
from tts import drift, sync
from users.filters import PEOPLE_FILTERS
from users.models import User


class AgentOut(serializers.Serializer[User]):
    user_id = serializers.IntegerField(source="pk")
    full_name = serializers.CharField()
    email = serializers.EmailField()
    avatar_url = serializers.CharField()
    is_active = serializers.BooleanField()
    roles = serializers.SerializerMethodField()

    def get_roles(self, user: User) -> list[str]:
        roles: dict[int, dict[str, list[str]]] = self.context["roles"]
        return roles.get(user.pk, {}).get(System.TTS, [])


class AgentFilter(filters.FilterSet):  # type: ignore[misc]
    role = filters.CharFilter(method="by_role", label="Holds this role now")

    class Meta:
        model = User
        fields = ["role"]

    def by_role(self, rows: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        holders = UserSystemRole.objects.effective().of_system(System.TTS).filter(role__name__iexact=value)
        return rows.filter(pk__in=holders.values("user_id"))


class SnapshotOut(serializers.Serializer[Any]):
    snapshot_id = serializers.CharField()
    taken_at = serializers.DateTimeField()
    roles = serializers.IntegerField()
    members = serializers.IntegerField()
    people = serializers.IntegerField()


@extend_schema(tags=["tts"], responses=AgentOut(many=True), summary="Active people with a role in TTS, also by role")
class AgentListView(generics.GenericAPIView[User]):
    permission_classes = [IsAgent]
    serializer_class = AgentOut
    filterset_class = AgentFilter
    search_fields = ["search_text"]
    filter_backends = PEOPLE_FILTERS
    ordering_fields = ["last_name", "first_name", "id"]
    ordering = ["last_name", "first_name", "id"]

    def get_queryset(self) -> QuerySet[User]:
        holders = UserSystemRole.objects.effective().of_system(System.TTS).exclude(role__name="User")
        return User.objects.active().filter(pk__in=holders.values("user_id"))

    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        roles = UserSystemRole.objects.filter(user_id__in=[user.pk for user in page]).names_by_user()
        return self.get_paginated_response([AgentOut(user, context={"roles": roles}).data for user in page])


class SyncView(APIView):
    permission_classes = [IsAdmin]

    @extend_schema(
        tags=["tts"], request=None, responses={202: SnapshotOut}, summary="Send a full snapshot to all who keep copies"
    )
    def post(self, request: Request) -> Response:
        sent = sync.send_snapshot(by=actor_of(request), now=timezone.now())
        return Response(SnapshotOut(sent).data, status=202)


class DifferenceOut(serializers.Serializer[Any]):
    missing = serializers.ListField(child=serializers.DictField())
    extra = serializers.ListField(child=serializers.DictField())
    outdated = serializers.ListField(child=serializers.DictField())


class DriftOut(serializers.Serializer[Any]):
    consumer = serializers.CharField()
    checked_at = serializers.DateTimeField()
    is_in_sync = serializers.BooleanField()
    messages_waiting = serializers.IntegerField(help_text="News of roles and members that is still on its way")
    roles = DifferenceOut()
    members = DifferenceOut()


class DriftView(APIView):
    permission_classes = [IsAdmin]

    @extend_schema(tags=["tts"], responses=DriftOut, summary="What the workflow API's copy of roles and members lacks")
    def get(self, request: Request) -> Response:
        found = drift.report(access_token=caller(request).token, now=timezone.now())
        return Response(DriftOut(found).data)
