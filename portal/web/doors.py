"""Before any page: whether this node is what was asked for, and whether it may answer at all.

A node whose public addresses are set answers under those, and to its own machine; a restored one answers nobody until
it is confirmed. Never: who asks.
"""

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from pds.node import Node, host_of
from portal.components import STATIC

_OWN_MACHINE = ("127.0.0.1", "localhost", "[::1]")


class Doors:
    """Looks at each request before anything else does."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it; one for an address of TLS counts as come over TLS."""
        if scope["type"] == "http":
            state = scope["app"].state
            scheme = _asked_for(Headers(scope=scope), state.addresses)
            if scheme is not None:
                scope["scheme"] = scheme
            if state.restored and not scope["path"].startswith(STATIC):
                node: Node = state.node
                node.refuse_restored()
                state.restored = False
        await self._app(scope, receive, send)


def _asked_for(headers: Headers, addresses: tuple[str, ...]) -> str | None:
    """The scheme of the public address that was asked for; None where there is none, or the machine asks itself.

    Raises:
        HTTPException: 421 (RFC 9110 section 15.5.20): another host was asked for.
    """
    if not addresses:
        return None
    wanted = headers.getlist("host")
    host = wanted[0].strip().lower() if len(wanted) == 1 else ""
    for address in addresses:
        scheme = address.partition(":")[0]
        if host in (host_of(address), f"{host_of(address)}:{'443' if scheme == 'https' else '80'}"):
            return scheme
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
    if name in _OWN_MACHINE:
        return None
    raise HTTPException(HTTPStatus.MISDIRECTED_REQUEST, "this node is not called so")
