"""Who of a family lost the way in and starts anew: told to the others, confirmed by one of them, forgotten when done.

Never: when they may (`consent.decisions.anew`), how keys succeed keys (`succession`), a code, an account.
"""

from consent.decisions import ANEW, Announced, announced_of, may_confirm, place_of
from pds.clock import timestamp
from pds.crypto import canonical
from pds.errors import RefusedError
from pds.holders import SecretHolder
from pds.identifiers import VaultId
from pds.node import Node


def announce(node: Node, vault: VaultId, holder: str) -> None:
    """Tell the family, by their pages, that somebody is to start anew; the three days begin now."""
    with node.transaction():
        _keep(node, vault, Announced(holder=holder, asked=timestamp(node.clock.now())))


def confirm(node: Node, vault: VaultId, person: SecretHolder, holder: str) -> None:
    """Say, as another of the family, that it is they who start anew: they may at once.

    Raises:
        RefusedError: nobody of that name waits, or this person is not another member of this family.
    """
    with node.transaction():
        known, said = node.vaults.authorisations(vault).holders.get(person.id), announced_of(node, vault, holder)
        if not may_confirm(node, vault, person.id, holder) or known is None or known.holder != person.public:
            raise RefusedError("another member of the family, who has signed in, says that it is they")
        if said is not None:
            _keep(node, vault, said.model_copy(update={"confirmed_by": person.id}))


def forget(node: Node, vault: VaultId, holder: str) -> None:
    """Take back what was announced; call it in the transaction in which they started anew."""
    node.documents.drop(ANEW, f"{vault}/{holder}")


def _keep(node: Node, vault: VaultId, said: Announced) -> None:
    sealed = node.keyring.seal_document(place_of(vault, said.holder), canonical(said.model_dump()))
    node.documents.put(ANEW, f"{vault}/{said.holder}", sealed)
