"""What a node has to send of its own accord: letters, each posted once. Never: what is due, which its room says."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from pds.identifiers import OrgId
from pds.node import DocumentKind, Node
from pds.post import mailbox

_POSTED = DocumentKind("posted", bytes, "nothing: a letter that was posted; its digest")


@dataclass(frozen=True, slots=True)
class Letter:
    """One signed document that is due; it stays due, and is posted once."""

    sender: OrgId
    to: OrgId
    kind: str
    body: str = field(repr=False)

    @property
    def digest(self) -> str:
        """Names receiver and document: SHA-256, hex."""
        return hashlib.sha256(f"{self.to}\n{self.kind}\n{self.body}".encode()).hexdigest()


def post_once(node: Node, letters: Iterable[Letter]) -> int:
    """Post every letter that was not posted before; hand back how many those were."""
    posted = 0
    for letter in letters:
        with node.transaction():
            if not node.documents.has(_POSTED, letter.digest):
                mailbox.post(node, letter.sender, letter.to, letter.kind, letter.body)
                node.documents.add(_POSTED, letter.digest, b"")
                posted += 1
    return posted
