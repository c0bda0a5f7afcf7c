"""People. One table for everybody, in whatever system: an id means one person everywhere."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from users.texts import folded, login_name

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from oidc.models import Identity
    from signin.models import Passkey
    from system_roles.models import UserSystemRole

valid_username = RegexValidator(r"^[a-z0-9][a-z0-9._-]*$", "Use lower-case letters, digits, dots, dashes, underscores.")
valid_phone = RegexValidator(r"^\+[1-9][0-9]{6,14}$", "Use the international form, such as +4915112345678.")


SEARCHED_FIELDS = frozenset({"email", "username", "first_name", "middle_name", "last_name", "suffix", "company_id"})


def normal_password(password: str) -> str:
    """Return the password as it is hashed: keyboards and systems spell the same characters in several ways."""
    return unicodedata.normalize("NFKC", password)


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> UserQuerySet:
        return self.filter(is_active=True)

    def by_login(self, login: str) -> UserQuerySet:
        """The person with this e-mail address or user name, in any case; a domain in either of its spellings."""
        name = login_name(login)
        return self.filter(email=name) if "@" in name else self.filter(username=name)

    def locked(self, now: datetime) -> UserQuerySet:
        return self.filter(locked_until__gt=now)


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def active(self) -> UserQuerySet:
        return self.get_queryset().active()

    def by_login(self, login: str) -> UserQuerySet:
        return self.get_queryset().by_login(login)

    def locked(self, now: datetime) -> UserQuerySet:
        return self.get_queryset().locked(now)


class User(AbstractBaseUser):
    """A person who can sign in.

    `version` counts the changes that other services are told of; `token_version` goes up when access tokens that
    are out in the world must die: older ones are refused everywhere.
    """

    class OtpMethod(models.TextChoices):
        NONE = "none", "Password only"
        EMAIL = "email", "Code by e-mail"
        TOTP = "totp", "Authenticator app"
        PASSKEY = "passkey", "Passkey"

    class Language(models.TextChoices):
        ENGLISH = "en", "English"
        GERMAN = "de", "German"

    email = models.EmailField(unique=True)
    username = models.CharField(max_length=64, unique=True, validators=[valid_username])
    # Empty for people of one name only, which is then the last one.
    first_name = models.CharField(max_length=80, blank=True)
    middle_name = models.CharField(max_length=80, blank=True, default="")
    last_name = models.CharField(max_length=80)
    suffix = models.CharField(max_length=8, blank=True, default="")
    phone_number = models.CharField(max_length=16, blank=True, default="", validators=[valid_phone])
    department = models.CharField(max_length=80, blank=True, default="")
    # An IANA name, such as Europe/Lisbon; empty means UTC.
    time_zone = models.CharField(max_length=64, blank=True, default="")
    # Of the user interface; empty means the one that the browser asks for.
    language = models.CharField(max_length=8, choices=Language.choices, blank=True, default="", db_default="")
    # What the lists search: names, address, user name and company id without case and accents.
    search_text = models.TextField(blank=True, default="", editable=False)
    company_id = models.CharField(max_length=32, blank=True, default="")
    avatar = models.CharField(max_length=64, blank=True, default="", editable=False)
    is_active = models.BooleanField(default=True)
    deactivated_at = models.DateTimeField(null=True, editable=False)
    # When the retention rule took name, address and credentials; the row stays for its id.
    anonymised_at = models.DateTimeField(null=True, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)
    otp_method = models.CharField(max_length=8, choices=OtpMethod.choices, default=OtpMethod.NONE)
    locked_until = models.DateTimeField(null=True, editable=False)
    password_changed_at = models.DateTimeField(null=True, editable=False)
    date_joined = models.DateTimeField()
    version = models.PositiveIntegerField(default=1, editable=False)
    token_version = models.PositiveIntegerField(default=1, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    if TYPE_CHECKING:
        holds: RelatedManager[UserSystemRole]
        identities: RelatedManager[Identity]
        passkeys: RelatedManager[Passkey]
        password_links: RelatedManager[PasswordLink]

    class Meta:
        db_table = "users"
        constraints = [
            models.CheckConstraint(name="users_email_lower", condition=Q(email=Lower("email"))),
            models.CheckConstraint(name="users_username_lower", condition=Q(username=Lower("username"))),
            models.UniqueConstraint(name="users_company_id", fields=["company_id"], condition=~Q(company_id="")),
        ]
        indexes = [
            models.Index(fields=["last_name", "first_name", "id"], name="users_by_name"),
            models.Index(fields=["-date_joined", "id"], name="users_by_joined"),
        ]

    def __str__(self) -> str:
        return f"{self.full_name} ({self.pk})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = login_name(self.email)
        self.username = self.username.strip().lower()
        self.search_text = folded(" ".join([self.full_name, self.email, self.username, self.company_id]))
        fields = kwargs.get("update_fields")
        if fields is not None and SEARCHED_FIELDS.intersection(fields):
            kwargs["update_fields"] = {*fields, "search_text"}
        super().save(*args, **kwargs)

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(None if raw_password is None else normal_password(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        """Compare after NFKC. A hash of another spelling, from before, is replaced when it fits."""
        if raw_password is None:
            return False
        normal = normal_password(raw_password)
        if super().check_password(normal):
            return True
        if normal == raw_password or not super().check_password(raw_password):
            return False
        self.set_password(normal)
        self.save(update_fields=["password"])
        return True

    @property
    def can_sign_in(self) -> bool:
        """Whether the person has a password, a passkey, or an identity at a provider: not yet while only invited.

        Whether their systems let them use the password or the passkey is not asked.
        """
        return self.has_usable_password() or bool(self.identities.all()) or bool(self.passkeys.all())

    @property
    def full_name(self) -> str:
        parts = (self.first_name, self.middle_name, self.last_name, self.suffix)
        return " ".join(part for part in parts if part)

    @property
    def avatar_url(self) -> str:
        """Address of the picture on the product's one origin; empty without a picture."""
        return f"/api/auth/avatars/{self.avatar}" if self.avatar else ""

    def is_locked(self, now: datetime) -> bool:
        return self.locked_until is not None and self.locked_until > now


class AddressChange(models.Model):
    """A new address that its owner has yet to prove with a mailed code. A newer one replaces it; used, it is gone."""

    MAX_ATTEMPTS = 5

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    email = models.EmailField()
    code_hash = models.CharField(max_length=64)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "address_changes"

    def __str__(self) -> str:
        return f"new address of {self.user_id}"


class PasswordLink(models.Model):
    """A link by which a person sets a password: after forgetting one, or when invited. Stored hashed, good once."""

    class Purpose(models.TextChoices):
        RESET = "reset", "Forgotten password"
        INVITATION = "invitation", "Invitation"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="password_links")
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    invited_by_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "password_links"
        indexes = [models.Index(fields=["user", "purpose"], name="password_links_user")]

    def __str__(self) -> str:
        return f"{self.purpose} of {self.user_id}"
