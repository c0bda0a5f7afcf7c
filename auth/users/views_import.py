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
from ticketing_common.serializers import StrictFields
from users import people_file, people_import


class ImportIn(StrictFields):
    file = serializers.FileField(max_length=255, help_text="CSV of Excel or a directory: email, last_name and others")
    dry_run = serializers.BooleanField(default=False, help_text="Only tell what would happen")
    skip_faulty = serializers.BooleanField(default=False, help_text="Add the good rows although others are at fault")
    invite = serializers.BooleanField(default=False, help_text="Mail everybody a link to set a password")


class RowErrorOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    detail = serializers.CharField()
    attr = serializers.CharField(allow_null=True)
    column = serializers.CharField(allow_null=True, help_text="The heading of the column in the file")


class RowOut(serializers.Serializer[Any]):
    row = serializers.IntegerField(source="number")
    email = serializers.CharField()
    errors = RowErrorOut(many=True)  # type: ignore[assignment]  # DRF takes declared fields off the class
    notes = RowErrorOut(many=True, help_text="What was left out of a row that is good")


class ImportOut(serializers.Serializer[Any]):
    is_imported = serializers.BooleanField()
    good = serializers.IntegerField()
    failed = serializers.IntegerField()
    ignored_columns = serializers.ListField(child=serializers.CharField(), help_text="Columns that are not used")
    rows = RowOut(many=True)


class ImportView(APIView):
    permission_classes = [IsAdmin]
    parser_classes = [MultiPartParser]

    @extend_schema(
        tags=["users"],
        request={"multipart/form-data": ImportIn},
        responses=ImportOut,
        summary="Import people: all rows or, when one is wrong, none; on request the good ones",
    )
    def post(self, request: Request) -> Response:
        if int(request.META.get("CONTENT_LENGTH") or 0) > 2 * people_file.MAX_BYTES:
            raise people_file.FileRefused("The file may have at most 1 MB.", attr="file")
        given = ImportIn(data=request.data)
        given.is_valid(raise_exception=True)
        file = people_file.read_people(given.validated_data["file"].read())
        rows = file.rows
        for row in rows:
            people_import.check_fields(row)
        is_imported = people_import.import_people(
            rows=rows,
            skips_faulty=given.validated_data["skip_faulty"],
            is_dry_run=given.validated_data["dry_run"],
            is_inviting=given.validated_data["invite"],
            by=actor_of(request),
            now=timezone.now(),
        )
        failed = sum(bool(row.errors) for row in rows)
        out = {
            "is_imported": is_imported,
            "good": len(rows) - failed,
            "failed": failed,
            "ignored_columns": file.ignored_columns,
            "rows": rows,
        }
        return Response(ImportOut(out).data)
