"""A passkey without a browser: makes and shows credentials as a phone would."""

import hashlib
import json
import os
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

# Somebody was there, and the device knew who.
_PRESENT_AND_VERIFIED, _WITH_CREDENTIAL = 0x05, 0x40


class SoftPasskey:
    """One credential of one account, made for `rp_id`."""

    def __init__(self, rp_id: str = "testserver") -> None:
        self.rp_id = rp_id
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._id = os.urandom(16)
        self._user = ""

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """What the browser answers to creation options."""
        self._user = options["publicKey"]["user"]["id"]
        public = ES256.from_cryptography_key(self._key.public_key())
        credential = AttestedCredentialData.create(b"\0" * 16, self._id, public)
        data = self._data(_PRESENT_AND_VERIFIED | _WITH_CREDENTIAL, credential)
        client = self._client("webauthn.create", options)
        attestation = AttestationObject.create("none", data, {})
        return self._answer(
            {
                "clientDataJSON": websafe_encode(client),
                "attestationObject": websafe_encode(bytes(attestation)),
            },
            {"credProps": {"rk": True}},
        )

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """What the browser answers to request options."""
        client = self._client("webauthn.get", options)
        data = bytes(self._data(_PRESENT_AND_VERIFIED))
        signed = data + hashlib.sha256(client).digest()
        return self._answer(
            {
                "clientDataJSON": websafe_encode(client),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(self._key.sign(signed, ec.ECDSA(hashes.SHA256()))),
                "userHandle": self._user,
            },
            {},
        )

    def _data(
        self, flags: int, credential: AttestedCredentialData | None = None
    ) -> AuthenticatorData:
        rp_hash = hashlib.sha256(self.rp_id.encode()).digest()
        extra = b"" if credential is None else bytes(credential)
        made: AuthenticatorData = AuthenticatorData.create(rp_hash, flags, 0, extra)
        return made

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        challenge = options["publicKey"]["challenge"]
        origin = f"http://{self.rp_id}"
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin}).encode()

    def _answer(self, response: dict[str, Any], extensions: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": websafe_encode(self._id),
            "rawId": websafe_encode(self._id),
            "type": "public-key",
            "response": response,
            "clientExtensionResults": extensions,
        }
