"""Auth API, as its OpenAPI document says. Written by scripts/gen-openapi: change nothing here."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from tts_client.operations import Api, Pages, Upload

BlankEnum = Literal[""]
FindingEnum = Literal[
    "ok",
    "unreachable",
    "timeout",
    "certificate",
    "http_status",
    "unreadable",
    "issuer_mismatch",
    "endpoint_invalid",
    "no_keys",
]
KindEnum = Literal[
    "signed_in",
    "sign_in_failed",
    "signed_out",
    "otp_sent",
    "otp_failed",
    "otp_changed",
    "passkey_added",
    "passkey_renamed",
    "passkey_removed",
    "passkey_count_went_back",
    "account_locked",
    "account_unlocked",
    "session_revoked",
    "sessions_revoked",
    "refresh_reused",
    "password_changed",
    "password_reset_requested",
    "password_reset",
    "user_created",
    "user_changed",
    "user_activated",
    "user_deactivated",
    "user_deleted",
    "user_invited",
    "invitation_accepted",
    "users_imported",
    "role_created",
    "role_changed",
    "role_deleted",
    "role_assigned",
    "role_removed",
    "api_key_created",
    "api_key_revoked",
    "employee_approved",
    "employee_rejected",
    "events_exported",
    "snapshot_sent",
    "provider_changed",
    "identity_linked",
    "retention_changed",
    "retention_ran",
    "person_erased",
    "password_sign_in_changed",
]
LanguageEnum = Literal["en", "de"]
OtpMethod = Literal["none", "email", "totp", "passkey"]
ScopesEnum = Literal["notifications", "ams", "bms", "tickets", "employees", "scim"]
SecondFactor = Literal["email", "totp", "passkey"]
StatusEnum = Literal["Pending", "Approved", "Rejected"]
TypeEnum = Literal["public-key"]


class AddressesOut(TypedDict):
    redirect_uri: str
    post_logout_redirect_uri: str
    backchannel_logout_uri: str
    frontchannel_logout_uri: str


class AgentOut(TypedDict):
    user_id: int
    full_name: str
    email: str
    avatar_url: str
    is_active: bool
    roles: list[str]


class AnswerInRequest(TypedDict):
    id: str
    rawId: str
    type: TypeEnum
    response: AssertionInRequest


class ApiKeyInRequest(TypedDict):
    name: str
    scopes: list[ScopesEnum]
    expires_at: NotRequired[str]


class ApiKeyOut(TypedDict):
    id: int
    name: str
    scopes: list[str]
    prefix: str
    is_live: bool
    created_at: str
    created_by_id: int | None
    expires_at: str | None
    revoked_at: str | None
    last_used_at: str | None


class AssertionInRequest(TypedDict):
    clientDataJSON: str
    authenticatorData: str
    signature: str
    userHandle: NotRequired[str | None]


class AttestationInRequest(TypedDict):
    clientDataJSON: str
    attestationObject: str
    transports: NotRequired[list[str]]


class AvatarInRequest(TypedDict):
    pass


class ButtonOut(TypedDict):
    slug: str
    name: str
    start_url: str


class ButtonsOut(TypedDict):
    providers: list[ButtonOut]


class ChallengeInRequest(TypedDict):
    challenge: str


class ChangeInRequest(TypedDict):
    current_password: str
    new_password: str


class CheckInRequest(TypedDict):
    key: str


class CheckOut(TypedDict):
    name: str
    scopes: list[str]
    expires_at: str | None


class ClaimsInRequest(TypedDict):
    email: NotRequired[str]
    email_verified: NotRequired[str]
    first_name: NotRequired[str]
    last_name: NotRequired[str]
    full_name: NotRequired[str]
    username: NotRequired[str]
    groups: NotRequired[str]


class CodeInRequest(TypedDict):
    code: str


class ConfiguredOut(TypedDict):
    providers: list[ConfiguredProviderOut]


class ConfiguredProviderOut(TypedDict):
    slug: str
    name: str
    issuer: str
    client_id: str
    has_client_secret: bool
    roles: list[RoleRuleIn]
    creates_accounts: bool
    links_accounts: bool
    requires_verified_email: bool
    asks_second_factor: bool
    is_active: bool
    addresses: AddressesOut


class DifferenceOut(TypedDict):
    missing: list[dict[str, Any]]
    extra: list[dict[str, Any]]
    outdated: list[dict[str, Any]]


class DoneOut(TypedDict):
    detail: str


class DriftOut(TypedDict):
    consumer: str
    checked_at: str
    is_in_sync: bool
    messages_waiting: int
    roles: DifferenceOut
    members: DifferenceOut


class EmailCodeOut(TypedDict):
    email_code_required: bool
    email: str
    expires_in: int


class EmployeeInRequest(TypedDict):
    source_id: str
    email: str
    first_name: str
    last_name: str
    department: NotRequired[str]
    company_id: NotRequired[str]
    phone_number: NotRequired[str]


class EmployeeOut(TypedDict):
    id: int
    user_id: int
    full_name: str
    email: str
    department: str
    company_id: str
    is_active: bool
    source_id: str
    status: StatusEnum
    reason: str
    decided_by_id: int | None
    decided_at: str | None
    created_at: str


class EmployeeResultOut(TypedDict):
    source_id: str
    status: str
    user_id: NotRequired[int]
    is_new: NotRequired[bool]
    code: NotRequired[str]
    detail: NotRequired[str]


class EmployeeResultsOut(TypedDict):
    results: list[EmployeeResultOut]


class EmployeesInRequest(TypedDict):
    employees: list[EmployeeInRequest]


class ForgotInRequest(TypedDict):
    email: str
    captcha: NotRequired[str]


class HoldInRequest(TypedDict):
    user_id: int
    role_id: int
    settings: NotRequired[dict[str, Any]]


class HoldOut(TypedDict):
    id: int
    user: PersonOut
    user_email: str
    system: str
    role_id: int
    role_name: str
    is_active: bool
    is_effective: bool
    settings: dict[str, Any]
    assigned_at: str
    version: int


class ImportInRequest(TypedDict):
    dry_run: NotRequired[bool]
    skip_faulty: NotRequired[bool]
    invite: NotRequired[bool]


class ImportOut(TypedDict):
    is_imported: bool
    good: int
    failed: int
    ignored_columns: list[str]
    rows: list[RowOut]


class InvitationInRequest(TypedDict):
    username: NotRequired[str]
    first_name: str
    middle_name: NotRequired[str]
    last_name: str
    suffix: NotRequired[str]
    phone_number: NotRequired[str]
    time_zone: NotRequired[str]
    language: NotRequired[LanguageEnum | BlankEnum]
    email: str
    department: NotRequired[str]
    company_id: NotRequired[str]
    roles: NotRequired[list[RoleGivenRequest]]


class InvitationOut(TypedDict):
    email: str
    full_name: str
    expires_at: str
    id: int
    user_id: int
    created_at: str
    invited_by_id: int | None


class InvitedOut(TypedDict):
    email: str
    full_name: str
    expires_at: str


class JWKOut(TypedDict):
    kty: str
    n: str
    e: str
    use: str
    alg: str
    kid: str


class JWKS(TypedDict):
    keys: list[JWKOut]


class LinkInRequest(TypedDict):
    token: str


class LoginInRequest(TypedDict):
    email: str
    password: str
    captcha: NotRequired[str]


class LogoutTokenInRequest(TypedDict):
    logout_token: str


class NewApiKeyOut(TypedDict):
    id: int
    name: str
    scopes: list[str]
    prefix: str
    is_live: bool
    created_at: str
    created_by_id: int | None
    expires_at: str | None
    revoked_at: str | None
    last_used_at: str | None
    key: str


class NewCredentialInRequest(TypedDict):
    id: str
    rawId: str
    type: TypeEnum
    response: AttestationInRequest


class NewPasskeyInRequest(TypedDict):
    name: str
    credential: NewCredentialInRequest


class NewUserInRequest(TypedDict):
    username: NotRequired[str]
    first_name: str
    middle_name: NotRequired[str]
    last_name: str
    suffix: NotRequired[str]
    phone_number: NotRequired[str]
    time_zone: NotRequired[str]
    language: NotRequired[LanguageEnum | BlankEnum]
    email: str
    department: NotRequired[str]
    company_id: NotRequired[str]
    password: NotRequired[str]
    roles: NotRequired[list[RoleGivenRequest]]


class OtpInRequest(TypedDict):
    challenge: str
    code: str


class OtpMethodInRequest(TypedDict):
    method: SecondFactor
    current_password: str


class OtpOut(TypedDict):
    method: OtpMethod
    recovery_codes_left: int


class OtpRequiredOut(TypedDict):
    otp_required: bool
    challenge: str
    method: SecondFactor
    takes_passkey: bool
    expires_in: int


class OtpSetupOut(TypedDict):
    method: OtpMethod
    recovery_codes_left: int
    secret: NotRequired[str]
    uri: NotRequired[str]
    recovery_codes: NotRequired[list[str]]


class OwnPasswordOut(TypedDict):
    has_password: bool
    is_allowed: bool


class PasskeyOptionsInRequest(TypedDict):
    challenge: NotRequired[str]


class PasskeyOptionsOut(TypedDict):
    options: dict[str, Any]


class PasskeyOut(TypedDict):
    id: int
    name: str
    is_backed_up: bool
    created_at: str
    last_used_at: str | None


class PasskeySignInInRequest(TypedDict):
    credential: AnswerInRequest
    challenge: NotRequired[str]


class PasswordInRequest(TypedDict):
    current_password: str


class PatchedHoldChangeInRequest(TypedDict):
    is_active: NotRequired[bool]
    settings: NotRequired[dict[str, Any]]


class PatchedMeInRequest(TypedDict):
    username: NotRequired[str]
    first_name: NotRequired[str]
    middle_name: NotRequired[str]
    last_name: NotRequired[str]
    suffix: NotRequired[str]
    phone_number: NotRequired[str]
    time_zone: NotRequired[str]
    language: NotRequired[LanguageEnum | BlankEnum]
    email: NotRequired[str]
    current_password: NotRequired[str]
    email_code: NotRequired[str]


class PatchedPasskeyNameInRequest(TypedDict):
    name: NotRequired[str]


class PatchedProviderInRequest(TypedDict):
    slug: NotRequired[str]
    name: NotRequired[str]
    issuer: NotRequired[str]
    client_id: NotRequired[str]
    client_secret: NotRequired[str]
    scopes: NotRequired[list[str]]
    claims: NotRequired[ClaimsInRequest]
    roles: NotRequired[list[RoleRuleInRequest]]
    creates_accounts: NotRequired[bool]
    links_accounts: NotRequired[bool]
    requires_verified_email: NotRequired[bool]
    asks_second_factor: NotRequired[bool]
    is_active: NotRequired[bool]


class PatchedRoleChangeInRequest(TypedDict):
    name: NotRequired[str]
    description: NotRequired[str]


class PatchedSystemChangeInRequest(TypedDict):
    name: NotRequired[str]
    description: NotRequired[str]
    password_sign_in: NotRequired[bool]


class PatchedUserInRequest(TypedDict):
    username: NotRequired[str]
    first_name: NotRequired[str]
    middle_name: NotRequired[str]
    last_name: NotRequired[str]
    suffix: NotRequired[str]
    phone_number: NotRequired[str]
    time_zone: NotRequired[str]
    language: NotRequired[LanguageEnum | BlankEnum]
    email: NotRequired[str]
    department: NotRequired[str]
    company_id: NotRequired[str]


class PersonDataOut(TypedDict):
    counts: dict[str, int]
    data: dict[str, list[dict[str, Any]]]


class PersonOut(TypedDict):
    user_id: int
    full_name: str


class PersonRefInRequest(TypedDict):
    emails: list[str]
    names: list[str]
    requesters: list[RequesterIdInRequest]
    tickets: list[TicketRefInRequest]


class ProviderCheckOut(TypedDict):
    finding: FindingEnum
    detail: str
    issuer_found: str


class ProviderInRequest(TypedDict):
    slug: str
    name: str
    issuer: str
    client_id: str
    client_secret: NotRequired[str]
    scopes: NotRequired[list[str]]
    claims: NotRequired[ClaimsInRequest]
    roles: NotRequired[list[RoleRuleInRequest]]
    creates_accounts: NotRequired[bool]
    links_accounts: NotRequired[bool]
    requires_verified_email: NotRequired[bool]
    asks_second_factor: NotRequired[bool]
    is_active: NotRequired[bool]


class ProviderOut(TypedDict):
    id: int
    slug: str
    name: str
    issuer: str
    client_id: str
    has_client_secret: bool
    scopes: list[str]
    claims: dict[str, str]
    roles: list[RoleRuleIn]
    creates_accounts: bool
    links_accounts: bool
    requires_verified_email: bool
    asks_second_factor: bool
    is_active: bool
    created_at: str
    updated_at: str
    addresses: AddressesOut


class ProviderSignOutOut(TypedDict):
    provider_sign_out: str


class RecoveryCodesOut(TypedDict):
    recovery_codes: list[str]


class RefreshInRequest(TypedDict):
    refresh: NotRequired[str]


class RejectInRequest(TypedDict):
    reason: str


class RequesterIdInRequest(TypedDict):
    source_service: str
    id: str


class ResetInRequest(TypedDict):
    token: str
    password: str


class ResetPasswordInRequest(TypedDict):
    expire: NotRequired[bool]


class RetentionAmountOut(TypedDict):
    rows: int
    bytes: int | None


class RetentionChangeOut(TypedDict):
    id: int
    old_days: NotRequired[int | None]
    new_days: NotRequired[int | None]
    at: str
    by_id: int
    by_name: str


class RetentionKindDetailOut(TypedDict):
    kind: str
    days: int | None
    version: int
    setting: str
    kept: RetentionAmountOut
    due: RetentionAmountOut
    last_run: RetentionRunOut | None
    next_run_at: str | None
    runs: list[RetentionRunOut]
    changes: list[RetentionChangeOut]


class RetentionKindOut(TypedDict):
    kind: str
    days: int | None
    version: int
    setting: str
    kept: RetentionAmountOut
    due: RetentionAmountOut
    last_run: RetentionRunOut | None
    next_run_at: str | None


class RetentionRuleInRequest(TypedDict):
    days: int | None
    version: int


class RetentionRunOut(TypedDict):
    id: int
    days: int
    cutoff: str
    started_at: str
    finished_at: NotRequired[str | None]
    removed: NotRequired[int]
    removed_bytes: NotRequired[int]
    failed: NotRequired[int]
    is_complete: NotRequired[bool]
    asked_by_id: NotRequired[int | None]
    asked_by_name: NotRequired[str]


class RevocationOut(TypedDict):
    user_id: int
    sid: str | None
    min_version: int
    reason: str
    occurred_at: str


class Revocations(TypedDict):
    revocations: list[RevocationOut]


class RoleChangeInRequest(TypedDict):
    name: str
    description: NotRequired[str]


class RoleGivenRequest(TypedDict):
    system: str
    role: str


class RoleInRequest(TypedDict):
    name: str
    description: NotRequired[str]
    system: str


class RoleOut(TypedDict):
    id: int
    system: str
    name: str
    description: str
    is_custom: bool
    is_protected: bool
    holders: int
    version: int
    created_at: str


class RoleRuleIn(TypedDict):
    group: str
    system: str
    role: str


class RoleRuleInRequest(TypedDict):
    group: str
    system: str
    role: str


class RotateInRequest(TypedDict):
    overlap_hours: NotRequired[int]


class RowErrorOut(TypedDict):
    code: str
    detail: str
    attr: str | None
    column: str | None


class RowOut(TypedDict):
    row: int
    email: str
    errors: list[RowErrorOut]
    notes: list[RowErrorOut]


class SecurityEventOut(TypedDict):
    id: int
    occurred_at: str
    kind: KindEnum
    actor_id: int | None
    user_id: int | None
    address: str | None
    device: str
    request_id: str
    details: dict[str, Any]


class SessionOut(TypedDict):
    sid: str
    device: str
    address: str | None
    created_at: str
    last_seen_at: str
    expires_at: str
    is_current: bool


class SignedInOut(TypedDict):
    access: str
    expires_in: int
    user: SignedInUserOut


class SignedInUserOut(TypedDict):
    user_id: int
    id: int
    email: str
    username: str
    full_name: str
    avatar_url: str
    otp_method: OtpMethod
    roles: dict[str, list[str]]


class SnapshotOut(TypedDict):
    snapshot_id: str
    taken_at: str
    roles: int
    members: int
    people: int


class SystemInRequest(TypedDict):
    name: str
    description: NotRequired[str]
    slug: str


class SystemOut(TypedDict):
    id: int
    slug: str
    name: str
    description: str
    password_sign_in: bool
    created_at: str


class SystemRoleOut(TypedDict):
    id: int
    system: str
    name: str
    description: str
    is_protected: bool
    needs_holder: bool


class TicketRefInRequest(TypedDict):
    ticket_number: str
    source_service: str
    source_number: str


class TokenGoodOut(TypedDict):
    token_type: str
    user_id: int
    expires_at: str


class TokenInRequest(TypedDict):
    username: str
    password: str
    captcha: NotRequired[str]


class TokenPairOut(TypedDict):
    access: str
    refresh: NotRequired[str]
    expires_in: int


class TokenTextInRequest(TypedDict):
    token: str


class UserInRequest(TypedDict):
    username: str
    first_name: str
    middle_name: str
    last_name: str
    suffix: str
    phone_number: str
    time_zone: NotRequired[str]
    language: NotRequired[LanguageEnum | BlankEnum]
    email: str
    department: str
    company_id: str


class UserOut(TypedDict):
    id: int
    user_id: int
    email: str
    username: str
    first_name: str
    middle_name: str
    last_name: str
    suffix: str
    phone_number: str
    time_zone: str
    language: str
    full_name: str
    department: str
    company_id: str
    avatar_url: str
    is_active: bool
    is_locked: bool
    locked_until: str | None
    has_password: bool
    can_sign_in: bool
    otp_method: OtpMethod
    passkeys: int
    last_login: str | None
    date_joined: str
    version: int
    roles: dict[str, list[str]]


Login = SignedInOut | OtpRequiredOut


class AuthApi(Api):
    """People, systems, roles, sessions, keys."""

    service = "auth"

    def jwks(self) -> JWKS:
        """`GET /.well-known/jwks.json`

        Public keys of access tokens.
        """
        return self._json("GET", "/.well-known/jwks.json")

    def revocations(self) -> Revocations:
        """`GET /.well-known/revocations.json`

        What was announced on `tts.revocations` lately, for services that were not listening.
        """
        return self._json("GET", "/.well-known/revocations.json")

    def api_v1_api_keys_list(
        self,
        *,
        name: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        search: str | None = None,
    ) -> Pages[ApiKeyOut]:
        """`GET /api/v1/api-keys/`"""
        return self._pages(
            "GET",
            "/api/v1/api-keys/",
            query={"name": name, "ordering": ordering, "page_size": page_size, "search": search},
        )

    def api_v1_api_keys_create(self, body: ApiKeyInRequest) -> NewApiKeyOut:
        """`POST /api/v1/api-keys/`"""
        return self._json("POST", "/api/v1/api-keys/", body=body)

    def api_v1_api_keys_retrieve(self, id: int | str) -> ApiKeyOut:
        """`GET /api/v1/api-keys/{id}/`"""
        return self._json("GET", "/api/v1/api-keys/{id}/", path_values={"id": id})

    def api_v1_api_keys_revoke_create(self, id: int | str) -> ApiKeyOut:
        """`POST /api/v1/api-keys/{id}/revoke/`"""
        return self._json("POST", "/api/v1/api-keys/{id}/revoke/", path_values={"id": id})

    def api_v1_api_keys_rotate_create(self, id: int | str, body: RotateInRequest | None = None) -> NewApiKeyOut:
        """`POST /api/v1/api-keys/{id}/rotate/`"""
        return self._json("POST", "/api/v1/api-keys/{id}/rotate/", path_values={"id": id}, body=body)

    def api_v1_api_keys_verify_create(self, body: CheckInRequest) -> CheckOut:
        """`POST /api/v1/api-keys/verify/`"""
        return self._json("POST", "/api/v1/api-keys/verify/", body=body)

    def api_v1_hdts_sync_create(self, body: EmployeesInRequest) -> EmployeeResultsOut:
        """`POST /api/v1/hdts/sync/`

        For the help desk, with a service key, and for administrators.
        """
        return self._json("POST", "/api/v1/hdts/sync/", body=body)

    def api_v1_hdts_users_list(
        self,
        *,
        ordering: str | None = None,
        page_size: int | None = None,
        search: str | None = None,
        source_id: str | None = None,
        status: Literal["Approved", "Pending", "Rejected"] | None = None,
    ) -> Pages[EmployeeOut]:
        """`GET /api/v1/hdts/users/`"""
        return self._pages(
            "GET",
            "/api/v1/hdts/users/",
            query={
                "ordering": ordering,
                "page_size": page_size,
                "search": search,
                "source_id": source_id,
                "status": status,
            },
        )

    def api_v1_hdts_users_retrieve(self, id: int | str) -> EmployeeOut:
        """`GET /api/v1/hdts/users/{id}/`"""
        return self._json("GET", "/api/v1/hdts/users/{id}/", path_values={"id": id})

    def api_v1_hdts_users_approve_create(self, id: int | str) -> EmployeeOut:
        """`POST /api/v1/hdts/users/{id}/approve/`"""
        return self._json("POST", "/api/v1/hdts/users/{id}/approve/", path_values={"id": id})

    def api_v1_hdts_users_reject_create(self, id: int | str, body: RejectInRequest) -> EmployeeOut:
        """`POST /api/v1/hdts/users/{id}/reject/`"""
        return self._json("POST", "/api/v1/hdts/users/{id}/reject/", path_values={"id": id}, body=body)

    def api_v1_identity_providers_list(
        self,
        *,
        is_active: bool | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        search: str | None = None,
    ) -> Pages[ProviderOut]:
        """`GET /api/v1/identity-providers/`

        Those of the setting `OIDC_PROVIDERS` are listed apart, under `configured/`.
        """
        return self._pages(
            "GET",
            "/api/v1/identity-providers/",
            query={"is_active": is_active, "ordering": ordering, "page_size": page_size, "search": search},
        )

    def api_v1_identity_providers_create(self, body: ProviderInRequest) -> ProviderOut:
        """`POST /api/v1/identity-providers/`

        Those of the setting `OIDC_PROVIDERS` are listed apart, under `configured/`.
        """
        return self._json("POST", "/api/v1/identity-providers/", body=body)

    def api_v1_identity_providers_retrieve(self, id: int | str) -> ProviderOut:
        """`GET /api/v1/identity-providers/{id}/`

        Those of the setting `OIDC_PROVIDERS` are listed apart, under `configured/`.
        """
        return self._json("GET", "/api/v1/identity-providers/{id}/", path_values={"id": id})

    def api_v1_identity_providers_partial_update(
        self, id: int | str, body: PatchedProviderInRequest | None = None
    ) -> ProviderOut:
        """`PATCH /api/v1/identity-providers/{id}/`

        Those of the setting `OIDC_PROVIDERS` are listed apart, under `configured/`.
        """
        return self._json("PATCH", "/api/v1/identity-providers/{id}/", path_values={"id": id}, body=body)

    def api_v1_identity_providers_destroy(self, id: int | str) -> None:
        """`DELETE /api/v1/identity-providers/{id}/`

        Those of the setting `OIDC_PROVIDERS` are listed apart, under `configured/`.
        """
        self._nothing("DELETE", "/api/v1/identity-providers/{id}/", path_values={"id": id})

    def api_v1_identity_providers_check_create(self, id: int | str) -> ProviderCheckOut:
        """`POST /api/v1/identity-providers/{id}/check/`

        Those of the setting `OIDC_PROVIDERS` are listed apart, under `configured/`.
        """
        return self._json("POST", "/api/v1/identity-providers/{id}/check/", path_values={"id": id})

    def api_v1_identity_providers_configured_retrieve(self) -> ConfiguredOut:
        """`GET /api/v1/identity-providers/configured/`

        Those of the setting `OIDC_PROVIDERS` are listed apart, under `configured/`.
        """
        return self._json("GET", "/api/v1/identity-providers/configured/")

    def api_v1_invitations_list(
        self, *, ordering: str | None = None, page_size: int | None = None, search: str | None = None
    ) -> Pages[InvitationOut]:
        """`GET /api/v1/invitations/`

        Administrators invite; the invited follow their link.
        """
        return self._pages(
            "GET", "/api/v1/invitations/", query={"ordering": ordering, "page_size": page_size, "search": search}
        )

    def api_v1_invitations_create(self, body: InvitationInRequest) -> InvitationOut:
        """`POST /api/v1/invitations/`

        Administrators invite; the invited follow their link.
        """
        return self._json("POST", "/api/v1/invitations/", body=body)

    def api_v1_invitations_destroy(self, id: int | str) -> None:
        """`DELETE /api/v1/invitations/{id}/`

        Administrators invite; the invited follow their link.
        """
        self._nothing("DELETE", "/api/v1/invitations/{id}/", path_values={"id": id})

    def api_v1_invitations_accept_create(self, body: ResetInRequest) -> None:
        """`POST /api/v1/invitations/accept/`

        Administrators invite; the invited follow their link.
        """
        self._nothing("POST", "/api/v1/invitations/accept/", body=body)

    def api_v1_invitations_lookup_create(self, body: LinkInRequest) -> InvitedOut:
        """`POST /api/v1/invitations/lookup/`

        Administrators invite; the invited follow their link.
        """
        return self._json("POST", "/api/v1/invitations/lookup/", body=body)

    def api_v1_password_change_create(self, body: ChangeInRequest) -> SignedInOut:
        """`POST /api/v1/password/change/`"""
        return self._json("POST", "/api/v1/password/change/", body=body)

    def api_v1_password_forgot_create(self, body: ForgotInRequest) -> DoneOut:
        """`POST /api/v1/password/forgot/`

        For people who are not signed in yet.
        """
        return self._json("POST", "/api/v1/password/forgot/", body=body)

    def api_v1_password_reset_create(self, body: ResetInRequest) -> None:
        """`POST /api/v1/password/reset/`

        For people who are not signed in yet.
        """
        self._nothing("POST", "/api/v1/password/reset/", body=body)

    def person_data(self, body: PersonRefInRequest) -> PersonDataOut:
        """`POST /api/v1/privacy/person/`

        What the accounts with a requester's addresses hold. Pictures have their address here.
        """
        return self._json("POST", "/api/v1/privacy/person/", body=body)

    def api_v1_retention_list(self) -> list[RetentionKindOut]:
        """`GET /api/v1/retention/`"""
        return self._json("GET", "/api/v1/retention/")

    def api_v1_retention_retrieve(self, kind: int | str, *, days: int | None = None) -> RetentionKindDetailOut:
        """`GET /api/v1/retention/{kind}/`

        With `days`, `due` says what a run would remove if the kind were kept for so many days.
        """
        return self._json("GET", "/api/v1/retention/{kind}/", path_values={"kind": kind}, query={"days": days})

    def api_v1_retention_update(self, kind: int | str, body: RetentionRuleInRequest) -> RetentionKindDetailOut:
        """`PUT /api/v1/retention/{kind}/`

        409 `stale_version`: somebody changed the rule since the `version` that is named.
        """
        return self._json("PUT", "/api/v1/retention/{kind}/", path_values={"kind": kind}, body=body)

    def api_v1_retention_run_create(self, kind: int | str) -> RetentionRunOut:
        """`POST /api/v1/retention/{kind}/run/`

        Works for at most ten seconds; what is left then goes with the next run. Doing it again is safe.
        """
        return self._json("POST", "/api/v1/retention/{kind}/run/", path_values={"kind": kind})

    def api_v1_roles_list(
        self,
        *,
        is_custom: bool | None = None,
        name: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        search: str | None = None,
        system: str | None = None,
    ) -> Pages[RoleOut]:
        """`GET /api/v1/roles/`"""
        return self._pages(
            "GET",
            "/api/v1/roles/",
            query={
                "is_custom": is_custom,
                "name": name,
                "ordering": ordering,
                "page_size": page_size,
                "search": search,
                "system": system,
            },
        )

    def api_v1_roles_create(self, body: RoleInRequest) -> RoleOut:
        """`POST /api/v1/roles/`"""
        return self._json("POST", "/api/v1/roles/", body=body)

    def api_v1_roles_retrieve(self, id: int | str) -> RoleOut:
        """`GET /api/v1/roles/{id}/`"""
        return self._json("GET", "/api/v1/roles/{id}/", path_values={"id": id})

    def api_v1_roles_update(self, id: int | str, body: RoleChangeInRequest) -> RoleOut:
        """`PUT /api/v1/roles/{id}/`"""
        return self._json("PUT", "/api/v1/roles/{id}/", path_values={"id": id}, body=body)

    def api_v1_roles_partial_update(self, id: int | str, body: PatchedRoleChangeInRequest | None = None) -> RoleOut:
        """`PATCH /api/v1/roles/{id}/`"""
        return self._json("PATCH", "/api/v1/roles/{id}/", path_values={"id": id}, body=body)

    def api_v1_roles_destroy(self, id: int | str) -> None:
        """`DELETE /api/v1/roles/{id}/`

        409 `role_in_use` while people hold it (`holders`) or deployed workflows need it (`workflows`); 503 `consumer_unreachable` where the workflow API can't be asked.
        """
        self._nothing("DELETE", "/api/v1/roles/{id}/", path_values={"id": id})

    def api_v1_security_events_list(
        self,
        *,
        actor_id: int | None = None,
        address: str | None = None,
        kind: list[
            Literal[
                "account_locked",
                "account_unlocked",
                "api_key_created",
                "api_key_revoked",
                "employee_approved",
                "employee_rejected",
                "events_exported",
                "identity_linked",
                "invitation_accepted",
                "otp_changed",
                "otp_failed",
                "otp_sent",
                "passkey_added",
                "passkey_count_went_back",
                "passkey_removed",
                "passkey_renamed",
                "password_changed",
                "password_reset",
                "password_reset_requested",
                "password_sign_in_changed",
                "person_erased",
                "provider_changed",
                "refresh_reused",
                "retention_changed",
                "retention_ran",
                "role_assigned",
                "role_changed",
                "role_created",
                "role_deleted",
                "role_removed",
                "session_revoked",
                "sessions_revoked",
                "sign_in_failed",
                "signed_in",
                "signed_out",
                "snapshot_sent",
                "user_activated",
                "user_changed",
                "user_created",
                "user_deactivated",
                "user_deleted",
                "user_invited",
                "users_imported",
            ]
        ]
        | None = None,
        occurred_after: str | None = None,
        occurred_before: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        request_id: str | None = None,
        search: str | None = None,
        user_id: int | None = None,
    ) -> Pages[SecurityEventOut]:
        """`GET /api/v1/security-events/`"""
        return self._pages(
            "GET",
            "/api/v1/security-events/",
            query={
                "actor_id": actor_id,
                "address": address,
                "kind": kind,
                "occurred_after": occurred_after,
                "occurred_before": occurred_before,
                "ordering": ordering,
                "page_size": page_size,
                "request_id": request_id,
                "search": search,
                "user_id": user_id,
            },
        )

    def api_v1_security_events_retrieve(self, id: int | str) -> SecurityEventOut:
        """`GET /api/v1/security-events/{id}/`"""
        return self._json("GET", "/api/v1/security-events/{id}/", path_values={"id": id})

    def api_v1_security_events_export_retrieve(self) -> bytes:
        """`GET /api/v1/security-events/export/`"""
        return self._bytes("GET", "/api/v1/security-events/export/")

    def api_v1_system_roles_list(
        self,
        *,
        is_protected: bool | None = None,
        needs_holder: bool | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        search: str | None = None,
    ) -> Pages[SystemRoleOut]:
        """`GET /api/v1/system-roles/`

        The catalogue.
        """
        return self._pages(
            "GET",
            "/api/v1/system-roles/",
            query={
                "is_protected": is_protected,
                "needs_holder": needs_holder,
                "ordering": ordering,
                "page_size": page_size,
                "search": search,
            },
        )

    def api_v1_system_roles_retrieve(self, id: int | str) -> SystemRoleOut:
        """`GET /api/v1/system-roles/{id}/`

        The catalogue.
        """
        return self._json("GET", "/api/v1/system-roles/{id}/", path_values={"id": id})

    def api_v1_systems_list(
        self,
        *,
        ordering: str | None = None,
        page_size: int | None = None,
        search: str | None = None,
        slug: str | None = None,
    ) -> Pages[SystemOut]:
        """`GET /api/v1/systems/`"""
        return self._pages(
            "GET",
            "/api/v1/systems/",
            query={"ordering": ordering, "page_size": page_size, "search": search, "slug": slug},
        )

    def api_v1_systems_create(self, body: SystemInRequest) -> SystemOut:
        """`POST /api/v1/systems/`"""
        return self._json("POST", "/api/v1/systems/", body=body)

    def api_v1_systems_retrieve(self, id: int | str) -> SystemOut:
        """`GET /api/v1/systems/{id}/`"""
        return self._json("GET", "/api/v1/systems/{id}/", path_values={"id": id})

    def api_v1_systems_partial_update(
        self, id: int | str, body: PatchedSystemChangeInRequest | None = None
    ) -> SystemOut:
        """`PATCH /api/v1/systems/{id}/`"""
        return self._json("PATCH", "/api/v1/systems/{id}/", path_values={"id": id}, body=body)

    def api_v1_tts_agents_list(
        self,
        *,
        ordering: str | None = None,
        page_size: int | None = None,
        role: str | None = None,
        search: str | None = None,
    ) -> Pages[AgentOut]:
        """`GET /api/v1/tts/agents/`"""
        return self._pages(
            "GET",
            "/api/v1/tts/agents/",
            query={"ordering": ordering, "page_size": page_size, "role": role, "search": search},
        )

    def api_v1_tts_drift_retrieve(self) -> DriftOut:
        """`GET /api/v1/tts/drift/`"""
        return self._json("GET", "/api/v1/tts/drift/")

    def api_v1_tts_sync_create(self) -> SnapshotOut:
        """`POST /api/v1/tts/sync/`"""
        return self._json("POST", "/api/v1/tts/sync/")

    def api_v1_user_system_roles_list(
        self,
        *,
        is_active: bool | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        role_id: float | None = None,
        role_name: str | None = None,
        search: str | None = None,
        system: str | None = None,
        user_id: float | None = None,
    ) -> Pages[HoldOut]:
        """`GET /api/v1/user-system-roles/`

        Only administrators: whoever gives roles could give themselves any.
        """
        return self._pages(
            "GET",
            "/api/v1/user-system-roles/",
            query={
                "is_active": is_active,
                "ordering": ordering,
                "page_size": page_size,
                "role_id": role_id,
                "role_name": role_name,
                "search": search,
                "system": system,
                "user_id": user_id,
            },
        )

    def api_v1_user_system_roles_create(self, body: HoldInRequest, *, idempotency_key: str | None = None) -> HoldOut:
        """`POST /api/v1/user-system-roles/`

        Only administrators: whoever gives roles could give themselves any.
        """
        return self._json(
            "POST", "/api/v1/user-system-roles/", body=body, idempotency_key=idempotency_key, takes_key=True
        )

    def api_v1_user_system_roles_retrieve(self, id: int | str) -> HoldOut:
        """`GET /api/v1/user-system-roles/{id}/`

        Only administrators: whoever gives roles could give themselves any.
        """
        return self._json("GET", "/api/v1/user-system-roles/{id}/", path_values={"id": id})

    def api_v1_user_system_roles_partial_update(
        self, id: int | str, body: PatchedHoldChangeInRequest | None = None
    ) -> HoldOut:
        """`PATCH /api/v1/user-system-roles/{id}/`

        Only administrators: whoever gives roles could give themselves any.
        """
        return self._json("PATCH", "/api/v1/user-system-roles/{id}/", path_values={"id": id}, body=body)

    def api_v1_user_system_roles_destroy(self, id: int | str) -> None:
        """`DELETE /api/v1/user-system-roles/{id}/`

        Only administrators: whoever gives roles could give themselves any.
        """
        self._nothing("DELETE", "/api/v1/user-system-roles/{id}/", path_values={"id": id})

    def api_v1_users_list(
        self,
        *,
        department: str | None = None,
        is_active: bool | None = None,
        is_locked: bool | None = None,
        ordering: str | None = None,
        otp_method: Literal["email", "none", "passkey", "totp"] | None = None,
        page_size: int | None = None,
        role: str | None = None,
        search: str | None = None,
        system: str | None = None,
    ) -> Pages[UserOut]:
        """`GET /api/v1/users/`

        For administrators.
        """
        return self._pages(
            "GET",
            "/api/v1/users/",
            query={
                "department": department,
                "is_active": is_active,
                "is_locked": is_locked,
                "ordering": ordering,
                "otp_method": otp_method,
                "page_size": page_size,
                "role": role,
                "search": search,
                "system": system,
            },
        )

    def api_v1_users_create(self, body: NewUserInRequest, *, idempotency_key: str | None = None) -> UserOut:
        """`POST /api/v1/users/`

        For administrators.
        """
        return self._json("POST", "/api/v1/users/", body=body, idempotency_key=idempotency_key, takes_key=True)

    def api_v1_users_retrieve(self, id: int | str) -> UserOut:
        """`GET /api/v1/users/{id}/`

        For administrators.
        """
        return self._json("GET", "/api/v1/users/{id}/", path_values={"id": id})

    def api_v1_users_update(self, id: int | str, body: UserInRequest) -> UserOut:
        """`PUT /api/v1/users/{id}/`

        For administrators.
        """
        return self._json("PUT", "/api/v1/users/{id}/", path_values={"id": id}, body=body)

    def api_v1_users_partial_update(self, id: int | str, body: PatchedUserInRequest | None = None) -> UserOut:
        """`PATCH /api/v1/users/{id}/`

        For administrators.
        """
        return self._json("PATCH", "/api/v1/users/{id}/", path_values={"id": id}, body=body)

    def api_v1_users_destroy(self, id: int | str) -> None:
        """`DELETE /api/v1/users/{id}/`

        For administrators.
        """
        self._nothing("DELETE", "/api/v1/users/{id}/", path_values={"id": id})

    def api_v1_users_activate_create(self, id: int | str) -> UserOut:
        """`POST /api/v1/users/{id}/activate/`

        For administrators.
        """
        return self._json("POST", "/api/v1/users/{id}/activate/", path_values={"id": id})

    def api_v1_users_deactivate_create(self, id: int | str) -> UserOut:
        """`POST /api/v1/users/{id}/deactivate/`

        For administrators.
        """
        return self._json("POST", "/api/v1/users/{id}/deactivate/", path_values={"id": id})

    def api_v1_users_reset_otp_create(self, id: int | str) -> UserOut:
        """`POST /api/v1/users/{id}/reset-otp/`

        For administrators.
        """
        return self._json("POST", "/api/v1/users/{id}/reset-otp/", path_values={"id": id})

    def api_v1_users_reset_password_create(self, id: int | str, body: ResetPasswordInRequest | None = None) -> None:
        """`POST /api/v1/users/{id}/reset-password/`

        For administrators.
        """
        self._nothing("POST", "/api/v1/users/{id}/reset-password/", path_values={"id": id}, body=body)

    def api_v1_users_unlock_create(self, id: int | str) -> UserOut:
        """`POST /api/v1/users/{id}/unlock/`

        For administrators.
        """
        return self._json("POST", "/api/v1/users/{id}/unlock/", path_values={"id": id})

    def api_v1_users_sessions_list(
        self,
        user_id: int | str,
        *,
        ordering: str | None = None,
        page_size: int | None = None,
        search: str | None = None,
    ) -> Pages[SessionOut]:
        """`GET /api/v1/users/{user_id}/sessions/`

        For administrators: the person is named in the path.
        """
        return self._pages(
            "GET",
            "/api/v1/users/{user_id}/sessions/",
            path_values={"user_id": user_id},
            query={"ordering": ordering, "page_size": page_size, "search": search},
        )

    def end_user_sessions(self, user_id: int | str) -> None:
        """`DELETE /api/v1/users/{user_id}/sessions/`

        For administrators: the person is named in the path.
        """
        self._nothing("DELETE", "/api/v1/users/{user_id}/sessions/", path_values={"user_id": user_id})

    def api_v1_users_sessions_destroy(self, user_id: int | str, sid: int | str) -> None:
        """`DELETE /api/v1/users/{user_id}/sessions/{sid}/`

        For administrators: the person is named in the path.
        """
        self._nothing("DELETE", "/api/v1/users/{user_id}/sessions/{sid}/", path_values={"sid": sid, "user_id": user_id})

    def api_v1_users_import_create(self, body: ImportInRequest, *, file: Upload) -> ImportOut:
        """`POST /api/v1/users/import/`"""
        return self._json("POST", "/api/v1/users/import/", body=body, files={"file": file})

    def api_v1_users_me_retrieve(self) -> UserOut:
        """`GET /api/v1/users/me/`

        Oneself.
        """
        return self._json("GET", "/api/v1/users/me/")

    def api_v1_users_me_partial_update(self, body: PatchedMeInRequest | None = None) -> UserOut | EmailCodeOut:
        """`PATCH /api/v1/users/me/`

        Oneself.
        """
        return self._json("PATCH", "/api/v1/users/me/", body=body)

    def api_v1_users_me_avatar_update(self, body: AvatarInRequest, *, file: Upload) -> UserOut:
        """`PUT /api/v1/users/me/avatar/`"""
        return self._json("PUT", "/api/v1/users/me/avatar/", body=body, files={"file": file})

    def api_v1_users_me_avatar_destroy(self) -> None:
        """`DELETE /api/v1/users/me/avatar/`"""
        self._nothing("DELETE", "/api/v1/users/me/avatar/")

    def api_v1_users_me_otp_retrieve(self) -> OtpOut:
        """`GET /api/v1/users/me/otp/`"""
        return self._json("GET", "/api/v1/users/me/otp/")

    def api_v1_users_me_otp_create(self, body: OtpMethodInRequest) -> OtpSetupOut:
        """`POST /api/v1/users/me/otp/`"""
        return self._json("POST", "/api/v1/users/me/otp/", body=body)

    def api_v1_users_me_otp_confirm_create(self, body: CodeInRequest) -> RecoveryCodesOut:
        """`POST /api/v1/users/me/otp/confirm/`"""
        return self._json("POST", "/api/v1/users/me/otp/confirm/", body=body)

    def api_v1_users_me_otp_disable_create(self, body: PasswordInRequest) -> OtpOut:
        """`POST /api/v1/users/me/otp/disable/`"""
        return self._json("POST", "/api/v1/users/me/otp/disable/", body=body)

    def api_v1_users_me_otp_recovery_codes_create(self, body: PasswordInRequest) -> RecoveryCodesOut:
        """`POST /api/v1/users/me/otp/recovery-codes/`"""
        return self._json("POST", "/api/v1/users/me/otp/recovery-codes/", body=body)

    def api_v1_users_me_passkeys_list(
        self, *, ordering: str | None = None, page_size: int | None = None, search: str | None = None
    ) -> Pages[PasskeyOut]:
        """`GET /api/v1/users/me/passkeys/`"""
        return self._pages(
            "GET", "/api/v1/users/me/passkeys/", query={"ordering": ordering, "page_size": page_size, "search": search}
        )

    def api_v1_users_me_passkeys_create(
        self, body: NewPasskeyInRequest, *, idempotency_key: str | None = None
    ) -> PasskeyOut:
        """`POST /api/v1/users/me/passkeys/`"""
        return self._json(
            "POST", "/api/v1/users/me/passkeys/", body=body, idempotency_key=idempotency_key, takes_key=True
        )

    def api_v1_users_me_passkeys_partial_update(
        self, id: int | str, body: PatchedPasskeyNameInRequest | None = None
    ) -> PasskeyOut:
        """`PATCH /api/v1/users/me/passkeys/{id}/`"""
        return self._json("PATCH", "/api/v1/users/me/passkeys/{id}/", path_values={"id": id}, body=body)

    def api_v1_users_me_passkeys_remove_create(self, id: int | str, body: PasswordInRequest) -> None:
        """`POST /api/v1/users/me/passkeys/{id}/remove/`"""
        self._nothing("POST", "/api/v1/users/me/passkeys/{id}/remove/", path_values={"id": id}, body=body)

    def api_v1_users_me_passkeys_options_create(self, body: PasswordInRequest) -> PasskeyOptionsOut:
        """`POST /api/v1/users/me/passkeys/options/`"""
        return self._json("POST", "/api/v1/users/me/passkeys/options/", body=body)

    def api_v1_users_me_password_retrieve(self) -> OwnPasswordOut:
        """`GET /api/v1/users/me/password/`"""
        return self._json("GET", "/api/v1/users/me/password/")

    def api_v1_users_me_password_create(self) -> DoneOut:
        """`POST /api/v1/users/me/password/`"""
        return self._json("POST", "/api/v1/users/me/password/")

    def api_v1_users_me_sessions_list(
        self, *, ordering: str | None = None, page_size: int | None = None, search: str | None = None
    ) -> Pages[SessionOut]:
        """`GET /api/v1/users/me/sessions/`

        Live sessions, newest use first.
        """
        return self._pages(
            "GET", "/api/v1/users/me/sessions/", query={"ordering": ordering, "page_size": page_size, "search": search}
        )

    def end_my_other_sessions(self) -> None:
        """`DELETE /api/v1/users/me/sessions/`

        Live sessions, newest use first.
        """
        self._nothing("DELETE", "/api/v1/users/me/sessions/")

    def api_v1_users_me_sessions_destroy(self, sid: int | str) -> None:
        """`DELETE /api/v1/users/me/sessions/{sid}/`"""
        self._nothing("DELETE", "/api/v1/users/me/sessions/{sid}/", path_values={"sid": sid})

    def captcha_retrieve(self) -> dict[str, Any]:
        """`GET /captcha/`

        For people who are not signed in yet.
        """
        return self._json("GET", "/captcha/")

    def login_create(self, body: LoginInRequest) -> Login:
        """`POST /login/`

        For people who are not signed in yet.
        """
        return self._json("POST", "/login/", body=body)

    def login_otp_create(self, body: OtpInRequest) -> SignedInOut:
        """`POST /login/otp/`

        For people who are not signed in yet.
        """
        return self._json("POST", "/login/otp/", body=body)

    def login_otp_resend_create(self, body: ChallengeInRequest) -> OtpRequiredOut:
        """`POST /login/otp/resend/`

        For people who are not signed in yet.
        """
        return self._json("POST", "/login/otp/resend/", body=body)

    def login_passkey_create(self, body: PasskeySignInInRequest) -> SignedInOut:
        """`POST /login/passkey/`

        For people who are not signed in yet.
        """
        return self._json("POST", "/login/passkey/", body=body)

    def login_passkey_options_create(self, body: PasskeyOptionsInRequest | None = None) -> PasskeyOptionsOut:
        """`POST /login/passkey/options/`

        For people who are not signed in yet.
        """
        return self._json("POST", "/login/passkey/options/", body=body)

    def logout_create(self, body: RefreshInRequest | None = None) -> ProviderSignOutOut | None:
        """`POST /logout/`

        Ends the session of the refresh token, or else of the access token, that comes along.
        """
        return self._json("POST", "/logout/", body=body)

    def oidc_backchannel_logout(self, slug: int | str, body: LogoutTokenInRequest) -> dict[str, Any]:
        """`POST /oidc/{slug}/backchannel-logout/`

        For people who are not signed in yet.
        """
        return self._json("POST", "/oidc/{slug}/backchannel-logout/", path_values={"slug": slug}, body=body)

    def oidc_callback(
        self,
        slug: int | str,
        *,
        code: str | None = None,
        error: str | None = None,
        iss: str | None = None,
        state: str | None = None,
    ) -> None:
        """`GET /oidc/{slug}/callback/`

        A page of the way there and back. Whatever is refused is explained by the sign-in page.

        A session that the browser has is not touched by any of it.
        """
        self._nothing(
            "GET",
            "/oidc/{slug}/callback/",
            path_values={"slug": slug},
            query={"code": code, "error": error, "iss": iss, "state": state},
        )

    def oidc_frontchannel_logout(self, slug: int | str, *, iss: str | None = None, sid: str | None = None) -> bytes:
        """`GET /oidc/{slug}/frontchannel-logout/`

        The provider's own page shows this in a frame as a person signs out there.

        Our cookies come along only where the browser takes both for one site. Without them nothing is ended, and the
        answer is the same: it tells nobody whether there was a session.
        """
        return self._bytes(
            "GET", "/oidc/{slug}/frontchannel-logout/", path_values={"slug": slug}, query={"iss": iss, "sid": sid}
        )

    def oidc_start(self, slug: int | str, *, next: str | None = None, prompt: str | None = None) -> None:
        """`GET /oidc/{slug}/start/`

        A page of the way there and back. Whatever is refused is explained by the sign-in page.

        A session that the browser has is not touched by any of it.
        """
        self._nothing("GET", "/oidc/{slug}/start/", path_values={"slug": slug}, query={"next": next, "prompt": prompt})

    def oidc_providers_retrieve(self) -> ButtonsOut:
        """`GET /oidc/providers/`

        For people who are not signed in yet.
        """
        return self._json("GET", "/oidc/providers/")

    def token_create(self, body: TokenInRequest) -> TokenPairOut:
        """`POST /token/`

        For people who are not signed in yet.
        """
        return self._json("POST", "/token/", body=body)

    def token_refresh_create(self, body: RefreshInRequest | None = None) -> TokenPairOut:
        """`POST /token/refresh/`

        For people who are not signed in yet.
        """
        return self._json("POST", "/token/refresh/", body=body)

    def token_verify_create(self, body: TokenTextInRequest) -> TokenGoodOut:
        """`POST /token/verify/`

        For people who are not signed in yet.
        """
        return self._json("POST", "/token/verify/", body=body)
