"""An object store for tests: a server that speaks S3 over HTTP, with one private bucket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import requests
from moto.server import ThreadedMotoServer

BUCKET = "tickets-and-comments"


class ObjectStore:
    """`storages` are the `STORAGES` that lead here."""

    def __init__(self) -> None:
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self._server.start()
        host, port = self._server.get_host_and_port()
        self.url = f"http://{host}:{port}"
        # What it holds belongs to the process, not to this server.
        requests.post(f"{self.url}/moto-api/reset", timeout=10).raise_for_status()
        keys = {"region_name": "us-east-1", "endpoint_url": self.url}
        self._client = boto3.client("s3", aws_access_key_id="test", aws_secret_access_key="test", **keys)  # noqa: S106
        self._client.create_bucket(Bucket=BUCKET)
        options = keys | {"bucket_name": BUCKET, "access_key": "test", "secret_key": "test"}
        self.storages: dict[str, Any] = {
            "default": {"BACKEND": "ticketing_common.object_storage.ObjectStorage", "OPTIONS": options},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        }

    def names(self) -> list[str]:
        return [row["Key"] for row in self._client.list_objects_v2(Bucket=BUCKET).get("Contents", [])]

    def read(self, name: str) -> bytes:
        return bytes(self._client.get_object(Bucket=BUCKET, Key=name)["Body"].read())

    def forget(self, name: str) -> None:
        self._client.delete_object(Bucket=BUCKET, Key=name)

    def status_for_strangers(self, name: str) -> int:
        """Return what somebody without keys gets who knows the address."""
        return requests.get(f"{self.url}/{BUCKET}/{name}", timeout=10).status_code

    def stop(self) -> None:
        self._server.stop()


@contextmanager
def object_store() -> Iterator[ObjectStore]:
    store = ObjectStore()
    try:
        yield store
    finally:
        store.stop()
