"""Try a provider out as far as that goes without a person: can it be reached, and is it what is configured here?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import requests

from oidc import remote
from oidc.providers import Provider
from oidc.refusals import IssuerMismatch, NoKeys, ProviderError, ProviderMisconfigured, ProviderUnreachable


class Finding(StrEnum):
    OK = "ok"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    CERTIFICATE = "certificate"
    HTTP_STATUS = "http_status"
    UNREADABLE = "unreadable"
    ISSUER_MISMATCH = "issuer_mismatch"
    ENDPOINT_INVALID = "endpoint_invalid"
    NO_KEYS = "no_keys"


@dataclass(frozen=True, kw_only=True)
class Result:
    """`detail` is for people; `issuer_found` is what the provider calls itself, where that is the difference."""

    finding: Finding
    detail: str = ""
    issuer_found: str = ""


def check(provider: Provider) -> Result:
    """Fetch the provider's description and its keys anew. Whether id and secret fit only a sign-in shows."""
    try:
        remote.fresh_metadata(provider)
        remote.keys(provider, is_stale=True)
    except IssuerMismatch as error:
        return Result(finding=Finding.ISSUER_MISMATCH, detail=error.detail, issuer_found=error.found)
    except NoKeys as error:
        return Result(finding=Finding.NO_KEYS, detail=error.detail)
    except ProviderMisconfigured as error:
        return Result(finding=Finding.ENDPOINT_INVALID, detail=error.detail)
    except ProviderUnreachable as error:
        return _unreachable(error.__cause__)
    except ProviderError as error:
        return Result(finding=Finding.UNREADABLE, detail=error.detail)
    return Result(finding=Finding.OK)


def _unreachable(cause: BaseException | None) -> Result:
    """Say why by kind alone: what the address has answered is shown to nobody."""
    if isinstance(cause, requests.HTTPError) and cause.response is not None:
        return Result(
            finding=Finding.HTTP_STATUS, detail=f"The provider answers with the status {cause.response.status_code}."
        )
    if isinstance(cause, requests.exceptions.SSLError):
        return Result(finding=Finding.CERTIFICATE, detail="The provider's certificate is not trusted.")
    if isinstance(cause, requests.Timeout):
        return Result(finding=Finding.TIMEOUT, detail="The provider does not answer in time.")
    return Result(finding=Finding.UNREACHABLE, detail="No connection to the provider could be made.")
