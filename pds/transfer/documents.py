"""What two schools send each other about one student's move: offer, acceptance, receipt.

Signed, and sealed where it names the child; outside, nothing identifies the child: a transfer has a random
identifier. Never: a state, a store, a permit.
"""

from datetime import date
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pds.crypto import DocumentType, b64, canonical, hpke, parse, unb64
from pds.errors import UsageError
from pds.holders import PublicHolder, SecretHolder, verify


class Subject(BaseModel):
    """Who moves, so that the new school's office can confirm the child. Sealed on the way; its repr shows nothing."""

    model_config = ConfigDict(frozen=True, extra="allow")

    family_name: str | None = Field(default=None, repr=False)
    given_name: str | None = Field(default=None, repr=False)
    birth_date: date | None = Field(default=None, repr=False)
    grade: str | None = None


Kind = TypeVar("Kind", "Offer", "Acceptance", "Receipt")


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    transfer: str
    sender: str = Field(alias="from")
    to: str


class Offer(_Document):
    """The old school asks the new one whether it expects this child."""

    format: Literal["manabi-transfer-offer/1"] = "manabi-transfer-offer/1"
    suite: str = hpke.SUITE
    sealed: str

    def subject(self, receiver: SecretHolder) -> Subject:
        """Open who it is about. Raises SealBrokenError."""
        info = _info("manabi/offer/1", self.transfer, self.sender, self.to)
        text = hpke.open_sealed(receiver.hpke_private, unb64(self.sealed), info, self.suite)
        return Subject.model_validate(parse(text))


class Acceptance(_Document):
    """The new school has accepted the child, from a day on (the message of education-data section 4.1, title B)."""

    format: Literal["manabi-transfer-acceptance/1"] = "manabi-transfer-acceptance/1"
    accepted_on: date


class Receipt(_Document):
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


def read(token: str, kind: type[Kind], signer: PublicHolder) -> Kind:
    """Verify one of these documents.

    Raises:
        SignatureError: it is not signed by `signer`, or is another kind of document.
        UsageError: it is malformed, or from somebody else than its signer.
    """
    try:
        document = kind.model_validate(verify(token, _TYPES[kind], signer))
    except ValidationError as error:
        raise UsageError(f"a transfer {kind.__name__.lower()} is malformed") from error
    if document.sender != signer.id:
        raise UsageError(f"a transfer {kind.__name__.lower()} is from another school than its signer")
    return document


def _info(label: str, transfer: str, sender: str, to: str) -> bytes:
    fields: dict[str, Any] = {"from": sender, "label": label, "to": to, "transfer": transfer}
    return canonical(fields)
