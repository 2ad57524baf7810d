"""Someone who has a node's database and knows every format, but has none of the node's keys."""

from pds.chain import Chain, Tip, extend
from pds.crypto import DocumentType, canonical, parse
from pds.holders import SecretHolder
from pds.vault import ConsentGiven, Entered
from pds.vault.events import EpochTurned, KeysWrapped
from pds.vault.head import verify_head
from tests.world.prefecture import School
from tests.world.tampering import run


class Forger:
    """Writes into the database of a school that has a student `aiko`.

    Args:
        signer: The forger's own keys, used in whosever name.
    """

    def __init__(self, school: School, signer: SecretHolder) -> None:
        self.school, self.signer, self.vault = school, signer, school.vault("aiko")
        token = school.node.store.head(self.vault)
        self.head = verify_head(token, self.vault, school.node.keyring.card(school.org))

    def sql(self, statement: str, *values: object) -> None:
        run(self.school.node.folder, statement, *values)

    def enter(self, *events: ConsentGiven | EpochTurned | KeysWrapped, signer: str) -> None:
        """Chain events as the writer would, with hashes that fit."""
        tip = self.head.tips[Chain.AUTHORISATIONS]
        for event in events:
            entered = Entered(
                vault=self.vault, seq=tip.length + 1, time="2026-05-11T01:00:00Z", signer=signer, event=event
            )
            token = SecretHolder(signer, self.signer.hpke_private, self.signer.signing_private).sign(
                DocumentType.EVENT, entered.model_dump(mode="json")
            )
            entry = extend(tip, b"{}", token.encode())
            row = (self.vault, "authorisations", entry.seq, entry.header, entry.body, entry.digest, entry.hash)
            self.sql("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)", *row)
            tip = Tip(entry.seq, entry.hash)
        self.head = self.head.advanced({Chain.AUTHORISATIONS: tip})

    def sign_head(self) -> None:
        """Put a head over it, in the school's name, with the forger's key."""
        signer = SecretHolder(self.school.org, self.signer.hpke_private, self.signer.signing_private)
        self.sql("UPDATE vaults SET head = ? WHERE vault = ?", self.head.sign(signer), self.vault)

    def replace_card(self) -> None:
        """Put the forger's card in the place of the school's among the node's documents."""
        kept = parse(self.school.node.store.get("holder", self.school.org) or b"")
        card = SecretHolder(self.school.org, self.signer.hpke_private, self.signer.signing_private).public.model_dump()
        self.sql("UPDATE documents SET document = ? WHERE name = ?", canonical({**kept, "card": card}), self.school.org)
