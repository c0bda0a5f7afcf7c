"""Calendars and categories. Agents read, administrators write."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ticketing_common.idempotency import idempotent
from ticketing_common.permissions import caller
from workflow import calendars, categories
from workflow.fields import checked
from workflow.models import Calendar, Category
from workflow.permissions import AgentsReadAdminsWrite
from workflow.serializers import CalendarIn, CalendarOut, CategoryIn, CategoryOut, DueOut, DueParams


class CalendarViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Calendar]):
    """Working hours. Deployed versions keep the hours they were deployed with."""

    serializer_class = CalendarOut
    permission_classes = [AgentsReadAdminsWrite]
    lookup_value_regex = "[0-9]{1,18}"
    filterset_fields = ("time_zone",)
    search_fields = ("name",)
    ordering_fields = ("id", "name")
    ordering = ("name",)
    queryset = Calendar.objects.all()

    @extend_schema(request=CalendarIn, responses={201: CalendarOut})
    @idempotent
    def create(self, request: Request) -> Response:
        return self._save(request, None, status.HTTP_201_CREATED)

    @extend_schema(request=CalendarIn, responses=CalendarOut)
    def update(self, request: Request, pk: str) -> Response:
        return self._save(request, int(pk), status.HTTP_200_OK)

    @extend_schema(request=CalendarIn, responses=CalendarOut)
    def partial_update(self, request: Request, pk: str) -> Response:
        return self._save(request, int(pk), status.HTTP_200_OK, partial=True)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        calendars.delete_calendar(calendar_id=int(pk), actor=caller(request), now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        summary="Say when working time that starts now is over",
        description="`due_at` is null where the calendar does not get there within a hundred years.",
        parameters=[DueParams],
        responses=DueOut,
        filters=False,
    )
    @action(detail=True, methods=["get"])
    def due(self, request: Request, pk: str) -> Response:
        given = checked(DueParams(data=request.query_params))
        now = timezone.now()
        due_at = calendars.due_at(calendar_id=int(pk), start=now, amount=given["duration"])
        return Response(DueOut({"starts_at": now, "due_at": due_at}).data)

    def _save(self, request: Request, calendar_id: int | None, code: int, *, partial: bool = False) -> Response:
        given = CalendarIn(data=request.data, partial=partial)
        given.is_valid(raise_exception=True)
        saved = calendars.save_calendar(
            calendar_id=calendar_id, values=given.validated_data, actor=caller(request), now=timezone.now()
        )
        return Response(CalendarOut(saved).data, status=code)


class CategoryViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Category]):
    """Categories and sub-categories, for choice lists."""

    serializer_class = CategoryOut
    permission_classes = [AgentsReadAdminsWrite]
    lookup_value_regex = "[0-9]{1,18}"
    filterset_fields = ("parent",)
    search_fields = ("name",)
    ordering_fields = ("id", "name")
    ordering = ("name",)

    def get_queryset(self) -> QuerySet[Category]:
        return Category.objects.all()

    @extend_schema(request=CategoryIn, responses={201: CategoryOut})
    @idempotent
    def create(self, request: Request) -> Response:
        values = self._given(request)
        saved = categories.save_category(category_id=None, actor=caller(request), now=timezone.now(), **values)
        return Response(CategoryOut(saved).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=CategoryIn, responses=CategoryOut)
    def update(self, request: Request, pk: str) -> Response:
        values = self._given(request)
        saved = categories.save_category(category_id=int(pk), actor=caller(request), now=timezone.now(), **values)
        return Response(CategoryOut(saved).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        categories.delete_category(category_id=int(pk), actor=caller(request), now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _given(self, request: Request) -> dict[str, Any]:
        given = CategoryIn(data=request.data)
        given.is_valid(raise_exception=True)
        return {"name": given.validated_data["name"], "parent_id": given.validated_data.get("parent")}
