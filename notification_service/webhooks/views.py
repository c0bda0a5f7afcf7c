"""Webhooks: administrators say where events go, and see what became of them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ticketing_common.idempotency import idempotent
from ticketing_common.permissions import IsAdmin, caller
from webhooks import services
from webhooks.filters import DeliveryFilter
from webhooks.models import WebhookDelivery, WebhookEndpoint
from webhooks.serializers import DeliveryOut, EndpointIn, EndpointOut, EndpointWithSecretOut

ID = r"[0-9]{1,18}"


@extend_schema(tags=["webhooks"])
class WebhookViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[WebhookEndpoint]):
    """Addresses outside that are told of events. Secrets are shown once, so what shows one takes no idempotency key."""

    permission_classes = [IsAdmin]
    serializer_class = EndpointOut
    filterset_class: Any = None
    filterset_fields = ["is_active"]
    search_fields = ["url", "description"]
    ordering_fields = ["id", "created_at", "url"]
    ordering = ["id"]
    lookup_value_regex = ID

    def get_queryset(self) -> QuerySet[Any]:
        if self.action == "deliveries":
            return WebhookDelivery.objects.all()
        return WebhookEndpoint.objects.all()

    @extend_schema(request=EndpointIn, responses={201: EndpointWithSecretOut})
    def create(self, request: Request) -> Response:
        """Add an endpoint; its secret is shown this one time."""
        given = EndpointIn(data=request.data)
        given.is_valid(raise_exception=True)
        endpoint, secret = services.create_endpoint(
            values=given.validated_data, person=caller(request), now=timezone.now()
        )
        return _with_secret(endpoint, secret, status.HTTP_201_CREATED)

    @extend_schema(request=EndpointIn, responses=EndpointOut)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what is mentioned; switched on again, it is sent what has waited."""
        given = EndpointIn(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        endpoint = services.change_endpoint(endpoint_id=int(pk), values=given.validated_data, now=timezone.now())
        return Response(EndpointOut(endpoint).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete the endpoint with its log and what waits for it."""
        services.delete_endpoint(endpoint_id=int(pk))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=EndpointWithSecretOut)
    @action(detail=True, methods=["post"], url_path="rotate-secret")
    def rotate_secret(self, request: Request, pk: str) -> Response:
        """Make a new secret, shown this one time; the one before signs beside it for 24 hours."""
        endpoint, secret = services.rotate_secret(endpoint_id=int(pk), now=timezone.now())
        return _with_secret(endpoint, secret, status.HTTP_200_OK)

    @extend_schema(request=None, responses={202: DeliveryOut})
    @action(detail=True, methods=["post"])
    @idempotent
    def test(self, request: Request, pk: str) -> Response:
        """Send the event `webhook.test`; the log says what came of it."""
        delivery = services.send_test(endpoint_id=int(pk), person=caller(request), now=timezone.now())
        return Response(DeliveryOut(delivery).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(responses=DeliveryOut(many=True))
    @action(
        detail=True,
        filterset_fields=None,
        filterset_class=DeliveryFilter,
        search_fields=[],
        ordering_fields=["created_at"],
        ordering=["-created_at", "-id"],
    )
    def deliveries(self, request: Request, pk: str) -> Response:
        """The log: each event with what was sent and the last answer, the newest first."""
        if not WebhookEndpoint.objects.filter(pk=int(pk)).exists():
            raise services.EndpointNotFound()
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset().filter(endpoint_id=int(pk))))
        return self.get_paginated_response(DeliveryOut(page or [], many=True).data)

    @extend_schema(
        request=None,
        responses={202: DeliveryOut},
        parameters=[OpenApiParameter("delivery_id", int, OpenApiParameter.PATH)],
    )
    @action(detail=True, methods=["post"], url_path=rf"deliveries/(?P<delivery_id>{ID})/replay")
    @idempotent
    def replay(self, request: Request, pk: str, delivery_id: str) -> Response:
        """Send a closed delivery once more, with the same id and body."""
        delivery = services.replay(endpoint_id=int(pk), delivery_id=int(delivery_id), now=timezone.now())
        return Response(DeliveryOut(delivery).data, status=status.HTTP_202_ACCEPTED)


def _with_secret(endpoint: WebhookEndpoint, secret: str, code: int) -> Response:
    return Response({**EndpointOut(endpoint).data, "secret": secret}, status=code)
