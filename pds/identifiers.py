"""Names of vaults, records, holders and organisations, and how other people's names for them are blinded.

Here: making and checking identifiers, blind indexes. Never: a table, a person's name.
"""

import hashlib
import hmac
import os
import re
import uuid
from collections.abc import Iterable
from functools import lru_cache
from typing import NewType

from pds.errors import UsageError

VaultId = NewType("VaultId", str)  # a random UUID for life (RFC 9562 version 4)
RecordId = NewType("RecordId", str)  # a UUID; the idempotency key of an import
HolderId = NewType("HolderId", str)  # a random UUID of a person; an organisation's is its OrgId
OrgId = NewType("OrgId", str)  # school code, board code, or a code with its own prefix, such as "us-tn:63"

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ORG = re.compile(r"[A-Za-z0-9][A-Za-z0-9:._-]{0,63}")
_LIKE_SCHOOL_CODE = re.compile(r"[A-Z][0-9]{12}")
_SCHOOL_CODE = re.compile(
    r"(?:A[12]|B1|C[12]|D[12]|E1|F[12]|G1|H[12])(?:0[1-9]|[1-3][0-9]|4[0-7])[123][1-9][0-9]{6}[0-9]"
)


def new_vault_id() -> VaultId:
    """Draw the identifier of a new vault."""
    return VaultId(str(uuid.uuid4()))


def new_record_id() -> RecordId:
    """Draw the identifier of a new record: a random UUID, written out because an import draws one for each row.

    RFC 9562 section 5.4: 122 random bits, the version 4 and the variant 10 in their places.
    """
    text = os.urandom(16).hex()
    variant = "89ab"[int(text[16], 16) & 3]
    return RecordId(f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{variant}{text[17:20]}-{text[20:]}")


def new_holder_id() -> HolderId:
    """Draw the identifier of a new person."""
    return HolderId(str(uuid.uuid4()))


def check_vault_id(text: str) -> VaultId:
    """Take a vault's identifier from outside.

    Raises:
        UsageError: it is not a UUID in its usual form.
    """
    try:
        if str(uuid.UUID(text)) == text:
            return VaultId(text)
    except ValueError:
        pass
    raise UsageError("a vault's identifier is a UUID in lower case, as `vault show` prints it")


def is_uuid(text: str) -> bool:
    """True for a UUID in its usual form, lower case: the names of vaults, records and people."""
    return _UUID.fullmatch(text) is not None


def is_org_id(text: str) -> bool:
    """True for the name of an organisation. No UUID is one: a person and an organisation never have the same name."""
    return _ORG.fullmatch(text) is not None and not is_uuid(text)


def all_named(people: Iterable[str], organisations: Iterable[str]) -> bool:
    """True when people and organisations are named as such, each in the space of their own."""
    return all(map(is_uuid, people)) and all(map(is_org_id, organisations))


def check_record_id(text: str) -> RecordId:
    """Take a record's identifier from outside.

    Raises:
        UsageError: it is not a UUID in lower case.
    """
    if not is_uuid(text):
        raise UsageError("a record's identifier is a UUID in lower case")
    return RecordId(text)


def check_org_id(text: str) -> OrgId:
    """Take an organisation's identifier from outside.

    Raises:
        UsageError: it is longer than 64 characters, has others than letters, digits and `: . _ -`, is a UUID, or looks
            like a 学校コード and is none.
    """
    if not is_org_id(text):
        raise UsageError("an organisation's identifier has 1 to 64 letters, digits or : . _ - and is no UUID")
    if _LIKE_SCHOOL_CODE.fullmatch(text) and not _is_school_code(text):
        raise UsageError("looks like a school code of MEXT but is none: compare it with the list")
    return OrgId(text)


@lru_cache(maxsize=256)  # every row of a school's files names the school
def check_digit(first: str) -> str:
    """The 13th character that belongs to the first twelve of a 学校コード (education-data section 6.1).

    The letter becomes its place in the alphabet in two digits; weights are 1 and 2 in turn from the left; the digits of
    each product are added; sum and check digit make a multiple of 10.
    """
    digits = f"{ord(first[0]) - ord('A') + 1:02}{first[1:]}"
    products = (int(digit) * (1 + place % 2) for place, digit in enumerate(digits))
    return str(-sum(product // 10 + product % 10 for product in products) % 10)


def _is_school_code(text: str) -> bool:
    return _SCHOOL_CODE.fullmatch(text) is not None and check_digit(text[:12]) == text[12]


def imported_record_id(
    node_secret: bytes, vault: VaultId, source_system: str, source_record_id: str, schema: str
) -> RecordId:
    """The same source row always becomes the same record of a node, so that importing a file twice adds nothing.

    The name stands in the clear beside the record, and its parts can be guessed: so it is a keyed fingerprint of them,
    in the layout of RFC 9562 section 5.8 (version 8).
    """
    fingerprint = blind_index(node_secret, vault, source_system, schema, source_record_id)
    return RecordId(str(uuid.UUID(bytes=_version_8(bytes.fromhex(fingerprint[:32])))))


def blind_index(node_secret: bytes, *parts: str) -> str:
    """Turn a searchable value into a keyed fingerprint (HMAC-SHA-256, hex), so that a table of them names nobody."""
    message = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    return hmac.digest(node_secret, message, hashlib.sha256).hex()


def _version_8(random: bytes) -> bytes:
    """Sixteen bytes with version and variant in their places."""
    return random[:6] + bytes([0x80 | random[6] & 0x0F, random[7], 0x80 | random[8] & 0x3F]) + random[9:]
