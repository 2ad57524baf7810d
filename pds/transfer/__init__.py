"""A student's history on its way to another school: documents, bundle and states. Never: who may send what."""

from pds.transfer import documents, state
from pds.transfer.bundle import Bundle, open_bundle, seal_bundle
from pds.transfer.contents import count_kinds
from pds.transfer.documents import Acceptance, Offer, Receipt, Subject, make_offer
from pds.transfer.state import BlindNumber, Progress, Side, Stage, State, Transfer

__all__ = [
    "Acceptance",
    "BlindNumber",
    "Bundle",
    "Offer",
    "Progress",
    "Receipt",
    "Side",
    "Stage",
    "State",
    "Subject",
    "Transfer",
    "count_kinds",
    "documents",
    "make_offer",
    "open_bundle",
    "seal_bundle",
    "state",
]
