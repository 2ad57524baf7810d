"""Organisations of the directory that mean harm send what they like, under their own keys, to schools that mean none.

Every kind of document between nodes, each field of every wrong type, left out, said twice, re-addressed, sent again,
and envelopes that nobody signed. Each attempt stands in a transaction that is rolled back: all meet the same world.
Never: a key of somebody else; a message of a school that means no harm.
"""

import hashlib
import logging
import resource
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from consent.lifecycle import moving
from federation import answer, approve, draft, exchange, messages
from pds.crypto import DocumentType, claimed_document
from pds.errors import PdsError
from pds.holders import SecretHolder, new_holder
from pds.identifiers import OrgId
from pds.intake import LocalId
from pds.node import Node
from pds.post import mailbox
from pds.transfer import Bundle, open_bundle, seal_bundle
from tests.federation.studies import count_question, study
from tests.world.carrier import carry
from tests.world.mutating import mutated
from tests.world.prefecture import (
    CITY,
    HIKARI,
    MINATO,
    NATION,
    SCHEME,
    Prefecture,
    build_prefecture,
    open_prefecture,
    score_record,
)

MOST_GROWTH = 200 * 1024  # kilobytes
_NOT_OURS = frozenset({"failed", "failed-tried", "seen"})  # what is kept of a message that was not acted upon
_START = date(2026, 5, 11)


@dataclass(frozen=True)
class Paper:
    """A document as it would be right, who means harm and signs it, and whom it is for."""

    kind: str
    typ: DocumentType
    document: Any
    sender: OrgId
    to: OrgId


class UndoneError(Exception):
    """Ends a transaction so that nothing of it stays, and says what was seen in it."""

    def __init__(self, said: str | None) -> None:
        super().__init__(said)
        self.said = said


@dataclass(frozen=True)
class Attacked:
    """A prefecture in which every paper between schools is under way.

    Attributes:
        papers: Each as it would be right; a bundle stands among them as a relay sees it.
        bundle: The same bundle, opened.
        before: What a node keeps while nothing has come, once it was looked at; no attempt changes it.
    """

    prefecture: Prefecture
    papers: tuple[Paper, ...]
    bundle: Bundle
    before: dict[str, str] = field(default_factory=dict)

    def node(self, organisation: str) -> Node:
        """The node that an organisation lives on."""
        return next(node for node in self.prefecture.nodes if organisation in node.organisations())

    def secret(self, organisation: str) -> SecretHolder:
        """The keys of an organisation that means harm."""
        return self.node(organisation).keyring.secret(organisation)


@contextmanager
def attacked(folder: Path) -> Iterator[Attacked]:
    """A prefecture in a folder, built first in an empty one, with three moves and a study under way."""
    if not (folder / NATION).exists():
        build_prefecture(folder)
    with open_prefecture(folder) as prefecture:
        yield under_way(prefecture)


def under_way(prefecture: Prefecture) -> Attacked:
    """Three moves and a study, each stopped where the school that means harm has the next word."""
    bad, good, city = prefecture.minato, prefecture.hikari, prefecture.city
    bad.admit("aiko", "nao", records=[score_record(bad)])
    good.admit("ken", "mio")
    asked = study(count_question(), 1_000_000, asked_by=CITY)
    draft(city, asked, drafter="tanaka", group_size=500)
    announced = approve(city, asked.id, approver="suzuki")
    messages.take_study(bad.node, announced)
    answered = answer(bad.node, asked.id)[MINATO]
    moving.offer(bad.node, bad.vault("nao"), HIKARI)
    (offered,) = _posted(bad.node)
    here = moving.offer(bad.node, bad.vault("aiko"), HIKARI)
    there, back = (moving.offer(good.node, good.vault(name), MINATO) for name in ("ken", "mio"))
    carry(prefecture.nodes)
    moving.accept(good.node, here, _START, [LocalId(SCHEME, "aiko")])
    moving.accept(bad.node, there, _START)
    (accepted,) = _posted(bad.node)
    moving.accept(bad.node, back, _START)
    carry(prefecture.nodes)
    moving.send(good.node, back)
    carry(prefecture.nodes)
    moving.refuse(bad.node, back, "not ours")
    (received,) = _posted(bad.node)
    moving.send(bad.node, here)
    (sent,) = _posted(bad.node)
    papers = (
        Paper("transfer.offer", DocumentType.OFFER, claimed_document(offered), MINATO, HIKARI),
        Paper("transfer.acceptance", DocumentType.ACCEPTANCE, claimed_document(accepted), MINATO, HIKARI),
        Paper("transfer.bundle", DocumentType.BUNDLE, claimed_document(sent), MINATO, HIKARI),
        Paper("transfer.receipt", DocumentType.RECEIPT, claimed_document(received), MINATO, HIKARI),
        Paper("statistics.study", DocumentType.STUDY, claimed_document(announced), CITY, HIKARI),
        Paper("statistics.answer", DocumentType.ANSWER, claimed_document(answered), MINATO, CITY),
    )
    opened = open_bundle(sent, bad.node.keyring.card(MINATO), good.node.keyring.secret(HIKARI))
    return Attacked(prefecture, papers, opened)


def _posted(node: Node) -> list[str]:
    """The bodies of what waits for a carrier, which is taken away."""
    waiting = mailbox.waiting(node)
    for name, _, _ in waiting:
        mailbox.carried(node, name)
    return [str(claimed_document(token)["body"]) for _, _, token in waiting]


@dataclass(frozen=True)
class Attempt:
    """Some messages, each twice or once, and whose node they reach."""

    kind: str
    to: OrgId
    tokens: tuple[str, ...]


def attempt_of(world: Attacked, draw: Random) -> Attempt:
    """A message of some kind as a harmful organisation would send it."""
    paper = draw.choice(world.papers)
    secret = world.secret(paper.sender)
    how = draw.choice(("signed",) * 6 + ("inside", "envelope", "another type", "unsigned", "bent", "sent on"))
    if how == "inside" and paper.kind == "transfer.bundle":
        body = _sealed(world, mutated(draw, _content(world.bundle)))
    else:
        typ = draw.choice(list(DocumentType)) if how == "another type" else paper.typ
        body = secret.sign(typ, mutated(draw, paper.document))
    if how == "bent":
        place = draw.randrange(len(body))
        body = body[:place] + draw.choice("AB.-_=\n\0あ") + body[place + 1 :]
    kind = draw.choice(sorted(exchange.KINDS)) if how == "sent on" else paper.kind
    number = str(UUID(int=draw.getrandbits(128)))
    message: Any = {"format": "manabi-message/1", "id": number, "from": paper.sender, "to": paper.to}
    message |= {"kind": kind, "body": body}
    if how == "envelope":
        message = mutated(draw, message)
    signer = new_holder(paper.sender) if how == "unsigned" else secret
    return Attempt(paper.kind, paper.to, (signer.sign(DocumentType.MESSAGE, message),) * draw.randint(1, 2))


def attempts(world: Attacked) -> st.SearchStrategy[Attempt]:
    """The same for Hypothesis, which tells by which number an attempt was drawn."""
    return st.integers(0, 2**63).map(lambda number: attempt_of(world, Random(number)))  # no secret


def _content(bundle: Bundle) -> dict[str, Any]:
    owners = [key.model_dump() for key in bundle.owners]
    return {"vault": bundle.copy.to_document(), "subject": bundle.subject.model_dump(mode="json"), "owners": owners}


def _sealed(world: Attacked, content: Any) -> str:
    """A bundle that says inside what it was never to say."""
    said = content if isinstance(content, dict) else {"vault": content}
    owners = said.get("owners") if isinstance(said.get("owners"), list) else [said.get("owners")]
    odd = SimpleNamespace(
        transfer=world.bundle.transfer,
        sender=world.bundle.sender,
        to=world.bundle.to,
        copy=SimpleNamespace(to_document=lambda: said.get("vault")),
        subject=SimpleNamespace(model_dump=lambda **_: said.get("subject")),
        custody=world.bundle.custody,
        owners=[
            SimpleNamespace(model_dump=lambda one=one: one)
            for one in (owners if isinstance(owners, list) else [owners])
        ],
    )
    receiver = world.node(HIKARI).keyring.card(HIKARI)
    return seal_bundle(world.secret(MINATO), receiver, odd)  # type: ignore[arg-type]


def fault_of(world: Attacked, attempt: Attempt) -> str | None:
    """What goes wrong when messages reach a node: another error than a refusal, an inbox that stops, something kept."""
    node = world.node(attempt.to)
    if attempt.to not in world.before:
        world.before[attempt.to] = _kept(node)
    try:
        with node.transaction():
            raise UndoneError(_said(node, attempt.tokens, world.before[attempt.to]))  # noqa: TRY301  # whatever was said, nothing of it stays
    except UndoneError as ended:
        return ended.said
    except Exception as error:  # noqa: BLE001  # any other is what is looked for
        return f"{type(error).__name__}: {error}"


def _said(node: Node, tokens: tuple[str, ...], before: str) -> str | None:
    vaults, failed = node.vaults.all(), len(node.store.names("failed"))
    for token in tokens:
        try:
            mailbox.deliver(node, token)
        except PdsError as refused:
            if not str(refused):
                return "a refusal without a sentence"
    exchange.act(node)
    if node.store.names("inbox"):
        return "the inbox has stopped"
    if node.vaults.all() != vaults:
        return "a vault came or went"
    if len(node.store.names("failed")) > failed and _kept(node) != before:
        return "something of what was put aside was kept"
    return None


def taken(world: Attacked, paper: Paper) -> bool:
    """Whether a paper as it would be right is acted upon; nothing of it stays."""
    node, secret = world.node(paper.to), world.secret(paper.sender)
    message = {"format": "manabi-message/1", "id": str(uuid.uuid4()), "from": paper.sender, "to": paper.to}
    token = secret.sign(
        DocumentType.MESSAGE, message | {"kind": paper.kind, "body": secret.sign(paper.typ, paper.document)}
    )
    try:
        with node.transaction():
            mailbox.deliver(node, token)
            raise UndoneError(str(exchange.act(node)))  # noqa: TRY301  # nothing of it stays
    except UndoneError as ended:
        return ended.said == "1"


def _kept(node: Node) -> str:
    """Everything that a node keeps, but for what it put aside."""
    rows = node.store._db.conn.execute("SELECT kind, name, document FROM documents ORDER BY number").fetchall()  # type: ignore[attr-defined]
    digest = hashlib.sha256()
    for kind, name, document in rows:
        if kind not in _NOT_OURS:
            digest.update(repr((kind, name, document)).encode())
    for vault in node.vaults.all():
        digest.update(node.store.head(vault).encode())
    return digest.hexdigest()


def attack(world: Attacked, count: int, first: int | None = None) -> dict[str, str]:
    """So many attempts; what went wrong first, by its kind, and the memory it took if that was too much."""
    wrong: dict[str, str] = {}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    log = logging.getLogger("manabi")
    level = log.level
    log.setLevel(logging.CRITICAL)  # each is told of, as it should be

    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(attempts(world))
    def once(attempt: Attempt) -> None:
        said = fault_of(world, attempt)
        if said is not None:
            wrong.setdefault(f"{attempt.kind}: {said}", attempt.tokens[0])

    try:
        (once if first is None else seed(first)(once))()
    finally:
        log.setLevel(level)
    growth = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    if growth > MOST_GROWTH:
        wrong["memory"] = f"{growth} kB"
    return wrong


def hostile_post(folder: Path, count: int, first: int) -> dict[str, str]:
    """A portion of attempts for `make prove`; what went wrong, by kind."""
    with attacked(folder) as world:
        return attack(world, count, first)
