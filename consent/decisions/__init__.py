"""The rules: who may do what, whose signatures a consent needs, who gets keys. Never: an act upon a vault; a key."""

from consent.decisions.admission import ask, permit
from consent.decisions.anew import (
    ANEW,
    WAIT,
    Announced,
    announced,
    announced_of,
    check_anew,
    may_confirm,
    place_of,
)
from consent.decisions.decision import (
    ALL,
    FAMILY,
    HEADS,
    IN_CHARGE,
    POSITIONS,
    STATUTORY,
    TEACHING_A_CLASS,
    Refused,
    Request,
    consented_for_transfer,
    decide,
    in_force,
    opened_by,
)
from consent.decisions.expiry import let_run_out
from consent.decisions.keyholders import family_kinds, recipients
from consent.decisions.matrix import Position, may_read, readable
from consent.decisions.openers import Opener, newcomers, openers
from consent.decisions.opening import open_many
from consent.decisions.past import Consented, history, holds, present_holders
from consent.decisions.receipts import consent_record
from consent.decisions.signatures import (
    STANDING,
    ConsentState,
    against,
    may_give,
    needed,
    overtaken,
    rules,
    state_of,
    waiting,
)

__all__ = [
    "ALL",
    "ANEW",
    "FAMILY",
    "HEADS",
    "IN_CHARGE",
    "POSITIONS",
    "STANDING",
    "STATUTORY",
    "TEACHING_A_CLASS",
    "WAIT",
    "Announced",
    "ConsentState",
    "Consented",
    "Opener",
    "Position",
    "Refused",
    "Request",
    "against",
    "announced",
    "announced_of",
    "ask",
    "check_anew",
    "consent_record",
    "consented_for_transfer",
    "decide",
    "family_kinds",
    "history",
    "holds",
    "in_force",
    "let_run_out",
    "may_confirm",
    "may_give",
    "may_read",
    "needed",
    "newcomers",
    "open_many",
    "opened_by",
    "openers",
    "overtaken",
    "permit",
    "place_of",
    "present_holders",
    "readable",
    "recipients",
    "rules",
    "state_of",
    "waiting",
]
