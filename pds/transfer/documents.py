"""What two schools send each other about one student's move: offer, acceptance, receipt.

Signed, and sealed where it names the child; outside, nothing identifies the child: a transfer has a random
identifier. Never: a state, a store, a permit.
"""

from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from pds.crypto import DocumentType, b64, canonical, hpke, parse, unb64
from pds.errors import SignatureError, UsageError
from pds.holders import PublicHolder, SecretHolder, verify
from pds.identifiers import is_uuid


def _uuid(text: str) -> str:
    if not is_uuid(text):
        raise ValueError("a transfer is called by a UUID")
    return text


_Name = Annotated[str, Field(max_length=200)]


class Subject(BaseModel):
    """Who moves, so that the new school's office can confirm the child. Sealed on the way; its repr shows nothing."""

    model_config = ConfigDict(frozen=True, extra="allow")

    family_name: _Name | None = Field(default=None, repr=False)
    given_name: _Name | None = Field(default=None, repr=False)
    birth_date: date | None = Field(default=None, repr=False)
    grade: _Name | None = None


Kind = TypeVar("Kind", "Offer", "Acceptance", "Receipt")
_Any = TypeVar("_Any", bound="Addressed")


class Addressed(BaseModel):
    """What every document of a transfer says of itself, and what carries it says once more."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    transfer: Annotated[str, AfterValidator(_uuid)]
    sender: str = Field(alias="from")
    to: str


class Offer(Addressed):
    """The old school asks the new one whether it expects this child."""

    format: Literal["manabi-transfer-offer/1"] = "manabi-transfer-offer/1"
    suite: str = hpke.SUITE
    sealed: str

    def subject(self, receiver: SecretHolder) -> Subject:
        """Open who it is about.

        Raises:
            SealBrokenError: it is not sealed to this school, or not for this transfer.
            UsageError: what is sealed says nothing that can be read.
        """
        info = _info("manabi/offer/1", self.transfer, self.sender, self.to)
        text = hpke.open_sealed(receiver.hpke_private, unb64(self.sealed), info, self.suite)
        try:
            return Subject.model_validate(parse(text))
        except ValidationError as error:
            raise UsageError("what an offer says of the child is malformed") from error


class Acceptance(Addressed):
    """The new school has accepted the child, from a day on (the message of education-data section 4.1, title B)."""

    format: Literal["manabi-transfer-acceptance/1"] = "manabi-transfer-acceptance/1"
    accepted_on: date


class Receipt(Addressed):
    """The new school's last word: the history lives there now, or it was refused and stays."""

    format: Literal["manabi-transfer-receipt/1"] = "manabi-transfer-receipt/1"
    outcome: Literal["committed", "refused"]
    bundle: str  # SHA-256 of the bundle's token, hex
    head: str | None = None  # SHA-256 of the new head's canonical form, hex
    reason: str | None = None


def make_offer(sender: SecretHolder, receiver: PublicHolder, transfer: str, subject: Subject) -> str:
    """Sign an offer whose subject only the receiver opens."""
    info = _info("manabi/offer/1", transfer, sender.id, receiver.id)
    sealed = hpke.seal(receiver.hpke_key, canonical(subject.model_dump(mode="json")), info)
    return sign(sender, Offer(transfer=transfer, sender=sender.id, to=receiver.id, sealed=b64(sealed)))


_TYPES: dict[type[BaseModel], DocumentType] = {
    Offer: DocumentType.OFFER,
    Acceptance: DocumentType.ACCEPTANCE,
    Receipt: DocumentType.RECEIPT,
}


def sign(signer: SecretHolder, document: Offer | Acceptance | Receipt) -> str:
    """Sign one of these documents."""
    return signer.sign(_TYPES[type(document)], document.model_dump(mode="json", by_alias=True))


def read(token: str, kind: type[Kind], signer: PublicHolder, to: str) -> Kind:
    """Verify one of these documents.

    Args:
        token: The signed document.
        kind: What it is to be.
        signer: From whom it came, as what carried it says.
        to: For whom it came, as what carried it says.

    Raises:
        SignatureError: it is not signed by `signer`, is another kind of document, or says another sender or addressee
            than what carried it.
        UsageError: it is malformed.
    """
    what = f"a transfer {kind.__name__.lower()}"
    return between(verify(token, _TYPES[kind], signer), kind, what, signer.id, to)


def between(said: object, kind: type[_Any], what: str, sender: str, to: str) -> _Any:
    """Read what a signed document says, and hold it to what carried it: the one place where the two are compared.

    Raises:
        SignatureError: it is from or for another school.
        UsageError: it is malformed.
    """
    try:
        document = kind.model_validate(said)
    except ValidationError as error:
        raise UsageError(f"{what} is malformed") from error
    if (document.sender, document.to) != (sender, to):
        raise SignatureError(f"{what} says another sender or addressee than what carried it")
    return document


def _info(label: str, transfer: str, sender: str, to: str) -> bytes:
    fields: dict[str, Any] = {"from": sender, "label": label, "to": to, "transfer": transfer}
    return canonical(fields)
