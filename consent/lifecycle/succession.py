"""A person's own keys take the place of others in a vault: of those the node kept, of lost ones, of those from a move.

Here: one event, what the new keys open, a new epoch, in one transaction. Never: an account (`ownership`).
"""

from consent.decisions import Request, family_kinds, permit, recipients
from consent.lifecycle.moving import keep_moving_key
from pds.errors import RefusedError
from pds.holders import Control, Role, SecretHolder
from pds.identifiers import OrgId, VaultId
from pds.node import Node
from pds.people import moving_key
from pds.vault import Action, SealedWrap, succeed


def take_over(node: Node, vault: VaultId, kept: SecretHolder, mine: SecretHolder) -> Role:
    """Let a person's own keys take the place of those the node kept, or of older ones; hand back what the person is.

    The new keys open everything the old ones did, the access log included.

    Raises:
        RefusedError: the vault is on its way or lives elsewhere, or the old keys have no part in it.
    """
    with node.transaction():
        own = Request.own(vault, kept.id, Action.READ, signed_in=True)
        with node.vaults.read(permit(node, own), kept, joining=True) as reader:
            wraps = reader.wrap_keys(mine.public, "custody", log=True)
        role = _succeed(node, vault, kept.id, mine, wraps)
        node.keyring.forget(kept.id)
    return role


def start_anew(node: Node, vault: VaultId, lost: str, mine: SecretHolder) -> Role:
    """Give a person who lost their keys new ones, from the school's: the kinds they may read, the log from now on.

    Raises:
        RefusedError: nobody of that name is in this family, or the vault does not live at a school of this node.
    """
    facts = node.vaults.authorisations(vault)
    before = facts.holders.get(lost)
    if before is None or facts.home is None or before.role not in (Role.STUDENT, Role.GUARDIAN):
        raise RefusedError("nobody of that name is in this family")
    with node.transaction():
        leave = permit(node, Request.of_school(vault, OrgId(facts.home.id), Action.READ, family_kinds(before.role)))
        with node.vaults.read(leave, joining=True) as reader:
            wraps = reader.wrap_keys(mine.public, "custody")
        return _succeed(node, vault, lost, mine, wraps)


def make_moving_code(node: Node, vault: VaultId, mine: SecretHolder) -> str:
    """A code under which an owner's keys go along when the vault moves to another node; it is shown once.

    Raises:
        RefusedError: these are not the keys of an owner of this vault.
    """
    admitted = node.vaults.authorisations(vault).holders.get(mine.id)
    if admitted is None or admitted.control is not Control.OWNER or admitted.holder != mine.public:
        raise RefusedError("only an owner takes keys along")
    code, key = moving_key.seal(mine)
    keep_moving_key(node, vault, key)
    return code


def _succeed(node: Node, vault: VaultId, before: str, mine: SecretHolder, wraps: list[SealedWrap]) -> Role:
    facts = node.vaults.authorisations(vault)
    if facts.home is None:
        raise RefusedError("this history has no home yet")
    if mine.id in facts.holders or mine.id in facts.successors:
        raise RefusedError("this account has a place in this family already; the invitation is for another person")
    known = facts.holders[before]
    with node.vaults.transact(permit(node, Request.of_school(vault, OrgId(facts.home.id), Action.AUTHORISE))) as writer:
        writer.enter(succeed(vault, before, mine, known, Control.OWNER))
        writer.keep_wraps(wraps)
        writer.turn_epoch(recipients(node, writer.authorisations), "an owner signed in")
    return known.role
