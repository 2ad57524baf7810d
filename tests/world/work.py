"""How much work a node's database does, counted in steps of SQLite's machine: the same on any computer."""

from collections.abc import Callable

from pds.node import Node
from pds.store import SqliteStore


def steps(node: Node, ask: Callable[[], object]) -> int:
    """The steps that the node's database takes while something is asked, in this thread."""
    assert isinstance(node.store, SqliteStore)
    taken = 0

    def step() -> int:
        nonlocal taken
        taken += 1
        return 0

    connection = node.store._db.conn
    connection.set_progress_handler(step, 1)
    try:
        ask()
    finally:
        connection.set_progress_handler(None, 1)
    return taken
