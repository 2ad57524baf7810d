"""Opening the histories of a class for one page: all log lines in one durable transaction, then the records.

Every family sees the line; one that may not be opened now is passed over and does not hold up the others.
Never: a rule (`consent.decisions`), a record kept.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

from consent.decisions.admission import permit
from consent.decisions.decision import Request
from pds.errors import NotFoundError, RefusedError, VerificationError
from pds.identifiers import VaultId
from pds.node import Node
from pds.vault import VaultReader

_log = logging.getLogger("manabi.opening")


@contextmanager
def open_many(node: Node, requests: Iterable[Request]) -> Iterator[Mapping[VaultId, VaultReader]]:
    """Open several vaults for reading, until the block ends.

    Args:
        node: The node; it keeps the keys of who asks.
        requests: One for each vault. A refusal is logged as always.

    Yields:
        A reader for each vault that could be opened: not those that are refused, on their way, or gone.

    Raises:
        StoreError: the log lines could not be written; nothing was opened.
    """
    with ExitStack() as readers:
        opened: dict[VaultId, VaultReader] = {}
        with node.transaction():
            for request in requests:
                reader = _open(node, request, readers)
                if reader is not None:
                    opened[request.vault] = reader
        yield opened


def _open(node: Node, request: Request, readers: ExitStack) -> VaultReader | None:
    """Log the access; the records stay closed until the surrounding transaction is durable."""
    try:
        return readers.enter_context(node.vaults.read(permit(node, request), joining=True))
    except VerificationError:
        _log.error("a history on this node does not verify and is not shown; `vault verify` names it")
    except (RefusedError, NotFoundError):
        pass
    return None
