"""Routes of the test project: the shared ones, and views that do what the tests need."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from rest_framework import exceptions, generics, permissions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from project.models import Thing
from ticketing_common.authentication import ApiKeyAuthentication, JWTAuthentication
from ticketing_common.errors import Conflict, NotFound
from ticketing_common.idempotency import idempotent
from ticketing_common.permissions import IsAdmin, IsAgent, IsService, caller
from ticketing_common.urls import shared_urls


class ThingSerializer(serializers.ModelSerializer[Thing]):
    class Meta:
        model = Thing
        fields = ["id", "name", "size"]


class ThingsView(generics.ListCreateAPIView[Thing]):
    queryset = Thing.objects.order_by("id")
    serializer_class = ThingSerializer
    permission_classes = [permissions.AllowAny]
    filterset_fields = {"name": ["exact", "icontains"], "size": ["exact", "gte"]}
    ordering_fields = ["name", "size"]
    search_fields = ["name"]

    @idempotent
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        if request.data.get("name") == "refuse after writing":
            Thing.objects.create(name="half done")
            return Response({"type": "client_error", "errors": []}, status=409)
        return super().create(request, *args, **kwargs)


class WhoView(APIView):
    def get(self, request: Request) -> Response:
        person = caller(request)
        return Response({"user_id": person.user_id, "is_admin": person.is_admin, "is_agent": person.is_agent})


class AgentView(APIView):
    permission_classes = [IsAgent]

    def get(self, request: Request) -> Response:
        return Response({})


class AdminView(APIView):
    permission_classes = [IsAdmin]

    def get(self, request: Request) -> Response:
        return Response({})


class ServiceView(APIView):
    authentication_classes = [ApiKeyAuthentication, JWTAuthentication]
    permission_classes = [IsService]

    def get(self, request: Request) -> Response:
        return Response({"service": request.user.name})


RAISES: dict[str, Exception] = {
    "conflict": Conflict(current_version=7),
    "attr": Conflict("Wrong size.", attr="size"),
    "retry": NotFound(retry_after=30),
    "http404": Http404("secret detail"),
    "denied": PermissionDenied("secret detail"),
    "nested": exceptions.ValidationError({"steps": [{}, {"name": ["Missing."]}], "non_field_errors": ["Odd."]}),
    "throttled": exceptions.Throttled(wait=3.2),
    "database": OperationalError("could not connect to server: secret detail"),
    "bug": RuntimeError("secret detail"),
}


class RaiseView(APIView):
    permission_classes = [permissions.AllowAny]

    def get(self, request: Request, what: str) -> Response:
        raise RAISES[what]


def plain_bug(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("secret detail")


urlpatterns = [
    *shared_urls(),
    path("things/", ThingsView.as_view()),
    path("who/", WhoView.as_view()),
    path("agent/", AgentView.as_view()),
    path("admin/", AdminView.as_view()),
    path("service/", ServiceView.as_view()),
    path("raise/<str:what>/", RaiseView.as_view()),
    path("plain-bug/", plain_bug),
    path("token/<str:token>/", lambda request, token: plain_bug(request)),
]

handler400 = "ticketing_common.problems.handler400"
handler403 = "ticketing_common.problems.handler403"
handler404 = "ticketing_common.problems.handler404"
handler500 = "ticketing_common.problems.handler500"
