"""What every page shares: sign-in, frame, failures, headers. Never: a page; a rule about who may do what."""

from portal.web.asking import (
    IDLE,
    IDLE_SHARED,
    LANGUAGE,
    Acting,
    Asked,
    Family,
    FamilyActs,
    Official,
    OfficialActs,
    SignedIn,
    Staff,
    StaffActs,
    cookie_of,
    node_of,
    not_yet,
    open_to,
    own_address,
    password_flaw,
    redirect,
    ref,
    render,
    same_origin,
    vault_of,
    words_of,
    wrong_password,
)
from portal.web.bodies import Bodies
from portal.web.doors import Doors
from portal.web.errors import ForgedFormError, NoSuchPageError, PageError
from portal.web.failures import LastResort, on_failure
from portal.web.frame import Frame, attempts, here, links, notice, seconds_left, staff_frame
from portal.web.openers import opener_rows
from portal.web.problems import problem
from portal.web.security import SecurityHeaders
from portal.web.strangers import tell_the_family

__all__ = [
    "IDLE",
    "IDLE_SHARED",
    "LANGUAGE",
    "Acting",
    "Asked",
    "Bodies",
    "Doors",
    "Family",
    "FamilyActs",
    "ForgedFormError",
    "Frame",
    "LastResort",
    "NoSuchPageError",
    "Official",
    "OfficialActs",
    "PageError",
    "SecurityHeaders",
    "SignedIn",
    "Staff",
    "StaffActs",
    "attempts",
    "cookie_of",
    "here",
    "links",
    "node_of",
    "not_yet",
    "notice",
    "on_failure",
    "open_to",
    "opener_rows",
    "own_address",
    "password_flaw",
    "problem",
    "redirect",
    "ref",
    "render",
    "same_origin",
    "seconds_left",
    "staff_frame",
    "tell_the_family",
    "vault_of",
    "words_of",
    "wrong_password",
]
