"""The kinds of files that tickets and comments take, for clients to check before they send."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ticketing_common.permissions import IsPerson
from ticketing_common.uploads import CONTENT_TYPES, SHOWN_INLINE


class KindOut(serializers.Serializer[Any]):
    extension = serializers.CharField(help_text="In small letters, without the dot.")
    content_type = serializers.CharField()
    is_shown = serializers.BooleanField(help_text="Browsers may show it; everything else is a download.")


class KindsOut(serializers.Serializer[Any]):
    kinds = KindOut(many=True)
    max_bytes = serializers.IntegerField(help_text="Of one file.")
    max_files = serializers.IntegerField(help_text="Of one ticket or one comment.")


class KindsView(APIView):
    permission_classes = [IsPerson]

    @extend_schema(responses=KindsOut)
    def get(self, request: Request) -> Response:
        """Which files may be sent."""
        kinds = [
            {"extension": extension, "content_type": content_type, "is_shown": content_type in SHOWN_INLINE}
            for extension, content_type in sorted(CONTENT_TYPES.items())
        ]
        limits = {"max_bytes": settings.ATTACHMENT_MAX_BYTES, "max_files": settings.ATTACHMENT_MAX_FILES}
        return Response({"kinds": kinds, **limits})
