"""Two students change from なぎさ小 to みどり台小, over HTTP between the served nodes: one has arrived, one is awaited.

Never: a shortcut; every byte goes through offer, acceptance, sealed bundle, verification and receipt.
"""

from datetime import date
from pathlib import Path

from consent.lifecycle import moving
from examples.hikari.nodes import open_one
from examples.hikari.town import MIDORI, NAGISA
from federation import exchange
from pds.errors import PdsError
from pds.identifiers import VaultId
from pds.intake import LocalId
from pds.node import Node
from pds.transfer import State, Transfer, state

SCHEME = "hikari.student"
_MOST_ROUNDS = 12  # a move takes five; more means that it stands still


def move(root: Path, student: str, day: date, until: State) -> None:
    """Move one student, going on where an earlier run stopped.

    Args:
        root: The folder of the city; nation and city are being served.
        student: 学籍番号 at both schools.
        day: The day on which the new school accepts.
        until: `CLOSED` when the history is to live at the new school, `QUARANTINED` when its office is to decide.

    Raises:
        PdsError: a step was refused, or what arrived did not verify.
    """
    local = LocalId(SCHEME, student)
    with open_one(root, NAGISA.node) as old, open_one(root, MIDORI.node) as new:
        vault = old.vaults.find(NAGISA.code, SCHEME, student)
        if vault is None:
            raise PdsError("the old school does not know this student")
        for _ in range(_MOST_ROUNDS):
            sent = _sent(old, vault)
            received = _received(new, sent) if sent is not None else None
            there = {one.state for one in (sent, received) if one is not None}
            if State.REFUSED in there:
                raise PdsError("the new school's node refused what arrived")
            if until in there:
                return
            if sent is None:
                moving.offer(old, vault, MIDORI.code)
            else:
                _next(old, new, sent, received, (day, local))
            for node in (old, new, old):
                exchange.tick(node)
        raise PdsError("a move stands still")


def _next(old: Node, new: Node, sent: Transfer, received: Transfer | None, accepting: tuple[date, LocalId]) -> None:
    """Take the next step of a move; what is on its way only needs another round of post."""
    if received is not None and received.state is State.OFFERED:
        moving.accept(new, sent.transfer, accepting[0], [accepting[1]])
    elif sent.state is State.ACCEPTED:
        moving.send(old, sent.transfer)
    elif received is not None and received.state is State.QUARANTINED:
        moving.commit(new, sent.transfer)


def _sent(old: Node, vault: VaultId) -> Transfer | None:
    found = [one for one in state.listed(old) if one.side == "sender" and one.vault == vault]
    return found[-1] if found else None


def _received(new: Node, sent: Transfer) -> Transfer | None:
    return next((one for one in state.listed(new) if (one.side, one.transfer) == ("receiver", sent.transfer)), None)
