"""Standard cryptography behind small functions: AEAD, HKDF, HPKE, JWS, JCS, passwords. Never: a vault, a store."""

from pds.crypto import aead, hpke, kdf, passwords, signing, siv
from pds.crypto.canonical_json import canonical, parse
from pds.crypto.drawing import draw
from pds.crypto.encoding import b64, unb64, unb64_each
from pds.crypto.passwords import PasswordKey, PasswordSeal
from pds.crypto.signing import DocumentType, claimed_document, claimed_signer, claimed_type, public_of, sign

__all__ = [
    "DocumentType",
    "PasswordKey",
    "PasswordSeal",
    "aead",
    "b64",
    "canonical",
    "claimed_document",
    "claimed_signer",
    "claimed_type",
    "draw",
    "hpke",
    "kdf",
    "parse",
    "passwords",
    "public_of",
    "sign",
    "signing",
    "siv",
    "unb64",
    "unb64_each",
]
