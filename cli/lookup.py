"""From what an office types to what the house works with: students by the school's own identifiers.

Never: a decision, an opened vault.
"""

from consent.lifecycle import acts
from pds.errors import NotFoundError, UsageError
from pds.holders import SecretHolder
from pds.identifiers import OrgId, VaultId, check_org_id
from pds.intake import LocalId
from pds.node import Node


def local_id(text: str) -> LocalId:
    """Read SCHEME=VALUE. Raises UsageError."""
    scheme, equals, value = text.partition("=")
    if not (scheme and equals and value):
        raise UsageError("a student is named as SCHEME=VALUE, such as oneroster.sourcedId=0b8e…")
    return LocalId(scheme, value)


def vault_of(node: Node, school: str, student: str) -> tuple[OrgId, VaultId]:
    """The vault that a school's own identifier stands for. Raises NotFoundError, UsageError."""
    organisation = check_org_id(school)
    local = local_id(student)
    vault = node.vaults.find(organisation, local.scheme, local.value)
    if vault is None:
        raise NotFoundError("this school knows no student by that identifier")
    return organisation, vault


def guardian_of(node: Node, vault: VaultId) -> SecretHolder:
    """The guardian in whose name the office enters a paper: one whose keys the node still keeps. Raises NotFoundError.

    Whether that guardian may give what is asked for is for `acts.give` to say.
    """
    found = acts.guardians_of(node, vault)
    if not found:
        raise NotFoundError("no guardian's key is kept here; guardians who have signed in consent in the portal")
    return found[0]
