"""What the records that arrived say, opened once, in quarantine: that each of them opens, and whose they are.

As many as this school may open, under a permit for the transfer; the family finds it in its log. Never: a comparison
(`meeting`), taking it in (`committing`).
"""

from consent.decisions import Refused, Request, decide
from consent.lifecycle.moving.sending import subject_of
from pds.crypto import canonical, parse
from pds.errors import InvalidRecordError, RefusedError, SealBrokenError
from pds.identifiers import OrgId
from pds.node import DocumentKind, Node
from pds.transfer import Bundle, Subject, Transfer
from pds.vault import Action, Verified

WHOSE = DocumentKind(
    "quarantine.subject",
    bytes,
    "sealed: whose the records in quarantine say they are, until the office has decided; the transfer",
)


def look(node: Node, known: Transfer, bundle: Bundle, verified: Verified) -> Subject:
    """Whose the records say they are; nobody's where they do not say it, or say it in a way that cannot be read.

    Raises:
        RefusedError: this school may not look at what came.
        SealBrokenError: a record does not open, or a key that came for this school is another.
    """
    place = canonical({"label": "manabi/arrived/1", "transfer": known.transfer})
    seen = node.documents.get(WHOSE, known.transfer)
    if seen is not None:
        return Subject.model_validate(parse(node.keyring.open_document(place, seen)))
    subject = _read(node, OrgId(known.destination), bundle, verified)
    with node.transaction():
        text = canonical(subject.model_dump(mode="json"))
        node.documents.put(WHOSE, known.transfer, node.keyring.seal_document(place, text))
    return subject


def _read(node: Node, school: OrgId, bundle: Bundle, verified: Verified) -> Subject:
    wish = Request.in_transfer(bundle.copy.vault, school, Action.READ, towards=school)
    leave = decide(wish, verified.authorisations, node.clock.now())
    if isinstance(leave, Refused):
        raise RefusedError(leave.reason)
    with node.vaults.read_arrived(bundle.copy, (verified.head, verified.authorisations), leave) as reader:
        if broken := [stored.seq for stored in reader.records() if stored.is_damaged]:
            raise SealBrokenError(f"records entry {broken[0]} does not open: its salt or its bytes were altered")
        try:
            return subject_of(reader, node.today())
        except InvalidRecordError:
            return Subject()
