"""What can happen to a vault's authorisations: the events of the chain of consents and key events.

Each is a signed document of the format "manabi-event/1"; `type` is never reused with another meaning, and fields are
only added. Here: their shapes. Never: what they add up to (`authorisations`), or who may enter one (`consent`).
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from pds.chain import Entry
from pds.crypto import claimed_document
from pds.errors import SignatureError
from pds.holders import Control, PublicHolder, Role
from pds.identifiers import OrgId
from pds.records import Category, WhyLeft

Relationship = Literal["parent", "guardian", "other"]
CaresBy = Literal["parents", "court", "board"]
WhyRelinked = Literal["mistyped", "swapped", "source", "other"]


class Event(BaseModel):
    """What all events have: the time is when it was entered, not when a child learned something."""

    model_config = ConfigDict(frozen=True, extra="allow")

    format: Literal["manabi-event/1"] = "manabi-event/1"


class Standing(BaseModel):
    """What a guardian is to the child, as the school was told by papers: authority, care, contact.

    Attributes:
        relationship: A parent (親), the guardian appointed (後見人), or another (里親, 施設長, a grandparent).
        has_parental_authority: 親権, or its exercise: who has it decides and signs, nobody else.
        cares_by: Who said that a person without it looks after the child (監護者): the parents, a court or the board.
        contact_allowed: False where the school is not to turn to this person (接触の制限).
        protected_from: The child is protected from this person (支援措置): nothing opens to them or waits for them,
            whatever else is true, so that nothing tells them where the child is or who is with it.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    relationship: Relationship
    has_parental_authority: bool
    cares_by: CaresBy | None = None
    contact_allowed: bool = True
    protected_from: bool = False

    @property
    def may_look(self) -> bool:
        """True for who reads the history and is there for daily acts."""
        return not self.protected_from and (self.has_parental_authority or self.cares_by is not None)

    @property
    def may_sign(self) -> bool:
        """True for who decides for the child."""
        return not self.protected_from and self.has_parental_authority


class Admitted(BaseModel):
    """A holder with its role towards this student and who controls its keys; of a guardian, the standing.

    A guardian of whom nothing was said is the 保護者 of the law, who has parental authority.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    holder: PublicHolder
    role: Role
    control: Control
    standing: Standing | None = None

    @property
    def is_family(self) -> bool:
        """True for the student and the guardians, whatever they may do."""
        return self.role in (Role.STUDENT, Role.GUARDIAN)

    @property
    def may_look(self) -> bool:
        """True for the student, and for a guardian who decides for the child or looks after it."""
        return self.is_family and (self.standing is None or self.standing.may_look)

    @property
    def may_sign(self) -> bool:
        """True for the student, and for a guardian with parental authority."""
        return self.is_family and (self.standing is None or self.standing.may_sign)

    @property
    def may_be_asked(self) -> bool:
        """True for who may look and whom the school may turn to: they are invited, and waited for."""
        return self.may_look and (self.standing is None or self.standing.contact_allowed)


class Wrap(BaseModel):
    """The proof of one sealed key: whoever unwraps checks the digest, so a planted wrap opens nothing.

    Attributes:
        grant: Why the holder has it: "root", "enrolment", "custody", or the identifier of a transfer or consent.
        opens: What it opens, sorted: categories, "log" for the access log, or "root" for everything.
        digest: SHA-256 of the sealed bytes, hex.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    epoch: int
    holder: str
    grant: str
    opens: tuple[str, ...]
    digest: str


class Created(Event):
    """A vault begins, at the school whose card this is."""

    type: Literal["vault.created"] = "vault.created"
    home: PublicHolder


class HoldersAdmitted(Event):
    """Holders become known to the vault; nothing opens to them by that alone."""

    type: Literal["holders.admitted"] = "holders.admitted"
    admitted: tuple[Admitted, ...]


class StandingChanged(Event):
    """What a guardian is to the child has changed, such as by a change of custody; who holds what follows from it.

    Attributes:
        on: The day of the entry, in Japan; what still waited on it waits for this guardian no more.
    """

    type: Literal["guardian.standing"] = "guardian.standing"
    holder: str
    standing: Standing
    on: date


class Enrolled(Event):
    """The student is enrolled at a school, in a school year from a day on; `Authorisations` says which is present."""

    type: Literal["enrolment.started"] = "enrolment.started"
    school: OrgId
    school_year: Annotated[int, Field(ge=1900, le=2200)]
    on: date


class EnrolmentEnded(Event):
    """The student has left a school; what that ends, `pds.vault.periods` says.

    Attributes:
        school_year: The last school year that ends; a later one than that of `on` for who leaves with a place in it.
        on: The last day of enrolment.
        reason: Why; "left" where nobody said more.
    """

    type: Literal["enrolment.ended"] = "enrolment.ended"
    school: OrgId
    school_year: Annotated[int, Field(ge=1900, le=2200)]
    on: date
    reason: WhyLeft


class IdentifierLinked(Event):
    """A school's own identifier stands for this student, from a day on or between two; the identifier is not told.

    Attributes:
        scheme: The numbering that it belongs to.
        last: The last day; None while no end is known, and before the first where it never was this student's.
        why: What had gone wrong, where people corrected whose it is; None for what an import said.
        by: Who corrected it, as fingerprints that only this node can make.
    """

    type: Literal["identifier.linked"] = "identifier.linked"
    scheme: str
    first: date
    last: date | None = None
    why: WhyRelinked | None = None
    by: tuple[str, ...] = ()


class EpochTurned(Event):
    """A fresh root was drawn and wrapped to those who remain.

    Attributes:
        log_public: The access log's HPKE public key in this epoch, base64url.
        checks: 16 bytes out of every key of the epoch, hex, by what it opens: a category, or "log". Who opens a wrap
            compares.
    """

    type: Literal["epoch.turned"] = "epoch.turned"
    epoch: int
    reason: str
    log_public: str
    checks: dict[
        Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,39}$")], Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    ]
    wraps: tuple[Wrap, ...]


class KeysWrapped(Event):
    """Keys of existing epochs were wrapped to a holder who may open them from now on."""

    type: Literal["keys.wrapped"] = "keys.wrapped"
    wraps: tuple[Wrap, ...]


class ConsentTerms(BaseModel):
    """What a consent says, whoever has signed it: a record in the structure of ISO/IEC TS 27560.

    The fields that decide stand beside the record, and the record repeats them in its own words.

    Attributes:
        signed_on: The day on the paper; None for what was said in the portal, when it was entered.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    consent: str
    purpose: str
    recipient: str | None
    categories: tuple[Category, ...]
    valid_from: date
    valid_until: date | None
    record: dict[str, Any]
    signed_on: date | None = None


class ConsentGiven(ConsentTerms, Event):
    """A consent, signed by whoever consents; one signature is enough."""

    type: Literal["consent.given"] = "consent.given"


class ConsentRefused(Event):
    """The family was asked and said no: what was live for that purpose ends, and asking again is a new consent.

    Attributes:
        recipient: Towards whom; None for a no towards everybody.
        signed_on: The day on the paper; None for what was said in the portal, when it was entered.
    """

    type: Literal["consent.refused"] = "consent.refused"
    purpose: str
    recipient: str | None
    signed_on: date | None = None


class ConsentWithdrawn(Event):
    """A consent ends now."""

    type: Literal["consent.withdrawn"] = "consent.withdrawn"
    consent: str


class TransferSealed(Event):
    """The vault is on its way to another school; it takes no writes here until that school answers."""

    type: Literal["transfer.sealed"] = "transfer.sealed"
    transfer: str
    to: OrgId
    statutory: tuple[Category, ...]
    consented: tuple[Category, ...]


class TransferReopened(Event):
    """The receiving school refused, with its signed refusal; the vault lives here again."""

    type: Literal["transfer.reopened"] = "transfer.reopened"
    transfer: str
    refusal: str


class TransferCommitted(Event):
    """The vault lives at the receiving school from now on. The sender's last head proves what came before."""

    type: Literal["transfer.committed"] = "transfer.committed"
    transfer: str
    home: PublicHolder
    home_number: int
    sender_head: str


class ConsentProposed(ConsentTerms, Event):
    """A consent that needs more signatures than that of the family member who proposes it: nothing opens yet.

    Attributes:
        needs: The holders, of the family, whose signatures make it a consent; the proposer may be one of them.
        answer_by: The last day on which they may sign.
    """

    type: Literal["consent.proposed"] = "consent.proposed"
    needs: tuple[str, ...]
    answer_by: date


class ConsentCountersigned(Event):
    """One more of those whose signatures a proposal needs has signed; with the last of them it is given.

    Attributes:
        signed_on: The day on the paper; None for what was said in the portal, when it was entered.
    """

    type: Literal["consent.countersigned"] = "consent.countersigned"
    consent: str
    signed_on: date | None = None


class ConsentReaffirmed(Event):
    """Who signed a consent or proposal signed it again, on paper, on a later day: their signature is of that day now.

    Attributes:
        signed_on: The day on the later paper.
    """

    type: Literal["consent.reaffirmed"] = "consent.reaffirmed"
    consent: str
    signed_on: date


class HolderSucceeded(Event):
    """New keys take the place of a holder's: a person signed in, or the node of a new home drew keys of its own.

    Attributes:
        proof: What the new signing key signed, over vault, predecessor and new card (`pds.vault.admitting`).
    """

    type: Literal["holder.succeeded"] = "holder.succeeded"
    predecessor: str
    admitted: Admitted
    proof: str


class HistoryExpected(Event):
    """Whether a history is waited for that another school keeps: until it comes, this vault answers no study."""

    type: Literal["history.expected"] = "history.expected"
    waits: bool


class VaultContinued(Event):
    """This child's history goes on in another vault, where all that stands here was appended; this one is closed.

    Attributes:
        into: The other vault.
        by: Who did it, as fingerprints that only this node can make; two people, but for the commit of a move.
    """

    type: Literal["vault.continued"] = "vault.continued"
    into: str
    by: tuple[str, ...]


class VaultParted(Event):
    """The other vault is another child's after all: this one is open again. `by` as in `VaultContinued`."""

    type: Literal["vault.parted"] = "vault.parted"
    by: tuple[str, ...]


class VaultJoined(Event):
    """What stood in another vault of this child stands here from now on. `by` as in `VaultContinued`.

    Attributes:
        other: The vault that is closed now.
        after: The length of the chain of records before, so that it is known which ones came with it.
        until: Its length with them.
        admitted: Guardians who come along; only where this vault has none of its own.
        ended: Consents and proposals that end because the family said no to the same there.
    """

    type: Literal["vault.joined"] = "vault.joined"
    other: str
    after: int = Field(ge=0)
    until: int = Field(ge=0)
    admitted: tuple[Admitted, ...]
    ended: tuple[str, ...]
    by: tuple[str, ...]


class VaultReleased(Event):
    """The other vault was another child's after all: neither its records nor its guardians stand here any more.

    `by` as in `VaultContinued`.
    """

    type: Literal["vault.released"] = "vault.released"
    other: str
    by: tuple[str, ...]


AnyEvent = Annotated[
    Created
    | HoldersAdmitted
    | StandingChanged
    | Enrolled
    | EnrolmentEnded
    | IdentifierLinked
    | EpochTurned
    | KeysWrapped
    | ConsentGiven
    | ConsentRefused
    | ConsentWithdrawn
    | TransferSealed
    | TransferReopened
    | TransferCommitted
    | ConsentProposed
    | ConsentCountersigned
    | ConsentReaffirmed
    | HolderSucceeded
    | HistoryExpected
    | VaultContinued
    | VaultParted
    | VaultJoined
    | VaultReleased,
    Field(discriminator="type"),
]
EVENT: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent)
FamilyEvent = (
    ConsentGiven | ConsentRefused | ConsentWithdrawn | ConsentProposed | ConsentCountersigned | ConsentReaffirmed
)
FAMILY_EVENTS = (
    ConsentGiven,
    ConsentRefused,
    ConsentWithdrawn,
    ConsentProposed,
    ConsentCountersigned,
    ConsentReaffirmed,
)


class Entered(BaseModel):
    """An event in its place: signed over vault, position and time, so that it cannot be replayed elsewhere."""

    model_config = ConfigDict(frozen=True, extra="allow")

    vault: str
    seq: int
    time: str
    signer: str
    event: AnyEvent


def read_events(entries: Iterable[Entry]) -> list[Entered]:
    """The events of a chain under a verified head. Raises as `read_event`."""
    return [read_event(entry) for entry in entries]


def read_event(entry: Entry) -> Entered:
    """The event in an authorisations entry, unverified: for entries under a verified head.

    Raises:
        SignatureError: it is no signed event.
    """
    try:
        return Entered.model_validate(claimed_document((entry.body or b"").decode()))
    except ValueError as error:
        raise SignatureError(f"authorisations entry {entry.seq} is no event") from error
