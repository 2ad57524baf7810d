"""A node's own documents, each of a declared kind: its model, whose it is, how long it is kept, by what it is found.

Names, owners and keys stand in plain: they are random, keyed hashes, or public such as an organisation's identifier.
Never: a name, a score, the time of a learning event in one of them; what a kind is for (the room that declares it).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Generic, TypeVar, cast

from pydantic import BaseModel, ValidationError

from pds.clock import JAPAN, Clock
from pds.crypto import canonical, parse
from pds.errors import DocumentError, NotFoundError, UsageError
from pds.store.ended import Ended
from pds.store.protocol import Store

M = TypeVar("M", bound=BaseModel | str | bytes)


class Lifetime(Enum):
    """How long a document is kept where that is not a number of days."""

    KEPT = "until it is dropped"
    DATED = "until the day it was given, and no longer"


@dataclass(frozen=True, slots=True)
class DocumentKind(Generic[M]):
    """A kind of document; declared once, beside the code that keeps it.

    Attributes:
        name: Unique among all kinds, such as "invitation".
        model: What one is: a pydantic model (kept as canonical JSON), text, or bytes such as something sealed.
        about: What it is and what its name is made of, for `docs/formats.md`.
        lifetime: How long it is kept: a number of days after it was last put, or one of `Lifetime`.
        owned: Whether each belongs to an organisation, or waits for one.
        key: By what else it is found, given the document.
        final: What has ended stays ended, a restore notwithstanding: whatever is dropped, or replaced under another
            key, stands in `Ended` by its key or else its name.
    """

    name: str
    model: type[M]
    about: str
    lifetime: timedelta | Lifetime = Lifetime.KEPT
    owned: bool = False
    key: Callable[[M], str | None] | None = None
    final: bool = False


class Documents:
    """The documents of one node. Every write stands in a transaction of the store.

    Args:
        store: Where they are kept.
        clock: Which day it is.
        ended: Where the end of what is final is written down.
    """

    def __init__(self, store: Store, clock: Clock, ended: Ended) -> None:
        self._store = store
        self._clock = clock
        self._ended = ended

    def add(
        self, kind: DocumentKind[M], name: str, document: M, *, owner: str | None = None, until: date | None = None
    ) -> None:
        """Keep a new document. Otherwise as `put`.

        Raises:
            AlreadyExistsError: there is one of that name.
        """
        self._write(kind, name, document, owner, until, replace=False)

    def put(
        self, kind: DocumentKind[M], name: str, document: M, *, owner: str | None = None, until: date | None = None
    ) -> None:
        """Keep a document, in the place of the one before if there is one.

        Args:
            kind: Its kind.
            name: Which one.
            document: What is kept.
            owner: The organisation it belongs to; for a kind that is owned, and no other.
            until: The last day (in Japan) on which it is kept; for a kind that is dated, and no other.

        Raises:
            UsageError: the kind asks for an owner or a day that is not given, or the other way round.
        """
        self._write(kind, name, document, owner, until, replace=True)

    def get(self, kind: DocumentKind[M], name: str) -> M | None:
        """A document, if it is here. Raises DocumentError when it is not one of its kind."""
        text = self._store.get(kind.name, name)
        return None if text is None else _read(kind, text)

    def has(self, kind: DocumentKind[M], name: str) -> bool:
        """True while a document of that name is here."""
        return self._store.get(kind.name, name) is not None

    def find(
        self,
        kind: DocumentKind[M],
        *,
        owners: Collection[str] | None = None,
        key: str | None = None,
        most: int | None = None,
    ) -> list[tuple[str, M]]:
        """Documents with their names, in the order they came: all, those of some owners, those under a key.

        Args:
            kind: Their kind.
            owners: Only of these organisations.
            key: Only those whose `DocumentKind.key` is this.
            most: Not more than so many.

        Raises:
            DocumentError: one is not of its kind.
        """
        found = self._store.all(kind.name, owners=owners, key=key, most=most)
        return [(name, _read(kind, text)) for name, text in found]

    def names(
        self, kind: DocumentKind[M], *, owners: Collection[str] | None = None, key: str | None = None
    ) -> list[str]:
        """The names of what `find` would find; the documents stay where they are."""
        return self._store.names(kind.name, owners=owners, key=key)

    def owners(self, kind: DocumentKind[M]) -> list[str]:
        """The organisations that documents of a kind belong to or wait for."""
        return self._store.owners(kind.name)

    def change(self, kind: DocumentKind[M], name: str, change: Callable[[M], M]) -> M:
        """Change a document as it stands at this moment, alone among those who change it; hand back the one before.

        For a kind that is neither owned nor dated.

        Raises:
            NotFoundError: there is none of that name.
        """
        with self._store.transaction():
            before = self.get(kind, name)
            if before is None:
                raise NotFoundError(f"no {kind.name} of that name is here")
            self.put(kind, name, change(before))
        return before

    def drop(self, kind: DocumentKind[M], name: str) -> None:
        """Forget a document; one that is not here is forgotten already."""
        if kind.final:
            self._end(kind, name, None)
        self._store.drop(kind.name, name)

    def sweep(self) -> int:
        """Forget every document whose last day is over, of whatever kind; hand back how many there were."""
        with self._store.transaction():
            return self._store.drop_over(self._today())

    def _write(
        self, kind: DocumentKind[M], name: str, document: M, owner: str | None, until: date | None, *, replace: bool
    ) -> None:
        if (owner is not None) is not kind.owned:
            raise UsageError(f"a document of the kind {kind.name} {'has an' if kind.owned else 'has no'} owner")
        if (until is not None) is not (kind.lifetime is Lifetime.DATED):
            raise UsageError(f"a document of the kind {kind.name} is kept as its kind says")
        if isinstance(kind.lifetime, timedelta):
            until = self._today() + kind.lifetime
        key = None if kind.key is None else kind.key(document)
        if kind.final and replace and key is not None:
            self._end(kind, name, key)
        self._store.put(kind.name, name, _written(document), owner=owner, key=key, until=until, replace=replace)

    def _end(self, kind: DocumentKind[M], name: str, successor: str | None) -> None:
        """Note that a document has ended, if it is here and goes by another name than what takes its place."""
        before = self.get(kind, name)
        if before is not None and (called := _called(kind, name, before)) != successor:
            self._ended.note(kind.name, called, self._today())

    def _today(self) -> date:
        return self._clock.now().astimezone(JAPAN).date()


def _called(kind: DocumentKind[M], name: str, document: M) -> str:
    """What a final document goes by: its key, which changes when it becomes another, or else its name."""
    return (None if kind.key is None else kind.key(document)) or name


def _written(document: BaseModel | str | bytes) -> bytes:
    if isinstance(document, BaseModel):
        return canonical(document.model_dump(mode="json", by_alias=True))
    return document.encode() if isinstance(document, str) else document


def _read(kind: DocumentKind[M], text: bytes) -> M:
    """What the text says, or that it is no such document; never what stands in it."""
    try:
        if issubclass(kind.model, BaseModel):
            return kind.model.model_validate(parse(text))
        return cast("M", text.decode() if kind.model is str else text)
    except (ValidationError, UsageError, UnicodeDecodeError):
        raise DocumentError(f"a document of the kind {kind.name} on this node is not one of its kind") from None
