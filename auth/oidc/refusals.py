"""Why a sign-in by a provider ended without a session. The codes are stable; the sign-in page explains them."""

from __future__ import annotations

from ticketing_common.errors import Refusal


class SignInRefused(Refusal):
    code = "oidc_failed"
    status_code = 401
    default_detail = "Signing in at the provider did not work."


class UnknownProvider(SignInRefused):
    code = "oidc_unknown_provider"
    status_code = 404
    default_detail = "There is no such provider, or it is switched off."


class ProviderUnreachable(SignInRefused):
    code = "oidc_provider_unreachable"
    status_code = 503
    default_detail = "The provider does not answer. Try again later, or sign in with a password where that is on."


class ProviderMisconfigured(SignInRefused):
    code = "oidc_provider_misconfigured"
    status_code = 502
    default_detail = "The provider answers otherwise than it was configured here."


class IssuerMismatch(ProviderMisconfigured):
    default_detail = "The provider calls itself by another issuer than it is configured with here."

    def __init__(self, *, found: str) -> None:
        super().__init__()
        self.found = found


class NoKeys(ProviderMisconfigured):
    default_detail = "The provider publishes no keys that signatures could be verified with."


class StateInvalid(SignInRefused):
    code = "oidc_state_invalid"
    default_detail = "This sign-in has expired, was used already, or was begun in another browser. Start again."


class AccessDenied(SignInRefused):
    code = "oidc_access_denied"
    default_detail = "The provider refused, or the sign-in was cancelled there."


class LoginRequired(SignInRefused):
    code = "oidc_login_required"
    default_detail = "The provider wants to be asked with its own page: sign in with its button."


class ProviderError(SignInRefused):
    code = "oidc_provider_error"
    default_detail = "The provider answered with an error."


class TokenInvalid(SignInRefused):
    code = "oidc_token_invalid"
    default_detail = "What the provider sent could not be verified."


class EmailMissing(SignInRefused):
    code = "oidc_email_missing"
    default_detail = "The provider does not tell an e-mail address that can be used."


class EmailUnverified(SignInRefused):
    code = "oidc_email_unverified"
    default_detail = "The provider has not verified the e-mail address."


class AccountExists(SignInRefused):
    code = "oidc_account_exists"
    status_code = 409
    default_detail = "There is an account with this address that is not linked to the provider."


class NoAccount(SignInRefused):
    code = "oidc_no_account"
    status_code = 403
    default_detail = "There is no account for this person, and none is created."


class AccountDeactivated(SignInRefused):
    code = "oidc_account_deactivated"
    status_code = 403
    default_detail = "The account is deactivated."


class LogoutTokenInvalid(Refusal):
    code = "logout_token_invalid"
    status_code = 400
    default_detail = "The logout token could not be verified."
