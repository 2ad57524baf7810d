"""Two vaults of one child become one, and are parted again where they were two children's after all.

What stands in the younger one is appended to the other by the school where both live, in one transaction: records under
their own identifiers, charges by union, the seat. The younger one is closed and points there: nobody reads it, and who
has no place in the other one is invited, or kept away, there. Consents were signed for it alone: they are asked anew,
and a no that was said there ends what stands here. Guardians come along only where the other vault has none.
Never: who says so (`pairing`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from consent.decisions import Request, family_kinds, permit, recipients
from consent.lifecycle import acts
from pds.chain import Chain
from pds.crypto import canonical, parse
from pds.errors import RefusedError, UsageError
from pds.holders import Control, Role
from pds.identifiers import OrgId, VaultId
from pds.node import DocumentKind, Node
from pds.people import Seat, roster
from pds.transfer import state
from pds.vault import (
    Action,
    Admitted,
    Authorisations,
    HistoryExpected,
    Member,
    SealedWrap,
    StoredRecord,
    VaultContinued,
    VaultJoined,
    VaultParted,
    VaultReleased,
    succeed,
)

_SEATS = DocumentKind("joined", bytes, "the seats of two vaults before they were joined, sealed; the younger vault")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts.

    Attributes:
        account: The blind index of their sign-in name (`accounts.index_of`), on a page and at a shell alike.
        member: How the family's log names them; None at a shell.
    """

    account: str
    member: Member | None = None


class _Seats(BaseModel):
    """Where both vaults had their seats, so that they have them again once they are parted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    young: Seat | None
    history: Seat | None


def fingerprint(node: Node, by: Actor) -> str:
    """How the events of a vault call who acted: this node alone can tell again who that was."""
    if not by.account.strip():
        raise UsageError("say who does this")
    return node.keyring.mark("person", by.account)


def expect(node: Node, school: OrgId, vault: VaultId, *, waits: bool = True, member: Member | None = None) -> None:
    """Say that a history is waited for which another school keeps, or that nobody waits any more.

    Until it comes, the child answers no study: the other school answers, or nobody.

    Raises:
        RefusedError: the child is not of this school, or its history came from another one already.
    """
    facts = node.vaults.authorisations(vault)
    if waits and facts.home_number > 1:
        raise RefusedError("the history of this child has come already")
    if facts.one_child.expected is not waits:
        with node.vaults.transact(permit(node, _request(vault, school, member))) as writer:
            writer.enter(HistoryExpected(waits=waits))


def check_two(node: Node, school: OrgId, young: VaultId, history: VaultId) -> None:
    """Whether two vaults can be joined at all.

    Raises:
        RefusedError: one does not live at this school, is on its way, or was joined already; or they are one.
    """
    if young == history:
        raise RefusedError("these are one vault already; two different ones are joined")
    for vault in (young, history):
        if not is_here(node, school, vault):
            raise RefusedError("one of the two does not live at this school, or is moving; settle the move first")
        if node.vaults.authorisations(vault).one_child.continued_in is not None:
            raise RefusedError("one of the two was joined to another vault already")


def is_here(node: Node, school: OrgId, vault: VaultId) -> bool:
    """True for a vault that lives at a school and is not about to leave it."""
    home = node.vaults.authorisations(vault).home
    leaving = (one for one in state.of_vault(node, vault) if one.origin == school and not one.is_over)
    return home is not None and home.id == school and node.vaults.lives_here(vault) and not any(leaving)


def join(node: Node, school: OrgId, young: VaultId, history: VaultId, by: Sequence[str]) -> None:
    """Append what one vault has to another of the same child, and close it with a pointer.

    Args:
        node: The node; both vaults live at a school of it.
        school: That school; it is the issuer of what it appends.
        young: The vault that is closed.
        history: The vault in which the child's history goes on.
        by: Who did it, as fingerprints.

    Raises:
        RefusedError: as `check_two`, or the school cannot open all that stands in the vault that would be closed.
        UsageError: a newer program wrote some of it.
    """
    with node.transaction():
        check_two(node, school, young, history)
        records, facts = _all_of(node, school, young), node.vaults.authorisations(young)
        after = _length(node, history)
        _append(node, school, history, records)
        until = _length(node, history)
        guardians, wraps = _guardians_of(node, school, facts, history)
        with node.vaults.transact(permit(node, _request(history, school))) as writer:
            ended = _said_no_to(facts, writer.authorisations)
            writer.take_charges(node.vaults.ledger(young))
            writer.enter(
                VaultJoined(other=young, after=after, until=until, admitted=guardians, ended=ended, by=tuple(by))
            )
            if guardians or ended:
                writer.keep_wraps(wraps)
                writer.turn_epoch(recipients(node, writer.authorisations), "vaults joined")
        _enrol(node, facts, history)
        with node.vaults.transact(permit(node, _request(young, school))) as writer:
            writer.enter(VaultContinued(into=history, by=tuple(by)))
        _move_seat(node, school, young, history)


def part(node: Node, school: OrgId, young: VaultId, by: Sequence[str]) -> int:
    """Undo a joining: the younger vault is open again, and what came with it stands in the other one no more.

    Charges stay in both: nobody gets back what a study has learned.

    Returns:
        How many records were written into the other vault since they were joined; the office looks at each.

    Raises:
        RefusedError: it was not joined, or the history lives at another school now.
    """
    with node.transaction():
        history = node.vaults.authorisations(young).one_child.continued_in
        if history is None or not is_here(node, school, history):
            raise RefusedError("this vault was not joined, or the history lives at another school now or is moving")
        since = _length(node, history) - node.vaults.authorisations(history).one_child.brought[young].spans[-1][1]
        with node.vaults.transact(permit(node, _request(history, school))) as writer:
            guardians = writer.authorisations.one_child.brought[young].guardians
            writer.enter(VaultReleased(other=young, by=tuple(by)))
            if guardians:
                writer.turn_epoch(recipients(node, writer.authorisations), "vaults parted")
        with node.vaults.transact(permit(node, _request(young, school))) as writer:
            writer.enter(VaultParted(by=tuple(by)))
        _draw_again(node, school, young)
        _seat_again(node, school, young, history)
    return since


def _all_of(node: Node, school: OrgId, vault: VaultId) -> list[StoredRecord]:
    """Every record of a vault; the family finds the reading in its log."""
    with node.vaults.read(permit(node, Request.of_school(vault, school, Action.READ)), joining=True) as reader:
        found = list(reader.records())
        unknown = reader.of_newer_kinds() + sum(not stored.is_known for stored in found)
    if unknown:
        raise UsageError("a newer program wrote some of these records; install it, then join the two")
    if len(found) != node.vaults.standing(vault):
        raise RefusedError(
            "this school cannot open every record of the vault that would be closed; ask the family for its consent"
        )
    return found


def _append(node: Node, school: OrgId, history: VaultId, records: Sequence[StoredRecord]) -> None:
    """Enter records as they are, under their own identifiers; those that came before stand already."""
    with node.vaults.transact(permit(node, Request.of_school(history, school, Action.WRITE))) as writer:
        known = writer.issuers()
        for stored in records:
            if stored.id not in known:
                writer.append(stored.record, stored.id)


def _guardians_of(
    node: Node, school: OrgId, facts: Authorisations, history: VaultId
) -> tuple[tuple[Admitted, ...], list[SealedWrap]]:
    """Who comes along, with keys of all that guardians read; nobody where the history has guardians of its own.

    Nothing says which guardian here is which there, and one who stood there twice would have to sign twice.
    """
    there = node.vaults.authorisations(history)
    known = there.holders.keys() | there.successors.keys()
    coming = tuple(one for one in facts.holders.values() if one.role is Role.GUARDIAN and one.holder.id not in known)
    if not coming or any(admitted.role is Role.GUARDIAN for admitted in there.holders.values()):
        return (), []
    kinds = family_kinds(Role.GUARDIAN)
    leave = permit(node, Request.of_school(history, school, Action.READ, kinds))
    with node.vaults.read(leave, joining=True) as reader:
        return coming, [wrap for one in coming for wrap in reader.wrap_keys(one.holder, "custody")]


def _said_no_to(young: Authorisations, history: Authorisations) -> tuple[str, ...]:
    """What stands or waits in the history although the family said no to the same in the younger vault."""
    terms = (*history.consents.values(), *(waits.terms for waits in history.proposals.values()))
    return tuple(sorted(one.consent for one in terms if young.objectors(one.purpose, one.recipient, one.categories)))


def _enrol(node: Node, facts: Authorisations, history: VaultId) -> None:
    """Enter the years that only the younger vault knew of."""
    entered = {(one.school, one.school_year) for _, one in node.vaults.authorisations(history).enrolments}
    for _, enrolled in facts.enrolments:
        if (enrolled.school, enrolled.school_year) not in entered:
            acts.enrol(node, history, enrolled)


def _move_seat(node: Node, school: OrgId, young: VaultId, history: VaultId) -> None:
    seats = roster.seats(node, school)
    before = _Seats(young=seats.get(young), history=seats.get(history))
    sealed = node.keyring.seal_document(_place(young), canonical(before.model_dump(mode="json")))
    node.documents.put(_SEATS, young, sealed)
    roster.remove(node, school, young)
    if before.young is not None:
        roster.put(node, school, {history: before.young})


def _draw_again(node: Node, school: OrgId, vault: VaultId) -> None:
    """New keys for who signed in while two vaults were one: the node forgot then what it had kept for both."""
    holders = node.vaults.authorisations(vault).holders
    custodial = {name: one for name, one in holders.items() if one.control is Control.CUSTODIAL}
    lost = {name: one for name, one in custodial.items() if not node.keyring.keeps(name)}
    if not lost:
        return
    drawn = {name: node.keyring.secret(acts.new_custodial(node, one.role).holder.id) for name, one in lost.items()}
    wraps: list[SealedWrap] = []
    for name, one in lost.items():
        if one.may_look:
            leave = permit(node, Request.of_school(vault, school, Action.READ, family_kinds(one.role)))
            with node.vaults.read(leave, joining=True) as reader:
                wraps += reader.wrap_keys(drawn[name].public, "custody")
    with node.vaults.transact(permit(node, _request(vault, school))) as writer:
        for name, one in lost.items():
            writer.enter(succeed(vault, name, drawn[name], one, Control.CUSTODIAL))
        writer.keep_wraps(wraps)
        writer.turn_epoch(recipients(node, writer.authorisations), "vaults parted")


def _seat_again(node: Node, school: OrgId, young: VaultId, history: VaultId) -> None:
    sealed = node.documents.get(_SEATS, young)
    if sealed is None:
        return
    before = _Seats.model_validate(parse(node.keyring.open_document(_place(young), sealed)))
    now = roster.seats(node, school).get(history)
    if now == before.young and before.history is not None:
        roster.remove(node, school, history)  # the place was the other child's
        roster.put(node, school, {history: before.history})
    if before.young is not None:
        roster.put(node, school, {young: before.young})
    node.documents.drop(_SEATS, young)


def _request(vault: VaultId, school: OrgId, member: Member | None = None) -> Request:
    return Request.in_transfer(vault, school, Action.AUTHORISE, member=member)


def _length(node: Node, vault: VaultId) -> int:
    return node.vaults.head(vault).tips[Chain.RECORDS].length


def _place(young: VaultId) -> bytes:
    return canonical({"label": "manabi/joined/1", "vault": young})
