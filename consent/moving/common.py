"""What both sides of a move need: message kinds, cards, custodial keys, digests. Never: a step of either side."""

import hashlib

from pds.authorisations import Authorisations
from pds.errors import UsageError
from pds.events import Admitted
from pds.holders import Control, PublicHolder, Role, SecretHolder
from pds.node import Node

OFFER, ACCEPTANCE, BUNDLE, RECEIPT = "transfer.offer", "transfer.acceptance", "transfer.bundle", "transfer.receipt"


def custodial_of(node: Node, facts: Authorisations) -> list[SecretHolder]:
    """The custodial persons of a vault whose keys this node keeps."""
    return [
        node.keyring.secret(name)
        for name, admitted in facts.holders.items()
        if admitted.control is Control.CUSTODIAL and node.keyring.keeps(name)
    ]


def card_of(node: Node, organisation: str) -> PublicHolder:
    """The card of an organisation. Raises UsageError when nobody here knows it."""
    card = node.card(organisation)
    if card is None:
        raise UsageError(f"{organisation} is not in the directory")
    return card


def organisation(card: PublicHolder) -> Admitted:
    """An organisation as a holder."""
    return Admitted(holder=card, role=Role.ORGANISATION, control=Control.ORGANISATION)


def digest_of(token: str) -> str:
    """SHA-256 of a signed document's text, hex."""
    return hashlib.sha256(token.encode()).hexdigest()
