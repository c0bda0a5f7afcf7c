"""What the people endpoints take and give."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rest_framework import serializers

from ticketing_common.serializers import StrictFields
from users.models import User, valid_phone, valid_username
from users.texts import BadText, clean_address, clean_name, clean_phone

PROFILE = [
    "username",
    "first_name",
    "middle_name",
    "last_name",
    "suffix",
    "phone_number",
    "time_zone",
    "language",
]


class UserOut(serializers.ModelSerializer[User]):
    """A person as administrators, and the person, see them. `roles` holds those that count now."""

    user_id = serializers.IntegerField(source="pk")
    full_name = serializers.CharField()
    avatar_url = serializers.CharField()
    language = serializers.CharField(help_text="Of the user interface; empty: the language that the browser asks for")
    is_locked = serializers.SerializerMethodField()
    has_password = serializers.BooleanField(source="has_usable_password")
    can_sign_in = serializers.BooleanField()
    passkeys = serializers.SerializerMethodField()
    roles = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = [
            "id",
            "user_id",
            "email",
            *PROFILE,
            "full_name",
            "department",
            "company_id",
            "avatar_url",
            "is_active",
            "is_locked",
            "locked_until",
            "has_password",
            "can_sign_in",
            "otp_method",
            "passkeys",
            "last_login",
            "date_joined",
            "version",
            "roles",
        ]
        read_only_fields = fields

    def get_is_locked(self, user: User) -> bool:
        return user.is_locked(self.context["now"])

    def get_passkeys(self, user: User) -> int:
        """How many there are."""
        return len(user.passkeys.all())

    def get_roles(self, user: User) -> dict[str, list[str]]:
        roles: dict[int, dict[str, list[str]]] = self.context["roles"]
        return roles.get(user.pk, {})


def single_line(value: str) -> None:
    if any(ord(character) < 32 or ord(character) == 127 for character in value):
        raise serializers.ValidationError("Control characters are not allowed.", code="invalid")


class NameField(serializers.CharField):
    """A name in NFC, on one line, with something to see."""

    def to_internal_value(self, data: Any) -> str:
        try:
            return clean_name(super().to_internal_value(data))
        except BadText as error:
            raise serializers.ValidationError(str(error), code="invalid") from error


class AddressField(serializers.EmailField):
    """A mail address in its one spelling."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 254, **kwargs})

    def to_internal_value(self, data: Any) -> str:
        try:
            return clean_address(super().to_internal_value(data))
        except BadText as error:
            raise serializers.ValidationError(str(error), code="invalid") from error


class PhoneField(serializers.CharField):
    """A telephone number in the international form; what only helps the eye is dropped."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 32, "allow_blank": True, "validators": [valid_phone], **kwargs})

    def to_internal_value(self, data: Any) -> str:
        return clean_phone(super().to_internal_value(data))


class ZoneField(serializers.CharField):
    """The name of a time zone; empty means UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 64, "allow_blank": True, **kwargs})

    def to_internal_value(self, data: Any) -> str:
        name = super().to_internal_value(data)
        try:
            return ZoneInfo(name).key if name else ""
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise serializers.ValidationError("There is no such time zone.", code="invalid") from error


class ProfileIn(StrictFields):
    """What people may change about themselves. People of one name only give it as the last one."""

    username = serializers.CharField(max_length=64, validators=[valid_username])
    first_name = NameField(max_length=80, allow_blank=True)
    middle_name = NameField(max_length=80, allow_blank=True)
    last_name = NameField(max_length=80)
    suffix = NameField(max_length=8, allow_blank=True)
    phone_number = PhoneField()
    time_zone = ZoneField(required=False)
    language = serializers.ChoiceField(
        choices=User.Language.choices,
        allow_blank=True,
        required=False,
        help_text="Of the user interface; empty: the language that the browser asks for",
    )


class MeIn(ProfileIn):
    email = AddressField()
    current_password = serializers.CharField(
        max_length=256, trim_whitespace=False, required=False, help_text="Needed to change the e-mail address"
    )
    email_code = serializers.CharField(
        max_length=32,
        required=False,
        help_text="The code that was mailed to the new address. Without it one is sent, and nothing is changed",
    )


class EmailCodeOut(serializers.Serializer[Any]):
    """A code was mailed to the new address; the same request with `email_code` makes the changes."""

    email_code_required = serializers.BooleanField()
    email = serializers.EmailField()
    expires_in = serializers.IntegerField(help_text="Seconds until the code is void")


class UserIn(ProfileIn):
    """What administrators may change about a person."""

    email = AddressField()
    department = NameField(max_length=80, allow_blank=True)
    company_id = NameField(max_length=32, allow_blank=True)


class RoleGiven(StrictFields):
    system = serializers.CharField(max_length=32)
    role = serializers.CharField(max_length=128)


class NewUserIn(UserIn):
    username = serializers.CharField(max_length=64, validators=[valid_username], required=False)
    middle_name = NameField(max_length=80, allow_blank=True, required=False)
    suffix = NameField(max_length=8, allow_blank=True, required=False)
    phone_number = PhoneField(required=False)
    department = NameField(max_length=80, allow_blank=True, required=False)
    company_id = NameField(max_length=32, allow_blank=True, required=False)
    password = serializers.CharField(
        max_length=256, trim_whitespace=False, required=False, help_text="Without one, invite the person"
    )
    roles = RoleGiven(many=True, required=False)


class ResetPasswordIn(StrictFields):
    expire = serializers.BooleanField(default=False, help_text="Also make the present password useless at once")
