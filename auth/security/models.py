"""Security events: who did what to whom, from where. Kept when the people are gone."""

from __future__ import annotations

from django.db import models


class SecurityEvent(models.Model):
    """One fact about sign-ins, sessions, people, roles or keys."""

    class Kind(models.TextChoices):
        SIGNED_IN = "signed_in"
        SIGN_IN_FAILED = "sign_in_failed"
        SIGNED_OUT = "signed_out"
        OTP_SENT = "otp_sent"
        OTP_FAILED = "otp_failed"
        OTP_CHANGED = "otp_changed"
        PASSKEY_ADDED = "passkey_added"
        PASSKEY_RENAMED = "passkey_renamed"
        PASSKEY_REMOVED = "passkey_removed"
        PASSKEY_COUNT_WENT_BACK = "passkey_count_went_back"
        ACCOUNT_LOCKED = "account_locked"
        ACCOUNT_UNLOCKED = "account_unlocked"
        SESSION_REVOKED = "session_revoked"
        SESSIONS_REVOKED = "sessions_revoked"
        REFRESH_REUSED = "refresh_reused"
        PASSWORD_CHANGED = "password_changed"  # noqa: S105 -- the name of an event
        PASSWORD_RESET_REQUESTED = "password_reset_requested"  # noqa: S105 -- the name of an event
        PASSWORD_RESET = "password_reset"  # noqa: S105 -- the name of an event
        USER_CREATED = "user_created"
        USER_CHANGED = "user_changed"
        USER_ACTIVATED = "user_activated"
        USER_DEACTIVATED = "user_deactivated"
        USER_DELETED = "user_deleted"
        USER_INVITED = "user_invited"
        INVITATION_ACCEPTED = "invitation_accepted"
        USERS_IMPORTED = "users_imported"
        ROLE_CREATED = "role_created"
        ROLE_CHANGED = "role_changed"
        ROLE_DELETED = "role_deleted"
        ROLE_ASSIGNED = "role_assigned"
        ROLE_REMOVED = "role_removed"
        API_KEY_CREATED = "api_key_created"
        API_KEY_REVOKED = "api_key_revoked"
        EMPLOYEE_APPROVED = "employee_approved"
        EMPLOYEE_REJECTED = "employee_rejected"
        EVENTS_EXPORTED = "events_exported"
        SNAPSHOT_SENT = "snapshot_sent"
        PROVIDER_CHANGED = "provider_changed"
        IDENTITY_LINKED = "identity_linked"
        RETENTION_CHANGED = "retention_changed"
        RETENTION_RAN = "retention_ran"
        PERSON_ERASED = "person_erased"
        PASSWORD_SIGN_IN_CHANGED = "password_sign_in_changed"  # noqa: S105 -- the name of an event

    kind = models.CharField(max_length=32, choices=Kind.choices)
    occurred_at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    address = models.GenericIPAddressField(null=True)
    device = models.CharField(max_length=120, blank=True, default="")
    request_id = models.CharField(max_length=128, blank=True, default="")
    details = models.JSONField(default=dict)

    class Meta:
        db_table = "security_events"
        indexes = [
            models.Index(fields=["-occurred_at", "-id"], name="security_events_newest"),
            models.Index(fields=["user_id", "-occurred_at"], name="security_events_user"),
            models.Index(fields=["kind", "-occurred_at"], name="security_events_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.occurred_at:%Y-%m-%d %H:%M}"
