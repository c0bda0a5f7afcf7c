"""What the privacy routes read and answer."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from privacy.models import LAST_PASS, Erasure
from privacy.people import Subject
from role.fields import PersonOut
from ticketing_common.erasure_api import PersonDataOut, PersonRefIn
from ticketing_common.serializers import StrictFields
from workflow.fields import StorableText


class FoundRequesterOut(serializers.Serializer):  # type: ignore[type-arg]
    source_service = serializers.CharField()
    requester_id = serializers.CharField(help_text="Within the help desk; empty where it gives none.")
    name = serializers.CharField()
    email = serializers.CharField()
    ticket_count = serializers.IntegerField()
    last_ticket_at = serializers.DateTimeField()


class SearchParams(serializers.Serializer):  # type: ignore[type-arg]
    search = serializers.CharField(min_length=3, max_length=254, help_text="Part of a name or address, or an id.")


class SubjectIn(StrictFields):
    """The requester: `email`, or `source_service` with `requester_id`, or all three."""

    source_service = serializers.CharField(max_length=64, required=False, allow_blank=True, default="")
    requester_id = serializers.CharField(max_length=64, required=False, allow_blank=True, default="")
    email = serializers.CharField(max_length=254, required=False, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["email"] and not (attrs["requester_id"] and attrs["source_service"]):
            raise serializers.ValidationError(
                {"email": "Give the address, or the help desk and its id of the person."}, code="required"
            )
        return attrs

    @property
    def subject(self) -> Subject:
        names = ("source_service", "requester_id", "email")
        return Subject(**{name: self.validated_data[name] for name in names})


class ErasureIn(SubjectIn):
    reason = StorableText(max_length=2000)
    confirmation = serializers.CharField(
        max_length=254, help_text="The address, or the id where there is none, as typed by the administrator."
    )


class RequesterDataOut(PersonDataOut):
    """`person` is what the other services are asked with; `open_tickets` keep an erasure from being done."""

    person = PersonRefIn()
    open_tickets = serializers.ListField(child=serializers.CharField())


class ErasurePartOut(serializers.Serializer):  # type: ignore[type-arg]
    service = serializers.CharField()
    erased_at = serializers.DateTimeField(allow_null=True, help_text="Null: not confirmed yet.")
    erased = serializers.DictField(child=serializers.IntegerField(), help_text="How many rows of which kind.")


class ErasureOut(serializers.ModelSerializer[Erasure]):
    """An erasure is done in passes. `parts` are those of `pass_number`; once all of them are confirmed, `next_pass_at`
    says when the next pass begins, or `completed_at` that it was the last.
    """

    requested_by = PersonOut()
    parts = serializers.SerializerMethodField()
    kept_accounts = serializers.IntegerField(
        read_only=True, help_text="Accounts of the person that are active, and so not erased."
    )
    last_pass = serializers.SerializerMethodField(help_text="How many passes there are.")

    class Meta:
        model = Erasure
        fields = (
            "id",
            "reason",
            "ticket_count",
            "requested_by",
            "requested_at",
            "completed_at",
            "pass_number",
            "last_pass",
            "next_pass_at",
            "kept_accounts",
            "parts",
        )

    def get_last_pass(self, _erasure: Erasure) -> int:
        return LAST_PASS

    @extend_schema_field(ErasurePartOut(many=True))
    def get_parts(self, erasure: Erasure) -> list[dict[str, Any]]:
        return [
            {"service": service, **(part or {"erased_at": None, "erased": {}})}
            for service, part in sorted(erasure.parts.items())
        ]
