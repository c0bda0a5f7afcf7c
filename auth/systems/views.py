"""Systems: everybody may read them, administrators add and describe them. Systems are never deleted."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from signin.clients import actor_of
from systems import services
from systems.models import System
from systems.serializers import SystemChangeIn, SystemIn, SystemOut
from ticketing_common.permissions import IsAdmin, IsPerson


@extend_schema(tags=["systems"])
class SystemViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet[System]):
    queryset = System.objects.all()
    serializer_class = SystemOut
    filterset_fields = ["slug"]
    search_fields = ["slug", "name"]
    ordering_fields = ["slug", "name", "id"]
    ordering = ["id"]
    lookup_value_regex = r"\d{1,18}"

    def get_permissions(self) -> list[BasePermission]:
        return [IsPerson() if self.action in {"list", "retrieve"} else IsAdmin()]

    @extend_schema(request=SystemIn, responses={201: SystemOut})
    def create(self, request: Request) -> Response:
        given = SystemIn(data=request.data)
        given.is_valid(raise_exception=True)
        system = services.create_system(**given.validated_data, by=actor_of(request), now=timezone.now())
        return Response(SystemOut(system).data, status=201)

    @extend_schema(request=SystemChangeIn, responses=SystemOut)
    def partial_update(self, request: Request, pk: str) -> Response:
        given = SystemChangeIn(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        system = services.change_system(
            system_id=self.get_object().pk, **given.validated_data, by=actor_of(request), now=timezone.now()
        )
        return Response(SystemOut(system).data)
