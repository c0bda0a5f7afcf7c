"""Files on comments: what may come in, where it lies, who gets it."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from comments.changes import (
    CommentNotFound,
    Written,
    document_for,
    locked_comment,
    readable_comment,
    refuse_deleted,
    refuse_others,
    refuse_outside,
    save_change,
)
from comments.models import Comment, CommentAttachment, Upload, storage_name
from ticketing_common.errors import FileGone, Invalid, NotFound
from ticketing_common.jwt import Identity
from ticketing_common.logs import logger
from ticketing_common.upload_limit import too_large
from ticketing_common.uploads import Unacceptable, clean_name, sha256_of, true_content_type

log = logger(__name__)


class TypeNotAllowed(Invalid):
    code = "file_type_not_allowed"
    default_detail = "Files of this type are not accepted."


class TooManyFiles(Invalid):
    code = "too_many_files"
    default_detail = "This comment has as many files as it may have."


class FileRemoved(FileGone):
    """The retention rule has removed the content."""

    code = "file_removed"


class AttachmentNotFound(NotFound):
    code = "attachment_not_found"
    default_detail = "There is no such file for you."


def attach_upload(*, comment_id: int, by: Identity, upload: File, now: datetime) -> tuple[CommentAttachment, Written]:  # type: ignore[type-arg]
    """Store an uploaded file on a comment. A file whose row does not come to be is removed again."""
    file_name = checked_name(upload)
    # Rights first: looking into a file is work. They are asked again with the ticket's lock held.
    _check_room(readable_comment(comment_id=comment_id, by=by), by)
    content_type = checked_type(upload, file_name)
    stored = ""
    try:
        with transaction.atomic():
            comment = locked_comment(comment_id=comment_id, by=by)
            _check_room(comment, by)
            stored = default_storage.save(storage_name(), upload)
            attachment = CommentAttachment.objects.create(
                comment=comment,
                storage_name=stored,
                file_name=file_name,
                content_type=content_type,
                size=upload.size,
                sha256=sha256_of(upload),
                uploaded_by_id=by.user_id,
                uploaded_by_name=by.full_name[:255],
                created_at=now,
            )
            written = save_change(comment, "attach_document", by=by, now=now)
    except BaseException:
        if stored:
            default_storage.delete(stored)
        raise
    return attachment, written


def checked_name(upload: File) -> str:  # type: ignore[type-arg]
    """Return the name of an upload as it is kept; refuse what is too large or empty."""
    size = upload.size or 0
    if size > settings.ATTACHMENT_MAX_BYTES:
        raise too_large("file")
    if size == 0:
        raise Invalid("The file is empty.", attr="file")
    return clean_name(upload.name or "")


def checked_type(upload: File, file_name: str) -> str:  # type: ignore[type-arg]
    """Return what the content is, or refuse it."""
    try:
        return true_content_type(upload, file_name)
    except Unacceptable as error:
        raise TypeNotAllowed(str(error), attr="file") from error


@transaction.atomic
def attach_stored(*, comment_id: int, by: Identity, attachment_id: int, now: datetime) -> Written:
    """Show a file that the person uploaded elsewhere in the same ticket on this comment too."""
    comment = locked_comment(comment_id=comment_id, by=by)
    source = CommentAttachment.objects.filter(
        pk=attachment_id, uploaded_by_id=by.user_id, comment__ticket=comment.ticket, comment__deleted_at=None
    ).first()
    if source is None:
        raise AttachmentNotFound(attr="attachment_id")
    if source.removed_at is not None:
        raise removed(source)
    if comment.attachments.filter(storage_name=source.storage_name).exists():
        return Written(document_for(comment, by.user_id), None, "attach_document")
    _check_room(comment, by)
    source.pk, source.comment, source.created_at = None, comment, now
    source.save(force_insert=True)
    return save_change(comment, "attach_document", by=by, now=now)


def readable_attachment(*, attachment_id: int, by: Identity | None) -> CommentAttachment:
    """Return the file's row if the person may read its comment; None stands for a service, which reads public ones."""
    attachment = CommentAttachment.objects.filter(pk=attachment_id, comment__deleted_at=None).first()
    if attachment is None:
        raise AttachmentNotFound()
    if by is None:
        if attachment.comment.is_internal:
            raise AttachmentNotFound()
        return attachment
    try:
        readable_comment(comment_id=attachment.comment_id, by=by)
    except CommentNotFound as error:
        raise AttachmentNotFound() from error
    return attachment


def content_of(attachment: CommentAttachment | Upload) -> bytes:
    """Return the stored content, or refuse with 410 where it is gone."""
    if isinstance(attachment, CommentAttachment) and attachment.removed_at is not None:
        raise removed(attachment)
    try:
        with default_storage.open(attachment.storage_name) as stored:
            return bytes(stored.read())
    except FileNotFoundError as error:
        log.error("file_gone", kind=type(attachment).__name__, id=attachment.pk)
        raise FileGone() from error


def removed(attachment: CommentAttachment) -> FileRemoved:
    """Return the refusal of a file that the retention rule has removed."""
    days = attachment.removed_after_days
    return FileRemoved(f"The retention rule removed this file {days} days after the ticket was closed.")


def remove_files_of(comment: Comment) -> None:
    """After the commit, remove the stored files that only this comment showed."""
    names = list(comment.attachments.values_list("storage_name", flat=True))
    comment.attachments.all().delete()
    kept = set(CommentAttachment.objects.filter(storage_name__in=names).values_list("storage_name", flat=True))
    for name in set(names) - kept:
        transaction.on_commit(partial(default_storage.delete, name), robust=True)


def _check_room(comment: Comment, by: Identity) -> None:
    refuse_others(comment, by)
    refuse_outside(comment)
    refuse_deleted(comment)
    if comment.attachments.count() >= settings.ATTACHMENT_MAX_FILES:
        raise TooManyFiles(f"At most {settings.ATTACHMENT_MAX_FILES} files a comment.", attr="file")
