"""Vaults: chains, keys, permits, and the two hands that read and write one. Never: who may do what; a node; SQL."""

from pds.vault.access_log import Access
from pds.vault.admitting import HolderChange, succeed
from pds.vault.authorisations import Authorisations, Proposal, about, apply, nothing
from pds.vault.copy import VaultCopy, copy_from_document
from pds.vault.custody import Custody, open_custody, seal_custody, wraps_of
from pds.vault.effect import StoredRecord, in_effect, successors
from pds.vault.enrolment import enrolment_rank, enrolments
from pds.vault.events import (
    Admitted,
    ConsentCountersigned,
    ConsentGiven,
    ConsentProposed,
    ConsentReaffirmed,
    ConsentRefused,
    ConsentTerms,
    ConsentWithdrawn,
    Enrolled,
    EnrolmentEnded,
    Entered,
    HistoryExpected,
    HoldersAdmitted,
    HolderSucceeded,
    IdentifierLinked,
    Standing,
    StandingChanged,
    TransferCommitted,
    TransferReopened,
    TransferSealed,
    VaultContinued,
    VaultJoined,
    VaultParted,
    VaultReleased,
    WhyRelinked,
)
from pds.vault.head import Head
from pds.vault.headers import HomeSince, read_header
from pds.vault.keys import KEY_BYTES
from pds.vault.ledger import Charge, ChargeOutcome, spent
from pds.vault.links import Holding, Links
from pds.vault.permit import LIFETIME, Action, Member, Permit, Purpose
from pds.vault.reader import VaultReader
from pds.vault.vaults import RESTORED, Vaults
from pds.vault.verification import Verified, verify_copy
from pds.vault.words import Matter, Signature, Word, outdated
from pds.vault.wraps import LOG, ROOT, Recipient, SealedWrap, open_wraps
from pds.vault.writer import VaultWriter

__all__ = [
    "KEY_BYTES",
    "LIFETIME",
    "LOG",
    "RESTORED",
    "ROOT",
    "Access",
    "Action",
    "Admitted",
    "Authorisations",
    "Charge",
    "ChargeOutcome",
    "ConsentCountersigned",
    "ConsentGiven",
    "ConsentProposed",
    "ConsentReaffirmed",
    "ConsentRefused",
    "ConsentTerms",
    "ConsentWithdrawn",
    "Custody",
    "Enrolled",
    "EnrolmentEnded",
    "Entered",
    "Head",
    "HistoryExpected",
    "HolderChange",
    "HolderSucceeded",
    "HoldersAdmitted",
    "Holding",
    "HomeSince",
    "IdentifierLinked",
    "Links",
    "Matter",
    "Member",
    "Permit",
    "Proposal",
    "Purpose",
    "Recipient",
    "SealedWrap",
    "Signature",
    "Standing",
    "StandingChanged",
    "StoredRecord",
    "TransferCommitted",
    "TransferReopened",
    "TransferSealed",
    "VaultContinued",
    "VaultCopy",
    "VaultJoined",
    "VaultParted",
    "VaultReader",
    "VaultReleased",
    "VaultWriter",
    "Vaults",
    "Verified",
    "WhyRelinked",
    "Word",
    "about",
    "apply",
    "copy_from_document",
    "enrolment_rank",
    "enrolments",
    "in_effect",
    "nothing",
    "open_custody",
    "open_wraps",
    "outdated",
    "read_header",
    "seal_custody",
    "spent",
    "succeed",
    "successors",
    "verify_copy",
    "wraps_of",
]
