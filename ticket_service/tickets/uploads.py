"""Which files a ticket may hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile as AnyUploadedFile

from ticketing_common.errors import Invalid
from ticketing_common.upload_limit import too_large
from ticketing_common.uploads import Unacceptable, clean_name, sha256_of, true_content_type

if TYPE_CHECKING:
    UploadedFile = AnyUploadedFile[Any]
else:
    UploadedFile = AnyUploadedFile


class FileRefused(Invalid):
    code = "file_refused"
    default_detail = "The file can't be accepted."


class TooManyFiles(Invalid):
    code = "too_many_files"
    default_detail = "The ticket has as many files as it may have."


@dataclass(frozen=True)
class CheckedFile:
    """A file that passed, with the name to show and what its content is."""

    file: UploadedFile
    file_name: str
    content_type: str
    size: int
    sha256: str


def check_files(files: list[Any]) -> list[CheckedFile]:
    """Return the files with their true types, or refuse the lot for the first that can't be kept."""
    if len(files) > settings.ATTACHMENT_MAX_FILES:
        raise TooManyFiles(attr="attachments")
    return [check_file(file) for file in files]


def check_file(file: UploadedFile) -> CheckedFile:
    name = clean_name(file.name or "")
    size = file.size or 0
    if size == 0:
        raise FileRefused(f"{name} is empty.", attr="attachments")
    if size > settings.ATTACHMENT_MAX_BYTES:
        raise too_large("attachments")
    try:
        content_type = true_content_type(file, name)
    except Unacceptable as error:
        raise FileRefused(f"{name}: {error}", attr="attachments") from error
    return CheckedFile(file=file, file_name=name, content_type=content_type, size=size, sha256=sha256_of(file))
