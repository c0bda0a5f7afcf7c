"""The comment that goes with an act, as the API takes it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework import serializers

from task.remarks import Remark
from ticketing_common.serializers import BoundedList, StrictFields, TextField
from workflow.fields import IdField, StorableText


class CommentText(StorableText, TextField):
    """A text of which something is visible, in NFC."""


class WithCommentIn(StrictFields):
    """As messaging takes a comment: what it would refuse is refused here, before anything is done."""

    text = CommentText(max_length=10_000, trim_whitespace=False)
    visibility = serializers.ChoiceField(("internal", "public"))
    client_id = StorableText(
        max_length=64, trim_whitespace=False, help_text="The client's own: posted once, however often it is sent."
    )
    mentions = BoundedList(child=IdField(), required=False, max_length=20, help_text="User ids.")
    uploads = BoundedList(
        child=IdField(), required=False, max_length=100, help_text="Own uploads on the ticket, in messaging."
    )

    def validate_client_id(self, value: str) -> str:
        if not value.isprintable():
            raise serializers.ValidationError("Printable characters only.")
        return value

    def validate_uploads(self, value: list[int]) -> list[int]:
        if len(set(value)) > settings.ATTACHMENTS_PER_COMMENT:
            limit = settings.ATTACHMENTS_PER_COMMENT
            raise serializers.ValidationError(f"At most {limit} files a comment.", code="too_many_files")
        return value

    def validate(self, attrs: dict[str, Any]) -> Remark:
        return Remark(
            text=attrs["text"],
            visibility=attrs["visibility"],
            client_id=attrs["client_id"],
            mentions=tuple(dict.fromkeys(attrs.get("mentions", ()))),
            uploads=tuple(dict.fromkeys(attrs.get("uploads", ()))),
        )


def with_comment() -> WithCommentIn:
    return WithCommentIn(
        required=False, help_text="Posted on the ticket by this call: both or neither. The reason where none is given."
    )
