"""What the API takes and shows; the documents themselves are made in `documents.py`."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from comments.models import Comment, CommentRating
from comments.services import MAX_CLIENT_ID, MAX_MENTIONS, MAX_TEXT
from ticketing_common.serializers import BoundedList, StrictFields

MAX_ID = 2**63 - 1


class PersonOut(serializers.Serializer[Any]):
    user_id = serializers.IntegerField()
    full_name = serializers.CharField()


class OutsideAuthorOut(serializers.Serializer[Any]):
    """Somebody without an account, and the help desk where it was said."""

    full_name = serializers.CharField()
    service = serializers.CharField()


class RatingOut(serializers.Serializer[Any]):
    up = serializers.IntegerField()
    down = serializers.IntegerField()
    mine = serializers.ChoiceField(choices=CommentRating.Value.choices, allow_null=True)


class AttachmentOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    comment_id = serializers.IntegerField()
    file_name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField()
    url = serializers.CharField()
    uploaded_by = PersonOut(allow_null=True, help_text="Null for people without an account.")
    created_at = serializers.DateTimeField()
    removed_at = serializers.DateTimeField(allow_null=True, help_text="When the retention rule removed the file.")
    removed_after_days = serializers.IntegerField(allow_null=True)


class CommentOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    ticket_id = serializers.CharField(help_text="The ticket number.")
    author = PersonOut(allow_null=True, help_text="Null for people without an account.")
    outside_author = OutsideAuthorOut(allow_null=True, help_text="Who wrote at the help desk, without an account here.")
    text = serializers.CharField(help_text="Empty after a deletion.")
    visibility = serializers.ChoiceField(choices=Comment.Visibility.choices)
    parent_id = serializers.IntegerField(allow_null=True)
    client_id = serializers.CharField(allow_null=True)
    rating = RatingOut()
    mentions = PersonOut(many=True)
    attachments = AttachmentOut(many=True)
    created_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    deleted_at = serializers.DateTimeField(allow_null=True)
    seq = serializers.IntegerField(help_text="Number of the ticket's event that last touched the comment.")


class UploadOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    ticket_id = serializers.CharField(help_text="The ticket number.")
    file_name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField()
    url = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(help_text="It is deleted then, unless a comment has named it.")


def ids(max_length: int, help_text: str) -> BoundedList:
    child = serializers.IntegerField(min_value=1, max_value=MAX_ID)
    return BoundedList(child=child, required=False, max_length=max_length, help_text=help_text)


class EditIn(StrictFields):
    text = serializers.CharField(max_length=MAX_TEXT, trim_whitespace=False)
    mentions = ids(MAX_MENTIONS, "Who was not mentioned before is notified.")


class ReplyIn(serializers.Serializer[Any]):
    text = serializers.CharField(
        max_length=MAX_TEXT,
        trim_whitespace=False,
        allow_blank=True,
        help_text="May be empty where `uploads` are not.",
    )
    client_id = serializers.CharField(max_length=MAX_CLIENT_ID, required=False, allow_null=True)
    mentions = ids(MAX_MENTIONS, "User ids.")
    uploads = ids(100, "Own uploads on this ticket, which become the comment's files: all of them, or it is refused.")


class CommentIn(ReplyIn):
    ticket_id = serializers.RegexField(
        r"^[A-Za-z0-9_.-]{1,140}$", required=False, help_text="Where it is not in the query."
    )
    visibility = serializers.ChoiceField(choices=Comment.Visibility.choices, required=False)


class RatingIn(serializers.Serializer[Any]):
    value = serializers.ChoiceField(choices=CommentRating.Value.choices)


class UploadIn(serializers.Serializer[Any]):
    file = serializers.FileField(allow_empty_file=True, max_length=255)


class NewUploadIn(StrictFields):
    file = serializers.FileField(allow_empty_file=True, max_length=255)


class MailUploadIn(StrictFields):
    file = serializers.FileField(allow_empty_file=True, max_length=255)
    user_id = serializers.IntegerField(
        min_value=1, max_value=MAX_ID, required=False, help_text="Who sent the mail; left out for a requester by mail."
    )


class RevisionOut(serializers.Serializer[Any]):
    text = serializers.CharField(help_text="The text that was replaced.")
    replaced_by = PersonOut(allow_null=True, help_text="Null for people without an account.")
    replaced_at = serializers.DateTimeField()
