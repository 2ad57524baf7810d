"""Entries that a node signed or collected, to be published: nothing takes the place of keys, parent or kind in silence.

Never: a directory in use, a check of a signature (`pds.node.directory`).
"""

import logging
import secrets
from datetime import date

from pydantic import BaseModel, ConfigDict

from pds.errors import RefusedError
from pds.identifiers import OrgId
from pds.node.directory import DirectoryEntry, claimed_entry
from pds.store import DocumentKind, Documents

_log = logging.getLogger("manabi.directory")


class Succession(BaseModel):
    """What took the place of what: fingerprints of cards, parents and kinds, and the day it became known here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    organisation: OrgId
    before: tuple[str, OrgId | None, str]
    after: tuple[str, OrgId | None, str]
    day: date


_ENTRY = DocumentKind(
    "entry", str, "entry of the directory, as its parent signed it; the organisation's identifier", owned=True
)
_SUCCESSION = DocumentKind(
    "succession",
    Succession,
    "which keys, parent and kind of an organisation took the place of which; drawn",
    key=lambda succession: succession.organisation,
)


class Entries:
    """The entries of one node.

    Args:
        documents: Where they are kept.
    """

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def of(self, organisation: str) -> DirectoryEntry | None:
        """An organisation's entry, as it was kept: verified then."""
        token = self._documents.get(_ENTRY, organisation)
        return None if token is None else claimed_entry(token)

    def tokens(self) -> list[str]:
        """All entries, as their parents signed them."""
        return [token for _, token in self._documents.find(_ENTRY)]

    def keep(self, token: str, before: DirectoryEntry | None, today: date, replace: str | None = None) -> None:
        """Keep a verified entry; call it in a transaction.

        Args:
            token: The entry.
            before: What was known of that organisation until now.
            today: The day.
            replace: The new card's fingerprint, as a person typed it, when it takes the place of something else.

        Raises:
            RefusedError: it takes the place of other keys, another parent or kind, and nobody said so.
        """
        entry = claimed_entry(token)
        if before is not None and _deciding(before) != _deciding(entry):
            wanted = entry.card.fingerprint
            if replace is None or not secrets.compare_digest(replace.strip().lower().encode(), wanted.encode()):
                raise RefusedError(
                    f"{entry.org} stands here with other keys, another parent or kind (fingerprint "
                    f"{before.card.fingerprint}). If that is meant, ask the organisation by telephone for the "
                    "fingerprint of its new card, and give it with --replace"
                )
        self.note_succession(before, entry, today)
        self._documents.put(_ENTRY, entry.org, token, owner=entry.org)

    def note_succession(self, before: DirectoryEntry | None, after: DirectoryEntry, today: date) -> None:
        """Write down that something took the place of something else, if it did and is not written down yet."""
        if before is None or _deciding(before) == _deciding(after):
            return
        succession = Succession(organisation=after.org, before=_said(before), after=_said(after), day=today)
        for _, known in self._documents.find(_SUCCESSION, key=after.org):
            if (known.before, known.after) == (succession.before, succession.after):
                return
        _log.warning("%s has other keys, another parent or kind from now on: %s", after.org, after.card.fingerprint)
        self._documents.add(_SUCCESSION, secrets.token_hex(16), succession)

    def successions(self) -> list[Succession]:
        """What took the place of what, oldest first."""
        return [succession for _, succession in self._documents.find(_SUCCESSION)]


def _deciding(entry: DirectoryEntry) -> tuple[object, ...]:
    return entry.card, entry.parent, entry.kind


def _said(entry: DirectoryEntry) -> tuple[str, OrgId | None, str]:
    return entry.card.fingerprint, entry.parent, entry.kind
