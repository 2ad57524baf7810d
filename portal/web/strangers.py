"""Somebody who is signed in asks for a child who is not theirs: the child's family is told. Never: what they asked for.

The answer is the same whether or not there is such a child.
"""

from collections.abc import Callable

from consent.decisions import Request, ask
from pds.identifiers import VaultId
from portal.web.asking import Asked

_TRIED = 20  # other children's addresses that one session may try before the node stops telling each family


def tell_the_family(asked: Asked, wanted: str, wish: Callable[[VaultId], Request]) -> None:
    """Ask all the same: the refusal is logged where the child's family sees it, once for each session."""
    tried: list[str] = list(asked.memory.get("tried", []))
    if wanted in tried or len(tried) >= _TRIED:
        return
    vault = asked.node.keyring.vault_at(wanted)
    if vault is not None and asked.node.vaults.has(vault):
        asked.remember(tried=[*tried, wanted])
        ask(asked.node, wish(vault))
