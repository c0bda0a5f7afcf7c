"""Stop an upload at the cap while it streams, instead of keeping all of it and refusing it then."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler

from ticketing_common.errors import Refusal


class FileTooLarge(Refusal):
    code = "file_too_large"
    status_code = 413
    default_detail = "The file is too large."


def too_large(field: str | None) -> FileTooLarge:
    return FileTooLarge(f"At most {settings.ATTACHMENT_MAX_BYTES // 2**20} MiB.", attr=field)


class CappedUploadHandler(FileUploadHandler):
    """First in `FILE_UPLOAD_HANDLERS`. A file has at most `ATTACHMENT_MAX_BYTES`, a request `_MAX_FILES` times that."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._of_file = self._of_request = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._of_file = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._of_file += len(raw_data)
        self._of_request += len(raw_data)
        cap = settings.ATTACHMENT_MAX_BYTES
        if self._of_file > cap or self._of_request > cap * settings.ATTACHMENT_MAX_FILES:
            raise too_large(self.field_name)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The handlers behind this one keep the file."""
