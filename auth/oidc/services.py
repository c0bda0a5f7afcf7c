"""Sign in by a provider: begin, take the answer, open the product's ordinary session; sign out with the provider."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db import transaction

from keys.services import cipher
from oidc import people, remote, verification
from oidc.models import Claims, SeenLogoutToken, SignInFlow
from oidc.providers import Provider, provider_by_slug
from oidc.refusals import AccessDenied, LoginRequired, LogoutTokenInvalid, ProviderError, SignInRefused, StateInvalid
from security.services import Actor, Kind, Origin, record
from signin import guard, sessions
from signin import services as signin
from signin.housekeeping import tidy_now_and_then
from signin.models import LoginChallenge, ProviderSession, RefreshSession
from signin.sessions import Pair, Reason
from ticketing_common.errors import Refusal
from ticketing_common.logs import logger
from users.models import User

log = logger(__name__)

FLOW_LIFETIME = timedelta(minutes=10)
# Sign-ins begun from one address: an office may share it.
STARTS = guard.Limit("oidc_starts", 500, timedelta(minutes=15))
ID_TOKEN_PURPOSE = "oidc-id-token"  # noqa: S105 -- what the cipher is for
PROMPTS = ("none", "login", "select_account")
SILENT_ERRORS = {"login_required", "interaction_required", "consent_required", "account_selection_required"}
MAX_NEXT = 1024


def safe_next(raw: str | None) -> str:
    """Return the path to go on to when it is one of this application, else ""."""
    path = raw or ""
    is_local = re.match(r"/(?![/\\])", path) and not re.search(r"[\x00-\x20\\\x7f]", path)
    return path if is_local and len(path) <= MAX_NEXT and not path.startswith(("/login", "/api/")) else ""


def begin(*, slug: str, next_path: str | None, prompt: str | None, browser: str, origin: Origin, now: datetime) -> str:
    """Return the address at the provider where the person signs in. `browser` is the secret of its cookie."""
    tidy_now_and_then(now=now)
    provider = provider_by_slug(slug)
    guard.reserve(STARTS, origin.address or "unknown", now=now)
    state, nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    url = remote.authorization_url(
        provider,
        state=state,
        nonce=nonce,
        code_verifier=verifier,
        prompt=prompt if prompt in PROMPTS else None,
    )
    SignInFlow.objects.filter(expires_at__lt=now).delete()
    SignInFlow.objects.create(
        state_hash=_hash(state),
        browser_hash=_hash(browser),
        provider=provider.slug,
        nonce=nonce,
        code_verifier=verifier,
        next_path=safe_next(next_path),
        expires_at=now + FLOW_LIFETIME,
    )
    return url


def take_flow(*, slug: str, state: str, browser: str, now: datetime) -> SignInFlow:
    """Use up the sign-in that this answer belongs to, or raise `StateInvalid`."""
    flow = SignInFlow.objects.filter(state_hash=_hash(state), provider=slug, expires_at__gt=now).first()
    if flow is None or not browser or not hmac.compare_digest(flow.browser_hash, _hash(browser)):
        raise StateInvalid()
    if not SignInFlow.objects.filter(pk=flow.pk).delete()[0]:
        raise StateInvalid()  # the same answer came twice, and the other one was faster
    return flow


def finish(
    *, flow: SignInFlow, answer: dict[str, str], device: str | None, origin: Origin, now: datetime
) -> Pair | signin.Challenge:
    """Take the provider's answer; open a session, or ask for the local second factor where that is configured."""
    provider = None
    try:
        provider = provider_by_slug(flow.provider)
        _refuse_error(provider, answer)
        tokens = remote.fetch_tokens(provider, code=answer.get("code", ""), code_verifier=flow.code_verifier)
        access_token = str(tokens.get("access_token") or "")
        id_claims = verification.read_id_token(
            provider, token=tokens.get("id_token"), nonce=flow.nonce, access_token=access_token, now=now
        )
        more = _userinfo(provider, id_claims, access_token)
        said = people.told(provider, id_claims, more)
        return _open(provider, said, id_claims, str(tokens["id_token"]), device=device, origin=origin, now=now)
    except Refusal as refusal:
        record(
            Kind.SIGN_IN_FAILED,
            now=now,
            by=Actor(origin=origin),
            provider=flow.provider,
            reason=refusal.code,
        )
        log.warning("oidc_sign_in_refused", provider=flow.provider, code=refusal.code)
        raise


def _refuse_error(provider: Provider, answer: dict[str, str]) -> None:
    issuer = answer.get("iss")
    if issuer is not None and issuer != provider.issuer:
        raise ProviderError("The answer comes from another provider than was asked.")
    error = answer.get("error")
    if error == "access_denied":
        raise AccessDenied()
    if error in SILENT_ERRORS:
        raise LoginRequired()
    if error is not None or not answer.get("code"):
        log.warning("oidc_provider_error", provider=provider.slug, error=str(error)[:80])
        raise ProviderError()
    if issuer is None and remote.metadata(provider).get("authorization_response_iss_parameter_supported") is True:
        raise ProviderError("The answer does not say which provider it comes from.")


def _userinfo(provider: Provider, id_claims: Claims, access_token: str) -> Claims:
    if people.is_complete(provider, id_claims):
        return {}
    more = remote.userinfo(provider, access_token=access_token)
    if more and more.get("sub") != id_claims["sub"]:
        raise ProviderError("Userinfo speaks of another person than the ID token.")
    return more


@transaction.atomic
def _open(
    provider: Provider,
    said: people.Told,
    id_claims: Claims,
    id_token: str,
    *,
    device: str | None,
    origin: Origin,
    now: datetime,
) -> Pair | signin.Challenge:
    user = people.person_for(provider=provider, said=said, origin=origin, now=now)
    result: Pair | signin.Challenge
    session = challenge = None
    if provider.asks_second_factor and user.otp_method != User.OtpMethod.NONE:
        result = signin.challenge_person(user, origin=origin, now=now, device=device)
        challenge = LoginChallenge.objects.get(token_hash=signin.hash_token(result.token))
    else:
        result = signin.open_session_of(user, origin=origin, now=now, device=device)
        session = RefreshSession.objects.get(sid=result.sid)
    sid = id_claims.get("sid")
    ProviderSession.objects.create(
        session=session,
        challenge=challenge,
        provider=provider.slug,
        issuer=provider.issuer,
        subject=said.subject,
        provider_sid=sid[:255] if isinstance(sid, str) else "",
        id_token_encrypted=cipher(ID_TOKEN_PURPOSE).encrypt(id_token.encode()),
        created_at=now,
    )
    return result


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# --- signing out with the provider ----------------------------------------------------------------------------------


def obey_logout_token(*, slug: str, token: str, origin: Origin, now: datetime) -> int:
    """End the sessions here that the provider's logout token names; return how many there were."""
    provider = provider_by_slug(slug)
    claims = verification.read_logout_token(provider, token=token, now=now)
    kept_until = now + timedelta(seconds=verification.MAX_LOGOUT_TOKEN_SECONDS + 2 * verification.LEEWAY_SECONDS)
    with transaction.atomic():
        SeenLogoutToken.objects.filter(expires_at__lt=now).delete()
        _, is_new = SeenLogoutToken.objects.get_or_create(
            issuer=provider.issuer, jti_hash=_hash(claims["jti"]), defaults={"expires_at": kept_until}
        )
        if not is_new:
            raise LogoutTokenInvalid("The logout token was used already.")
        named = {"provider_sid": claims.get("sid"), "subject": claims.get("sub")}
        return _end_sessions(provider, {name: value for name, value in named.items() if value}, origin, now)


def _end_sessions(provider: Provider, named: dict[str, str], origin: Origin, now: datetime) -> int:
    rows = ProviderSession.objects.filter(issuer=provider.issuer, provider=provider.slug, **named)
    begun = rows.filter(challenge__isnull=False).values("challenge")
    LoginChallenge.objects.filter(pk__in=begun, closed_at__isnull=True).update(closed_at=now)
    ended = 0
    for sid in list(rows.filter(session__isnull=False).values_list("session__sid", flat=True)):
        ended += sessions.end_session(sid=sid, reason=Reason.BY_PROVIDER, by=Actor(origin=origin), now=now)
    return ended


def obey_frontchannel(
    *, provider: Provider, issuer: str, provider_sid: str, sid: str, origin: Origin, now: datetime
) -> bool:
    """End the browser's own session `sid` when it came from this session at the provider; say whether it did.

    The call is not signed, so it reaches no further than the browser that makes it.
    """
    if not provider_sid or issuer != provider.issuer:
        return False
    rows = ProviderSession.objects.filter(
        issuer=provider.issuer, provider=provider.slug, provider_sid=provider_sid, session__sid=sid
    )
    return rows.exists() and sessions.end_session(sid=sid, reason=Reason.BY_PROVIDER, by=Actor(origin=origin), now=now)


def provider_sign_out(*, sid: str) -> str | None:
    """Return where the browser signs out at the provider that this session came from, None where nowhere."""
    row = ProviderSession.objects.filter(session__sid=sid).first()
    if row is None:
        return None
    try:
        provider = provider_by_slug(row.provider)
        endpoint = remote.metadata(provider).get("end_session_endpoint")
    except SignInRefused:
        return None  # the session here is over all the same
    if not endpoint or provider.issuer != row.issuer:
        return None
    hint = cipher(ID_TOKEN_PURPOSE).decrypt(bytes(row.id_token_encrypted)).decode()
    query = {
        "id_token_hint": hint,
        "client_id": provider.client_id,
        "post_logout_redirect_uri": provider.post_logout_redirect_uri,
    }
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"
