"""One pupil's move between two school nodes, all steps of both schools, picked up wherever it was interrupted.

Never: a shortcut; every byte goes through offer, acceptance, sealed bundle, verification and receipt.
"""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from consent.lifecycle import moving
from examples.star.nodes import open_one
from examples.star.source import Move
from pds.errors import PdsError
from pds.identifiers import OrgId
from pds.intake import LocalId
from pds.node import Node
from pds.post import mailbox
from pds.transfer import State, Transfer, state

SCHEME = "us-tn.pupil"
_MOST_ROUNDS = 12  # a move takes five; more means that it stands still


def move(root: Path, pupil_move: Move, day: date) -> None:
    """Move one pupil.

    Raises:
        PdsError: a step was refused, or what arrived did not verify.
    """
    local = LocalId(SCHEME, pupil_move.pupil)
    source, target = OrgId(pupil_move.from_school), OrgId(pupil_move.to_school)
    with open_one(root, source, day) as old, open_one(root, target, day) as new:
        for _ in range(_MOST_ROUNDS):
            _carry(old, new)
            if _step((old, source), (new, target), local, day):
                return
        raise PdsError("a move stands still")


def _step(leaving: tuple[Node, OrgId], joining: tuple[Node, OrgId], local: LocalId, day: date) -> bool:
    """Take the next step of a move; True when it is closed."""
    (old, source), (new, target) = leaving, joining
    vault = old.vaults.find(source, local.scheme, local.value)
    if vault is None:
        raise PdsError("the old school does not know this pupil")
    sent = _open_move(state.listed(old), "sender", target, vault)
    if sent is None:
        if new.vaults.find(target, local.scheme, local.value) == vault and not old.vaults.lives_here(vault):
            return True
        moving.offer(old, vault, target)
        return False
    received = next(t for t in state.listed(new) if t.side == "receiver" and t.transfer == sent.transfer)
    if State.REFUSED in (sent.state, received.state):
        raise PdsError(f"the move was refused: {received.reason}")
    if received.state is State.OFFERED:
        moving.accept(new, received.transfer, day, [local])
    elif sent.state is State.ACCEPTED:
        moving.send(old, sent.transfer)
    elif received.state is State.QUARANTINED:
        moving.commit(new, received.transfer, despite=True)  # the public table names nobody
    return False


def _open_move(known: Iterable[Transfer], side: str, target: OrgId, vault: str) -> Transfer | None:
    """The move to this school that is under way or was refused; closed ones are over."""
    found = [t for t in known if t.side == side and t.vault == vault and t.destination == target]
    return found[-1] if found and found[-1].state is not State.CLOSED else None


def _carry(old: Node, new: Node) -> None:
    """Carry what waits between the two nodes, and let each act."""
    for here, there in ((old, new), (new, old)):
        for name, _, token in mailbox.waiting(here):
            mailbox.deliver(there, token)
            mailbox.carried(here, name)
        moving.act(there)
