"""People of a node: accounts, sessions, codes carried once, moving keys, seats of a class. Never: a record."""

from pds.people import accounts, choosing, codes, contacts, likeness, moving_key, roster, sessions
from pds.people.accounts import MOST_FAILURES, WAIT, Attempts, Person, person_from_document
from pds.people.choosing import LONGEST, LONGEST_NAME, LONGEST_SHOWN, SHORTEST, Flaw
from pds.people.contacts import Contact, ContactList, contacts_of, read_contacts, set_contacts
from pds.people.likeness import Fit, Traits
from pds.people.moving_key import MovingKey
from pds.people.roster import Seat
from pds.people.sessions import Session

__all__ = [
    "LONGEST",
    "LONGEST_NAME",
    "LONGEST_SHOWN",
    "MOST_FAILURES",
    "SHORTEST",
    "WAIT",
    "Attempts",
    "Contact",
    "ContactList",
    "Fit",
    "Flaw",
    "MovingKey",
    "Person",
    "Seat",
    "Session",
    "Traits",
    "accounts",
    "choosing",
    "codes",
    "contacts",
    "contacts_of",
    "likeness",
    "moving_key",
    "person_from_document",
    "read_contacts",
    "roster",
    "sessions",
    "set_contacts",
]
