"""Make, import, rotate and retire signing keys."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction

from keys.models import SigningKey
from ticketing_common.logs import logger

log = logger(__name__)

KEY_BITS = 2048
# An old key verifies until the last refresh token that it signed is over, and a little longer for clocks.
KEEP_VERIFYING = timedelta(days=1, minutes=10)
LOCK_NAME = "signing_keys"


def cipher(purpose: str) -> MultiFernet:
    """Return the cipher for data at rest of one purpose: it writes with the present secret and reads former ones."""
    return MultiFernet([_cipher(purpose, secret) for secret in secret_keys()])


def secret_keys() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _cipher(purpose: str, secret: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"auth/{purpose}".encode()).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def thumbprint(key: rsa.RSAPublicKey) -> str:
    """Return the key's id by RFC 7638, so that one key has the same id wherever it is imported."""
    jwk = as_jwk(key)
    canonical = json.dumps({name: jwk[name] for name in ("e", "kty", "n")}, separators=(",", ":"), sort_keys=True)
    return _base64url(hashlib.sha256(canonical.encode()).digest())


def as_jwk(key: rsa.RSAPublicKey) -> dict[str, str]:
    numbers = key.public_numbers()
    return {
        "kty": "RSA",
        "n": _base64url(numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big")),
        "e": _base64url(numbers.e.to_bytes((numbers.e.bit_length() + 7) // 8, "big")),
    }


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@transaction.atomic
def ensure_signing_key(*, now: datetime) -> list[SigningKey]:
    """Return the live keys, the signing one first; import or make one where there is none yet.

    Processes that start together wait for each other on one lock, so they end with the same key.
    """
    live = list(SigningKey.objects.live(now))
    path = settings.AUTH_JWT_PRIVATE_KEY_FILE
    if live and _decrypted(live[0]) is not None and not path:
        return live
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [LOCK_NAME])
    private = _key_of_file(Path(path)) if path else None
    # A file that was imported once is old news; a new file is a new key. A key that the secret no longer opens
    # can't sign, only verify.
    kid = thumbprint(private.public_key()) if private is not None else None
    is_new = kid is not None and not SigningKey.objects.filter(kid=kid).exists()
    live = list(SigningKey.objects.live(now))
    can_sign = bool(live) and _decrypted(live[0]) is not None
    if is_new or not can_sign:
        is_usable = is_new or kid in {key.kid for key in live}
        _activate(private if private is not None and is_usable else _generate(), now=now)
    return list(SigningKey.objects.live(now))


@transaction.atomic
def rotate_signing_key(*, now: datetime, drop_old: bool = False) -> SigningKey:
    """Sign with a new key from now on. Old keys verify for a day, or no longer at all with `drop_old`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [LOCK_NAME])
    key = _activate(_generate(), now=now)
    if drop_old:
        SigningKey.objects.live(now).exclude(pk=key.pk).update(retires_at=now)
    log.info("signing_key_rotated", kid=key.kid, drop_old=drop_old)
    return key


def wipe_retired() -> int:
    """Wipe the private halves of keys that no longer sign. The rows stay, so that no old file brings a key back."""
    return (
        SigningKey.objects.filter(retires_at__isnull=False).exclude(private_encrypted=b"").update(private_encrypted=b"")
    )


def private_key(key: SigningKey) -> rsa.RSAPrivateKey:
    """Return the private half, or raise `ImproperlyConfigured` when the secret does not open it."""
    pem = _decrypted(key)
    if pem is None:
        raise ImproperlyConfigured("DJANGO_SECRET_KEY does not open the stored signing key.")
    return _load_private(pem, "the stored signing key")


def public_key(key: SigningKey) -> rsa.RSAPublicKey:
    loaded = serialization.load_pem_public_key(key.public_pem.encode())
    assert isinstance(loaded, rsa.RSAPublicKey)
    return loaded


def _activate(private: rsa.RSAPrivateKey, *, now: datetime) -> SigningKey:
    SigningKey.objects.filter(retires_at__isnull=True).update(retires_at=now + KEEP_VERIFYING)
    public = private.public_key()
    key, _ = SigningKey.objects.update_or_create(
        kid=thumbprint(public),
        defaults={
            "public_pem": public.public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            ).decode(),
            "private_encrypted": cipher("signing-key").encrypt(_pem(private)),
            "activated_at": now,
            "retires_at": None,
        },
    )
    return key


def _decrypted(key: SigningKey) -> bytes | None:
    try:
        return cipher("signing-key").decrypt(bytes(key.private_encrypted))
    except InvalidToken:
        return None


def _generate() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)


def _pem(private: rsa.RSAPrivateKey) -> bytes:
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _load_private(pem: bytes, source: str) -> rsa.RSAPrivateKey:
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        raise ImproperlyConfigured(f"{source} is not an unencrypted PEM private key.") from error
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < KEY_BITS:
        raise ImproperlyConfigured(f"{source} must be an RSA key of at least {KEY_BITS} bits.")
    return key


def _key_of_file(path: Path) -> rsa.RSAPrivateKey:
    """Read AUTH_JWT_PRIVATE_KEY_FILE; outside production, make it when it does not exist."""
    if not path.exists():
        if settings.IS_PRODUCTION:
            raise ImproperlyConfigured(f"AUTH_JWT_PRIVATE_KEY_FILE names {path.name}, which does not exist.")
        _write_once(path, _pem(_generate()))
    return _load_private(path.read_bytes(), "AUTH_JWT_PRIVATE_KEY_FILE")


def _write_once(path: Path, content: bytes) -> None:
    """Put the whole file in place at once, readable by its owner only, unless another process was faster."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
    finally:
        os.unlink(name)
