"""What the people endpoints take and give."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from ticketing_common.serializers import StrictFields
from users.models import User, valid_phone, valid_username

PROFILE = [
    "username",
    "first_name",
    "middle_name",
    "last_name",
    "suffix",
    "phone_number",
]


class UserOut(serializers.ModelSerializer[User]):
    """A person as administrators, and the person, see them. `roles` holds those that count now."""

    user_id = serializers.IntegerField(source="pk")
    full_name = serializers.CharField()
    avatar_url = serializers.CharField()
    is_locked = serializers.SerializerMethodField()
    has_password = serializers.BooleanField(source="has_usable_password")
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
            "otp_method",
            "last_login",
            "date_joined",
            "version",
            "roles",
        ]
        read_only_fields = fields

    def get_is_locked(self, user: User) -> bool:
        return user.is_locked(self.context["now"])

    def get_roles(self, user: User) -> dict[str, list[str]]:
        roles: dict[int, dict[str, list[str]]] = self.context["roles"]
        return roles.get(user.pk, {})


def single_line(value: str) -> None:
    if any(ord(character) < 32 or ord(character) == 127 for character in value):
        raise serializers.ValidationError("Control characters are not allowed.", code="invalid")


class ProfileIn(StrictFields):
    """What people may change about themselves."""

    username = serializers.CharField(max_length=64, validators=[valid_username])
    first_name = serializers.CharField(max_length=80, validators=[single_line])
    middle_name = serializers.CharField(max_length=80, allow_blank=True, validators=[single_line])
    last_name = serializers.CharField(max_length=80, validators=[single_line])
    suffix = serializers.CharField(max_length=8, allow_blank=True, validators=[single_line])
    phone_number = serializers.CharField(max_length=16, allow_blank=True, validators=[valid_phone])


class MeIn(ProfileIn):
    email = serializers.EmailField(max_length=254)
    current_password = serializers.CharField(
        max_length=256, trim_whitespace=False, required=False, help_text="Needed to change the e-mail address"
    )


class UserIn(ProfileIn):
    """What administrators may change about a person."""

    email = serializers.EmailField(max_length=254)
    department = serializers.CharField(max_length=80, allow_blank=True, validators=[single_line])
    company_id = serializers.CharField(max_length=32, allow_blank=True, validators=[single_line])


class RoleGiven(serializers.Serializer[Any]):
    system = serializers.CharField(max_length=32)
    role = serializers.CharField(max_length=128)


class NewUserIn(UserIn):
    username = serializers.CharField(max_length=64, validators=[valid_username], required=False)
    middle_name = serializers.CharField(max_length=80, allow_blank=True, required=False, validators=[single_line])
    suffix = serializers.CharField(max_length=8, allow_blank=True, required=False, validators=[single_line])
    phone_number = serializers.CharField(max_length=16, allow_blank=True, required=False, validators=[valid_phone])
    department = serializers.CharField(max_length=80, allow_blank=True, required=False, validators=[single_line])
    company_id = serializers.CharField(max_length=32, allow_blank=True, required=False, validators=[single_line])
    password = serializers.CharField(
        max_length=256, trim_whitespace=False, required=False, help_text="Without one, invite the person"
    )
    roles = RoleGiven(many=True, required=False)


class ResetPasswordIn(StrictFields):
    expire = serializers.BooleanField(default=False, help_text="Also make the present password useless at once")
