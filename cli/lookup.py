"""From what an office types to what the house works with: students by the school's own identifiers.

Never: a decision, an opened vault.
"""

from consent.lifecycle import acts
from consent.lifecycle import guardian_of as known_guardian
from pds.errors import NotFoundError, UsageError
from pds.holders import Role, SecretHolder
from pds.identifiers import OrgId, VaultId, check_org_id
from pds.intake import LocalId, as_written
from pds.node import Node


def local_id(text: str) -> LocalId:
    """Read SCHEME=VALUE. Raises UsageError."""
    scheme, equals, value = text.partition("=")
    if not (scheme and equals and value):
        raise UsageError("a student is named as SCHEME=VALUE, such as oneroster.sourcedId=0b8e…")
    return LocalId(scheme, as_written(scheme, value))


def vault_of(node: Node, school: str, student: str) -> tuple[OrgId, VaultId]:
    """The vault that a school's own identifier stands for. Raises NotFoundError, UsageError."""
    organisation = check_org_id(school)
    local = local_id(student)
    return organisation, _known(node.vaults.find(organisation, local.scheme, local.value))


def named_vault(node: Node, school: str, student: str) -> tuple[OrgId, VaultId]:
    """The vault that was given a school's own identifier, be it joined to another since. Raises as `vault_of`."""
    organisation = check_org_id(school)
    local = local_id(student)
    return organisation, _known(node.vaults.named(organisation, local.scheme, local.value))


def _known(vault: VaultId | None) -> VaultId:
    if vault is None:
        raise NotFoundError("this school knows no student by that identifier")
    return vault


def guardian_of(node: Node, school: OrgId, vault: VaultId, student: str | None, guardian: str | None) -> SecretHolder:
    """The guardian in whose name the office enters a paper, with the keys that the node still keeps for them.

    Whether that guardian may give what is asked for is for `acts.give` to say.

    Args:
        node: The node.
        school: Whose identifiers these are.
        vault: Whose guardian it is.
        student: The school's own identifier of the student, as SCHEME=VALUE; needed beside `guardian`.
        guardian: The school's own identifier of the guardian; None says the only one there is.

    Raises:
        UsageError: there are several and none is named.
        NotFoundError: nobody is called so, or the node keeps no key of theirs.
    """
    facts = node.vaults.authorisations(vault)
    if guardian is None:
        known = [name for name, admitted in facts.holders.items() if admitted.role is Role.GUARDIAN]
        if len(known) > 1:
            raise UsageError("this student has several guardians; say whose paper it is by --guardian SCHEME=VALUE")
        wanted = known[0] if known else None
    else:
        if student is None:
            raise UsageError("a guardian is known by the student's identifier and their own; name the --student too")
        wanted = known_guardian(node, school, vault, [local_id(guardian)])
        wanted = None if wanted is None else facts.present_name(wanted)
    if wanted is None:
        raise NotFoundError("this student has no guardian of that identifier; import the roster first")
    kept = [secret for secret in acts.guardians_of(node, vault) if secret.id == wanted]
    if not kept:
        raise NotFoundError("no key of this guardian is kept here; who has signed in decides in the portal")
    return kept[0]
