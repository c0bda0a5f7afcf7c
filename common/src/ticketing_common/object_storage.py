"""Files in an S3-compatible object store: ours to read alone, and never a reason to hang.

Needs the packages of `requirements-s3.lock`. Bucket, endpoint and whatever else the store wants are options of
django-storages (`ATTACHMENT_STORAGE_OPTIONS`); the key pair comes from `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

from ticketing_common.errors import Refusal
from ticketing_common.logs import logger

log = logger(__name__)

# A store that swallows packets must not hold a web worker for minutes.
PATIENCE = Config(connect_timeout=3, read_timeout=20, retries={"total_max_attempts": 2})


class StorageAway(Refusal):
    code = "storage_unavailable"
    status_code = 503
    default_detail = "Files can't be reached at the moment. Try again soon."


class ObjectStorage(S3Storage):  # type: ignore[misc]
    """A bucket that only this service reads and writes; people get files through its own access check."""

    client_config: Any

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.client_config = self.client_config.merge(PATIENCE)

    def url(self, *_args: Any, **_options: Any) -> NoReturn:
        raise NotImplementedError("Files have no address of their own.")

    def _save(self, name: str, content: Any) -> Any:
        with _reachable("save"):
            return super()._save(name, content)

    def _open(self, name: str, mode: str = "rb") -> Any:
        with _reachable("open"):
            return super()._open(name, mode)

    def delete(self, name: str) -> None:
        with _reachable("delete"):
            super().delete(name)

    def exists(self, name: str) -> bool:
        with _reachable("exists"):
            return bool(super().exists(name))


@contextmanager
def _reachable(act: str) -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        log.error("storage_failed", act=act, error=f"{type(error).__name__}: {error}")
        raise StorageAway() from error
