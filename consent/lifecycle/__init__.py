"""What happens in a life: enrolment, consents, papers, moving, signing in. Never: a rule about who may."""

from consent.lifecycle import acts, anew, custody, joining, leaving, moving, ownership, pairing, relinking
from consent.lifecycle.duties import do_what_is_due
from consent.lifecycle.loading import AbsentLeft, Loaded, enter_names, load, questions_table
from consent.lifecycle.ownership import INVITATION
from consent.lifecycle.papers import give_once
from consent.lifecycle.relatives import guardian_of
from consent.lifecycle.succession import make_moving_code

__all__ = [
    "INVITATION",
    "AbsentLeft",
    "Loaded",
    "acts",
    "anew",
    "custody",
    "do_what_is_due",
    "enter_names",
    "give_once",
    "guardian_of",
    "joining",
    "leaving",
    "load",
    "make_moving_code",
    "moving",
    "ownership",
    "pairing",
    "questions_table",
    "relinking",
]
