"""A change of custody: what a guardian is to the child from now on, and the keys that follow from it.

Never: whose word it is (the office enters what papers of a court, a board or the parents say), a row of a file.
"""

from consent.decisions import Request, opened_by, permit, recipients
from consent.lifecycle.acts import admit_receiver, keys_so_far, receiver_of
from pds.errors import UsageError
from pds.holders import Role
from pds.identifiers import OrgId, VaultId
from pds.node import Node
from pds.vault import Action, Admitted, ConsentTerms, Member, SealedWrap, Standing, StandingChanged

LAWFUL = Standing(relationship="parent", has_parental_authority=True)  # of whom nothing was said


def protect(node: Node, school: OrgId, vault: VaultId, holder: str, *, protected: bool) -> bool:
    """Enter that a child is protected from a guardian (支援措置), or no longer. As `change`."""
    before = node.vaults.authorisations(vault).holders.get(holder)
    standing = before.standing if before is not None and before.standing is not None else LAWFUL
    return change(node, school, vault, holder, standing.model_copy(update={"protected_from": protected}))


def change(
    node: Node, school: OrgId, vault: VaultId, holder: str, standing: Standing, *, member: Member | None = None
) -> bool:
    """Enter what a guardian is to the child from now on; the epoch turns, so that who has no part opens nothing new.

    Who may look again opens what there is. What waited for this guardian alone stands, if nobody needs to wait for them
    any more. Nothing happens, and False comes back, where nothing has changed.

    Raises:
        UsageError: nobody of that name is a guardian of this student.
        RefusedError: the history does not live at this school, or this member of staff may not.
    """
    facts = node.vaults.authorisations(vault)
    before = facts.holders.get(holder)
    if before is None or before.role is not Role.GUARDIAN:
        raise UsageError("nobody of that name is a guardian of this student")
    if before.standing == standing:
        return False
    after = before.model_copy(update={"standing": standing})
    with node.transaction():
        back = after.may_look and not before.may_look
        had = {epoch for epoch, name, _ in facts.wraps if name == holder}
        wraps = keys_so_far(node, vault, school, [after.holder] if back else [])
        wraps = [one for one in wraps if one.wrap.epoch not in had]
        wish = Request.of_school(vault, school, Action.AUTHORISE, member=member)
        with node.vaults.transact(permit(node, wish)) as writer:
            writer.enter(StandingChanged(holder=holder, standing=standing, on=node.today()))
            if wraps:
                writer.keep_wraps(wraps)
            writer.turn_epoch(recipients(node, writer.authorisations), "custody changed")
        given = node.vaults.authorisations(vault).consents
        for consent in given.keys() - facts.consents.keys():
            _hand_on(node, school, vault, given[consent])
    return True


def _hand_on(node: Node, school: OrgId, vault: VaultId, terms: ConsentTerms) -> None:
    """Let whom a consent names read by itself what it opens, now that nobody is waited for."""
    receiver = receiver_of(node, terms)
    if receiver is None:
        return
    wraps = _keys_for(node, school, vault, terms, receiver)
    with node.vaults.transact(permit(node, Request.of_school(vault, school, Action.AUTHORISE))) as writer:
        admit_receiver(writer, receiver)
        writer.keep_wraps(wraps)


def _keys_for(node: Node, school: OrgId, vault: VaultId, terms: ConsentTerms, receiver: Admitted) -> list[SealedWrap]:
    wish = Request.of_school(vault, school, Action.READ, opened_by(terms))
    with node.vaults.read(permit(node, wish), joining=True) as reader:
        return reader.wrap_keys(receiver.holder, terms.consent)
