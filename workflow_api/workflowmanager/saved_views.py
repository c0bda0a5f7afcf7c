"""Saved views over HTTP."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from ticketing_common.errors import Conflict, Forbidden
from ticketing_common.idempotency import idempotent
from ticketing_common.permissions import IsAgent, caller
from ticketing_common.serializers import BoundedList, StrictFields
from workflow.fields import ObjectField, StorableText
from workflowmanager.models import SavedView

MAX_VIEWS = 100
MAX_ENTRIES = 40


class ViewNameTaken(Conflict):
    code = "view_name_taken"
    default_detail = "You have a view of this name already."


class TooManyViews(Conflict):
    code = "too_many_views"
    default_detail = f"A person keeps at most {MAX_VIEWS} views."


@extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
class QueryField(ObjectField):
    """Names and values of a query string."""

    def to_internal_value(self, data: Any) -> Any:
        value = super().to_internal_value(data)
        if len(value) > MAX_ENTRIES or not all(
            isinstance(v, str) and len(v) <= 2000 and len(k) <= 64 for k, v in value.items()
        ):
            raise serializers.ValidationError("Give at most 40 texts by name.")
        return value


class SavedViewDocument(StrictFields, serializers.ModelSerializer[SavedView]):
    answered = frozenset({"id", "is_mine", "owner_id", "owner_name", "created_at", "updated_at"})

    name = StorableText(max_length=64)
    page = serializers.SlugField(max_length=32, required=False)
    query = QueryField(required=False)
    columns = BoundedList(child=serializers.SlugField(max_length=64), max_length=MAX_ENTRIES, required=False)
    is_mine = serializers.SerializerMethodField()

    class Meta:
        model = SavedView
        fields = (
            "id",
            "name",
            "page",
            "query",
            "columns",
            "is_shared",
            "is_mine",
            "owner_id",
            "owner_name",
            "created_at",
            "updated_at",
        )
        read_only_fields = ("owner_id", "owner_name")

    def get_is_mine(self, view: SavedView) -> bool:
        return view.owner_id == caller(self.context["request"]).user_id


class SavedViewFilter(django_filters.FilterSet):  # type: ignore[misc]
    for_page = django_filters.CharFilter(field_name="page", label="The page that the view is of; `page` numbers pages.")

    class Meta:
        model = SavedView
        fields = ("is_shared",)


@extend_schema_view(
    list=extend_schema(summary="List your views and the shared ones"),
    create=extend_schema(summary="Save a view"),
    retrieve=extend_schema(summary="Read a view"),
    update=extend_schema(summary="Change a view"),
    partial_update=extend_schema(summary="Change parts of a view"),
    destroy=extend_schema(summary="Delete a view"),
)
class SavedViewViewSet(viewsets.ModelViewSet[SavedView]):
    """Named ways of looking at a list: your own, and those shared with everybody."""

    permission_classes = [IsAgent]
    serializer_class = SavedViewDocument
    filterset_class = SavedViewFilter
    lookup_value_regex = "[0-9]{1,18}"
    search_fields = ("name",)
    ordering_fields = ("name", "created_at", "id")
    ordering = ("name", "id")

    def get_queryset(self) -> QuerySet[SavedView]:
        if getattr(self, "swagger_fake_view", False):
            return SavedView.objects.none()
        return SavedView.objects.filter(Q(owner_id=caller(self.request).user_id) | Q(is_shared=True))

    @idempotent
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().create(request, *args, **kwargs)

    def perform_create(self, serializer: Any) -> None:
        person = caller(self.request)
        if SavedView.objects.filter(owner_id=person.user_id).count() >= MAX_VIEWS:
            raise TooManyViews()
        self._save(serializer, owner_id=person.user_id, owner_name=person.full_name)

    def perform_update(self, serializer: Any) -> None:
        self._check_owner(serializer.instance)
        self._save(serializer)

    def perform_destroy(self, instance: SavedView) -> None:
        self._check_owner(instance)
        instance.delete()

    def _save(self, serializer: Any, **fields: Any) -> None:
        try:
            with transaction.atomic():
                serializer.save(**fields)
        except IntegrityError as error:
            raise ViewNameTaken(attr="name") from error

    def _check_owner(self, view: SavedView) -> None:
        person = caller(self.request)
        if view.owner_id != person.user_id and not person.is_admin:
            raise Forbidden("Only the owner of a view or an administrator may change it.")
