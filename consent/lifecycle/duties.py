"""What a node owes those whose records it keeps as days pass, each duty and each vault for itself.

Never: a message, another node; a line of a log that says what is in a vault.
"""

import logging
from dataclasses import dataclass
from datetime import date

from consent.decisions import let_run_out
from pds.errors import RefusedError, StoreError, store_failed
from pds.node import Node, backup
from pds.post import why

_log = logging.getLogger("manabi.duties")


@dataclass(frozen=True, slots=True)
class Duties:
    """What was due, in numbers; of backup keys, the days from which they were used.

    Attributes:
        vaults_damaged: Vaults that could not be read, so that nothing was ended there; `doctor --deep` says more.
    """

    consents_ended: int
    vaults_damaged: int
    documents_deleted: int
    backup_keys_destroyed: tuple[date, ...]


def do_what_is_due(node: Node) -> Duties:
    """Delete what is over by its day, end the consents that ran out, destroy old backup keys.

    Raises:
        StoreError: this node's store failed; all other duties were done.
    """
    try:
        deleted = node.documents.sweep()
        ended, damaged = _end_consents(node)
    finally:
        destroyed = backup.destroy_old_keys(node.folder, node.today())
    return Duties(ended, damaged, deleted, tuple(destroyed))


def _end_consents(node: Node) -> tuple[int, int]:
    """In how many vaults consents ended, and how many are damaged."""
    ended = damaged = 0
    failed: StoreError | None = None
    for vault in node.vaults.all():
        try:
            ended += let_run_out(node, vault)
        except RefusedError as error:
            _log.warning("a consent that ran out waits in vault %s: %s", vault, error)
        except Exception as error:  # noqa: BLE001  # of whatever exception: the next vault is somebody else's
            if store_failed(error):
                failed = error
                continue
            _log.warning("vault %s is damaged, and what ran out there goes on: %s", vault, why(error))
            damaged += 1
    if failed is not None:
        raise failed
    return ended, damaged
