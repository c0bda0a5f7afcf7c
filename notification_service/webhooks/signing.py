"""Signatures by the Standard Webhooks scheme, and the secrets they are made with."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PREFIX = "whsec_"
KEY_BYTES = 32


def new_secret() -> str:
    """Return a secret as receivers are given it. Standard base64: some libraries misread the URL-safe alphabet."""
    return PREFIX + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def signed_headers(*, event_id: str, seconds: int, body: bytes, secret_texts: Iterable[str]) -> dict[str, str]:
    """Return the headers of one try: a signature for each secret over the id, whole seconds of UTC, and the body."""
    content = f"{event_id}.{seconds}.".encode() + body
    signatures = []
    for text in secret_texts:
        key = base64.b64decode(text.removeprefix(PREFIX), validate=True)
        signatures.append("v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode())
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(signatures),
    }


def encrypt(secret_text: str) -> bytes:
    return _cipher().encrypt(secret_text.encode())


def decrypt(stored: bytes) -> str:
    """Return the secret; raises `cryptography.fernet.InvalidToken` under another DJANGO_SECRET_KEY."""
    return _cipher().decrypt(bytes(stored)).decode()


def _cipher() -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"notification/webhooks")
    return Fernet(base64.urlsafe_b64encode(derived.derive(settings.SECRET_KEY.encode())))
