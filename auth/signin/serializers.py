"""What the sign-in endpoints take and give."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from signin.models import RefreshSession
from ticketing_common.serializers import BoundedList
from users.models import User


class LoginIn(serializers.Serializer[Any]):
    email = serializers.CharField(max_length=254, help_text="E-mail address or user name")
    password = serializers.CharField(max_length=256, trim_whitespace=False)
    captcha = serializers.CharField(max_length=4096, required=False, allow_blank=True)


class TokenIn(serializers.Serializer[Any]):
    username = serializers.CharField(max_length=254, help_text="E-mail address or user name")
    password = serializers.CharField(max_length=256, trim_whitespace=False)
    captcha = serializers.CharField(max_length=4096, required=False, allow_blank=True)


class ChallengeIn(serializers.Serializer[Any]):
    challenge = serializers.CharField(max_length=128)


class OtpIn(ChallengeIn):
    code = serializers.CharField(max_length=32)


class PasskeyOptionsIn(serializers.Serializer[Any]):
    challenge = serializers.CharField(
        max_length=128, required=False, help_text="Of the second step; without it, the passkey signs in alone"
    )


# As browsers write it: `PublicKeyCredential.toJSON()`. They send more than is used here, and more as they grow.
MAX_BINARY = 16_384


class BinaryField(serializers.CharField):
    """Bytes in the URL-safe base64 of WebAuthn."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": MAX_BINARY, "trim_whitespace": False, **kwargs})


class CredentialPartIn(serializers.Serializer[Any]):
    id = BinaryField(max_length=2_048)
    rawId = BinaryField(max_length=2_048)
    type = serializers.ChoiceField(choices=["public-key"])


class AssertionIn(serializers.Serializer[Any]):
    clientDataJSON = BinaryField()
    authenticatorData = BinaryField()
    signature = BinaryField()
    userHandle = BinaryField(max_length=128, required=False, allow_null=True)


class AnswerIn(CredentialPartIn):
    response = AssertionIn()


class PasskeySignInIn(serializers.Serializer[Any]):
    credential = AnswerIn()
    challenge = serializers.CharField(max_length=128, required=False, help_text="Of the second step")


class AttestationIn(serializers.Serializer[Any]):
    clientDataJSON = BinaryField()
    attestationObject = BinaryField()
    transports = BoundedList(child=serializers.CharField(max_length=32), max_length=16, required=False)


class NewCredentialIn(CredentialPartIn):
    response = AttestationIn()


class PasskeyOptionsOut(serializers.Serializer[Any]):
    options = serializers.DictField(help_text="For `navigator.credentials`, in the JSON form of WebAuthn")


class RefreshIn(serializers.Serializer[Any]):
    refresh = serializers.CharField(max_length=4096, required=False, help_text="Scripts; browsers use the cookie")


class TokenTextIn(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=8192)


class RolesField(serializers.DictField):
    """`{"tts": ["Agent", …], …}`"""

    child = serializers.ListField(child=serializers.CharField())


class SignedInUserOut(serializers.Serializer[User]):
    user_id = serializers.IntegerField(source="pk")
    id = serializers.IntegerField(source="pk")
    email = serializers.EmailField()
    username = serializers.CharField()
    full_name = serializers.CharField()
    avatar_url = serializers.CharField()
    otp_method = serializers.ChoiceField(choices=User.OtpMethod.choices)
    roles = serializers.SerializerMethodField()

    def get_roles(self, user: User) -> dict[str, list[str]]:
        roles: dict[str, list[str]] = self.context["roles"]
        return roles


class SignedInOut(serializers.Serializer[Any]):
    access = serializers.CharField()
    expires_in = serializers.IntegerField()
    user = SignedInUserOut()


class OtpRequiredOut(serializers.Serializer[Any]):
    otp_required = serializers.BooleanField()
    challenge = serializers.CharField()
    method = serializers.ChoiceField(choices=[("email", "email"), ("totp", "totp"), ("passkey", "passkey")])
    takes_passkey = serializers.BooleanField(help_text="Whether a passkey will do instead of the code")
    expires_in = serializers.IntegerField()


class TokenPairOut(serializers.Serializer[Any]):
    access = serializers.CharField()
    refresh = serializers.CharField(required=False, help_text="Only when the token came in the body")
    expires_in = serializers.IntegerField()


class ProviderSignOutOut(serializers.Serializer[Any]):
    provider_sign_out = serializers.CharField(help_text="Where the browser goes to sign out at the provider as well")


class TokenGoodOut(serializers.Serializer[Any]):
    token_type = serializers.CharField()
    user_id = serializers.IntegerField()
    expires_at = serializers.DateTimeField()


class SessionOut(serializers.ModelSerializer[RefreshSession]):
    is_current = serializers.SerializerMethodField()

    class Meta:
        model = RefreshSession
        fields = ["sid", "device", "address", "created_at", "last_seen_at", "expires_at", "is_current"]
        read_only_fields = fields

    def get_is_current(self, session: RefreshSession) -> bool:
        return bool(session.sid == self.context["sid"])
