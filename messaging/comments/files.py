"""Files on comments: what may come in, where it lies, who gets it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import datetime
from functools import partial
from typing import IO

import puremagic
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from comments.models import Comment, CommentAttachment, storage_name
from comments.writing import (
    CommentNotFound,
    Written,
    document_for,
    locked_comment,
    readable_comment,
    refuse_deleted,
    refuse_others,
    refuse_outside,
    touch,
)
from ticketing_common.errors import Invalid, NotFound, Refusal
from ticketing_common.jwt import Identity

# What may be stored: the content type by extension. The content must agree with the name's extension.
ALLOWED = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "pdf": "application/pdf",
    "txt": "text/plain",
    "log": "text/plain",
    "csv": "text/csv",
    "zip": "application/zip",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
TEXT = frozenset({"txt", "log", "csv"})
# Office files are ZIP archives: the signature alone cannot tell them apart.
ZIPPED = frozenset({"zip", "docx", "xlsx", "pptx", "odt", "ods"})
SNIFFED_BYTES = 64 * 1024


class FileTooLarge(Refusal):
    code = "file_too_large"
    status_code = 413
    default_detail = "The file is too large."


class TypeNotAllowed(Invalid):
    code = "file_type_not_allowed"
    default_detail = "Files of this type are not accepted."


class TooManyFiles(Invalid):
    code = "too_many_files"
    default_detail = "This comment has as many files as it may have."


class AttachmentNotFound(NotFound):
    code = "attachment_not_found"
    default_detail = "There is no such file for you."


def clean_file_name(name: str) -> str:
    """Return a name that is safe in headers and on disks: the last path part, no control characters."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    name = "".join(character for character in name if character.isprintable() and character not in '"<>|:*?')
    name = re.sub(r"\s+", " ", name).strip(" .")
    stem, dot, extension = name.rpartition(".")
    return f"{stem[: 200 - len(extension)]}{dot}{extension}" if dot else name[:200]


def sniff(file_name: str, head: bytes) -> str:
    """Return the content type of an acceptable file, judged by its first bytes and its name together."""
    extension = file_name.rpartition(".")[2].lower()
    if extension not in ALLOWED:
        raise TypeNotAllowed(attr="file")
    if extension in TEXT:
        if b"\x00" in head:
            raise TypeNotAllowed("The file is named as text but is not.", attr="file")
        return ALLOWED[extension]
    try:
        found = {match.extension.lstrip(".").lower() for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        found = set()
    if extension in ZIPPED and head.startswith(b"PK\x03\x04"):
        return ALLOWED[extension]
    same = {"jpg", "jpeg", "jfif"} if extension in {"jpg", "jpeg"} else {extension}
    if extension in ZIPPED or not found & same:
        raise TypeNotAllowed("The file's content does not match its name.", attr="file")
    return ALLOWED[extension]


def attach_upload(*, comment_id: int, by: Identity, upload: File, now: datetime) -> tuple[CommentAttachment, Written]:  # type: ignore[type-arg]
    """Store an uploaded file on a comment. A file whose row does not come to be is removed again."""
    size = upload.size or 0
    if size > settings.ATTACHMENT_MAX_BYTES:
        raise FileTooLarge(f"At most {settings.ATTACHMENT_MAX_BYTES // 2**20} MiB.", attr="file")
    if size == 0:
        raise Invalid("The file is empty.", attr="file")
    file_name = clean_file_name(upload.name or "")
    content_type = sniff(file_name, _head(upload))
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
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
                size=size,
                sha256=digest.hexdigest(),
                uploaded_by_id=by.user_id,
                uploaded_by_name=by.full_name[:255],
                created_at=now,
            )
            written = touch(comment, "attach_document", by=by, now=now)
    except BaseException:
        if stored:
            default_storage.delete(stored)
        raise
    return attachment, written


@transaction.atomic
def attach_stored(*, comment_id: int, by: Identity, attachment_id: int, now: datetime) -> Written:
    """Show a file that the person uploaded elsewhere in the same ticket on this comment too."""
    comment = locked_comment(comment_id=comment_id, by=by)
    source = CommentAttachment.objects.filter(
        pk=attachment_id, uploaded_by_id=by.user_id, comment__ticket=comment.ticket, comment__deleted_at=None
    ).first()
    if source is None:
        raise AttachmentNotFound(attr="attachment_id")
    if comment.attachments.filter(storage_name=source.storage_name).exists():
        return Written(document_for(comment, by), None, "attach_document")
    _check_room(comment, by)
    source.pk, source.comment, source.created_at = None, comment, now
    source.save(force_insert=True)
    return touch(comment, "attach_document", by=by, now=now)


def readable_attachment(*, attachment_id: int, by: Identity) -> CommentAttachment:
    """Return the file's row if the person may read the comment it is on."""
    attachment = CommentAttachment.objects.filter(pk=attachment_id, comment__deleted_at=None).first()
    if attachment is None:
        raise AttachmentNotFound()
    try:
        readable_comment(comment_id=attachment.comment_id, by=by)
    except CommentNotFound as error:
        raise AttachmentNotFound() from error
    return attachment


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
    if comment.attachments.count() >= settings.ATTACHMENTS_PER_COMMENT:
        raise TooManyFiles(f"At most {settings.ATTACHMENTS_PER_COMMENT} files a comment.", attr="file")


def _head(upload: IO[bytes] | File) -> bytes:  # type: ignore[type-arg]
    upload.seek(0)
    head = upload.read(SNIFFED_BYTES)
    upload.seek(0)
    return bytes(head)
