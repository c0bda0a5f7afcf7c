"""Let clients retry writes: the same `Idempotency-Key` gets the first answer again."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http.request import RawPostDataException
from rest_framework import exceptions, status
from rest_framework.request import Request
from rest_framework.response import Response

from ticketing_common.authentication import ServiceIdentity
from ticketing_common.errors import Refusal
from ticketing_common.inbox.models import IdempotentAnswer


class IdempotencyKeyReused(Refusal):
    code = "idempotency_key_reused"
    status_code = 422
    default_detail = "This Idempotency-Key was used for another request."


TAKES_KEY = "takes_idempotency_key"
LONGEST_KEY = 200
ViewMethod = Callable[..., Response]
Parts = Callable[[str, Callable[[], dict[str, Any]]], dict[str, Any]]


def idempotent(method: ViewMethod) -> ViewMethod:
    """Let a client retry a write: the same `Idempotency-Key` gets the first answer again.

    The key is stored in the transaction of the write, so two tries at once have one effect.
    """

    @functools.wraps(method)
    def wrapper(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = _key(request)
        if not key:
            return method(view, request, *args, **kwargs)
        with transaction.atomic():
            answer, is_first = _claim(request, key)
            if not is_first:
                return Response(answer.body, status=answer.status, headers={"Idempotent-Replayed": "true"})
            response = method(view, request, *args, **kwargs)
            if response.status_code < status.HTTP_400_BAD_REQUEST:
                answer.keep(status=response.status_code, body=response.data)
            else:
                transaction.set_rollback(True)
            return response

    return takes_key(wrapper)


def takes_key(method: ViewMethod) -> ViewMethod:
    """Mark a view's method as one that honours the `Idempotency-Key`: the OpenAPI document says so."""
    vars(method)[TAKES_KEY] = True
    return method


def in_parts(request: Request) -> Parts:
    """Return how to do a write of several independent parts, each of them once for the request's `Idempotency-Key`.

    `do(name, work)` runs the work in a transaction and keeps what it returns with it. Parts that were done are
    answered from there when the client tries again; parts that were refused are tried again. For writes whose parts
    must not gather their locks in one transaction; the view's method is marked with `takes_key`.
    """
    key = _key(request)

    def do(name: str, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        with transaction.atomic():
            if not key:
                return work()
            answer, is_first = _claim(request, f"{hashlib.sha256(key.encode()).hexdigest()}/{name}")
            if is_first:
                done = work()
                answer.keep(status=status.HTTP_200_OK, body=done)
                return done
            found: dict[str, Any] = answer.body or {}
            return found

    return do


def _key(request: Request) -> str:
    key: str = request.headers.get("Idempotency-Key") or ""
    if len(key) > LONGEST_KEY:
        raise exceptions.ValidationError({"Idempotency-Key": [f"At most {LONGEST_KEY} characters."]})
    return key


def _claim(request: Request, key: str) -> tuple[IdempotentAnswer, bool]:
    """Take the key for this request, in its transaction; refuse one that was used for another."""
    user: Any = request.user
    who = f"service:{user.name}" if isinstance(user, ServiceIdentity) else f"user:{user.id}"
    fingerprint = hashlib.sha256(
        b"\0".join([request.method.encode(), request.get_full_path().encode(), _body(request)])  # type: ignore[union-attr]
    ).hexdigest()
    answer, is_first = IdempotentAnswer.claim(caller=who, key=key, fingerprint=fingerprint)
    if answer.fingerprint != fingerprint:
        raise IdempotencyKeyReused()
    return answer, is_first


def _body(request: Request) -> bytes:
    """Return what identifies the payload; for multipart, the fields and each file's name and size."""
    if request.content_type and request.content_type.startswith("multipart/"):
        parts = [f"{name}={value}" for name, value in sorted(request.POST.items())]
        parts += [f"{name}:{upload.name}:{upload.size}" for name, upload in sorted(request.FILES.items())]
        return "\0".join(parts).encode()
    try:
        return bytes(request._request.body)
    except RawPostDataException:  # a parser has read the stream already; its result identifies the payload
        return repr(request.data).encode()
