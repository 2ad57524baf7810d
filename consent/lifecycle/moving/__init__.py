"""Moving a vault between two schools: each step of both sides, with its permits, one transaction each.

Never: a socket, a format.
"""

from consent.lifecycle.moving.committing import commit
from consent.lifecycle.moving.common import ARRIVED_KEY, FAR, keep_moving_key
from consent.lifecycle.moving.meeting import AnotherNamed, differences, expected
from consent.lifecycle.moving.messages import MESSAGES, act
from consent.lifecycle.moving.quarantine import Arrival, arrival, verification
from consent.lifecycle.moving.receiving import accept, names_nobody, offered_subject, refuse, take_bundle
from consent.lifecycle.moving.sending import offer, send

__all__ = [
    "ARRIVED_KEY",
    "FAR",
    "MESSAGES",
    "AnotherNamed",
    "Arrival",
    "accept",
    "act",
    "arrival",
    "commit",
    "differences",
    "expected",
    "keep_moving_key",
    "names_nobody",
    "offer",
    "offered_subject",
    "refuse",
    "send",
    "take_bundle",
    "verification",
]
