"""What happens when a consent's last day has passed: the epoch turns, at the latest before the next record is written.

Never: a decision; `consent.decisions` refuses from the day after by itself.
"""

from consent.decisions.decision import Refused, Request, decide, has_run_out
from consent.decisions.keyholders import recipients
from pds.errors import RefusedError
from pds.identifiers import OrgId, VaultId
from pds.node import Node
from pds.vault import Action


def let_run_out(node: Node, vault: VaultId) -> bool:
    """Turn the epoch if a consent whose keys are in it has run out; True if it did.

    Raises:
        RefusedError: the vault does not live at a school of this node.
    """
    facts = node.vaults.authorisations(vault)
    settled = facts.move is None and facts.one_child.continued_in is None
    if facts.home is None or not settled or not has_run_out(facts, node.today()):
        return False
    if not node.keyring.keeps(facts.home.id) or not node.vaults.lives_here(vault):
        return False
    school = OrgId(facts.home.id)
    leave = decide(Request.of_school(vault, school, Action.AUTHORISE), facts, node.clock.now())
    if isinstance(leave, Refused):
        raise RefusedError(leave.reason)
    with node.vaults.transact(leave) as writer:
        writer.turn_epoch(recipients(node, writer.authorisations), "consent ran out")
    return True
