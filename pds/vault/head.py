"""The signed head: one signature over the tips of all four chains of a vault. Never: a time, a count of anything else.

It carries no time on purpose: a stolen database must not tell when a family or a teacher last looked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pds.chain import Chain, Tip, origin
from pds.crypto import DocumentType, canonical
from pds.errors import SignatureError
from pds.holders import PublicHolder, SecretHolder, verify
from pds.identifiers import OrgId, VaultId

FORMAT = "manabi-head/1"


@dataclass(frozen=True, slots=True)
class Head:
    """Where a vault stands.

    Attributes:
        home: The organisation that signs, where the vault lives.
        home_number: Raised by one at every move; the higher number is home.
    """

    vault: VaultId
    home: OrgId
    home_number: int
    tips: Mapping[Chain, Tip]

    def advanced(self, tips: Mapping[Chain, Tip]) -> "Head":
        """This head with some tips moved on."""
        return replace(self, tips={**self.tips, **tips})

    def sign(self, signer: SecretHolder) -> str:
        """The head as a signed document."""
        return signer.sign(DocumentType.HEAD, self.to_document())

    def to_document(self) -> dict[str, Any]:
        """The head as JSON."""
        return {
            "format": FORMAT,
            "vault": self.vault,
            "home": self.home,
            "home_number": self.home_number,
            "chains": {chain.value: [tip.length, tip.hash.hex()] for chain, tip in self.tips.items()},
        }

    def canonical(self) -> bytes:
        """The bytes that a receipt hashes."""
        return canonical(self.to_document())


def first_head(vault: VaultId, home: OrgId) -> Head:
    """The head of a vault that has no entry yet."""
    return Head(vault, home, 1, {chain: origin(vault, chain) for chain in Chain})


def verify_head(token: str, vault: VaultId, signer: PublicHolder) -> Head:
    """Read a head that `signer` signed for `vault`.

    Raises:
        SignatureError: it was signed by another, for another vault, or is malformed.
    """
    document = verify(token, DocumentType.HEAD, signer)
    try:
        head = _read(document)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise SignatureError("the signed head is malformed") from error
    if head.to_document() != document or head.vault != vault or head.home != signer.id or set(head.tips) != set(Chain):
        raise SignatureError("the signed head is another vault's, another home's or another format's")
    return head


def _read(document: Mapping[str, Any]) -> Head:
    """A head out of its fields; whether there are others, or others in their places, is then compared."""
    return Head(
        VaultId(document["vault"]),
        OrgId(document["home"]),
        _whole(document["home_number"]),
        {Chain(name): Tip(_whole(tip[0]), bytes.fromhex(tip[1])) for name, tip in document["chains"].items()},
    )


def _whole(number: object) -> int:
    if type(number) is not int:  # True and 1.0 are equal to 1, and are none
        raise TypeError("a whole number was expected")
    return number
