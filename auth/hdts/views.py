"""Employees of the help desk."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from hdts import services
from hdts.models import Employee
from security.services import Actor
from signin.clients import actor_of, origin_of
from ticketing_common.authentication import ApiKeyAuthentication, JWTAuthentication, ServiceIdentity
from ticketing_common.permissions import IsAdmin, IsService
from ticketing_common.serializers import StrictFields
from users.filters import PEOPLE_FILTERS
from users.serializers import AddressField, NameField, PhoneField, single_line

MAX_EMPLOYEES = 200


class EmployeeOut(serializers.ModelSerializer[Employee]):
    user_id = serializers.IntegerField()
    full_name = serializers.CharField(source="user.full_name")
    email = serializers.EmailField(source="user.email")
    department = serializers.CharField(source="user.department")
    company_id = serializers.CharField(source="user.company_id")
    is_active = serializers.BooleanField(source="user.is_active")

    class Meta:
        model = Employee
        fields = [
            "id",
            "user_id",
            "full_name",
            "email",
            "department",
            "company_id",
            "is_active",
            "source_id",
            "status",
            "reason",
            "decided_by_id",
            "decided_at",
            "created_at",
        ]
        read_only_fields = fields


class RejectIn(StrictFields):
    reason = serializers.CharField(max_length=255, validators=[single_line])


class EmployeeIn(StrictFields):
    source_id = serializers.CharField(max_length=64, validators=[single_line], help_text="The help desk's own id")
    email = AddressField()
    first_name = NameField(max_length=80, allow_blank=True)
    last_name = NameField(max_length=80)
    department = NameField(max_length=80, required=False)
    company_id = NameField(max_length=32, required=False)
    phone_number = PhoneField(required=False, allow_blank=False)


class EmployeesIn(StrictFields):
    employees = EmployeeIn(many=True, allow_empty=False)

    def validate_employees(self, value: list[Any]) -> list[Any]:
        if len(value) > MAX_EMPLOYEES:
            raise serializers.ValidationError(f"At most {MAX_EMPLOYEES} at once.", code="too_many")
        return value


class EmployeeResultOut(serializers.Serializer[Any]):
    source_id = serializers.CharField()
    status = serializers.CharField(help_text="Pending, Approved, Rejected, or failed")
    user_id = serializers.IntegerField(required=False)
    is_new = serializers.BooleanField(required=False)
    code = serializers.CharField(required=False)
    detail = serializers.CharField(required=False)


class EmployeeResultsOut(serializers.Serializer[Any]):
    results = EmployeeResultOut(many=True)


@extend_schema(tags=["hdts"])
class EmployeeViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet[Employee]):
    permission_classes = [IsAdmin]
    serializer_class = EmployeeOut
    filterset_fields = ["status", "source_id"]
    search_fields = ["user__search_text", "source_id"]
    filter_backends = PEOPLE_FILTERS
    ordering_fields = ["created_at", "decided_at", "id"]
    ordering = ["-created_at", "-id"]
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self) -> QuerySet[Employee]:
        return Employee.objects.select_related("user")

    @extend_schema(request=None, responses=EmployeeOut, summary="Approve")
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        employee = services.approve(employee_id=int(pk), by=actor_of(request), now=timezone.now())
        return Response(EmployeeOut(employee).data)

    @extend_schema(request=RejectIn, responses=EmployeeOut, summary="Reject, with a reason")
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: str) -> Response:
        given = RejectIn(data=request.data)
        given.is_valid(raise_exception=True)
        employee = services.reject(
            employee_id=int(pk), reason=given.validated_data["reason"], by=actor_of(request), now=timezone.now()
        )
        return Response(EmployeeOut(employee).data)


class EmployeeSyncView(APIView):
    """For the help desk, with a service key, and for administrators."""

    authentication_classes = [JWTAuthentication, ApiKeyAuthentication]
    permission_classes = [IsAdmin | IsService]

    @extend_schema(
        tags=["hdts"],
        request=EmployeesIn,
        responses=EmployeeResultsOut,
        summary="Take over employees from the help desk; a result for each",
    )
    def post(self, request: Request) -> Response:
        given = EmployeesIn(data=request.data)
        given.is_valid(raise_exception=True)
        is_service = isinstance(request.user, ServiceIdentity)
        by = Actor(origin=origin_of(request)) if is_service else actor_of(request)
        results = services.take_over(employees=given.validated_data["employees"], by=by, now=timezone.now())
        return Response({"results": results})
