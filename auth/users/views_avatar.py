"""Pictures of people."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from signin.clients import actor_of
from ticketing_common.permissions import caller
from ticketing_common.serializers import StrictFields
from users import avatars
from users.serializers import UserOut
from users.views import person_out

FORM_OVERHEAD = 16 * 1024


class AvatarIn(StrictFields):
    file = serializers.FileField(max_length=255, help_text="JPEG, PNG or WebP, at most 20 MB")


@extend_schema(tags=["me"])
class AvatarView(APIView):
    parser_classes = [MultiPartParser]

    @extend_schema(request={"multipart/form-data": AvatarIn}, responses=UserOut, summary="Set one's picture")
    def put(self, request: Request) -> Response:
        # Before the body is read, so that a huge upload costs nothing.
        if int(request.META.get("CONTENT_LENGTH") or 0) > avatars.MAX_BYTES + FORM_OVERHEAD:
            raise avatars.PictureTooLarge(attr="file")
        given = AvatarIn(data=request.data)
        given.is_valid(raise_exception=True)
        user_id = caller(request).user_id
        avatars.set_avatar(
            user_id=user_id,
            content=given.validated_data["file"].read(),
            by=actor_of(request),
            now=timezone.now(),
        )
        return Response(person_out(user_id))

    @extend_schema(responses={204: None}, summary="Remove one's picture")
    def delete(self, request: Request) -> Response:
        avatars.remove_avatar(user_id=caller(request).user_id, by=actor_of(request), now=timezone.now())
        return Response(status=204)


def serve_avatar(request: HttpRequest, name: str) -> FileResponse:
    """Answer with a picture. Its name can't be guessed and is new with each picture, so it may be kept for ever."""
    try:
        file = avatars.path_of(name).open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(file, content_type="image/webp")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-site"
    return response
