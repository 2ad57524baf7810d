"""The privacy ledger: which studies a student was charged for, and how much, in integer micro-ε.

A set of entries; copies merge by union, spent is their sum. Charged before noise is drawn, at a cost that never
depends on values. Never: noise, a study's question, an ε computed from data.
"""

from collections.abc import Iterable
from enum import Enum, auto
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from pds.chain import Entry
from pds.crypto import canonical, parse
from pds.errors import ChainBrokenError, UsageError
from pds.identifiers import OrgId, VaultId


class Charge(BaseModel):
    """One study charged to one student.

    Attributes:
        study: The study's identifier, a hash of its question.
        cost: What it may reveal at most, in micro-ε (1,000,000 is ε = 1).
        school_year: The year whose allowance it is charged to.
        answered_by: The organisation that answers for the student.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["manabi-charge/1"] = "manabi-charge/1"
    study: Annotated[str, Field(min_length=1, max_length=100)]
    cost: Annotated[int, Field(ge=1, le=10**12)]
    school_year: Annotated[int, Field(ge=1900, le=2200)]
    answered_by: OrgId

    def body(self) -> bytes:
        """The entry's body in the ledger chain."""
        return canonical(self.model_dump())


class ChargeOutcome(Enum):
    """What became of a charge."""

    CHARGED = auto()  # entered now
    ALREADY_OURS = auto()  # entered earlier by the same organisation, whose answer may not be out yet
    ANSWERED_ELSEWHERE = auto()  # another organisation answers for the student
    EXHAUSTED = auto()  # the allowance of the year does not cover it


def header(vault: VaultId, seq: int) -> bytes:
    """What stands beside an entry."""
    return canonical({"seq": seq, "v": 1, "vault": vault})


def read_charge(body: bytes) -> Charge:
    """Read an entry's body."""
    return Charge.model_validate(parse(body))


def check_entry(vault: VaultId, entry: Entry) -> None:
    """See that a charge stands in its place and can be read.

    Raises:
        ChainBrokenError: its header is another place's, or its body is no charge.
    """
    try:
        charge = read_charge(entry.body or b"")
    except (UsageError, ValueError) as error:
        raise ChainBrokenError(f"ledger entry {entry.seq} is no charge") from error
    if header(vault, entry.seq) != entry.header or charge.body() != entry.body:
        raise ChainBrokenError(f"ledger entry {entry.seq} was written for another place, or in another form")


def spent(charges: Iterable[Charge], school_year: int | None = None) -> int:
    """Micro-ε spent in one school year, or in a lifetime if none is named. Entries of one study count once."""
    unique = {charge.study: charge for charge in charges}
    return sum(c.cost for c in unique.values() if school_year is None or c.school_year == school_year)


def judge(charges: Iterable[Charge], wanted: Charge, allowance: int) -> ChargeOutcome:
    """Whether `wanted` may be entered, given what was charged before and the allowance of the year in micro-ε."""
    before = list(charges)
    for charge in before:
        if charge.study == wanted.study:
            ours = charge.answered_by == wanted.answered_by
            return ChargeOutcome.ALREADY_OURS if ours else ChargeOutcome.ANSWERED_ELSEWHERE
    if spent(before, wanted.school_year) + wanted.cost > allowance:
        return ChargeOutcome.EXHAUSTED
    return ChargeOutcome.CHARGED
