"""Files that are uploaded before the comment that names them, so that no comment goes out without its files."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet

from comments.documents import Document, iso
from comments.files import TooManyFiles, checked_name, checked_type
from comments.models import Comment, CommentAttachment, Upload, storage_name
from ticketing_common.errors import NotFound, Refusal
from ticketing_common.jwt import Identity
from ticketing_common.uploads import sha256_of
from tickets.models import Ticket
from tickets.services import readable_ticket

BATCH = 500


class UploadNotFound(NotFound):
    code = "upload_not_found"
    default_detail = "There is no such upload of yours on this ticket. Attach the file again."


class TooManyUploads(Refusal):
    code = "too_many_uploads"
    status_code = 429
    default_detail = "Too many of your files wait for a comment. Send or remove some first."


def upload_document(upload: Upload) -> Document:
    return {
        "id": upload.pk,
        "ticket_id": upload.ticket.ticket_number,
        "file_name": upload.file_name,
        "content_type": upload.content_type,
        "size": upload.size,
        "url": f"/uploads/{upload.pk}/",
        "created_at": iso(upload.created_at),
        "expires_at": iso(upload.created_at + settings.UPLOADS_KEPT),
    }


def store_upload(*, ticket_number: str, by: Identity, upload: File, now: datetime) -> Upload:  # type: ignore[type-arg]
    """Keep a file for a comment that is still being written. Its content is looked into before anything is stored."""
    file_name = checked_name(upload)
    ticket = readable_ticket(ticket_number=ticket_number, by=by)
    waiting = Upload.objects.filter(uploaded_by_id=by.user_id)
    return keep_upload(
        ticket, upload, file_name, waiting=waiting, uploader_id=by.user_id, uploader_name=by.full_name, now=now
    )


def keep_upload(
    ticket: Ticket,
    upload: File,  # type: ignore[type-arg]
    file_name: str,
    *,
    waiting: QuerySet[Upload],
    uploader_id: int | None,
    uploader_name: str,
    now: datetime,
) -> Upload:
    """Look into the file and store it, unless too many of the uploader's are `waiting` already."""
    if waiting.count() >= settings.UPLOADS_PER_PERSON:
        raise TooManyUploads()
    content_type = checked_type(upload, file_name)
    digest = sha256_of(upload)
    stored = default_storage.save(storage_name(), upload)
    try:
        return Upload.objects.create(
            ticket=ticket,
            storage_name=stored,
            file_name=file_name,
            content_type=content_type,
            size=upload.size,
            sha256=digest,
            uploaded_by_id=uploader_id,
            uploaded_by_name=uploader_name[:255],
            created_at=now,
        )
    except BaseException:
        default_storage.delete(stored)
        raise


def own_upload(*, upload_id: int, by: Identity) -> Upload:
    """Return the upload; to everybody but its uploader it does not exist."""
    upload = Upload.objects.select_related("ticket").filter(pk=upload_id, uploaded_by_id=by.user_id).first()
    if upload is None:
        raise UploadNotFound()
    return upload


@transaction.atomic
def delete_upload(*, upload_id: int, by: Identity) -> None:
    """Remove a file that is not wanted after all. One that a comment took over is not touched."""
    if not _delete(Upload.objects.select_for_update().filter(pk=upload_id, uploaded_by_id=by.user_id)):
        raise UploadNotFound()


def take_over(comment: Comment, upload_ids: Collection[int], *, uploader_id: int | None) -> list[CommentAttachment]:
    """Make the uploader's files the new comment's files, in the order named; all of them, or refuse.

    Without an uploader they are those of the requester by mail, who has no account.

    The caller holds the ticket's lock.
    """
    wanted = list(dict.fromkeys(upload_ids))
    if not wanted:
        return []
    if len(wanted) > settings.ATTACHMENT_MAX_FILES:
        raise TooManyFiles(f"At most {settings.ATTACHMENT_MAX_FILES} files a comment.", attr="uploads")
    rows = Upload.objects.select_for_update(of=("self",)).filter(
        pk__in=wanted, ticket_id=comment.ticket_id, uploaded_by_id=uploader_id
    )
    found = {row.pk: row for row in rows}
    if len(found) < len(wanted):
        raise UploadNotFound(attr="uploads")
    attached = CommentAttachment.objects.bulk_create([found[upload_id].attached_to(comment) for upload_id in wanted])
    Upload.objects.filter(pk__in=wanted).delete()
    return attached


def delete_forgotten(*, now: datetime) -> int:
    """Delete uploads that no comment has named for `UPLOADS_KEPT`, in batches that hold no lock for long."""
    deleted = 0
    while True:
        old = Upload.objects.select_for_update(skip_locked=True).filter(created_at__lt=now - settings.UPLOADS_KEPT)
        with transaction.atomic():
            count = _delete(old.order_by("id")[:BATCH])
        deleted += count
        if count < BATCH:
            return deleted


def _delete(uploads: Collection[Upload]) -> int:
    """Delete rows and, after the commit, their files."""
    rows = list(uploads)
    Upload.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for row in rows:
        transaction.on_commit(partial(default_storage.delete, row.storage_name), robust=True)
    return len(rows)
