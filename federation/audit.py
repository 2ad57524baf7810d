"""What studies have cost the students of a node, for its data officer; it never leaves the node.

Here:   the most charged to anyone, from ledgers that are verified on the way. Never: whose it is.
"""

from dataclasses import dataclass

from pds.node import Node
from pds.vault import spent


@dataclass(frozen=True, slots=True)
class PrivacyAudit:
    """The node's ledgers in figures; costs in micro-ε.

    Attributes:
        vaults: Vaults that live here.
        most_in_a_year: The most charged to one student in one school year.
        most_in_a_life: The most charged to one student in all.
    """

    vaults: int
    most_in_a_year: int
    most_in_a_life: int


def audit_privacy(node: Node) -> PrivacyAudit:
    """Read every ledger of a node.

    Raises:
        VerificationError: a ledger is not as its head was signed.
    """
    living = node.vaults.living()
    most_year = most_life = 0
    for vault in living:
        charges = node.vaults.ledger(vault)
        years = {charge.school_year for charge in charges}
        most_year = max([most_year, *(spent(charges, year) for year in years)])
        most_life = max(most_life, spent(charges))
    return PrivacyAudit(len(living), most_year, most_life)
