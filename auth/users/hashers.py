"""How passwords are stored: PBKDF2 with SHA-256."""

from __future__ import annotations

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class PBKDF2SHA256Hasher(PBKDF2PasswordHasher):
    """OWASP's recommended work factor. Django's own, higher one would cost a third of a second of CPU a sign-in."""

    iterations = 600_000
