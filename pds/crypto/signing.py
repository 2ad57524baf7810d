"""Signed documents: JWS compact (RFC 7515), alg Ed25519 (RFC 9864), always with a `typ` that is checked.

Here: signing and verifying. Never: what a document means, or whose key is trusted.
"""

from enum import StrEnum
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from pds.crypto.canonical_json import canonical, parse
from pds.crypto.encoding import b64, unb64
from pds.errors import SignatureError, UsageError

ALGORITHM = "Ed25519"
_PUBLIC_BYTES = 32
_DOTS = 2
_REGISTRY = jws.JWSRegistry(algorithms=[ALGORITHM])
_REGISTRY.max_payload_length = 256 * 1024 * 1024  # bundles are large; the door to the network has its own limit


class DocumentType(StrEnum):
    """The `typ` of everything we sign. A name is never reused with another meaning."""

    HEAD = "manabi-head+jws"
    EVENT = "manabi-event+jws"
    SUCCESSION = "manabi-succession+jws"
    DIRECTORY = "manabi-directory+jws"
    DIRECTORY_ENTRY = "manabi-directory-entry+jws"
    CARD = "manabi-card+jws"
    MESSAGE = "manabi-message+jws"
    POLL = "manabi-poll+jws"
    OFFER = "manabi-transfer-offer+jws"
    ACCEPTANCE = "manabi-transfer-acceptance+jws"
    BUNDLE = "manabi-bundle+jws"
    RECEIPT = "manabi-transfer-receipt+jws"
    STUDY = "manabi-study+jws"
    ANSWER = "manabi-answer+jws"
    RELEASE = "manabi-release+jws"


def generate_private() -> bytes:
    """Draw a signing key: the 32-byte seed (RFC 8032)."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


@lru_cache(maxsize=64)
def public_of(private: bytes) -> bytes:
    """The 32-byte public key of a signing key."""
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def check_public(public: bytes) -> None:
    """See that a signature could hold under a public key.

    Raises:
        UsageError: it has another length than such keys.
    """
    if len(public) != _PUBLIC_BYTES:
        raise UsageError(f"an Ed25519 public key has {_PUBLIC_BYTES} bytes")


def sign(private: bytes, signer: str, typ: DocumentType, document: object) -> str:
    """Sign a JSON document in its canonical form; `signer` becomes the `kid`."""
    header = {"alg": ALGORITHM, "kid": signer, "typ": typ.value}
    return jws.serialize_compact(header, canonical(document), _private_jwk(private), registry=_REGISTRY)


def verify(token: str, typ: DocumentType, signer: str, public: bytes) -> Any:  # noqa: ANN401  # models narrow it
    """The document inside a token, if this signer signed it as this type.

    Raises:
        SignatureError: another type, another signer, another key, or an altered byte.
    """
    try:
        signed = jws.deserialize_compact(token, _public_jwk(public), registry=_REGISTRY)
    except (JoseError, ValueError, TypeError) as error:  # TypeError: a field of another type
        raise SignatureError(f"the signature of a {typ.value} by {signer} does not hold") from error
    header = signed.headers()
    if header.get("typ") != typ.value or header.get("kid") != signer:
        raise SignatureError(f"a {typ.value} by {signer} was expected, the signed header names another")
    return parse(signed.payload or b"")


def signed_by(token: bytes | bytearray, public: bytes) -> bool:
    """Whether a token's last part is a signature over the rest: looked at in place, of however long a token.

    For a door that must not unpack what a stranger sends; whoever relies on what the token says calls `verify`.
    """
    end = token.rfind(b".")
    try:
        signature = unb64(bytes(token[end + 1 : end + 100]).decode("ascii"))
        with memoryview(token) as whole:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, whole[: max(end, 0)])
    except (InvalidSignature, UsageError, ValueError):
        return False
    return True


def claimed_signer(token: str) -> str:
    """Who a token says signed it: whose key to look up before verifying. Trust nothing on it.

    Raises:
        SignatureError: it is not a token at all.
    """
    return str(_peek(token, 0).get("kid", ""))


def claimed_type(token: str) -> str:
    """Which type of document a token says it is: for telling kinds apart before verifying. Trust nothing on it.

    Raises:
        SignatureError: it is not a token at all.
    """
    return str(_peek(token, 0).get("typ", ""))


def claimed_document(token: str) -> Any:  # noqa: ANN401  # see `verify`
    """What a token says, unverified. Only for entries under a chain whose signed head was verified.

    Raises:
        SignatureError: it is not a token at all.
    """
    return _peek(token, 1)


def _peek(token: str, part: int) -> Any:  # noqa: ANN401  # see `verify`
    if token.count(".") != _DOTS:
        raise SignatureError("not a signed document")
    first, last = token.find("."), token.rfind(".")  # cut out, not split: the rest may be long
    try:
        document = parse(unb64(token[:first] if part == 0 else token[first + 1 : last]))
    except (ValueError, UsageError) as error:
        raise SignatureError("not a signed document") from error
    if not isinstance(document, dict):  # everything we sign is an object; callers look into it before they verify
        raise SignatureError("not a signed document of ours")
    return document


@lru_cache(maxsize=64)  # an organisation signs thousands of heads with one key; building it anew doubles the cost
def _private_jwk(private: bytes) -> OKPKey:
    return OKPKey.import_key(Ed25519PrivateKey.from_private_bytes(private))


@lru_cache(maxsize=4096)
def _public_jwk(public: bytes) -> OKPKey:
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": b64(public)})
