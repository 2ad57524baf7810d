"""The access log: who read what, why, on which basis; written before data is returned.

Entries are sealed to the log's public key: whoever appends can write one but not read the others.
Never: the data that was read.
"""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from pds.chain import Entry
from pds.clock import timestamp
from pds.crypto import canonical, hpke, parse
from pds.errors import SealBrokenError, UsageError
from pds.identifiers import VaultId
from pds.vault.permit import Permit

_PADDING = 1024  # bytes; so that the length of an entry does not tell a nurse from a teacher


class Access(BaseModel):
    """One line of the log, as the family reads it."""

    model_config = ConfigDict(frozen=True, extra="allow")

    format: Literal["manabi-access/1"] = "manabi-access/1"
    time: str
    actor: str
    organisation: str | None
    purpose: str
    basis: str
    reference: str | None
    categories: tuple[str, ...]
    outcome: Literal["read", "refused"]
    reason: str | None = Field(default=None)
    person: str | None = Field(default=None, repr=False)
    position: str | None = None


def granted(permit: Permit, now: datetime) -> Access:
    """The line for a read that is about to happen."""
    return Access(
        time=timestamp(now),
        actor=permit.actor,
        organisation=permit.organisation,
        purpose=permit.purpose.value,
        basis=permit.basis,
        reference=permit.reference,
        categories=tuple(sorted(permit.categories)),
        outcome="read",
        person=permit.member.name if permit.member else None,
        position=permit.member.position if permit.member else None,
    )


def refused(permit: Permit, now: datetime, reason: str) -> Access:
    """The line for a permit that is not taken."""
    return granted(permit, now).model_copy(update={"outcome": "refused", "reason": reason})


def header(vault: VaultId, seq: int, epoch: int) -> bytes:
    """What stands in the clear beside an entry: enough to find the key, nothing of who or when."""
    return canonical({"epoch": epoch, "seq": seq, "suite": hpke.SUITE, "v": 1, "vault": vault})


def seal(access: Access, place: bytes, log_public: bytes) -> bytes:
    """Seal a line to the log key, bound to its place in the chain."""
    text = canonical(access.model_dump(mode="json"))
    padded = text + b" " * (-len(text) % _PADDING)
    return hpke.seal(log_public, padded, place)


def unseal(body: bytes, place: bytes, log_private: bytes) -> Access:
    """Open a line.

    Raises:
        SealBrokenError: another key, another place, or an altered byte.
    """
    return Access.model_validate(parse(hpke.open_sealed(log_private, body, place)))


def epoch_of(place: bytes) -> int:
    """Which epoch's log key opens the entry with this header, of a chain under a verified head."""
    return int(parse(place)["epoch"])


def check_entry(vault: VaultId, entry: Entry, epochs: range) -> None:
    """See that a line stands in its place and could be opened.

    Raises:
        SealBrokenError: its header is malformed, another place's or of no epoch there is, or its length is no line's.
    """
    try:
        epoch = parse(entry.header).get("epoch")
    except (UsageError, AttributeError):
        epoch = None
    if type(epoch) is not int or epoch not in epochs or header(vault, entry.seq, epoch) != entry.header:
        raise SealBrokenError(f"access entry {entry.seq} was sealed for another place")
    padded = len(entry.body or b"") - hpke.OVERHEAD_BYTES
    if padded <= 0 or padded % _PADDING:
        raise SealBrokenError(f"access entry {entry.seq} has not the length of a line")
