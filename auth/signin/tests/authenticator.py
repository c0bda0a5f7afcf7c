"""An authenticator in software: makes credentials and signs with them as a security key or a telephone does."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

ORIGIN = "https://desk.example.com"
PRESENT, VERIFIED, CAN_BE_BACKED_UP, IS_BACKED_UP, HAS_CREDENTIAL = 0x01, 0x04, 0x08, 0x10, 0x40


def text_of(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def bytes_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Credential:
    id: bytes
    rp_id: str
    user_handle: bytes
    key: ec.EllipticCurvePrivateKey


@dataclass
class Authenticator:
    """`verifies` says whether it asks for a finger or a PIN, `counts` whether it counts its signatures."""

    verifies: bool = True
    counts: bool = True
    is_synced: bool = False
    origin: str = ORIGIN
    is_framed: bool = False
    count: int = 0
    credentials: list[Credential] = field(default_factory=list)

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return what `navigator.credentials.create()` gives for these options."""
        excluded = {bytes_of(one["id"]) for one in options["excludeCredentials"]}
        if any(credential.id in excluded for credential in self.credentials):
            raise ValueError("InvalidStateError")
        credential = Credential(
            id=secrets.token_bytes(32),
            rp_id=options["rp"]["id"],
            user_handle=bytes_of(options["user"]["id"]),
            key=ec.generate_private_key(ec.SECP256R1()),
        )
        self.credentials.append(credential)
        attested = bytes(16) + len(credential.id).to_bytes(2, "big") + credential.id + self.public_key_of(credential)
        data = self._data(credential, HAS_CREDENTIAL) + attested
        return self._answer(
            credential,
            {
                "clientDataJSON": text_of(self._client_data("webauthn.create", options)),
                "attestationObject": text_of(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
                "transports": ["internal", "hybrid", "carrier-pigeon"],
                "publicKeyAlgorithm": -7,
            },
        )

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return what `navigator.credentials.get()` gives: of the newest credential that is allowed."""
        allowed = {bytes_of(one["id"]) for one in options["allowCredentials"]}
        fitting = [
            one for one in self.credentials if one.rp_id == options["rpId"] and (not allowed or one.id in allowed)
        ]
        if not fitting:
            raise ValueError("NotAllowedError")
        credential = fitting[-1]
        data = self._data(credential)
        client_data = self._client_data("webauthn.get", options)
        signature = credential.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            credential,
            {
                "clientDataJSON": text_of(client_data),
                "authenticatorData": text_of(data),
                "signature": text_of(signature),
                "userHandle": text_of(credential.user_handle),
            },
        )

    def public_key_of(self, credential: Credential) -> bytes:
        numbers = credential.key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})

    def _data(self, credential: Credential, more: int = 0) -> bytes:
        if self.counts:
            self.count += 1
        flags = PRESENT | more
        if self.verifies:
            flags |= VERIFIED
        if self.is_synced:
            flags |= CAN_BE_BACKED_UP | IS_BACKED_UP
        rp = hashlib.sha256(credential.rp_id.encode()).digest()
        return rp + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client_data(self, kind: str, options: dict[str, Any]) -> bytes:
        said = {
            "type": kind,
            "challenge": options["challenge"],
            "origin": self.origin,
            "crossOrigin": self.is_framed,
        }
        return json.dumps(said).encode()

    @staticmethod
    def _answer(credential: Credential, response: dict[str, Any]) -> dict[str, Any]:
        name = text_of(credential.id)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": response,
        }
