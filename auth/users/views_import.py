"""Import people from a CSV file."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from signin.clients import actor_of
from ticketing_common.permissions import IsAdmin
from users import importing
from users.serializers import NewUserIn


class ImportIn(serializers.Serializer[Any]):
    file = serializers.FileField(max_length=255, help_text="CSV; columns email, first_name, last_name and others")
    dry_run = serializers.BooleanField(default=False, help_text="Only tell what would happen")
    invite = serializers.BooleanField(default=False, help_text="Mail everybody a link to set a password")


class RowErrorOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    detail = serializers.CharField()
    attr = serializers.CharField(allow_null=True)


class RowOut(serializers.Serializer[Any]):
    row = serializers.IntegerField(source="number")
    email = serializers.SerializerMethodField()
    errors = RowErrorOut(many=True)  # type: ignore[assignment]  # DRF takes declared fields off the class

    def get_email(self, row: importing.Row) -> str:
        return row.fields.get("email", "")


class ImportOut(serializers.Serializer[Any]):
    is_imported = serializers.BooleanField()
    good = serializers.IntegerField()
    failed = serializers.IntegerField()
    rows = RowOut(many=True)


class ImportView(APIView):
    permission_classes = [IsAdmin]
    parser_classes = [MultiPartParser]

    @extend_schema(
        tags=["users"],
        request={"multipart/form-data": ImportIn},
        responses=ImportOut,
        summary="Import people: all rows or, when one is wrong, none",
    )
    def post(self, request: Request) -> Response:
        if int(request.META.get("CONTENT_LENGTH") or 0) > 2 * importing.MAX_BYTES:
            raise importing.FileRefused("The file may have at most 1 MB.", attr="file")
        given = ImportIn(data=request.data)
        given.is_valid(raise_exception=True)
        rows = importing.read_rows(given.validated_data["file"].read())
        for row in rows:
            check_fields(row)
        is_imported = importing.import_people(
            rows=rows,
            is_dry_run=given.validated_data["dry_run"],
            is_inviting=given.validated_data["invite"],
            by=actor_of(request),
            now=timezone.now(),
        )
        failed = sum(bool(row.errors) for row in rows)
        out = {"is_imported": is_imported, "good": len(rows) - failed, "failed": failed, "rows": rows}
        return Response(ImportOut(out).data)


def check_fields(row: importing.Row) -> None:
    """Check a row as one person over the API would be checked."""
    given = NewUserIn(data=row.fields)
    if given.is_valid():
        return
    for name, errors in given.errors.items():
        for error in errors:
            row.refuse(getattr(error, "code", "invalid"), str(error), str(name))
