"""A field that a write does not know is refused by its name."""

from __future__ import annotations

from ticketing_testing.strict_writes import lenient_writes, writes

# Whoever signs in need not be a client of this version, a provider may send more than the standard names, and so may
# a browser of a credential.
LENIENT = {
    "POST /api/v1/users/me/passkeys/": "NewCredentialIn",
    "POST /login/": "LoginIn",
    "POST /login/otp/": "OtpIn",
    "POST /login/otp/resend/": "ChallengeIn",
    "POST /login/passkey/": "PasskeySignInIn",
    "POST /login/passkey/options/": "PasskeyOptionsIn",
    "POST /logout/": "RefreshIn",
    "POST /oidc/{slug}/backchannel-logout/": "LogoutTokenIn",
    "POST /token/": "TokenIn",
    "POST /token/refresh/": "RefreshIn",
    "POST /token/verify/": "TokenTextIn",
}


def test_every_write_refuses_unknown_fields() -> None:
    assert len(list(writes())) > 5
    assert lenient_writes() == LENIENT
