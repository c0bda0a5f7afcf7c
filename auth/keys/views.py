"""The public keys, for every service and for anyone who wants to verify a token."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from keys.ring import ring

JWKS_MAX_AGE_SECONDS = 60


class JWKOut(serializers.Serializer[dict[str, str]]):
    kty = serializers.CharField()
    n = serializers.CharField()
    e = serializers.CharField()
    use = serializers.CharField()
    alg = serializers.CharField()
    kid = serializers.CharField()


class JWKSView(APIView):
    """Public keys of access tokens."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="jwks",
        tags=["keys"],
        responses=inline_serializer("JWKS", {"keys": JWKOut(many=True)}),
        summary="The keys that verify access tokens",
    )
    def get(self, request: Request) -> Response:
        return Response(ring.jwks(), headers={"Cache-Control": f"public, max-age={JWKS_MAX_AGE_SECONDS}"})
