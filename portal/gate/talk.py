"""The page for whoever wants to talk to somebody: the school's people, and a telephone that is free day and night.

Everybody may read it, signed in or not. Never: a vault, a line in a log, anything of a person but whom a school named.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from pds.errors import PdsError
from pds.node import Node
from pds.people import Contact, contacts_of
from portal.web import node_of, render, words_of

router = APIRouter()
# 24時間子供SOSダイヤル of the Ministry of Education: free of charge, every day and night, also from mobile telephones
SOS_DIAL = "0120-0-78310"


@dataclass(frozen=True, slots=True)
class School:
    """A school's people.

    Attributes:
        name: Empty while the directory does not say it.
    """

    name: str
    people: tuple[Contact, ...]


@router.get("/talk")
def talk_page(request: Request) -> Response:
    """Whom to talk to."""
    schools = list(_schools(node_of(request)))
    return render(words_of(request), "gate/talk.html", schools=schools, sos=SOS_DIAL, tel=tel)


def tel(number: str) -> str:
    """The address that dials a number (RFC 3966)."""
    return "tel:" + re.sub(r"[^0-9+]", "", number)


def _schools(node: Node) -> Iterator[School]:
    """The schools of a node that named people. What cannot be read is left out: the page is there all the same."""
    for organisation in node.organisations():
        try:
            people = contacts_of(node, organisation)
        except PdsError:
            people = ()
        if people:
            entry = node.entry_of(organisation)
            yield School("" if entry is None else entry.name, people)
