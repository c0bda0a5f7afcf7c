"""What the API of canned replies takes and shows."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from canned.models import CannedReply
from canned.placeholders import PLACEHOLDERS, placeholders_in
from comments.serializers import MAX_ID, PersonOut
from comments.services import MAX_TEXT
from ticketing_common.serializers import StrictFields, TextField

MAX_TITLE = 120
ROLE_HELP = "Auth's id of the role; with the scope team only."


class CannedReplyOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    title = serializers.CharField()
    text = serializers.CharField(help_text="With its placeholders, such as `{{ticket.number}}`, as written.")
    scope = serializers.ChoiceField(choices=CannedReply.Scope.choices)
    role_id = serializers.IntegerField(allow_null=True, help_text=ROLE_HELP)
    is_active = serializers.BooleanField(help_text="False: it is offered to nobody.")
    placeholders = serializers.ListField(
        child=serializers.ChoiceField(choices=PLACEHOLDERS), help_text="Those of the text, each once."
    )
    author = PersonOut()
    version = serializers.IntegerField(help_text="Send it back with a change.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    updated_by = PersonOut()


def text_field(**more: Any) -> serializers.CharField:
    help_text = "An unknown placeholder is refused by its name."
    return serializers.CharField(max_length=MAX_TEXT, trim_whitespace=False, help_text=help_text, **more)


class CannedReplyIn(StrictFields):
    title = TextField(max_length=MAX_TITLE)
    text = text_field()
    scope = serializers.ChoiceField(choices=CannedReply.Scope.choices)
    role_id = serializers.IntegerField(
        min_value=1, max_value=MAX_ID, required=False, allow_null=True, help_text=ROLE_HELP
    )
    is_active = serializers.BooleanField(required=False)


class CannedReplyChangeIn(CannedReplyIn):
    version = serializers.IntegerField(
        min_value=1, max_value=MAX_ID, help_text="The version that was read; another one now is a conflict."
    )
    title = TextField(max_length=MAX_TITLE, required=False)
    text = text_field(required=False)
    scope = serializers.ChoiceField(choices=CannedReply.Scope.choices, required=False)


def document_of(reply: CannedReply) -> dict[str, Any]:
    return {
        "id": reply.pk,
        "title": reply.title,
        "text": reply.text,
        "scope": reply.scope,
        "role_id": reply.role_id,
        "is_active": reply.is_active,
        "placeholders": placeholders_in(reply.text),
        "author": {"user_id": reply.author_id, "full_name": reply.author_name},
        "version": reply.version,
        "created_at": reply.created_at,
        "updated_at": reply.updated_at,
        "updated_by": {"user_id": reply.updated_by_id, "full_name": reply.updated_by_name},
    }
