"""Kinds of message: what each carries, who may send it to whom, how long it may be, and what taking it means.

A room states its own kinds; whoever joins rooms makes one table of them. Never: a kind of any room; a box; a socket.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType

from pds.crypto import DocumentType, claimed_type
from pds.errors import SignatureError, UsageError
from pds.identifiers import OrgId
from pds.node import Node
from pds.post.mailbox import Message


class Way(Enum):
    """Who may send a message to whom, by the directory."""

    DOWN = auto()  # from the organisation directly above the addressee
    UP = auto()  # from an organisation directly below the addressee
    ACROSS = auto()  # from any organisation of the directory


@dataclass(frozen=True, slots=True)
class MessageKind:
    """One kind of message.

    Attributes:
        name: As it stands in the message, such as "transfer.offer"; never used again with another meaning.
        body: The type of the signed document that it carries.
        way: Who may send it to whom.
        most_bytes: How long the signed document may be.
        take: What taking it means, called in the transaction that forgets the message. Whatever it raises undoes that
            transaction and puts the message aside.
    """

    name: str
    body: DocumentType
    way: Way
    most_bytes: int
    take: Callable[[Node, Message], None]

    def check(self, node: Node, message: Message) -> None:
        """Look at a message before it is taken: length, type, and whether its sender may send it.

        Raises:
            UsageError: it is too long, or an organisation on the way is not in the directory.
            SignatureError: its body is no document, or of another type; or it may not come from this sender.
        """
        if len(message.body) > self.most_bytes:  # a token is ASCII; anything else is refused below
            raise UsageError(f"a message of the kind {self.name} has at most {self.most_bytes} bytes")
        if claimed_type(message.body) != self.body:
            raise SignatureError(f"a message of the kind {self.name} carries another document than its kind says")
        if not self._may_come(node, OrgId(message.sender), OrgId(message.to)):
            raise SignatureError(f"a message of the kind {self.name} does not come from this sender")

    def _may_come(self, node: Node, sender: OrgId, to: OrgId) -> bool:
        if self.way is Way.DOWN:
            return node.directory.entry(to).parent == sender
        if self.way is Way.UP:
            return node.directory.entry(sender).parent == to
        return True


Kinds = Mapping[str, MessageKind]


def table(*kinds: MessageKind) -> Kinds:
    """Kinds by their names.

    Raises:
        ValueError: two have one name.
    """
    named = {kind.name: kind for kind in kinds}
    if len(named) < len(kinds):
        raise ValueError(f"two kinds of message have one name: {sorted(kind.name for kind in kinds)}")
    return MappingProxyType(named)
