"""What a family agreed to, as a record in the structure of ISO/IEC TS 27560. Never: a name, a decision.

The record is part of a signed event in the vault's chain, so it travels; the parties stand by their identifiers.
"""

import hashlib
import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from pds.clock import timestamp
from pds.errors import UsageError
from pds.records import CATEGORIES, Category
from pds.vault import ConsentGiven, ConsentProposed, Purpose

SCHEMA = "https://w3id.org/dpv/schema/dpv-27560#record"
_PAPER = "signed on paper, entered by the school office"
NOTICES = {
    Purpose.STATISTICS: "学校がこの記録から計算した数に雑音を加え、合計だけを市と国に送ることに同意します。",
    Purpose.TRANSFER: "転校・進学のとき、選んだ種類の記録を次の学校が開けるようにすることに同意します。",
    Purpose.TEACHING: "選んだ種類の記録を、この相手が学習の支援のために開けるようにすることに同意します。",
}


def consent_record(
    *,
    vault: str,
    giver: str,
    purpose: Purpose,
    recipient: str | None,
    controller: str,
    categories: Iterable[Category],
    valid_from: date,
    valid_until: date | None,
    now: datetime,
    needs: Iterable[str] = (),
    answer_by: date | None = None,
    signed_on: date | None = None,
) -> ConsentGiven | ConsentProposed:
    """Write down one consent: given, or proposed to those whose signatures it needs besides the giver's.

    The record of a proposal says "requested" (TS 27560, event state); the countersignatures in the chain make it valid.

    Args:
        vault: The vault, which is the PII principal's identifier here.
        giver: The holder who consents.
        purpose: One of the purposes that have a notice.
        recipient: The organisation it names; None where the purpose needs none.
        controller: The organisation where the vault lives.
        categories: The kinds of record; none for all.
        valid_from: First day.
        valid_until: Last day; None while the vault lives.
        now: When it was entered.
        needs: The holders who must sign; none where the giver's signature is enough.
        answer_by: The last day on which they may; with it, this is a proposal.
        signed_on: The day on the paper that the school office enters; None for what is said in the portal.

    Raises:
        UsageError: nobody wrote down for families what they would agree to.
    """
    if purpose not in NOTICES:
        raise UsageError(f"there is no notice for {purpose.value}, so nobody can consent to it")
    consent = str(uuid.uuid4())
    covered = tuple(sorted(set(categories)))
    notice = NOTICES[purpose]
    signers = sorted({giver, *needs})
    record: dict[str, Any] = {
        "schema_version": SCHEMA,
        "record_id": consent,
        "pii_principal_id": vault,
        "pii_processing": [
            {
                "privacy_notice": {"text": notice, "sha256": hashlib.sha256(notice.encode()).hexdigest()},
                "language": "ja",
                "purpose": purpose.value,
                "lawful_basis": "consent",
                "pii_information": [{"pii_type": category.value} for category in covered or CATEGORIES],
                "pii_controllers": [controller],
                "recipient_third_parties": [recipient] if recipient else [],
                "collection_method": "in the portal" if signed_on is None else _PAPER,
                "storage_locations": ["JP"],
                "jurisdiction": "JP",
                "retention_period": valid_until.isoformat() if valid_until else "while the vault lives",
                "withdrawal_method": "any guardian or the student, at any time, at the school or in the portal",
            }
        ],
        "party_identification": [
            *({"party_id": signer, "party_type": "pii_principal_or_guardian"} for signer in signers),
            {"party_id": controller, "party_type": "pii_controller"},
        ],
        "event": [
            {
                "event_time": timestamp(now),
                "validity_duration": [valid_from.isoformat(), valid_until.isoformat() if valid_until else None],
                "entity_id": giver,
                "event_type": "explicitly expressed",
                "event_state": "requested" if answer_by else "given",
            }
        ],
    }
    given = ConsentGiven(
        consent=consent,
        purpose=purpose.value,
        recipient=recipient,
        categories=covered,
        valid_from=valid_from,
        valid_until=valid_until,
        record=record,
        signed_on=signed_on,
    )
    if answer_by is None:
        return given
    terms = given.model_dump(exclude={"type"})
    return ConsentProposed(**terms, needs=tuple(sorted(needs)), answer_by=answer_by)
