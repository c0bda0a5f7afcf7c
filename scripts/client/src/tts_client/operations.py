"""What the operations of all services share: how they are sent, how answers are read, lists of many pages."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import requests

from tts_client.errors import UNREADABLE, ApiError, Problem
from tts_client.sign_in import Credentials
from tts_client.transport import SAFE_METHODS, Transport

Row = TypeVar("Row")
#: A file to send: where it is, or its name and content.
Upload = Path | tuple[str, bytes]
PAGE_SIZE = 100


class Pages(Generic[Row]):
    """The rows of a list, page by page as they are asked for: `for row in pages`."""

    def __init__(self, fetch: Callable[[int], dict[str, Any]]) -> None:
        self._fetch = fetch
        self._first: dict[str, Any] | None = None

    @property
    def count(self) -> int:
        """How many rows there are in all pages."""
        return int(self._page(1)["count"])

    def __iter__(self) -> Iterator[Row]:
        number = 1
        while True:
            page = self._page(number)
            yield from page["results"]
            if not page["next"]:
                return
            number += 1

    def _page(self, number: int) -> dict[str, Any]:
        if number > 1:
            return self._fetch(number)
        if self._first is None:
            self._first = self._fetch(1)
        return self._first


class Api:
    """One service. What is generated for it says the method, the path and the fields; the rest is here."""

    service = ""

    def __init__(self, transport: Transport, credentials: Credentials) -> None:
        self._transport = transport
        self._credentials = credentials

    def request(
        self,
        method: str,
        path: str,
        *,
        path_values: Mapping[str, int | str] | None = None,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        files: Mapping[str, Upload | list[Upload] | None] | None = None,
        nested: Sequence[str] = (),
        idempotency_key: str | None = None,
        takes_key: bool = False,
    ) -> requests.Response:
        """Return the answer of any operation; raise `ApiError` for a refusal.

        A write that takes an Idempotency-Key gets one where none is given, so that it can be repeated.
        """
        if takes_key:
            idempotency_key = idempotency_key or str(uuid.uuid4())
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        uploads = [(name, _read(each)) for name, given in (files or {}).items() for each in _listed(given)]
        arguments: dict[str, Any] = {
            "headers": headers,
            "may_repeat": method in SAFE_METHODS or bool(idempotency_key),
            "query": _query(query or {}),
        }
        if uploads:
            arguments |= {"files": uploads, "form": _form(body or {}, nested)}
        else:
            arguments["json"] = body
        path = _path(path, path_values or {})
        credentials = self._credentials.headers(self._transport)
        try:
            return self._transport.call(self.service, method, path, credentials=credentials, **arguments)
        except ApiError as error:
            if error.status != 401 or not self._credentials.renew(self._transport):
                raise
        credentials = self._credentials.headers(self._transport)
        return self._transport.call(self.service, method, path, credentials=credentials, **arguments)

    def _json(self, method: str, path: str, **arguments: Any) -> Any:
        return _document(self.request(method, path, **arguments))

    def _bytes(self, method: str, path: str, **arguments: Any) -> bytes:
        return self.request(method, path, **arguments).content

    def _nothing(self, method: str, path: str, **arguments: Any) -> None:
        self.request(method, path, **arguments)

    def _pages(self, method: str, path: str, *, query: Mapping[str, Any], **arguments: Any) -> Pages[Any]:
        asked = {**query, "page_size": query.get("page_size") or PAGE_SIZE}

        def fetch(number: int) -> dict[str, Any]:
            page: dict[str, Any] = self._json(method, path, query={**asked, "page": number}, **arguments)
            return page

        return Pages(fetch)


def _document(answer: requests.Response) -> Any:
    if not answer.content:
        return None
    try:
        return answer.json()
    except requests.exceptions.JSONDecodeError as error:
        raise ApiError(answer.status_code, [Problem(UNREADABLE, f"No JSON came from {answer.url}")]) from error


def _path(template: str, values: Mapping[str, int | str]) -> str:
    """Return the path with the values in it. One that could lead to another path is answered as not found, unsent.

    A slash counts even when it is escaped: gateways read it as one, and resolve the dots beside it.
    """
    for name, value in values.items():
        text = str(value)
        if text in {"", ".", ".."} or "/" in text or "\\" in text:
            raise ApiError(404, [Problem("not_found", f"{text!r} names nothing.", name)])
    return template.format_map({name: quote(str(value), safe="") for name, value in values.items()})


def _query(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the parameters that are given; several values of one are separated by commas."""
    return [
        (name, ",".join(map(_text, value)) if isinstance(value, list | tuple) else _text(value))
        for name, value in values.items()
        if value is not None
    ]


def _form(body: Mapping[str, Any], nested: Sequence[str]) -> list[tuple[str, str]]:
    """Return the fields of a multipart body: those of an object one by one, other documents as JSON."""
    fields: list[tuple[str, str]] = []
    for name, value in body.items():
        if value is None:
            continue
        if name in nested:
            fields += [(f"{name}.{key}", _text(each)) for key, each in value.items() if each is not None]
        elif isinstance(value, list | dict):
            fields.append((name, json.dumps(value)))
        else:
            fields.append((name, _text(value)))
    return fields


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _listed(given: Upload | list[Upload] | None) -> list[Upload]:
    if given is None:
        return []
    return given if isinstance(given, list) else [given]


def _read(upload: Upload) -> tuple[str, bytes]:
    return (upload.name, upload.read_bytes()) if isinstance(upload, Path) else upload
