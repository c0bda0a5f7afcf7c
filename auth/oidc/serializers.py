"""What the endpoints of sign-in by a provider take and give."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from oidc.checks import Finding
from oidc.models import SLUG, IdentityProvider
from oidc.providers import DEFAULT_CLAIMS, EVERYBODY, Provider, is_allowed_url
from ticketing_common.serializers import BoundedList, StrictFields
from users.serializers import single_line

MAX_RULES = 500


class RoleRuleIn(StrictFields):
    group = serializers.CharField(
        max_length=255, validators=[single_line], help_text=f"As the provider names it; `{EVERYBODY}` is everybody"
    )
    system = serializers.SlugField(max_length=32)
    role = serializers.CharField(max_length=128, validators=[single_line])


class ClaimsIn(StrictFields):
    """Which claim says what; a path with dots leads into objects."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {
            name: serializers.CharField(max_length=255, required=False, validators=[single_line])
            for name in DEFAULT_CLAIMS
        }


class ProviderIn(StrictFields):
    slug = serializers.RegexField(rf"^{SLUG}\Z", max_length=32, help_text="Part of the addresses of this provider")
    name = serializers.CharField(max_length=80, validators=[single_line], help_text="On the button")
    issuer = serializers.CharField(max_length=255, help_text="Exactly as the provider writes it")
    client_id = serializers.CharField(max_length=255, validators=[single_line])
    client_secret = serializers.CharField(
        max_length=512,
        required=False,
        allow_blank=True,
        validators=[single_line],
        help_text="Stored encrypted, never shown; empty for a public client",
    )
    scopes = BoundedList(
        child=serializers.RegexField(r"^[\x21\x23-\x5b\x5d-\x7e]+\Z", max_length=128),
        required=False,
        allow_empty=False,
        max_length=30,
    )
    claims = ClaimsIn(required=False)
    roles = BoundedList(child=RoleRuleIn(), required=False, max_length=MAX_RULES)
    creates_accounts = serializers.BooleanField(required=False)
    links_accounts = serializers.BooleanField(required=False)
    requires_verified_email = serializers.BooleanField(required=False)
    asks_second_factor = serializers.BooleanField(required=False)
    is_active = serializers.BooleanField(required=False)

    def validate_issuer(self, value: str) -> str:
        if not is_allowed_url(value) or "?" in value:
            raise serializers.ValidationError("Must be an HTTPS address without a query.", code="invalid")
        return value

    def validate_scopes(self, value: list[str]) -> list[str]:
        if "openid" not in value:
            raise serializers.ValidationError("Must contain openid.", code="invalid")
        return list(dict.fromkeys(value))


class AddressesOut(serializers.Serializer[Any]):
    """What has to be entered at the provider."""

    redirect_uri = serializers.CharField()
    post_logout_redirect_uri = serializers.CharField()
    backchannel_logout_uri = serializers.CharField()
    frontchannel_logout_uri = serializers.CharField()


class ProviderOut(serializers.ModelSerializer[IdentityProvider]):
    scopes = serializers.ListField(child=serializers.CharField())
    claims = serializers.DictField(child=serializers.CharField())
    roles = RoleRuleIn(many=True)
    has_client_secret = serializers.SerializerMethodField()
    addresses = serializers.SerializerMethodField()

    class Meta:
        model = IdentityProvider
        fields = [
            "id",
            "slug",
            "name",
            "issuer",
            "client_id",
            "has_client_secret",
            "scopes",
            "claims",
            "roles",
            "creates_accounts",
            "links_accounts",
            "requires_verified_email",
            "asks_second_factor",
            "is_active",
            "created_at",
            "updated_at",
            "addresses",
        ]
        read_only_fields = fields

    def get_has_client_secret(self, row: IdentityProvider) -> bool:
        return bool(row.client_secret_encrypted)

    @extend_schema_field(AddressesOut)
    def get_addresses(self, row: IdentityProvider) -> dict[str, Any]:
        # They follow from the slug; the row's secret is not needed for them and may be unreadable.
        return AddressesOut(Provider(slug=row.slug, name=row.name, issuer="", client_id="")).data


class ConfiguredProviderOut(serializers.Serializer[Any]):
    """A provider of the setting `OIDC_PROVIDERS`."""

    slug = serializers.CharField()
    name = serializers.CharField()
    issuer = serializers.CharField()
    client_id = serializers.CharField()
    has_client_secret = serializers.SerializerMethodField()
    roles = RoleRuleIn(many=True)
    creates_accounts = serializers.BooleanField()
    links_accounts = serializers.BooleanField()
    requires_verified_email = serializers.BooleanField()
    asks_second_factor = serializers.BooleanField()
    is_active = serializers.BooleanField()
    addresses = AddressesOut(source="*")

    def get_has_client_secret(self, provider: Provider) -> bool:
        return bool(provider.client_secret)


class ConfiguredOut(serializers.Serializer[Any]):
    providers = ConfiguredProviderOut(many=True)


class ProviderCheckOut(serializers.Serializer[Any]):
    finding = serializers.ChoiceField(choices=[finding.value for finding in Finding])
    detail = serializers.CharField(allow_blank=True, help_text="What was found, in words; empty when all is well")
    issuer_found = serializers.CharField(allow_blank=True, help_text="With `issuer_mismatch`: what it calls itself")


class ButtonOut(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    start_url = serializers.CharField(help_text="Where the browser begins; `next` names a path to go on to")


class ButtonsOut(serializers.Serializer[Any]):
    providers = ButtonOut(many=True)


class LogoutTokenIn(serializers.Serializer[Any]):
    logout_token = serializers.CharField(max_length=64_000)
