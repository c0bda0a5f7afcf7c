"""The two ceremonies of WebAuthn: what browsers are asked, and whether what comes back is true.

A challenge is a row, bound to a browser or a session, good once and for minutes. `webauthn` is imported where it is
used: it takes a third of a second, which most processes never need.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings

from signin.models import LoginChallenge, Passkey, PasskeyChallenge, PasskeyOwner
from signin.totp import ISSUER
from ticketing_common.errors import Invalid, Refusal
from ticketing_common.logs import logger
from users.models import User

if TYPE_CHECKING:
    from webauthn.helpers.structs import CollectedClientData, PublicKeyCredentialDescriptor

log = logger(__name__)

LIFETIME = timedelta(minutes=5)
LIFETIME_MS = int(LIFETIME.total_seconds() * 1000)
Purpose = PasskeyChallenge.Purpose
Answer = dict[str, Any]
# No attestation is asked for. Some authenticators sign one with the new key itself, which is "packed".
FORMATS = {"none", "packed"}
# Beside its own exceptions the library lets those of its parsers through, for answers that no browser sends.
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)


class PasskeyRejected(Invalid):
    code = "passkey_rejected"
    default_detail = "What the authenticator sent is not valid. Try again, or use another authenticator."


class PasskeyInvalid(Refusal):
    code = "passkey_invalid"
    status_code = 401
    default_detail = "This passkey can't be used here. Sign in another way."


class PasskeyExpired(Refusal):
    code = "passkey_expired"
    status_code = 401
    default_detail = "This request has expired, has been used, or was begun in another browser. Start again."


class PasskeyCopied(PasskeyInvalid):
    code = "passkey_count_went_back"
    default_detail = "This passkey was refused: its counter went back, as that of a copy would. Sign in another way."


@dataclass(frozen=True, kw_only=True)
class Registered:
    """What is kept of a new credential."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    is_backed_up: bool


# --- challenges ----------------------------------------------------------------------------------------------------


def registration_options(*, user: User, sid: str, now: datetime) -> dict[str, Any]:
    """Return `PublicKeyCredentialCreationOptions` in their JSON form, for this session.

    Each passkey can sign in alone: it is discoverable, and its authenticator verifies the person.
    """
    from webauthn import generate_registration_options
    from webauthn.helpers import options_to_json_dict
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    owner, _ = PasskeyOwner.objects.get_or_create(user=user, defaults={"handle": secrets.token_bytes(32)})
    options = generate_registration_options(
        rp_id=settings.WEBAUTHN_RP_ID,
        rp_name=ISSUER,
        user_id=bytes(owner.handle),
        user_name=user.email,
        user_display_name=user.full_name,
        challenge=_new_challenge(Purpose.REGISTER, holder=sid, now=now),
        timeout=LIFETIME_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(user),
    )
    return options_to_json_dict(options)


def sign_in_options(*, browser: str, step: LoginChallenge | None, now: datetime) -> dict[str, Any]:
    """Return `PublicKeyCredentialRequestOptions` in their JSON form, for this browser.

    Alone, any passkey that the browser finds will do, and it must verify the person. As the second step, only those
    of whoever has given the password.
    """
    from webauthn import generate_authentication_options
    from webauthn.helpers import options_to_json_dict
    from webauthn.helpers.structs import UserVerificationRequirement

    verification = UserVerificationRequirement.PREFERRED if step else UserVerificationRequirement.REQUIRED
    purpose = Purpose.SECOND_FACTOR if step else Purpose.SIGN_IN
    options = generate_authentication_options(
        rp_id=settings.WEBAUTHN_RP_ID,
        challenge=_new_challenge(purpose, holder=browser, now=now, step=step),
        timeout=LIFETIME_MS,
        allow_credentials=_descriptors(step.user) if step else None,
        user_verification=verification,
    )
    return options_to_json_dict(options)


def _new_challenge(purpose: str, *, holder: str, now: datetime, step: LoginChallenge | None = None) -> bytes:
    challenge = secrets.token_bytes(32)
    PasskeyChallenge.objects.create(
        challenge_hash=_digest(challenge),
        purpose=purpose,
        holder_hash=_digest(holder.encode()),
        login_challenge=step,
        expires_at=now + LIFETIME,
    )
    return challenge


def _descriptors(user: User) -> list[PublicKeyCredentialDescriptor]:
    from webauthn.helpers.structs import AuthenticatorTransport, PublicKeyCredentialDescriptor

    return [
        PublicKeyCredentialDescriptor(
            id=bytes(passkey.credential_id),
            transports=[AuthenticatorTransport(name) for name in passkey.transports],
        )
        for passkey in Passkey.objects.filter(user=user).order_by("id")
    ]


def take_challenge(
    *, answer: Answer, purpose: str, holder: str, step: LoginChallenge | None = None, now: datetime
) -> bytes:
    """Use up the challenge that was answered and return it, or raise `PasskeyExpired`."""
    challenge = _client_data(answer).challenge
    rows = PasskeyChallenge.objects.filter(
        challenge_hash=_digest(challenge), purpose=purpose, login_challenge=step, expires_at__gt=now
    )
    row = rows.first()
    if row is None or not holder or not hmac.compare_digest(row.holder_hash, _digest(holder.encode())):
        raise PasskeyExpired()
    if not rows.filter(pk=row.pk).delete()[0]:
        raise PasskeyExpired()  # the same answer came twice, and the other one was faster
    return challenge


def _digest(value: bytes) -> str:
    return hashlib.sha256(value).hexdigest()


# --- answers -------------------------------------------------------------------------------------------------------


def _client_data(answer: Answer) -> CollectedClientData:
    """Return what the browser says it has asked the authenticator, before anything of it is verified."""
    from webauthn.helpers import base64url_to_bytes, parse_client_data_json
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        said = parse_client_data_json(base64url_to_bytes(answer["response"]["clientDataJSON"]))
    except (WebAuthnException, *UNREADABLE) as error:
        raise PasskeyInvalid() from error
    if said.cross_origin:  # our pages are in nobody's frame
        raise PasskeyInvalid()
    return said


def credential_id_of(answer: Answer) -> bytes:
    """Return which credential the answer is of; empty where it names none."""
    from webauthn.helpers import base64url_to_bytes

    try:
        return base64url_to_bytes(answer["rawId"])
    except UNREADABLE:
        return b""


def transports_of(answer: Answer) -> list[str]:
    """Return how the authenticator can be reached, as far as the library knows the ways."""
    from webauthn.helpers.structs import AuthenticatorTransport

    known = {transport.value for transport in AuthenticatorTransport}
    return sorted(known.intersection(answer["response"].get("transports") or []))


def user_handle_of(answer: Answer) -> bytes:
    """Return the name under which the authenticator keeps the person; empty where it says none."""
    from webauthn.helpers import base64url_to_bytes

    try:
        return base64url_to_bytes(answer["response"].get("userHandle") or "")
    except UNREADABLE:
        return b""


def verify_registration(answer: Answer, *, challenge: bytes) -> Registered:
    """Return the new credential, or raise `PasskeyRejected`."""
    from webauthn import verify_registration_response
    from webauthn.helpers import decode_credential_public_key, decoded_public_key_to_cryptography
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        found = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=settings.WEBAUTHN_RP_ID,
            expected_origin=settings.WEBAUTHN_ORIGINS,
            require_user_verification=True,
        )
        if found.fmt not in FORMATS:
            raise PasskeyRejected("The authenticator sent an attestation that was not asked for.")
        # A key that is none would only be found out at the first sign-in.
        decoded_public_key_to_cryptography(decode_credential_public_key(found.credential_public_key))
    except (WebAuthnException, *UNREADABLE) as error:
        log.warning("passkey_rejected", reason=str(error)[:200])
        raise PasskeyRejected() from error
    return Registered(
        credential_id=found.credential_id,
        public_key=found.credential_public_key,
        sign_count=found.sign_count,
        is_backed_up=found.credential_backed_up,
    )


def verify_answer(answer: Answer, *, passkey: Passkey, challenge: bytes, is_alone: bool, now: datetime) -> None:
    """Note the use of the passkey, or raise `PasskeyInvalid`: `PasskeyCopied` where its counter went back.

    The counter is compared after the signature, so that only the true key can make it look copied, and moved on by
    compare-and-swap, so that of two answers with one count a single one wins.
    """
    from webauthn import verify_authentication_response
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        found = verify_authentication_response(
            credential={key: value for key, value in answer.items() if key != "authenticatorAttachment"},
            expected_challenge=challenge,
            expected_rp_id=settings.WEBAUTHN_RP_ID,
            expected_origin=settings.WEBAUTHN_ORIGINS,
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=0,  # compared below
            require_user_verification=is_alone,
        )
    except (WebAuthnException, *UNREADABLE) as error:
        log.warning("passkey_refused", passkey=passkey.pk, reason=str(error)[:200])
        raise PasskeyInvalid() from error
    rows = Passkey.objects.filter(pk=passkey.pk)
    is_new = rows.accepting(found.new_sign_count).update(
        sign_count=found.new_sign_count, is_backed_up=found.credential_backed_up, last_used_at=now
    )
    if not is_new:
        if not rows.exists():
            raise PasskeyInvalid()  # removed meanwhile
        log.warning("passkey_count_went_back", passkey=passkey.pk, said=found.new_sign_count)
        raise PasskeyCopied()
