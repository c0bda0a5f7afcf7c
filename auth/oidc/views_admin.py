"""Providers, for administrators."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from oidc import checks, providers
from oidc.models import IdentityProvider
from oidc.serializers import ConfiguredOut, ProviderCheckOut, ProviderIn, ProviderOut
from signin.clients import actor_of
from ticketing_common.permissions import IsAdmin


@extend_schema(tags=["identity providers"])
class IdentityProviderViewSet(
    mixins.RetrieveModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet[IdentityProvider]
):
    """Those of the setting `OIDC_PROVIDERS` are listed apart, under `configured/`."""

    permission_classes = [IsAdmin]
    serializer_class = ProviderOut
    filterset_fields = ["is_active"]
    search_fields = ["name", "slug", "issuer"]
    ordering_fields = ["name", "slug", "created_at", "id"]
    ordering = ["name", "id"]
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self) -> QuerySet[IdentityProvider]:
        return IdentityProvider.objects.all()

    @extend_schema(request=ProviderIn, responses={201: ProviderOut}, summary="Add a provider")
    def create(self, request: Request) -> Response:
        given = ProviderIn(data=request.data)
        given.is_valid(raise_exception=True)
        row = providers.create_provider(values=given.validated_data, by=actor_of(request), now=timezone.now())
        return Response(ProviderOut(row).data, status=201)

    @extend_schema(
        request=ProviderIn,
        responses=ProviderOut,
        summary="Change a provider; the client secret stays when none is given",
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        given = ProviderIn(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        row = providers.change_provider(
            provider_id=int(pk), values=given.validated_data, by=actor_of(request), now=timezone.now()
        )
        return Response(ProviderOut(row).data)

    @extend_schema(responses={204: None}, summary="Delete a provider; accounts stay")
    def destroy(self, request: Request, pk: str) -> Response:
        providers.delete_provider(provider_id=int(pk), by=actor_of(request), now=timezone.now())
        return Response(status=204)

    @extend_schema(
        request=None,
        responses=ProviderCheckOut,
        summary="Fetch the provider's description and keys, and say what is wrong",
    )
    @action(detail=True, methods=["post"])
    def check(self, request: Request, pk: str) -> Response:
        return Response(ProviderCheckOut(checks.check(providers.provider_of_row(provider_id=int(pk)))).data)

    @extend_schema(responses=ConfiguredOut, summary="The providers of the setting, which can't be changed here")
    @action(detail=False, pagination_class=None, filter_backends=[])
    def configured(self, request: Request) -> Response:
        return Response(ConfiguredOut({"providers": list(providers.from_setting().values())}).data)
