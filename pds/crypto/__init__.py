"""Standard cryptography behind small functions: HPKE, JWS, canonical JSON, passwords. Never: a vault, a store."""

from pds.crypto import (
    hpke,
    passwords,
    signing,
)
from pds.crypto.canonical_json import (
    canonical,
    parse,
)
from pds.crypto.encoding import (
    b64,
    unb64,
)
from pds.crypto.passwords import (
    PasswordSeal,
)
from pds.crypto.signing import (
    DocumentType,
    claimed_document,
    claimed_signer,
    public_of,
    sign,
)

__all__ = [
    "DocumentType",
    "PasswordSeal",
    "b64",
    "canonical",
    "claimed_document",
    "claimed_signer",
    "hpke",
    "parse",
    "passwords",
    "public_of",
    "sign",
    "signing",
    "unb64",
]
