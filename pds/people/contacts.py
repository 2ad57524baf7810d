"""Whom a child can talk to at a school: a short list that the school gives its node, sealed under the node's key.

Anybody may read it on the node's pages. Never: a person whom the school did not name, a record.
"""

import tomllib
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pds.crypto import canonical, parse
from pds.errors import NotFoundError, UsageError
from pds.identifiers import OrgId
from pds.node import DocumentKind, Node

_CONTACTS = DocumentKind("contacts", bytes, "whom a child can talk to at a school, sealed; the school", owned=True)
_Text = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^\S(.*\S)?$")]


class Contact(BaseModel):
    """Somebody at a school whom a child can talk to.

    Attributes:
        position: As children call it, such as 保健室の先生.
        name: None where only the position is to be shown.
        telephone: Digits with hyphens, brackets, spaces or a plus sign.
        place: Where to find them at the school.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    position: _Text
    name: _Text | None = None
    telephone: Annotated[str, Field(max_length=30, pattern=r"^\+?[0-9][0-9() -]*[0-9]$")] | None = None
    place: _Text | None = None

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        if self.telephone is None and self.place is None:
            raise ValueError("say a telephone, a place or both, so that a child finds them")
        return self


class ContactList(BaseModel):
    """The people of one school, in the order they are to be shown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    contact: Annotated[tuple[Contact, ...], Field(max_length=20)] = ()


def read_contacts(text: str) -> ContactList:
    """Read a school's list as it was written down: TOML with a table `[[contact]]` for each person.

    Raises:
        UsageError: it is no TOML, or something in it does not fit; the message says which contact and field.
    """
    try:
        read = ContactList.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"this is no TOML: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(f"{_place_of(first['loc'])}: {first['msg'].removeprefix('Value error, ')}") from None
    if not read.contact:
        raise UsageError("it names nobody; a school has at least one person to talk to")
    return read


def set_contacts(node: Node, school: OrgId, people: ContactList) -> None:
    """Take in a school's list, in the place of the one before.

    Raises:
        NotFoundError: the school is not on this node.
    """
    if school not in node.organisations():
        raise NotFoundError(f"{school} is not on this node")
    document = canonical(people.model_dump(mode="json", exclude_none=True))
    with node.transaction():
        node.documents.put(_CONTACTS, school, node.keyring.seal_document(_place(school), document), owner=school)


def contacts_of(node: Node, school: OrgId) -> tuple[Contact, ...]:
    """The people of a school; none while it has given no list.

    Raises:
        SealBrokenError: the list is not what this node wrote.
    """
    sealed = node.documents.get(_CONTACTS, school)
    if sealed is None:
        return ()
    return ContactList.model_validate(parse(node.keyring.open_document(_place(school), sealed))).contact


def _place(school: OrgId) -> bytes:
    return canonical({"label": "manabi/contacts/1", "school": school})


def _place_of(location: tuple[int | str, ...]) -> str:
    """Contact 2, telephone: counted from one, as a reader counts."""
    steps = [f"contact {step + 1}" if isinstance(step, int) else step for step in location]
    return ", ".join(steps[1:] if len(steps) > 1 else steps)
