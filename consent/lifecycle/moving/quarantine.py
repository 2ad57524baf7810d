"""What waits at the receiving school until its office has decided, and what it proves: verified, and kept sealed.

Never: a decision, an imported record.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from consent.lifecycle.moving.common import ARRIVED_KEY, ArrivedKey, card_of
from pds.chain import Chain
from pds.errors import NotFoundError, RefusedError, SignatureError, VerificationError
from pds.holders import Control
from pds.identifiers import OrgId, VaultId
from pds.node import DocumentKind, Node
from pds.records import Category
from pds.transfer import Bundle, State, Subject, Transfer, count_kinds, open_bundle, state
from pds.vault import Head, Verified, open_custody, verify_copy

QUARANTINE = DocumentKind("quarantine", str, "bundle, until the office has decided; the transfer", owned=True)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What waits in quarantine, for the office to look at before it decides.

    Attributes:
        subject: Who it is about, as the bundle says.
        verified: What its copy proves.
        kinds: How many records of each kind would open here; of the rest, signatures and chain are all that is known.
    """

    subject: Subject = field(repr=False)
    verified: Verified
    kinds: Mapping[Category, int]


def verification(node: Node, transfer: str) -> Verified:
    """What the quarantined bundle proves, for the office to see before it commits."""
    return arrival(node, transfer).verified


def arrival(node: Node, transfer: str) -> Arrival:
    """What waits in quarantine, verified once more; no record of it is opened.

    Raises:
        RefusedError: the transfer is not in quarantine.
        VerificationError: what is in quarantine is no longer what was verified.
    """
    known = state.load(node, transfer, "receiver")
    if known.state is not State.QUARANTINED:
        raise RefusedError("nothing of this transfer waits in quarantine")
    body = node.documents.get(QUARANTINE, transfer) or ""
    school = OrgId(known.destination)
    bundle, verified = verified_bundle(node, known, body)
    kinds = count_kinds(bundle.copy, verified.authorisations, node.keyring.secret(school))
    return Arrival(bundle.subject, verified, kinds)


def verified_bundle(node: Node, known: Transfer, body: str) -> tuple[Bundle, Verified]:
    """Open a bundle and check all that can be checked without a key of the vault's.

    Raises:
        SignatureError, VerificationError, UsageError: it is not what was accepted, or not what was signed.
    """
    sender, to = OrgId(known.origin), OrgId(known.destination)
    bundle = open_bundle(body, card_of(node, sender), node.keyring.secret(to))
    verified = verify_copy(bundle.copy, node.card, node.clock.now())
    move = verified.authorisations.move
    if bundle.transfer != known.transfer or verified.head.home != sender:
        raise SignatureError("a bundle holds another transfer than it says, or another school's vault")
    if move is None or (move.transfer, move.to) != (known.transfer, to):
        raise VerificationError("the vault in the bundle was not sealed for this transfer to this school")
    open_custody(bundle.custody, verified.authorisations, node.keyring.secret(to))
    for key in bundle.owners:
        admitted = verified.authorisations.holders.get(key.holder)
        if admitted is None or admitted.control is not Control.OWNER:
            raise VerificationError("a bundle holds keys of an owner the vault does not know")
    check_here(node, bundle, verified)
    return bundle, verified


def check_here(node: Node, bundle: Bundle, verified: Verified) -> None:
    """See that what was verified goes with what this node knows by now: nobody's keys and no later copy give way to it.

    Raises:
        VerificationError: it does not.
    """
    for name, known_there in verified.authorisations.holders.items():
        if node.keyring.keeps(name) and node.keyring.card(name) != known_there.holder:
            raise VerificationError("a bundle holds other keys under the name of somebody who is known here")
    for key in bundle.owners:
        if node.documents.get(ARRIVED_KEY, key.name) not in (None, ArrivedKey(vault=bundle.copy.vault, key=key)):
            raise VerificationError("a bundle holds keys under the code of somebody else")
    _check_not_older(node, bundle.copy.vault, verified.head)


def _check_not_older(node: Node, vault: VaultId, head: Head) -> None:
    """A vault that was here before comes back longer, never shorter, and never while it lives here."""
    try:
        here = node.vaults.head(vault)
    except NotFoundError:
        return
    if node.keyring.keeps(head.home) and here == head:
        return  # from one school of this node to another
    if node.vaults.lives_here(vault):
        raise VerificationError("this vault lives here already")
    if head.home_number <= here.home_number or any(head.tips[c].length < here.tips[c].length for c in Chain):
        raise VerificationError("the vault in the bundle is older than the copy that was sent from here")
