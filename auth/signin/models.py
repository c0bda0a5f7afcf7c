"""Signing in: counters of tries, challenges for a second factor, sessions and what ended them."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from users.models import User


class RateCounter(models.Model):
    """How often something was tried in the window that `expires_at` ends. Written by one upsert; see `guard`."""

    scope = models.CharField(max_length=32)
    key = models.CharField(max_length=128)
    count = models.PositiveIntegerField()
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "rate_counters"
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="rate_counters_once")]
        indexes = [models.Index(fields=["expires_at"], name="rate_counters_expires")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}: {self.count}"


class LoginChallengeQuerySet(models.QuerySet["LoginChallenge"]):
    def open(self, now: datetime) -> LoginChallengeQuerySet:
        """Those that can still be answered, by people who may sign in."""
        attempts_left = Q(attempts__lt=LoginChallenge.MAX_ATTEMPTS)
        return self.filter(attempts_left, closed_at__isnull=True, expires_at__gt=now, user__is_active=True)


class LoginChallenge(models.Model):
    """The second step of one sign-in. Both the challenge and its code are stored hashed."""

    MAX_ATTEMPTS = 5

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    method = models.CharField(max_length=8, choices=User.OtpMethod.choices)
    code_hash = models.CharField(max_length=64, blank=True, default="")
    # Which of the person's known browsers began; empty for any other.
    device = models.CharField(max_length=32, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    resends = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = LoginChallengeQuerySet.as_manager()

    class Meta:
        db_table = "login_challenges"
        indexes = [models.Index(fields=["user", "expires_at"], name="login_challenges_user")]

    def __str__(self) -> str:
        return f"{self.method} challenge of {self.user_id}"


class RefreshSessionQuerySet(models.QuerySet["RefreshSession"]):
    def live(self, now: datetime) -> RefreshSessionQuerySet:
        return self.filter(revoked_at__isnull=True, expires_at__gt=now, idle_until__gt=now)


class RefreshSession(models.Model):
    """One sign-in on one device, and the family of its refresh tokens.

    The n-th token of the family carries `generation` n. Each refresh moves the row on by compare-and-swap, so of
    many refreshes at once exactly one rotates.
    """

    class RevokeReason(models.TextChoices):
        LOGOUT = "logout", "Signed out"
        REUSE = "refresh_reuse", "An old token was used again"
        BY_OWNER = "revoked_by_owner", "Ended from another session"
        BY_ADMIN = "revoked_by_admin", "Ended by an administrator"
        PASSWORD = "password_change", "The password was changed"
        DEACTIVATED = "deactivated", "The account was deactivated"
        BY_PROVIDER = "provider_logout", "The provider ended its session"

    sid = models.CharField(max_length=32, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    generation = models.PositiveIntegerField(default=1)
    rotated_at = models.DateTimeField()
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    idle_until = models.DateTimeField()
    expires_at = models.DateTimeField()
    device = models.CharField(max_length=120, blank=True, default="")
    address = models.GenericIPAddressField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoke_reason = models.CharField(max_length=32, blank=True, default="", choices=RevokeReason.choices)

    objects = RefreshSessionQuerySet.as_manager()

    class Meta:
        db_table = "refresh_sessions"
        indexes = [
            models.Index(fields=["user", "-last_seen_at"], name="refresh_sessions_user"),
            models.Index(fields=["user"], name="refresh_sessions_live", condition=Q(revoked_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.sid} of {self.user_id}"


class Revocation(models.Model):
    """What was announced on `tts.revocations`, kept while a token that it kills could still live."""

    user_id = models.BigIntegerField()
    sid = models.CharField(max_length=32, null=True)  # noqa: DJ001 -- NULL means: every session
    min_version = models.PositiveIntegerField()
    reason = models.CharField(max_length=64)
    occurred_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "revocations"

    def __str__(self) -> str:
        return f"{self.user_id} {self.reason}"


class TotpDevice(models.Model):
    """A person's authenticator app. It counts once it is confirmed; each time step is good for one sign-in."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="totp_device")
    secret_encrypted = models.BinaryField()
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)

    class Meta:
        db_table = "totp_devices"

    def __str__(self) -> str:
        return f"authenticator of {self.user_id}"


class RecoveryCode(models.Model):
    """A code that stands in once for a lost authenticator. Stored hashed."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "recovery_codes"
        constraints = [models.UniqueConstraint(fields=["user", "code_hash"], name="recovery_codes_once")]

    def __str__(self) -> str:
        return f"recovery code of {self.user_id}"


class PasskeyOwner(models.Model):
    """The random name under which a person's authenticators know them here. It stays when passkeys go."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    handle = models.BinaryField(unique=True)

    class Meta:
        db_table = "passkey_owners"

    def __str__(self) -> str:
        return f"passkey handle of {self.user_id}"


class PasskeyQuerySet(models.QuerySet["Passkey"]):
    def accepting(self, sign_count: int) -> PasskeyQuerySet:
        """Those for which an answer with this count is a new one. Many authenticators do not count: always 0."""
        is_new = Q(sign_count__lt=sign_count)
        return self.filter(is_new if sign_count else Q(sign_count=0))


class Passkey(models.Model):
    """A WebAuthn credential of a person: the public half, and what its authenticator said of itself."""

    MAX_PER_PERSON = 20
    MAX_NAME = 64

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="passkeys")
    credential_id = models.BinaryField(unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField()
    transports = models.JSONField(default=list)
    name = models.CharField(max_length=MAX_NAME)
    # Kept by a password manager or cloud account, so that it outlives the device.
    is_backed_up = models.BooleanField()
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    objects = PasskeyQuerySet.as_manager()

    class Meta:
        db_table = "passkeys"

    def __str__(self) -> str:
        return f"passkey {self.pk} of {self.user_id}"


class PasskeyChallenge(models.Model):
    """What an authenticator is asked to sign: for one browser or session, once, within minutes. Stored hashed."""

    class Purpose(models.TextChoices):
        REGISTER = "register", "Register a passkey"
        SIGN_IN = "sign_in", "Sign in with a passkey alone"
        SECOND_FACTOR = "second_factor", "Finish a sign-in"

    challenge_hash = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    # Of the browser's cookie, or of the session that registers.
    holder_hash = models.CharField(max_length=64)
    # The second step that it belongs to.
    login_challenge = models.ForeignKey(LoginChallenge, on_delete=models.CASCADE, null=True, related_name="+")
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "passkey_challenges"

    def __str__(self) -> str:
        return f"challenge to {self.purpose}"


class ProviderSession(models.Model):
    """Which session of ours, or which second step on the way to one, came from which session at a provider."""

    session = models.OneToOneField(RefreshSession, on_delete=models.CASCADE, null=True, related_name="+")
    challenge = models.OneToOneField(LoginChallenge, on_delete=models.SET_NULL, null=True, related_name="+")
    provider = models.CharField(max_length=32)
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    provider_sid = models.CharField(max_length=255, blank=True, default="")
    # The hint by which the provider knows whose sign-out it is. Encrypted.
    id_token_encrypted = models.BinaryField(default=b"")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "oidc_sessions"
        indexes = [
            models.Index(fields=["issuer", "subject"], name="oidc_sessions_subject"),
            models.Index(fields=["issuer", "provider_sid"], name="oidc_sessions_sid"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} at {self.issuer}"
